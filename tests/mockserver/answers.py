"""Answers as bytes, read by the letter of RFC 9112: what is not well formed is an error, whatever it may have meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5]\d\d) ([\t\x20-\x7e]*)")
SEEN = rb"[\x21-\x7e\x80-\xff]"
FIELD = re.compile(
    rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(" + SEEN + rb"(?:[\t\x20-\x7e\x80-\xff]*" + SEEN + rb")?)?[ \t]*"
)


class NotAnAnswer(AssertionError):
    """The bytes break the grammar, or end in the middle."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def closes(self) -> bool:
        return self.headers.get("connection") == "close"


def read_answers(data: bytes, methods: Sequence[str] = ()) -> tuple[list[Answer], bytes]:
    """Return the answers that are complete, and the bytes of one that is not.

    `methods` are those of the requests, in order, since an answer to HEAD has no body; what is beyond them is GET.
    """
    answers: list[Answer] = []
    finals = 0
    while b"\r\n\r\n" in data:
        head, _, rest = data.partition(b"\r\n\r\n")
        method = methods[finals] if finals < len(methods) else "GET"
        status, headers = _read_head(head)
        length = _body_length(status, headers, method)
        if len(rest) < length:
            break
        answers.append(Answer(status, headers, rest[:length]))
        finals += status >= 200
        data = rest[length:]
    return answers, data


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.split(b"\r\n")
    found = STATUS_LINE.fullmatch(first)
    if not found:
        raise NotAnAnswer(f"no status line: {first[:200]!r}")
    headers: dict[str, str] = {}
    for line in lines:
        field = FIELD.fullmatch(line)
        if not field:
            raise NotAnAnswer(f"no field: {line[:200]!r}")
        name = field[1].decode().lower()
        if name in headers and name in {"content-length", "content-type", "date", "connection"}:
            raise NotAnAnswer(f"twice: {name}")
        headers[name] = (field[2] or b"").decode("latin-1")
    return int(found[1]), headers


def _body_length(status: int, headers: dict[str, str], method: str) -> int:
    length = headers.get("content-length")
    if status in {204, 304} or status < 200:
        if length is not None and status != 304:
            raise NotAnAnswer(f"{status} with Content-Length")
        return 0
    if length is None or not length.isdigit():
        raise NotAnAnswer(f"{status} with Content-Length {length}")
    return 0 if method == "HEAD" else int(length)
