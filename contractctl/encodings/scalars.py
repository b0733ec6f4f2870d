"""Strict text to value: `5` is a number where the contract has one; `05` and `yes` stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LONGEST_NUMBER = 400

Scalar = bool | int | float | str | None


def candidates(text: str, types: tuple[str, ...]) -> Iterator[Scalar]:
    """Yield the values that a text may stand for, in the order of the JSON types; none when it fits no type."""
    for kind in types:
        match kind:
            case "string":
                yield text
            case "integer" | "number" if (number := _number(text)) is not None:
                yield number
            case "boolean" if text in {"true", "false"}:
                yield text == "true"
            case "null" if text in {"null", ""}:
                yield None


def _number(text: str) -> int | float | None:
    if len(text) > _LONGEST_NUMBER:
        return None
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    if found.lastindex is None:
        return int(text)
    value = float(text)
    return value if abs(value) != float("inf") else None
