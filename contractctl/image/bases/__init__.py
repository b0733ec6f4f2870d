"""What a mock image stands on: this machine, or an image that somebody else made."""
