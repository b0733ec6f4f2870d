"""How values are written into URLs, headers and forms: what of style and explode shows on the wire."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TypeAlias

Writing: TypeAlias = tuple[str, bool]
"""A style, and whether it is exploded."""

_COMPOUND = frozenset(("array", "object"))
_DELIMITED = frozenset(("spaceDelimited", "pipeDelimited", "tabDelimited"))
_PREFIXED = frozenset(("label", "matrix"))


def written(style: str, explode: bool, kinds: AbstractSet[str]) -> Writing:
    """Return style and explode as far as they show for values of these kinds (OpenAPI 3.1.1 §4.8.12.4).

    A single value looks the same in most styles; an exploded list is the same in all that repeat the name, and a list
    in a path or header is separated by commas, exploded or not.
    """
    if not kinds & _COMPOUND:
        return (style if style in _PREFIXED or style == "cookie" else ""), False
    if "object" in kinds:
        return style, explode
    if style == "simple":
        return style, False
    return ("form", True) if explode and style in _DELIMITED else (style, explode)
