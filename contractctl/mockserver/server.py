"""The server: binds once, answers, sweeps once a second, and drains when it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import os
import resource
import signal
import socket
import time

import uvloop

from contractctl.mockserver.access_log import AccessLog
from contractctl.mockserver.answers import Answer
from contractctl.mockserver.connection import Connection
from contractctl.mockserver.contracts import Contracts, complete, too_large
from contractctl.mockserver.cors import cors_lines
from contractctl.mockserver.requests import Request
from contractctl.mockserver.settings import Settings

_STDOUT = 1
_BACKLOG = 1024
_MOST_CONNECTIONS = 10_000
_LAST_CALL_SECONDS = 0.1
_DRAIN_SECONDS = 10


class BindError(OSError):
    """The address cannot be had. One line for people; exit code 3."""


def bind(settings: Settings) -> list[socket.socket]:
    """Return the sockets that listen on host and port; on each address of a name, at the same port.

    Raise BindError when the port is taken, may not be used, or the host is not one of this machine.
    """
    host, port = settings.host, settings.port
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(found):
            sockets.append(_listen(family, (address[0], port, *address[2:])))
            port = sockets[0].getsockname()[1]
    except OSError as error:
        # Without IPv6 `localhost` is served all the same; not where somebody else has one of its addresses.
        if not sockets or (error.errno == errno.EADDRINUSE and settings.port):
            for listener in sockets:
                listener.close()
            reason = error.strerror or str(error)
            raise BindError(f"cannot listen on {host}:{settings.port}: {reason}; choose another with --port") from None
    return sockets


def _listen(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Without SO_REUSEPORT: a second server on the port has to fail.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(address[0] != "::"))
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class Server:
    """One process that serves contracts."""

    def __init__(self, contracts: Contracts, loop: asyncio.AbstractEventLoop) -> None:
        self.tick = 0
        self.draining = False
        self._loop = loop
        self._contracts = contracts
        self.begin = contracts.begin
        self.complete = complete
        self.too_large = too_large
        self.logging = contracts.settings.log != "none"
        self._log = AccessLog(contracts.settings.log, loop, contracts.secret_names())
        self._connections: set[Connection] = set()
        self._room = _room_for_connections()
        self._stopped = asyncio.Event()
        self._read_clock()

    # What a connection needs

    def final_lines(self, request: Request | None, answer: Answer) -> bytes:
        """Return the header lines that every answer ends with: CORS and Date."""
        if not self._contracts.allows_origins(request):
            return self._date
        origin = request.headers.get(b"origin") if request else None
        if origin is None and not answer.exposed:
            return self._usual_lines
        return cors_lines(origin, answer.exposed) + self._date

    def log(self, request: Request | None, answer: Answer, seconds: float) -> None:
        """Note an answer."""
        self._log.note(request, answer, seconds, self._time)

    def joined(self, connection: Connection) -> bool:
        """Take a connection in; False when there are too many."""
        self._connections.add(connection)
        return len(self._connections) <= self._room

    def left(self, connection: Connection) -> None:
        """Forget a connection."""
        self._connections.discard(connection)
        if self.draining and not self._connections:
            self._stopped.set()

    # The run

    async def run(self, sockets: list[socket.socket]) -> None:
        """Serve until SIGTERM or SIGINT, then finish what runs; a second signal ends that too."""
        # PID 1 ignores a signal without a handler.
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._on_signal, stop)
        servers = [
            await self._loop.create_server(lambda: Connection(self), sock=listener, backlog=_BACKLOG)
            for listener in sockets
        ]
        self._loop.add_signal_handler(signal.SIGHUP, self._reload)
        self._reload()  # what was replaced before somebody listened
        self._announce(sockets[0].getsockname()[1])
        gc.freeze()
        gc.enable()
        sweeper = self._loop.call_later(1, self._sweep)
        await stop.wait()
        await self._drain(servers)
        sweeper.cancel()
        self._log.flush()

    def _reload(self) -> None:
        self._contracts.reload()
        self.begin = self._contracts.begin
        self._log.secret_names = self._contracts.secret_names()

    def _on_signal(self, stop: asyncio.Event) -> None:
        if self.draining:
            self._stopped.set()
        self.draining = True
        stop.set()

    async def _drain(self, servers: list[asyncio.Server]) -> None:
        # Clients that have just connected or written get an answer, with `Connection: close`, and no reset.
        await asyncio.sleep(_LAST_CALL_SECONDS)
        for server in servers:
            server.close()
        for connection in [*self._connections]:
            connection.drain()
        if self._connections:
            timer = self._loop.call_later(_DRAIN_SECONDS, self._stopped.set)
            await self._stopped.wait()
            timer.cancel()
        for connection in [*self._connections]:
            connection.abort()

    def _announce(self, port: int) -> None:
        text = self._contracts.banner(port)
        with contextlib.suppress(OSError):  # nobody has to listen
            os.write(_STDOUT, text.encode("utf-8", "backslashreplace"))

    def _sweep(self) -> None:
        self.tick += 1
        self._read_clock()
        for connection in [*self._connections]:
            connection.sweep(self.tick)
        self._loop.call_later(1, self._sweep)

    def _read_clock(self) -> None:
        now = time.gmtime()
        self._date = time.strftime("Date: %a, %d %b %Y %H:%M:%S GMT\r\n", now).encode("ascii")
        self._usual_lines = cors_lines(None, b"") + self._date
        self._time = time.strftime("%Y-%m-%dT%H:%M:%SZ", now)


def _room_for_connections() -> int:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _MOST_CONNECTIONS if files == resource.RLIM_INFINITY else min(_MOST_CONNECTIONS, max(files - 32, 16))


def serve(contracts: Contracts) -> None:
    """Serve until told to stop. Raise BindError when the address cannot be had."""
    sockets = bind(contracts.settings)

    async def main() -> None:
        await Server(contracts, asyncio.get_running_loop()).run(sockets)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
