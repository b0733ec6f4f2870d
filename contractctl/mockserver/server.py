"""The server: binds once, answers, sweeps once a second, and drains when it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import uvloop

from contractctl.mockserver.access_log import AccessLog
from contractctl.mockserver.answers import Answer
from contractctl.mockserver.connection import Connection, Patience
from contractctl.mockserver.contracts import Contracts
from contractctl.mockserver.cors import cors_lines
from contractctl.mockserver.delivery import Outlet
from contractctl.mockserver.exchange import Opened
from contractctl.mockserver.listening import BACKLOG, bind
from contractctl.mockserver.messages import Pending
from contractctl.mockserver.requests import Request
from contractctl.mockserver.tls import HANDSHAKE_SECONDS, tls_context
from contractctl.mockserver.workers import SIGNALS, Workers

if TYPE_CHECKING:
    import ssl

    from contractctl.mockserver.waiting import WaitingThread

_STDOUT = 1
_MOST_CONNECTIONS = 10_000
_LAST_CALL_SECONDS = 0.1
_DRAIN_SECONDS = 10
_PATIENCE = Patience()
_LAST_WORDS_SECONDS = 1
"""How long the end waits for what is to be written to a memory that others see."""


class Server:
    """One process that serves contracts. `patience` is how long it waits for clients."""

    def __init__(self, contracts: Contracts, loop: asyncio.AbstractEventLoop, patience: Patience = _PATIENCE) -> None:
        self.tick = 0
        self.patience = patience
        self.draining = False
        self._loop = loop
        self._contracts = contracts
        self.begin = contracts.begin
        self.waiting = contracts.runtime.memory.is_shared
        self._observer = contracts.runtime.observer
        self._observes = not contracts.runtime.is_divided
        self._thread = _waiting_thread(loop) if self.waiting else None
        self._log = AccessLog(contracts.settings.log, loop, self._observer)
        # Where no log is written, a request has one call less.
        is_quiet = contracts.settings.log == "none" and self._observes
        self.log: Callable[[Pending, Answer, float], None] = self._observer.note if is_quiet else self._note
        self._connections: set[Connection] = set()
        self._writing: asyncio.Future[None] | None = None
        self._observer.connections = self._connections
        self._observer.busy = self._count_busy
        self._unflushed: list[Outlet] = []
        self._room = _room_for_connections()
        self._stopped = asyncio.Event()
        self._read_clock()

    # What a connection needs

    def final_lines(self, request: Request | None, answer: Answer) -> bytes:
        """Return the header lines that every answer ends with: CORS and Date."""
        allowed = self._contracts.origins
        if not (self._contracts.allows_origins(request) if allowed is None else allowed):
            return self._date
        origin = request.headers.get(b"origin") if request else None
        if origin is None and not answer.exposed:
            return self._usual_lines
        return cors_lines(origin, answer.exposed) + self._date

    def _note(self, pending: Pending, answer: Answer, began: float) -> None:
        if self._observes:
            self._observer.note(pending, answer, began)
        self._log.note(pending.request, answer, time.perf_counter() - began, self._time)

    def submit(self, opened: Opened) -> asyncio.Future[Answer]:
        """Answer a request that is complete in the one thread that may wait for others."""
        assert self._thread is not None
        return self._thread.submit(opened.complete)

    def joined(self, connection: Connection) -> bool:
        """Take a connection in; False when there are too many."""
        self._connections.add(connection)
        return len(self._connections) <= self._room

    def left(self, connection: Connection) -> None:
        """Forget a connection."""
        self._connections.discard(connection)
        if self.draining and not self._connections:
            self._stopped.set()

    def flush_soon(self, outlet: Outlet) -> None:
        """Have an outlet flush once all that can be read now was read."""
        if not self._unflushed:
            self._loop.call_soon(self._flush)
        self._unflushed.append(outlet)

    def _flush(self) -> None:
        outlets, self._unflushed = self._unflushed, []
        for outlet in outlets:
            outlet.flush()

    # The run

    async def run(self, sockets: Sequence[socket.socket], context: ssl.SSLContext | None, lifeline: int | None) -> None:
        """Serve until SIGTERM or SIGINT, or until `lifeline` ends, then finish what runs; a second time ends that too.

        Without a lifeline nobody else says that the server is there, so that it says so itself.
        """
        # PID 1 ignores a signal without a handler.
        stop = asyncio.Event()
        self._loop.add_signal_handler(signal.SIGTERM, self._on_signal, stop)
        if lifeline is None:
            self._loop.add_signal_handler(signal.SIGINT, self._on_signal, stop)
        else:
            self._loop.add_reader(lifeline, self._on_orphaned, lifeline, stop)
        handshake = HANDSHAKE_SECONDS if context else None
        servers = [
            await self._loop.create_server(
                lambda: Connection(self), sock=one, backlog=BACKLOG, ssl=context, ssl_handshake_timeout=handshake
            )
            for one in sockets
        ]
        # Of the interpreter and not of the loop: it runs before a request is read that was sent after the signal, so
        # that whoever waited for the new contract gets it.
        signal.signal(signal.SIGHUP, lambda *_: self._reload())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        self._reload()  # what was replaced before somebody listened
        if lifeline is None:
            announce(self._contracts, sockets)
            if self._thread is not None:
                self._thread.submit(self._contracts.runtime.warn_of_memory)
        gc.freeze()
        gc.enable()
        self._sweeper = self._loop.call_later(1, self._sweep)
        await stop.wait()
        await self._drain(servers)
        self._sweeper.cancel()
        self._contracts.runtime.close()
        if self._thread is not None:
            await asyncio.wait([self._thread.submit(self._observer.settle())], timeout=_LAST_WORDS_SECONDS)
        self._log.flush()

    def _reload(self) -> None:
        self._contracts.reload()
        self.begin = self._contracts.begin

    def _on_signal(self, stop: asyncio.Event) -> None:
        if self.draining:
            self._stopped.set()
        self.draining = True
        stop.set()

    def _on_orphaned(self, lifeline: int, stop: asyncio.Event) -> None:
        self._loop.remove_reader(lifeline)
        self._on_signal(stop)

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

    def _sweep(self) -> None:
        self.tick += 1
        self._read_clock()
        for connection in [*self._connections]:
            connection.sweep(self.tick)
        self._keep_observed()
        self._sweeper = self._loop.call_later(1, self._sweep)

    def _keep_observed(self) -> None:
        """Write what came together to a memory that others see, too; keep the rest within bounds."""
        if self._thread is not None:
            if self._writing is None or self._writing.done():
                self._writing = self._thread.submit(self._observer.settle())
        elif self._observes:
            self._observer.sweep()

    def _count_busy(self) -> int:
        return sum(connection.is_busy for connection in self._connections)

    def _read_clock(self) -> None:
        now = time.gmtime()
        self._date = time.strftime("Date: %a, %d %b %Y %H:%M:%S GMT\r\n", now).encode("ascii")
        self._usual_lines = cors_lines(None, b"") + self._date
        self._time = time.strftime("%Y-%m-%dT%H:%M:%SZ", now)


def _waiting_thread(loop: asyncio.AbstractEventLoop) -> WaitingThread:
    from contractctl.mockserver.waiting import WaitingThread

    return WaitingThread(loop)


def _room_for_connections() -> int:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _MOST_CONNECTIONS if files == resource.RLIM_INFINITY else min(_MOST_CONNECTIONS, max(files - 32, 16))


def announce(contracts: Contracts, sockets: Sequence[socket.socket]) -> None:
    """Say on stdout what is served, and where."""
    text = contracts.banner(sockets[0].getsockname()[1])
    with contextlib.suppress(OSError):  # nobody has to listen
        os.write(_STDOUT, text.encode("utf-8", "backslashreplace"))


def serve(contracts: Contracts) -> None:
    """Serve until told to stop. Raise SettingError for a certificate that cannot be used, BindError without a port."""
    settings = contracts.settings
    context = tls_context(settings)
    sockets = bind(settings)

    async def run(lifeline: int | None) -> None:
        await Server(contracts, asyncio.get_running_loop()).run(sockets, context, lifeline)

    def work(lifeline: int | None) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(lifeline))

    if settings.workers == 1:
        work(None)
    else:
        contracts.runtime.warn_of_memory()
        Workers(settings.workers, sockets, work, contracts.reload).run(lambda: announce(contracts, sockets))
