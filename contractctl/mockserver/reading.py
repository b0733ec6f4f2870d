"""Strict text to value: `5` is a number where the contract has one; `05` and `yes` stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contractctl.mockserver.model import Json, Reading
from contractctl.mockserver.styles import Pieces

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LONGEST_NUMBER = 400


def candidates(text: str, types: tuple[str, ...]) -> Iterator[Json]:
    """Yield the values that a text may stand for, in the order of the types; none when it fits no type."""
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


def read_pieces(pieces: Pieces, reading: Reading) -> Json:
    """Return the value of what a style took apart; a text that fits no type stays text, for validation to refuse."""
    if isinstance(pieces, list):
        return [read_pieces(piece, reading.item) for piece in pieces]
    if isinstance(pieces, dict):
        return {name: _read_member(piece, reading.member(name)) for name, piece in pieces.items()}
    return next(candidates(pieces, reading.types), pieces)


def _read_member(piece: Pieces, reading: Reading) -> Json:
    if isinstance(piece, str) and reading.types == ("array",):
        return read_pieces([piece], reading)
    return read_pieces(piece, reading)


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
