"""How two schemas relate: read into shapes, paired, expanded into edits, and solved all at once."""
