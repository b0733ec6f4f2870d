"""The server's own endpoints, below its control prefix."""
