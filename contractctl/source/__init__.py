"""Bytes to documents: the only readers of files, URLs and git objects."""
