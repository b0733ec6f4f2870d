"""spec-version.txt against upstream."""
