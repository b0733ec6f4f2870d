"""What proves a verdict, as it is on the wire: in a few lines for a log, in full for a page."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus

from contractctl.core.changes import Direction, Message, Witness
from contractctl.core.json import Json
from contractctl.report.words import visible

_JSON_TYPES = ("/json", "+json")
_HEADERS = 2
"""How many headers the short form shows."""
_LINES = 5
"""How many lines the short form has."""
_COLUMNS = 80
_LONGEST_BODY = 4_000
_MOST_LINES = 60
"""What the full form shows of a body, in characters and in lines."""


def proof(witness: Witness) -> str:
    """Say in one sentence what either side makes of the value; `because` may be foreign text."""
    if witness.kind is Direction.RESPONSE:
        return f"{witness.accepted_by} may send this, {witness.rejected_by} never does: {witness.because}"
    return f"{witness.accepted_by} takes this, {witness.rejected_by} refuses it: {witness.because}"


def short(witness: Witness, width: int) -> Iterator[str]:
    """Yield the message in at most five lines of `width`, each printable: start, headers, body; what is cut says so."""
    message = witness.message
    if message is None:
        yield from _folded(f"{witness.part}: " if witness.part else "", _compact(witness.value), width, _LINES)
        return
    yield _cut(visible(_start(message, witness.kind)), width)
    headers = [f"{name}: {value}" for name, value in message.headers if not _goes_without_saying(name, value)]
    for number, header in enumerate(headers[:_HEADERS], start=1):
        more = f" (and {len(headers) - number} more)" if number == _HEADERS < len(headers) else ""
        yield _cut(visible(header), width - len(more)) + more
    if message.has_body:
        yield from _folded("", _body(message, _compact), width, _LINES - 1 - min(len(headers), _HEADERS))


def full(witness: Witness, *, most: int = _MOST_LINES) -> Sequence[str]:
    """Return the lines of the message as HTTP has them, the body spread out, each line printable.

    Of the body there are at most `most` lines, and one that says how long it is. A value that no message carries stands
    alone.
    """
    message = witness.message
    if message is None:
        return _spread(_indented(witness.value), most)
    lines = [_start_line(message, witness.kind), *(f"{name}: {value}" for name, value in message.headers)]
    if message.has_body:
        lines += ["", *_spread(_body(message, _indented), most)]
    return [visible(line) for line in lines]


def _start(message: Message, kind: Direction) -> str:
    """Return `POST /pets?limit=1`, or `200 OK`."""
    if kind is Direction.RESPONSE and message.start.isdecimal():
        known = {str(status.value): status.phrase for status in HTTPStatus}
        return f"{message.start} {known.get(message.start, '')}".rstrip()
    return message.start


def _start_line(message: Message, kind: Direction) -> str:
    start = _start(message, kind)
    if not start[:1].isdecimal():
        return f"{start} HTTP/1.1"
    return f"HTTP/1.1 {start}"


def _goes_without_saying(name: str, value: str) -> bool:
    return name.lower() == "content-type" and value == "application/json"


def _body(message: Message, write: Callable[[Json], str]) -> str:
    """Return the body as it is sent: JSON where the media type is, else text as it stands."""
    types = [value for name, value in message.headers if name.lower() == "content-type"]
    is_json = not types or types[0].partition(";")[0].strip().lower().endswith(_JSON_TYPES)
    return message.body if isinstance(message.body, str) and not is_json else write(message.body)


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _indented(value: Json, indent: int = 0) -> str:
    """Return the value as JSON in which every part that fits into a line has one."""
    line = _compact(value)
    if len(line) + indent <= _COLUMNS or not isinstance(value, dict | list):
        return line
    if len(line) > _LONGEST_BODY:
        return json.dumps(value, indent=2, ensure_ascii=False)
    margin = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{margin}{_compact(key)}: {_indented(part, indent + 2)}" for key, part in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{' ' * indent}}}"
    if any(isinstance(part, dict | list) for part in value):
        rows = [margin + _indented(part, indent + 2) for part in value]
    else:
        rows = list(_filled([_compact(part) for part in value], margin))
    return "[\n" + ",\n".join(rows) + f"\n{' ' * indent}]"


def _filled(words: Sequence[str], margin: str) -> Iterator[str]:
    """Yield lines of as many words as fit, commas between them."""
    line = margin + words[0]
    for word in words[1:]:
        if len(line) + len(word) + 3 > _COLUMNS:
            yield line
            line = margin + word
        else:
            line += f", {word}"
    yield line


def _folded(lead: str, text: str, width: int, most: int) -> Iterator[str]:
    """Yield the first lines of a text, and how long it is where that is not all."""
    shown = visible(lead + text)
    lines = textwrap.wrap(shown[: width * (most + 1)], width, break_on_hyphens=False) or [""]
    if len(lines) <= most and len(shown) <= width * most:
        yield from lines
        return
    yield from lines[: most - 1]
    size = f"… ({len(text):,} characters)"
    yield lines[most - 1][: width - len(size)] + size


def _spread(text: str, most: int) -> list[str]:
    lines = text[:_LONGEST_BODY].split("\n")
    is_all = len(lines) <= most and len(text) <= _LONGEST_BODY
    return [visible(line) for line in lines[:most]] + ([] if is_all else [f"… ({len(text):,} characters)"])


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
