"""What makes a mock behave like a server that is far away and busy: latency, faults, rate limits."""
