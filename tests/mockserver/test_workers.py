"""Several processes behind one port: what one of them suffers is its own affair."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from tests.mockserver.answers import read_answers
from tests.mockserver.serving import Served, read_all, serving, workers

GET = b"GET /pets HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /pets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def statuses(data: bytes) -> list[int]:
    answers, rest = read_answers(data)
    assert rest == b""
    return [answer.status for answer in answers]


def worker_of(served: Served, connection: socket.socket) -> int:
    """Return the worker that has a connection, which the kernel knows by both its ports: others may share one."""
    ports = [f"{address[1]:04X}" for address in (connection.getpeername(), connection.getsockname())]
    inode = next(
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()
        if [address.rpartition(":")[2] for address in line.split()[1:3]] == ports
    )
    for worker in workers(served):
        files = Path(f"/proc/{worker}/fd")
        if any(f"socket:[{inode}]" == str(file.readlink()) for file in files.iterdir()):
            return worker
    raise AssertionError("no worker has the connection")


def test_a_worker_that_is_killed_loses_its_own_connections_and_is_replaced(wire_bundle: Path) -> None:
    with serving(wire_bundle, "--workers", "2") as served:
        connections = [served.connect() for _ in range(8)]
        for connection in connections:
            connection.sendall(GET)
            assert statuses(connection.recv(65536)) == [200]
        victim = worker_of(served, connections[0])
        others = [one for one in connections if worker_of(served, one) != victim]
        os.kill(victim, signal.SIGKILL)
        with suppress(ConnectionResetError):
            assert connections[0].recv(1) == b""
        for connection in others:
            connection.sendall(GET)
            assert statuses(connection.recv(65536)) == [200]
        while len(now := workers(served)) != 2 or victim in now:
            assert statuses(served.exchange(LAST)) == [200]
        for connection in connections:
            connection.close()
        served.process.terminate()
        _, errors = served.process.communicate(timeout=20)
        waits = " in 0.1 s" if errors.endswith(" s\n") else ""
        told = f"warning: the worker {victim} was ended by signal 9; another takes its place{waits}\n"
        assert (served.process.returncode, errors) == (0, told)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_what_runs_in_each_worker(wire_bundle: Path, number: signal.Signals) -> None:
    with serving(wire_bundle, "--workers", "2") as served:
        waiting = [served.connect() for _ in range(6)]
        for connection in waiting:
            connection.sendall(b"GET /pets HTTP/1.1\r\nHost: a\r\nPrefer: wait=0.5\r\n\r\n")
        served.process.send_signal(number)
        for connection in waiting:
            answers, _ = read_answers(read_all(connection))
            assert [(answer.status, answer.closes) for answer in answers] == [(200, True)]
            connection.close()
        assert served.process.wait(timeout=10) == 0


def test_a_reload_reaches_each_worker_and_ends_none(wire_bundle: Path) -> None:
    with serving(wire_bundle, "--workers", "2") as served:
        before = workers(served)
        served.process.send_signal(signal.SIGHUP)
        for _ in range(20):
            assert statuses(served.exchange(LAST)) == [200]
        assert workers(served) == before


def test_workers_end_with_their_parent_however_it_ends(wire_bundle: Path) -> None:
    with serving(wire_bundle, "--workers", "2") as served:
        served.exchange(LAST)
        served.process.kill()
        served.process.wait(timeout=10)
        served.until_refused()
