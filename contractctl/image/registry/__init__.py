"""A registry as a place that images go to and come from."""
