"""Bodies that are too large: reading ends early, and what happened is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mockserver.answers import read_answers
from tests.mockserver.serving import Served, read_all, serving

POST = b"POST /pets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def server(wire_bundle: Path) -> Iterator[Served]:
    with serving(wire_bundle, "--max-body", "50kb", "--log", "json") as served:
        yield served


def test_a_client_that_waits_is_refused_before_it_sends(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 51201\r\n\r\n")
        answers, rest = read_answers(read_all(connection))
    assert ([(answer.status, answer.closes) for answer in answers], rest) == ([(413, True)], b"")


def test_a_client_that_does_not_say_how_much_is_refused_when_it_is_too_much(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(POST + b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"c801\r\n" + b"x" * 51201)  # the chunk does not end, nor does the body
        answers, _ = read_answers(read_all(connection))
    assert [(answer.status, answer.closes) for answer in answers] == [(413, True)]


@pytest.mark.parametrize("framing", [b"Content-Length: 9999999999", b"Transfer-Encoding: chunked"])
def test_a_body_without_an_end_is_refused_while_it_comes(server: Served, framing: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(POST + framing + b"\r\n\r\nffffff\r\n" + b"x" * 60_000)
        answers, _ = read_answers(read_all(connection))
    assert [(answer.status, answer.closes) for answer in answers] == [(413, True)]


def test_413_is_in_the_journal(wire_bundle: Path) -> None:
    with serving(wire_bundle, "--max-body", "10") as served:
        served.exchange(POST + b"Content-Length: 11\r\n\r\n" + b"x" * 11)
        served.exchange(POST + b"Transfer-Encoding: chunked\r\n\r\nb\r\n" + b"x" * 11 + b"\r\n0\r\n\r\n")
        told = served.ask("GET", "/__mock/requests?status=413").json()
    seen = [(one["method"], one["path"], one["operation"], one["status"]) for one in told["requests"]]
    assert seen == [("POST", "/pets", "POST /pets", 413)] * 2


def test_413_is_in_the_log(wire_bundle: Path) -> None:
    with serving(wire_bundle, "--max-body", "10", "--log", "json") as served:
        served.exchange(POST + b"Content-Length: 11\r\n\r\n" + b"x" * 11)
        served.exchange(POST + b"Transfer-Encoding: chunked\r\n\r\nb\r\n" + b"x" * 11 + b"\r\n0\r\n\r\n")
        lines = [json.loads(line) for line in served.stop().splitlines()]
    assert [(line["method"], line["target"], line["status"]) for line in lines] == [("POST", "/pets", 413)] * 2
