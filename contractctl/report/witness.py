"""What proves a verdict, as it is on the wire: in a few lines for a log, in full for a page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from contractctl.core.changes import Direction, Message, Witness
from contractctl.core.json import Json
from contractctl.report.bodies import in_line, in_lines
from contractctl.report.words import visible

_JSON_TYPES = ("/json", "+json")
_HEADERS = 2
"""How many headers the short form shows."""
_LINES = 5
"""How many lines the short form has."""
_ELIDED = 2
"""How many lines the short form has for a body that does not fit into it whole, if that will do."""
_SLACK = 24
"""How many columns are lost where a line ends between two words, at a guess."""
_LONGEST_LINE = 2_000
_LONGEST_TEXT = 4_000
_MOST_LINES = 60
"""What the full form shows of a start or a header, and of a text; how many lines it has for any body."""


def proof(witness: Witness) -> str:
    """Say in one sentence what either side makes of the value; `because` may be foreign text."""
    if witness.kind is Direction.RESPONSE:
        return f"{witness.accepted_by} may send this, {witness.rejected_by} never does: {witness.because}"
    return f"{witness.accepted_by} takes this, {witness.rejected_by} refuses it: {witness.because}"


def short(witness: Witness, width: int) -> Iterator[str]:
    """Yield the message in at most five lines of `width`, each printable: start, headers, body; what is cut says so."""
    message = witness.message
    if message is None:
        yield from _folded(f"{witness.part}: " if witness.part else "", witness, width, _LINES)
        return
    yield _cut(visible(_start(message, witness.kind)), width)
    headers = [f"{name}: {value}" for name, value in message.headers if not _goes_without_saying(name, value)]
    for number, header in enumerate(headers[:_HEADERS], start=1):
        more = f" (and {len(headers) - number} more)" if number == _HEADERS < len(headers) else ""
        yield _cut(visible(header), width - len(more)) + more
    if message.has_body:
        yield from _folded("", witness, width, _LINES - 1 - min(len(headers), _HEADERS))


def full(witness: Witness, *, most: int = _MOST_LINES) -> Sequence[str]:
    """Return the lines of the message as HTTP has them, the body spread out, each line printable.

    The body has at most `most` lines: where it is longer, what leads to the fault is shown, and how much else there is.
    A value that no message carries stands alone.
    """
    message = witness.message
    lines: list[str] = []
    if message is not None:
        headers = [f"{name}: {value}" for name, value in message.headers]
        lines += [_within(line, _LONGEST_LINE) for line in (_start_line(message, witness.kind), *headers)]
    if message is None or message.has_body:
        text = _text(witness)
        body = in_lines(*_json(witness), most) if text is None else _first_lines(text, most)
        lines += body if message is None or text == "" else ["", *body]
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


def _text(witness: Witness) -> str | None:
    """Return the body as it stands where it is no JSON."""
    message = witness.message
    if message is None or not isinstance(message.body, str):
        return None
    types = [value for name, value in message.headers if name.lower() == "content-type"]
    is_json = not types or types[0].partition(";")[0].strip().lower().endswith(_JSON_TYPES)
    return None if is_json else message.body


def _json(witness: Witness) -> tuple[Json, tuple[str, ...]]:
    """Return the body, and the way to what is objected to in it: none where that is in another part of the message."""
    if witness.message is None:
        return witness.value, witness.at.tokens
    body = witness.message.body
    return body, witness.at.tokens if body == witness.value else ()


def _folded(lead: str, witness: Witness, width: int, most: int) -> Iterator[str]:
    """Yield the body in so many lines: what leads to the fault, where it is long; cut where even that is too much."""
    text = _text(witness)
    if text == "":
        return
    body = in_line(*_json(witness), width * most - _SLACK, elided_room=_ELIDED * width) if text is None else text
    shown = visible(lead + body)
    lines = textwrap.wrap(shown[: width * (most + 1)], width, break_on_hyphens=False)
    if len(lines) <= most and len(shown) <= width * most:
        yield from lines
        return
    yield from lines[: most - 1]
    size = _size(body)
    yield lines[most - 1][: width - len(size)] + size


def _first_lines(text: str, most: int) -> list[str]:
    if not text:
        return []
    lines = text[:_LONGEST_TEXT].split("\n")
    is_all = len(lines) <= most and len(text) <= _LONGEST_TEXT
    return lines[:most] + ([] if is_all else [_size(text)])


def _size(text: str) -> str:
    return f"… ({len(text):,} characters)"


def _within(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + _size(text)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
