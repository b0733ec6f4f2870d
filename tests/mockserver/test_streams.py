"""Bytes and what they get: the tables in streams/, each of which says how it is read."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.mockserver.answers import read_answers
from tests.mockserver.serving import Served, read_all

STREAMS = Path(__file__).parent / "streams"
PROBE = b"GET /pets HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n"


def cases() -> Iterator[Any]:
    for path in sorted(STREAMS.glob("*.yaml")):
        tables = yaml.safe_load(path.read_text())
        prelude = tables.pop("prelude")
        for title, table in tables.items():
            for case in table:
                yield pytest.param(stream_of(case, prelude), case, id=f"{title}: {case['name']}")


def stream_of(case: dict[str, Any], prelude: str) -> bytes:
    """Return the bytes of a case, however it is written."""
    match case:
        case {"stream": text}:
            return as_bytes(text)
        case {"head": text}:
            return as_bytes(text) + b"\r\n\r\n"
        case {"more": text}:
            return as_bytes(prelude) + as_bytes(text)
        case {"chunks": text}:
            return as_bytes(f"{prelude}Transfer-Encoding: chunked\n\n{text}")
        case {"field": field, "body": body}:
            return as_bytes(f"{prelude}{field}\n\n{body}")
        case {"field": field}:
            return as_bytes(f"{prelude}{field}\n\n2\n[]\n0\n\n")
    raise AssertionError(f"the case says no bytes: {case}")


def as_bytes(text: str) -> bytes:
    """Return lines with their ends, escapes as the bytes that they stand for, and `{TEXT*TIMES}` so many times."""
    escaped = text.replace("\n", "\\r\\n")
    data = re.sub(r"\\x([0-9a-f]{2})|\\([rnt])", _byte, escaped).encode("latin-1")
    return re.sub(rb"\{([^{}]*?)\*(\d+)\}", lambda found: found[1] * int(found[2]), data, flags=re.DOTALL)


def _byte(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else {"r": "\r", "n": "\n", "t": "\t"}[found[2]]


def observed(server: Served, data: bytes, expected: str, methods: list[str]) -> str:
    """Send, read as many answers as are expected, and find out in which state that leaves the connection."""
    *statuses, state = expected.split()
    with server.connect() as connection:
        with suppress(ConnectionError):  # who refuses early may have closed before all was sent
            connection.sendall(data)
            received = read_until(connection, len(statuses), methods)
            if state == "open":
                connection.sendall(PROBE)
            if state != "closed":
                connection.shutdown(socket.SHUT_WR)
        received += read_all(connection)
    answers, rest = read_answers(received, methods)
    assert rest == b""
    found = [answer.status for answer in answers]
    if state == "open":
        assert (found.pop(), answers[-1].closes) == (200, True)
    elif state == "closed":
        assert answers[-1].closes
    return " ".join([*map(str, found), state])


def read_until(connection: socket.socket, count: int, methods: list[str]) -> bytes:
    received = b""
    while len(read_answers(received, methods)[0]) < count and (data := connection.recv(65536)):
        received += data
    return received


@pytest.mark.parametrize(("data", "case"), [*cases()])
def test_a_stream_gets_its_answers(server: Served, data: bytes, case: dict[str, Any]) -> None:
    assert observed(server, data, case["gets"], case.get("methods", [])) == case["gets"]
