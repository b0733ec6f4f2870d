"""What changed between two contracts, and what that breaks."""
