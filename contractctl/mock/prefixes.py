"""Path prefixes, below which a server has several contracts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from contractctl.core.patterns import pattern

PREFIX_HINT: Final = "a prefix is a path such as /pets or /shop/v2: letters, digits and -._~ between slashes"
_PREFIX = pattern(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)+")


def is_prefix(text: str) -> bool:
    """Tell whether a text can be a prefix: it means the same however a client escapes or normalises it."""
    return _PREFIX.fullmatch(text) is not None


def complete_prefixes(chosen: Sequence[str], names: Iterable[str]) -> tuple[str, ...]:
    """Return a prefix for each contract: the chosen one, or where that is empty its name as a segment.

    All are different: a name that is taken gets a number. One contract alone needs none.
    """
    if len(chosen) == 1:
        return tuple(chosen)
    taken = {prefix for prefix in chosen if prefix}
    complete = []
    for prefix, name in zip(chosen, names, strict=True):
        own = prefix or _free(f"/{name}", taken)
        taken.add(own)
        complete.append(own)
    return tuple(complete)


def _free(prefix: str, taken: set[str]) -> str:
    number, free = 1, prefix
    while free in taken:
        number += 1
        free = f"{prefix}-{number}"
    return free
