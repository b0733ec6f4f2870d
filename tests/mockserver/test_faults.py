"""Faults as clients see them: connections that are reset or end within an answer, bodies that come slowly."""

from __future__ import annotations

import json
import socket
import struct
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from contractctl.mockserver.contracts import Contracts
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.requests import Request
from tests.mockserver.answers import read_answers
from tests.mockserver.serving import Served, read_all, serving

LARGE = "0123456789" * 10_000


def struck(faults: str, text: str = "") -> dict[str, Any]:
    """Return an operation that answers with a text, or with nothing, and what befalls it."""
    fine = {"description": "fine", "content": {"text/plain": {"example": text}}}
    responses = {"200": fine} if text else {"204": {"description": "fine"}}
    return {"responses": responses, **({"x-mock-faults": faults} if faults else {})}


PATHS = {
    "/well": {"get": struck("", "well")},
    "/reset": {"get": struck("reset=1", "never")},
    "/half": {"get": struck("truncate=1", "half"), "put": struck("truncate=1")},
    "/large/half": {"get": struck("truncate=1", LARGE)},
    "/slow": {"get": struck("drip=1", "slow but sure"), "put": struck("drip=1")},
    "/large/slow": {"get": struck("drip=1", LARGE)},
}
CONTRACT = json.dumps({"openapi": "3.1.0", "info": {"title": "Faults", "version": "1"}, "paths": PATHS})


def ask(path: str, method: str = "GET", *, version: str = "1.1", more: str = "") -> bytes:
    return f"{method} {path} HTTP/{version}\r\nHost: a\r\n{more}\r\n".encode()


def files(server: Served) -> int:
    return len([*Path(f"/proc/{server.process.pid}/fd").iterdir()])


def cut_off(data: bytes) -> tuple[bytes, bytes]:
    """Return of an answer that is not whole how long it says that it is, and what there is of it."""
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.startswith(b"Content-Length: "))
    assert b"\r\nMock-Fault: truncate\r\n" in head + b"\r\n"
    return length, body


def test_a_reset_comes_in_the_place_of_an_answer(running: Served) -> None:
    with running.connect() as connection:
        connection.sendall(ask("/reset"))
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_what_was_asked_before_a_reset_is_answered(running: Served) -> None:
    with running.connect() as connection:
        connection.sendall(ask("/well") + ask("/reset") + ask("/well"))
        answers, rest = read_answers(connection.recv(65536))
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    assert ([answer.body for answer in answers], rest) == ([b"well"], b"")


@pytest.mark.parametrize(("method", "path"), [("HEAD", "/half"), ("PUT", "/half")])
def test_where_there_is_no_body_to_cut_off_the_connection_is_reset(running: Served, method: str, path: str) -> None:
    with running.connect() as connection:
        connection.sendall(ask(path, method))
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_connection_ends_within_the_body(running: Served, version: str) -> None:
    with running.connect() as connection:
        connection.sendall(ask("/half", version=version))
        assert cut_off(read_all(connection)) == (b"Content-Length: 4", b"ha")


def test_of_a_large_body_half_comes(running: Served) -> None:
    with running.connect() as connection:
        connection.sendall(ask("/large/half"))
        assert cut_off(read_all(connection)) == (b"Content-Length: 100000", LARGE[:50_000].encode())


def test_a_body_drips_and_keeps_what_was_asked_behind_it_waiting(running: Served) -> None:
    with running.connect() as connection:
        connection.sendall(ask("/slow") + ask("/slow", "PUT", more="Prefer: code=204\r\n") + ask("/well"))
        connection.shutdown(socket.SHUT_WR)
        pieces = [*iter(lambda: connection.recv(65536), b"")]
    answers, rest = read_answers(b"".join(pieces), ["GET", "PUT", "GET"])
    assert [(answer.status, answer.body, answer.headers.get("mock-fault")) for answer in answers] == [
        (200, b"slow but sure", "drip"),
        (204, b"", None),
        (200, b"well", None),
    ]
    assert (rest, pieces[0].endswith(b"\r\n\r\n"), len(pieces) > 5) == (b"", True, True)


@pytest.mark.parametrize(("method", "path"), [("HEAD", "/slow"), ("PUT", "/slow")])
def test_an_answer_without_a_body_is_slow_as_a_whole(bundle: Path, method: str, path: str) -> None:
    with serving(bundle) as served, served.connect() as connection:
        connection.sendall(ask(path, method))
        served.exchange(ask("/well"))
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)
        connection.settimeout(10)
        served.process.terminate()
        answers, rest = read_answers(read_all(connection), [method])
        assert served.process.wait(timeout=10) == 0
    assert (answers[0].headers["mock-fault"], rest) == ("drip", b"")


def test_a_dripping_body_is_sent_to_its_end_at_once_when_the_server_ends(bundle: Path) -> None:
    with serving(bundle) as served, served.connect() as connection:
        connection.sendall(ask("/large/slow") + ask("/well"))
        begun = connection.recv(65536)
        served.process.terminate()
        answers, rest = read_answers(begun + read_all(connection))
        assert ([answer.body for answer in answers], rest) == ([LARGE.encode()], b"")
        assert served.process.wait(timeout=10) == 0


def test_a_client_that_goes_away_while_a_body_drips_leaves_nothing_behind(running: Served) -> None:
    running.exchange(ask("/well"))
    before = files(running)
    gone = [running.connect() for _ in range(5)]
    for connection in gone:
        connection.sendall(ask("/large/slow"))
        assert connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    for _ in range(1000):
        running.exchange(ask("/well"))
        if files(running) <= before:
            return
    raise AssertionError("descriptors are still open")


# What is drawn

KINDS = "503=10%,error=10%,reset=10%,drip=10%,truncate=10%"


class Drawn:
    """A server in this process, of which only what was drawn is of interest."""

    def __init__(self, bundle: Path, *, seed: str = "1", faults: str = KINDS) -> None:
        flags = {"log": "none", "faults": faults, "seed": seed}
        self._contracts = Contracts.open((("", str(bundle)),), flags, {})

    def fault(self, session: str = "", target: bytes = b"/well") -> str:
        headers = {b"mock-session": session.encode()} if session else {}
        opened = self._contracts.begin(Request("GET", target, headers))
        assert isinstance(opened, Exchange)
        opened.complete()
        return opened.fault

    def faults(self, count: int, session: str = "") -> list[str]:
        return [self.fault(session) for _ in range(count)]


def test_a_run_repeats_with_its_seed_and_another_seed_has_another(bundle: Path) -> None:
    first = Drawn(bundle).faults(100)
    assert Drawn(bundle).faults(100) == first
    assert Drawn(bundle, seed="2").faults(100) != first


def test_sessions_do_not_disturb_each_other(bundle: Path) -> None:
    alone = Drawn(bundle).faults(100, "a")
    both = Drawn(bundle)
    seen = []
    for _ in range(100):
        both.fault("b")
        seen.append(both.fault("a"))
        both.fault(target=b"/half")
    assert seen == alone != Drawn(bundle).faults(100, "b")


def test_each_kind_strikes_as_often_as_its_share_says(bundle: Path) -> None:
    seen = Counter(Drawn(bundle).faults(5000))
    assert {kind for kind, count in seen.items() if 425 < count < 575} == {"503", "error", "reset", "drip", "truncate"}
    assert 2400 < seen[""] < 2600


def test_shares_that_are_all_leave_none(bundle: Path) -> None:
    assert "" not in Drawn(bundle, faults="503=70%,drip=30%").faults(1000)
