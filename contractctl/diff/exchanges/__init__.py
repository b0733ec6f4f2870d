"""What differs in the exchanges of two contracts: operations and all that is in them, but the inside of schemas."""
