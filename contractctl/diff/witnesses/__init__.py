"""The search for what proves a verdict: a value, and the message that carries it."""
