"""Names of media types."""

from __future__ import annotations


def essence(name: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return name.partition(";")[0].strip().lower()
