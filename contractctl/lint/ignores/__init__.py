"""Findings that the authors of a description do not want to hear of, and say so in it."""
