"""Who waits for whom: answers that are held back, and clients that take their time."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
import uvloop

from contractctl.mockserver.connection import Connection, Patience
from contractctl.mockserver.contracts import Contracts
from contractctl.mockserver.server import Server
from tests.mockserver.answers import read_answers
from tests.mockserver.conftest import CONTRACT
from tests.mockserver.serving import Served, bundle_of, read_all, serving

GET = b"GET /pets HTTP/1.1\r\nHost: a\r\n\r\n"
PATIENCE = Patience()
SIZE = 1_000_000
HUGE = """\
  /huge:
    get: {responses: {'200': {description: huge, content: {text/plain: {example: HUGE}}}}}
""".replace("HUGE", "x" * SIZE)
LAST = b"GET /pets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
POST = b"POST /pets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"


def held(seconds: float, path: str = "/pets", method: str = "GET") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: a\r\nPrefer: wait={seconds}\r\n\r\n".encode()


def bodies(data: bytes, *methods: str) -> list[bytes]:
    answers, rest = read_answers(data, methods)
    assert (rest, {answer.status for answer in answers}) == (b"", {200})
    return [answer.body for answer in answers]


def test_an_answer_that_is_held_back_keeps_those_behind_it_and_nobody_else(server: Served) -> None:
    with server.connect() as patient:
        patient.sendall(held(0.5) + held(0.1, "/secret?key=k") + GET)
        patient.shutdown(socket.SHUT_WR)
        assert bodies(server.exchange(LAST)) == [b"pets"]
        patient.setblocking(False)
        with pytest.raises(BlockingIOError):
            patient.recv(1)
        patient.settimeout(10)
        assert bodies(read_all(patient)) == [b"pets", b"secret", b"pets"]


def test_an_answer_without_a_body_is_held_back_too(server: Served) -> None:
    assert bodies(server.exchange(held(0.1, method="HEAD") + GET), "HEAD") == [b"", b"pets"]


def test_a_connection_goes_on_after_an_answer_that_was_held_back(server: Served) -> None:
    with server.connect() as connection:
        for _ in range(2):
            connection.sendall(held(0.1))
            assert bodies(connection.recv(65536)) == [b"pets"]


def test_a_client_that_goes_away_while_it_waits_leaves_nothing_behind(server: Served) -> None:
    def files() -> int:
        return len([*Path(f"/proc/{server.process.pid}/fd").iterdir()])

    server.exchange(LAST)
    before = files()
    gone = [server.connect() for _ in range(5)]
    for connection in gone:
        connection.sendall(held(60))
    server.exchange(LAST)
    assert files() >= before + 5
    for connection in gone:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    for _ in range(1000):
        server.exchange(LAST)
        if files() <= before:
            return
    raise AssertionError("descriptors are still open")


def test_what_is_sent_while_an_answer_is_held_back_costs_little_memory(server: Served) -> None:
    before = server.resident_bytes()
    with server.connect() as connection:
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.sendall(held(2) + GET * 1_000_000)
        assert server.resident_bytes() - before < 8 << 20
    assert bodies(server.exchange(LAST)) == [b"pets"]


def test_an_answer_that_is_held_back_is_sent_at_once_when_the_server_ends(wire_bundle: Path) -> None:
    with serving(wire_bundle) as served, served.connect() as connection:
        connection.sendall(held(60))
        served.exchange(LAST)
        served.process.terminate()
        answers, _ = read_answers(read_all(connection))
        assert [(answer.status, answer.closes) for answer in answers] == [(200, True)]
        assert served.process.wait(timeout=10) == 0


def test_a_second_signal_waits_for_nobody(wire_bundle: Path) -> None:
    with serving(wire_bundle) as served, served.connect() as connection:
        connection.sendall(POST + b"[")
        served.exchange(LAST)
        served.process.terminate()
        served.until_refused()  # two signals at once would be one
        served.process.terminate()
        assert served.process.wait(timeout=10) == 0


# A server in this process, whose clock is turned by hand


Talk = Callable[["Clocked", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Clocked:
    """A server whose seconds pass when somebody says so."""

    def __init__(self, contracts: Contracts, patience: Patience) -> None:
        self._server = Server(contracts, asyncio.get_running_loop(), patience)
        self.connections: list[Connection] = []

    def connection(self) -> Connection:
        self.connections.append(Connection(self._server))
        return self.connections[-1]

    def unsent(self) -> int:
        """Return how many bytes the first connection's client leaves unread, those that the system keeps left out."""
        return self.connections[0]._transport.get_write_buffer_size()

    def pass_seconds(self, count: int) -> None:
        for _ in range(count):
            self._server.tick += 1
            for connection in self.connections:
                connection.sweep(self._server.tick)


class Talks(Protocol):
    """Has a conversation with a server, by default with as much patience as it has."""

    def __call__(self, conversation: Talk, patience: Patience = PATIENCE) -> None: ...


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talks]:
    path = tmp_path / "slow.bundle"
    path.write_bytes(bundle_of(CONTRACT + HUGE))

    async def hold(conversation: Talk, patience: Patience) -> None:
        clocked = Clocked(Contracts.open((("", str(path)),), {"log": "none"}, {}), patience)
        # The system keeps little for either side: what a client leaves unread is left to the server.
        with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as client:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            server = await asyncio.get_running_loop().create_server(clocked.connection, sock=listening)
            client.connect(listening.getsockname())
            reader, writer = await asyncio.open_connection(sock=client, limit=1000)
            try:
                async with asyncio.timeout(10):
                    await conversation(clocked, reader, writer)
            finally:
                writer.transport.abort()
                for connection in clocked.connections:
                    connection.abort()
                server.close()
                await server.wait_closed()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        yield lambda conversation, patience=PATIENCE: runner.run(hold(conversation, patience))


async def until_parsed(clocked: Clocked, phase: int) -> None:
    """Let the loop run until the server has read what was sent."""
    while not clocked.connections or clocked.connections[0]._phase != phase:
        await asyncio.sleep(0)


IDLE, HEAD, BODY = 0, 1, 2


@pytest.mark.parametrize(
    ("sent", "phase", "seconds", "status"),
    [
        pytest.param(b"GET /pe", HEAD, PATIENCE.head, 408, id="a head"),
        pytest.param(POST + b"[", BODY, PATIENCE.body, 408, id="a body"),
    ],
)
def test_a_request_may_take_its_time_and_no_longer(
    talk: Talks, sent: bytes, phase: int, seconds: int, status: int
) -> None:
    async def conversation(clocked: Clocked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await until_parsed(clocked, phase)
        clocked.pass_seconds(seconds)
        await asyncio.sleep(0)
        assert not reader._buffer  # type: ignore[attr-defined] # looking without waiting
        clocked.pass_seconds(1)
        answers, _ = read_answers(await reader.read())
        assert [(answer.status, answer.closes) for answer in answers] == [(status, True)]

    talk(conversation)


def test_a_connection_that_says_nothing_is_closed_without_a_word(talk: Talks) -> None:
    async def conversation(clocked: Clocked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GET)
        await reader.readuntil(b"pets")
        clocked.pass_seconds(PATIENCE.idle)
        writer.write(GET)
        await reader.readuntil(b"pets")
        clocked.pass_seconds(PATIENCE.idle + 1)
        assert await reader.read() == b""

    talk(conversation)


def test_an_answer_that_is_held_back_has_no_time_out(talk: Talks) -> None:
    async def conversation(clocked: Clocked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(held(0.2))
        while not clocked.connections or clocked.connections[0]._deferred is None:
            await asyncio.sleep(0)
        clocked.pass_seconds(PATIENCE.idle + 1)
        assert (await reader.readuntil(b"pets")).startswith(b"HTTP/1.1 200 OK")

    talk(conversation)


UNREAD = 3


async def until_unread(clocked: Clocked) -> None:
    """Let the loop run until the server has answered, and the system takes no more of it."""
    while not clocked.connections or not clocked.unsent():
        await asyncio.sleep(0)


STAYING = b"GET /huge HTTP/1.1\r\nHost: a\r\n\r\n"
CLOSING = b"GET /huge HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
SENT = pytest.mark.parametrize(
    "sent", [pytest.param(STAYING, id="and may ask again"), pytest.param(CLOSING, id="and asked for no more")]
)


@SENT
def test_who_begins_to_read_in_time_gets_the_whole_answer(talk: Talks, sent: bytes) -> None:
    async def conversation(clocked: Clocked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await until_unread(clocked)
        clocked.pass_seconds(UNREAD)
        await reader.readuntil(b"\r\n\r\n")
        assert (await reader.readexactly(SIZE)).count(b"x") == SIZE

    talk(conversation, Patience(unread=UNREAD))


@SENT
def test_who_reads_nothing_of_an_answer_is_cut_off(talk: Talks, sent: bytes) -> None:
    async def conversation(clocked: Clocked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await until_unread(clocked)
        clocked.pass_seconds(UNREAD + 2)  # the first of them sees how much there is
        await reader.readuntil(b"\r\n\r\n")
        assert len(await reader.read()) < SIZE

    talk(conversation, Patience(unread=UNREAD))


@SENT
def test_who_reads_slowly_and_does_not_stop_gets_the_whole_answer(talk: Talks, sent: bytes) -> None:
    async def conversation(clocked: Clocked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await until_unread(clocked)
        await reader.readuntil(b"\r\n\r\n")
        for _ in range(10):
            clocked.pass_seconds(UNREAD)
            assert (await reader.readexactly(SIZE // 10)).count(b"x") == SIZE // 10

    talk(conversation, Patience(unread=UNREAD))
