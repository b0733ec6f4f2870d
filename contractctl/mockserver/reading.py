"""Strict text to value: `5` is a number where the contract has one; `05` and `yes` stay text."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.encodings.scalars import candidates
from contractctl.mockserver.model import Json
from contractctl.mockserver.readings import Reading
from contractctl.mockserver.styles import Members, Pieces

_SCALARS = frozenset({"integer", "number", "boolean", "null", "string"})


def readings_of(pieces: Pieces, reading: Reading) -> Iterator[Json]:
    """Yield the values that a list or an object may stand for, the likeliest first; at least one.

    Each text in it is read as the first type that it fits, then each as the last: where a text may be a number and
    a string, the contract may allow only the one that was not thought of.
    """
    first = read_pieces(pieces, reading)
    yield first
    last = read_pieces(pieces, reading, last=True)
    if last != first:
        yield last


def read_pieces(pieces: Pieces, reading: Reading, *, last: bool = False) -> Json:
    """Return the value of what a style took apart; a text that fits no type stays text, for validation to refuse."""
    if isinstance(pieces, list):
        return [_read_item(piece, reading.item, last=last) for piece in pieces]
    if isinstance(pieces, dict):
        return {name: _read_member(piece, reading.member(name), last=last) for name, piece in pieces.items()}
    found = list(candidates(pieces, reading.types))
    return (found[-1] if last else found[0]) if found else pieces


def _read_item(piece: Pieces, reading: Reading, *, last: bool) -> Json:
    if isinstance(piece, str) and "array" in reading.types and not _SCALARS.intersection(reading.types):
        # A list in a list has commas, which Swagger 2.0 says of one without a format.
        piece = [*piece.split(",")]
    return read_pieces(piece, reading, last=last)


def _read_member(piece: Pieces, reading: Reading, *, last: bool) -> Json:
    if "array" in reading.types:
        if isinstance(piece, dict) and all(key == "" or key.isdecimal() for key in piece):
            piece = _listed(piece)
        elif isinstance(piece, str) and not (last and _SCALARS.intersection(reading.types)):
            piece = [piece]
    return read_pieces(piece, reading, last=last)


def _listed(members: Members) -> Pieces:
    """Return the list of `n[a][]=1&n[a][]=2` or `n[a][0]=1&n[a][1]=2`, as many clients write it."""
    items: list[Pieces] = []
    for _, piece in sorted(members.items(), key=lambda item: (len(item[0]), item[0])):
        items.extend(piece if isinstance(piece, list) else [piece])
    return items
