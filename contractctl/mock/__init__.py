"""Contract to Bundle: everything clever about a mock happens here, before it is served."""
