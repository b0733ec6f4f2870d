"""Sequences of items, both ways (OpenAPI 3.2.0 §4.14.2): JSON Lines, JSON text sequences, server-sent events.

- `lines` (JSON Lines, NDJSON): one JSON text a line; empty lines are passed over.
- `sequence` (RFC 7464): a record separator (0x1E) before each JSON text, a line feed behind it.
- `events` (HTML "Server-sent events" §9.2.6): each item is an object of `data`, `event`, `id` and `retry`. A value of
  any other shape is written as the `data` of an event, which is how descriptions before 3.2 speak of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from contractctl.encodings.media import Kind
from contractctl.encodings.values import Json, Value, is_array

_SEPARATOR = b"\x1e"
_FIELDS = ("event", "id", "retry", "data")
_LINE_END = re.compile("\r\n|\r|\n")


def split(data: bytes, kind: Kind) -> Iterator[tuple[int, bytes]]:
    """Yield the JSON texts of a stream of `lines` or a `sequence`, with the byte where each begins."""
    start = 0
    for piece in data.split(b"\n" if kind == "lines" else _SEPARATOR):
        if piece.strip():
            yield start, piece
        start += len(piece) + 1


def read_events(data: bytes) -> list[Value]:
    """Return the events of a stream; raise UnicodeDecodeError. Several lines of `data` are one text of as many lines.

    Unlike a browser this keeps an event without `data`, so that a schema can ask for it. Fields that the standard does
    not know, comments and a `retry` that is no number are passed over, as it says.
    """
    events: list[Value] = []
    fields: dict[str, Value] = {}
    lines: list[str] = []
    for line in [*_LINE_END.split(data.decode().removeprefix("\ufeff")), ""]:
        name, _, text = line.partition(":")
        text = text.removeprefix(" ")
        if not line:
            if lines:
                fields["data"] = "\n".join(lines)
            if fields:
                events.append(fields)
            fields, lines = {}, []
        elif name == "data":
            lines.append(text)
        elif name == "retry" and text.isascii() and text.isdecimal() and len(text) < 16:
            fields["retry"] = int(text)
        elif name == "event" or (name == "id" and "\0" not in text):
            fields[name] = text
    return events


def write(items: Json, kind: Kind) -> bytes:
    """Return a stream; a value that is no array is its only item."""
    several: Sequence[Json] = items if is_array(items) else [items]
    if kind == "events":
        return "".join(map(_event, several)).encode(errors="replace")
    start = _SEPARATOR if kind == "sequence" else b""
    return b"".join(start + _compact(item).encode(errors="replace") + b"\n" for item in several)


def _event(item: Json) -> str:
    fields: Mapping[str, Json] = item if isinstance(item, Mapping) and _is_event(item) else {"data": item}
    lines = [line for name in _FIELDS if name in fields for line in _field(name, fields[name])]
    return "".join(f"{line}\n" for line in [*lines, ""])


def _field(name: str, value: Json) -> Iterator[str]:
    text = value if isinstance(value, str) else _compact(value)
    yield from (f"{name}: {line}" for line in _LINE_END.split(text))


def _is_event(item: Mapping[str, Json]) -> bool:
    fits = (isinstance(value, int if name == "retry" else str) for name, value in item.items())
    return bool(item) and item.keys() <= set(_FIELDS) and all(fits)


def _compact(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
