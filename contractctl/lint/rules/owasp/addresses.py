"""Addresses that are called without encryption."""

from __future__ import annotations

import re
from typing import Final

from contractctl.core.patterns import pattern

_UNENCRYPTED: Final = pattern(r"(?:http|ws)://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)", re.IGNORECASE)
_LOOPBACK: Final = pattern(r"(?:.*\.)?localhost\.?|127(?:\.[0-9]+){3}|\[::1\]", re.IGNORECASE)


def is_unencrypted(url: str) -> bool:
    """Tell whether a URL is one of `http` or `ws` that leads to another machine than the caller's own."""
    found = _UNENCRYPTED.match(url.strip())
    return found is not None and _LOOPBACK.fullmatch(found[1]) is None
