"""Regular expressions that are compiled when they are first used: most commands need few of a hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["pattern"]

if TYPE_CHECKING:
    from re import compile as pattern
else:
    import re

    _METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")

    class pattern:  # noqa: N801 - it stands for a function
        """Take the place of `re.compile`, and mean the same to whoever checks types."""

        def __init__(self, text, flags=0):
            self._text = text
            self._flags = flags

        def __getattr__(self, name):
            """Compile, and hand over the methods, so that from then on there is nothing in between."""
            compiled = re.compile(self._text, self._flags)
            self.__dict__.update((method, getattr(compiled, method)) for method in _METHODS)
            return getattr(compiled, name)
