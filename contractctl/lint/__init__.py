"""Lint: rules over a document and its contract."""
