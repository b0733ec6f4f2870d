"""State: what clients create, replace, patch and delete in a world, over what was there at the start."""
