"""Headers of an answer that was put together from the contract, changed afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contractctl.mockserver.answers import Answer, header_lines


def with_headers(answer: Answer, headers: Sequence[tuple[str, str]]) -> Answer:
    """Return an answer that says these, and nothing else of the same names."""
    return with_lines(answer, [f"\r\n{name.lower()}:".encode("latin-1") for name, _ in headers], header_lines(headers))


def with_lines(answer: Answer, starts: Iterable[bytes], lines: bytes) -> Answer:
    """Return an answer with more header lines, each ended, and without those that it has of the same names.

    Of these, `starts` are the end of the line before, the name in lower case, and the colon.
    """
    head = answer.head
    said = head.lower()
    for start in starts:
        if start in said:
            head = _without(head, start)
    return Answer(answer.status, head + lines, answer.body, answer.exposed, answer.delivery)


def header_value(answer: Answer, name: str) -> str | None:
    """Return the first value that an answer has for a name."""
    start = f"\r\n{name.lower()}:".encode("latin-1")
    at = answer.head.lower().find(start)
    return None if at < 0 else answer.head[at + len(start) :].partition(b"\r\n")[0].strip().decode("latin-1")


def _without(head: bytes, start: bytes) -> bytes:
    first, *lines = head.split(b"\r\n")
    return b"\r\n".join((first, *(line for line in lines if not line.lower().startswith(start[2:]))))
