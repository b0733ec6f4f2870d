"""One connection: the loop moves bytes, and requests are answered in the order in which they came."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Final, Protocol

from contractctl.mockserver.answers import Answer, problem
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.messages import BODY, DROPPED, HEAD, IDLE, Messages, Pending, Service

_SLICE: Final = 16 << 10
_BATCH: Final = 64 << 10
_MOST_UNPARSED: Final = 64 << 10
"""Bytes that are taken in while an answer is held back; reading on tells when the client goes away."""
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_CLOSE: Final = b"Connection: close\r\n"
_KEEP_ALIVE: Final = b"Connection: keep-alive\r\n"

IDLE_SECONDS = 75
"""How long a connection may wait for its next request."""
HEAD_SECONDS = 15
"""How long a request's head may take."""
BODY_SECONDS = 60
"""How long a request's body may take, and how long a client may leave an answer unread."""
BODY_PACE = 16 << 10
"""Bytes a second at which a body may take longer."""
LINGER_SECONDS = 2
"""How long bytes are read and dropped after a refusal, so that the sender sees it and no reset."""


class Host(Service, Protocol):
    """What a connection needs of its server besides answers."""

    def joined(self, connection: Connection) -> bool:
        """Take a connection in; False when there are too many."""

    def left(self, connection: Connection) -> None:
        """Forget a connection."""

    def flush_soon(self, connection: Connection) -> None:
        """Have a connection flush once all that can be read now was read."""


class Connection(Messages, asyncio.Protocol):
    """A client's connection. Memory is bounded by the limits of head and body and by what the client leaves unread."""

    __slots__ = ("_ended", "_held", "_host_server", "_outgoing", "_paused", "_transport", "_unparsed", "_unsent")

    def __init__(self, server: Host) -> None:
        super().__init__(server)
        self._host_server = server
        self._unparsed = b""
        self._outgoing: list[bytes] = []
        self._unsent = 0
        self._held: asyncio.TimerHandle | None = None
        self._paused = False
        self._ended = False

    # The loop's side

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # TCP always has this one
        """Begin."""
        self._transport = transport
        if not self._host_server.joined(self):
            self._refuse(problem(503, "too many connections"))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (the loop's signature)
        """End; what was waiting is dropped."""
        self._forget()
        self._host_server.left(self)

    def data_received(self, data: bytes) -> None:
        """Parse and answer."""
        if self._phase == DROPPED:
            return
        if self._unparsed or self._held is not None or len(data) > _SLICE:
            self._take(self._unparsed + data)
            return
        self.feed(data)
        self._answer_queue()

    def eof_received(self) -> bool:
        """Keep the way back open while answers are due."""
        self._ended = True
        self.flush()
        return bool(self._queue) or bool(self._unparsed) or self._held is not None

    def pause_writing(self) -> None:
        """Stop reading from a client that does not read."""
        self._paused = True
        self._since = self._service.tick
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on where the client stopped."""
        self._paused = False
        self._since = self._service.tick
        self._go_on()

    # In between

    def _take(self, data: bytes) -> None:
        """Parse in slices, answer after each, and stop while the client does not read or an answer is held back."""
        start = 0
        while start < len(data) and not self._paused and self._held is None and self._phase != DROPPED:
            self.feed(data[start : start + _SLICE])
            start += _SLICE
            self._answer_queue()
            self.flush()
        self._unparsed = b"" if self._phase == DROPPED else data[start:]
        if self._held is not None and len(self._unparsed) > _MOST_UNPARSED:
            self._transport.pause_reading()

    def _go_on(self) -> None:
        """Take up what waited for the client, or for an answer that was held back."""
        if self._phase != DROPPED and self._held is None:
            self._answer_queue()
            if self._unparsed and not self._paused and self._held is None:
                self._take(self._unparsed)
        if self._paused or self._held is not None or self._transport.is_closing():
            return
        self.flush()
        if self._ended and not self._queue:
            self._transport.close()
        else:
            self._transport.resume_reading()

    def _answer_queue(self) -> None:
        """Answer what is complete, in order; stop after a closing answer, or when the client does not read."""
        queue = self._queue
        if queue:
            out: list[bytes] = []
            size = 0
            while queue and not self._paused:
                pending = queue.popleft()
                began = perf_counter() if self._service.logging else 0.0
                answer = self._answer_to(pending)
                if answer.delay > 0:
                    self._write(out)
                    self._hold(pending, answer, began)
                    return
                size += self._append(out, pending, answer, began)
                if not pending.keep_alive or self._service.draining:
                    self._write(out)
                    self._finish(pending)
                    return
                if size > _BATCH:
                    self._write(out)
                    self.flush()
                    out, size = [], 0
            self._write(out)
        if self._phase == BODY and not queue and self._current is not None:
            self._answer_early(self._current)

    def _answer_early(self, pending: Pending) -> None:
        """Refuse at once what must not be read on; ask for the body where the client waits."""
        opened = pending.opened
        if not isinstance(opened, Answer):
            if self._expects and not self._body_bytes:
                self._write([_CONTINUE])
            self._expects = False
        elif self._expects or opened.status == 413 or not pending.keep_alive:
            pending.keep_alive = False
            self._current = None
            self._queue.append(pending)
            self._answer_queue()

    def _answer_to(self, pending: Pending) -> Answer:
        opened = pending.opened
        if opened is None:
            assert pending.request is not None
            opened = pending.opened = self.begin(pending.request)
        return self.complete(opened) if isinstance(opened, Exchange) else opened

    def _append(self, out: list[bytes], pending: Pending, answer: Answer, began: float) -> int:
        """Append an answer's bytes and return how many they are."""
        request = pending.request
        out.append(answer.head)
        out.append(self._service.final_lines(request, answer))
        if not pending.keep_alive or self._service.draining:
            out.append(_CLOSE)
        elif pending.old:
            out.append(_KEEP_ALIVE)
        out.append(b"\r\n")
        if request is None or request.method != "HEAD":
            out.append(answer.body)
        if self._service.logging:
            self._service.log(request, answer, perf_counter() - began)
        return len(answer.head) + len(answer.body)

    def _hold(self, pending: Pending, answer: Answer, began: float) -> None:
        """Send this answer later; those behind it wait, and so does what the client sends."""
        loop = asyncio.get_running_loop()
        self._held = loop.call_later(answer.delay, self._release, pending, answer, began)

    def _release(self, pending: Pending, answer: Answer, began: float) -> None:
        self._held = None
        self._since = self._service.tick
        out: list[bytes] = []
        self._append(out, pending, answer, began)
        self._write(out)
        if not pending.keep_alive or self._service.draining:
            self._finish(pending)
        self._go_on()

    def _write(self, out: list[bytes]) -> None:
        """Send bytes soon, with those of other connections.

        A client that waits has to be woken, which takes the system longer than an answer takes us: one that finds
        several answers is woken once.
        """
        if out:
            if not self._outgoing:
                self._host_server.flush_soon(self)
            self._outgoing += out

    def flush(self) -> None:
        """Hand over to the system what there is to send."""
        if not self._outgoing:
            return
        out, self._outgoing = self._outgoing, []
        # A large body is not copied: however many clients leave it unread, it is there once.
        if len(out[-1]) > _BATCH:
            self._transport.writelines(out)
        else:
            self._transport.write(b"".join(out))

    def _refuse(self, answer: Answer) -> None:
        pending = Pending(None, answer, keep_alive=False)
        out: list[bytes] = []
        self._append(out, pending, answer, perf_counter())
        self._write(out)
        self._finish(pending)

    def _finish(self, last: Pending) -> None:
        """End after the last answer: at once, or, when the client may be sending still, after it was heard out."""
        polite = last.request is not None and isinstance(last.opened, Exchange)
        self.flush()
        self._forget()
        self._since = self._service.tick
        if polite or self._ended:
            self._transport.close()
        elif self._transport.can_write_eof():
            self._transport.write_eof()

    def _forget(self) -> None:
        self._phase = DROPPED
        self._queue.clear()
        self._current = None
        self._chunks = []
        self._unparsed = b""
        self._outgoing = []
        if self._held is not None:
            self._held.cancel()
            self._held = None

    # The sweep's side

    def sweep(self, tick: int) -> None:
        """End what has waited too long. Called once a second."""
        self.flush()
        waited = tick - self._since
        if self._phase == DROPPED:
            self._sweep_dropped(tick, waited)
        elif self._held is not None:
            return
        elif self._paused:
            if waited > BODY_SECONDS:
                self._transport.abort()
        elif self._phase == IDLE:
            if waited > IDLE_SECONDS:
                self._forget()
                self._since = tick
                self._transport.close()
        elif waited > (HEAD_SECONDS if self._phase == HEAD else BODY_SECONDS + self._body_bytes // BODY_PACE):
            self._refuse(problem(408, "the request took too long"))

    def _sweep_dropped(self, tick: int, waited: int) -> None:
        """Wait for who reads slowly, as long as something moves; then for who may be sending still; then no more."""
        unsent = self._transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self._since = unsent, tick
        elif waited > (BODY_SECONDS if unsent else LINGER_SECONDS):
            self._transport.abort()

    def drain(self) -> None:
        """Let a request that runs come to its end, and close at once where none does."""
        self.flush()
        if self._phase == IDLE and not self._queue and not self._unparsed and self._held is None:
            self._transport.close()

    def abort(self) -> None:
        """Close without waiting."""
        self._transport.abort()
