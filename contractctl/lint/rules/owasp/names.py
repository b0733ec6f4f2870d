"""What a name says, however its words are put together: `accessToken`, `access_token`, `X-Access-Token`."""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache
from typing import Final

from contractctl.core.patterns import pattern

_WORD: Final = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case: `petID` is `pet`, `id`."""
    return tuple(word.lower() for word in _WORD.findall(name))


def is_called(name: str, names: Container[str]) -> bool:
    """Tell whether a name is one of these, which are written in lower case and as one word."""
    return "".join(words(name)) in names


def ends_in(name: str, endings: Container[str]) -> bool:
    """Tell whether the last words of a name, three at most, are one of these, which are written as one word."""
    return any(ending in endings for ending in _endings(name))


@lru_cache(maxsize=4096)
def _endings(name: str) -> tuple[str, ...]:
    found = words(name)
    return tuple("".join(found[-count:]) for count in range(1, min(len(found), 3) + 1))
