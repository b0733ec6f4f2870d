"""One connection: requests are read from it, and answered in the order in which they came."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Final, Protocol

from contractctl.mockserver.answers import Answer, problem
from contractctl.mockserver.delivery import BATCH, Deferred, Outlet, Sender
from contractctl.mockserver.exchange import Opened
from contractctl.mockserver.messages import BODY, DROPPED, HEAD, IDLE, Messages, Pending
from contractctl.mockserver.record import record

_SLICE: Final = 16 << 10
_MOST_UNPARSED: Final = 64 << 10
"""Bytes that are taken in while an answer is held back; reading on tells when the client goes away."""
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

BODY_PACE: Final = 16 << 10
"""Bytes a second at which a body may take longer."""


@record
class Patience:
    """For how many seconds a connection waits, each time anew.

    `head` and `body` are for a request to come in, `idle` for the next one, `unread` for a client that reads nothing of
    its answers. `linger` is how long bytes are read and dropped after a refusal: the sender sees it then, and no reset.
    """

    head: int = 15
    body: int = 60
    unread: int = 60
    idle: int = 75
    linger: int = 2


class Host(Sender, Protocol):
    """What a connection needs of its server besides answers."""

    patience: Patience

    def joined(self, connection: Connection) -> bool:
        """Take a connection in; False when there are too many."""

    def left(self, connection: Connection) -> None:
        """Forget a connection."""


class Connection(Messages, asyncio.Protocol):
    """A client's connection. Memory is bounded by the limits of head and body and by what the client leaves unread."""

    __slots__ = (
        "_deferred",
        "_ended",
        "_host_server",
        "_outlet",
        "_paused",
        "_transport",
        "_unparsed",
        "_unsent",
    )

    def __init__(self, server: Host) -> None:
        super().__init__(server)
        self._host_server = server
        self._unparsed = b""
        self._unsent = 0
        self._deferred: Deferred | None = None
        self._paused = False
        self._ended = False

    @property
    def is_busy(self) -> bool:
        """Whether an answer is waited for, or held back."""
        return self._deferred is not None

    # The loop's side

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # TCP always has this one
        """Begin."""
        self._transport = transport
        self._outlet = Outlet(self._host_server, transport)
        if peer := transport.get_extra_info("peername"):
            self._address = str(peer[0])
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
        if self._unparsed or self._deferred is not None or len(data) > _SLICE:
            self._take(self._unparsed + data)
            return
        self.feed(data)
        self._answer_queue()

    def eof_received(self) -> bool:
        """Keep the way back open while answers are due."""
        self._ended = True
        self._outlet.flush()
        return bool(self._queue) or bool(self._unparsed) or self._deferred is not None

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
        while start < len(data) and not self._paused and self._deferred is None and self._phase != DROPPED:
            self.feed(data[start : start + _SLICE])
            start += _SLICE
            self._answer_queue()
            self._outlet.flush()
        self._unparsed = b"" if self._phase == DROPPED else data[start:]
        if self._deferred is not None and len(self._unparsed) > _MOST_UNPARSED:
            self._transport.pause_reading()

    def _go_on(self) -> None:
        """Take up what waited for the client, or for an answer that was held back."""
        if self._phase != DROPPED and self._deferred is None:
            self._answer_queue()
            if self._unparsed and not self._paused and self._deferred is None:
                self._take(self._unparsed)
        if self._paused or self._deferred is not None or self._transport.is_closing():
            return
        if self._ended and not self._queue:
            self._outlet.flush()
            self._transport.close()
        else:
            self._transport.resume_reading()

    def _answer_queue(self) -> None:
        """Answer what is complete, in order; stop after a closing answer, or when the client does not read."""
        queue = self._queue
        if queue:
            outlet = self._outlet
            out: list[bytes] = []
            size = 0
            while queue and not self._paused:
                pending = queue.popleft()
                began = perf_counter()
                if self._service.waiting and (opened := self._waiting_in(pending)) is not None:
                    outlet.write(out)
                    self._defer(pending, began).make(opened)
                    return
                answer = self._answer_to(pending)
                if answer.delivery is not None and answer.delivery.is_due_later:
                    outlet.write(out)
                    self._defer(pending, began).hold(answer, answer.delivery)
                    return
                size += outlet.append(out, pending, answer, began)
                if not pending.keep_alive or self._service.draining:
                    outlet.write(out)
                    self._finish(pending)
                    return
                if size > BATCH:
                    outlet.write(out)
                    outlet.flush()
                    out, size = [], 0
            outlet.write(out)
        if self._phase == BODY and not queue and self._current is not None:
            self._answer_early(self._current)

    def _answer_early(self, pending: Pending) -> None:
        """Refuse at once what must not be read on; ask for the body where the client waits."""
        opened = pending.opened
        if not isinstance(opened, Answer):
            if self._expects and not self._body_bytes:
                self._outlet.write([_CONTINUE])
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
        return opened if isinstance(opened, Answer) else self.complete(opened)

    def _waiting_in(self, pending: Pending) -> Opened | None:
        """Return a request that is not to be answered within the loop, if it is one."""
        opened = pending.opened
        if opened is None:
            assert pending.request is not None
            opened = pending.opened = self.begin(pending.request)
        return None if isinstance(opened, Answer) or not opened.waits else opened

    def _defer(self, pending: Pending, began: float) -> Deferred:
        self._deferred = deferred = Deferred(self, self._outlet, pending, began)
        return deferred

    def answered(self, pending: Pending) -> None:
        """Go on after an answer that came later, unless it was the last one."""
        self._deferred = None
        self._since = self._service.tick
        if not pending.keep_alive or self._service.draining:
            self._finish(pending)
        self._go_on()

    def cut_off(self) -> None:
        """Forget all that the client still waits for: the connection is about to end."""
        self._forget()
        self._since = self._service.tick

    def _refuse(self, answer: Answer) -> None:
        pending = Pending(None, answer, keep_alive=False)
        out: list[bytes] = []
        self._outlet.append(out, pending, answer, perf_counter())
        self._outlet.write(out)
        self._finish(pending)

    def _finish(self, last: Pending) -> None:
        """End after the last answer: at once, or, when the client may be sending still, after it was heard out."""
        polite = last.request is not None and last.opened is not None and not isinstance(last.opened, Answer)
        self._outlet.flush()
        self.cut_off()
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
        self._outlet.discard()
        if self._deferred is not None:
            self._deferred.cancel()
            self._deferred = None

    # The sweep's side

    def sweep(self, tick: int) -> None:
        """End what has waited too long. Called once a second."""
        self._outlet.flush()
        waited = tick - self._since
        patience = self._host_server.patience
        if self._phase == DROPPED:
            self._sweep_unsent(tick, waited)
        elif self._deferred is not None:
            return
        elif self._paused:
            self._sweep_unsent(tick, waited)
        elif self._phase == IDLE:
            if waited > patience.idle:
                self.cut_off()
                self._transport.close()
        elif waited > (patience.head if self._phase == HEAD else patience.body + self._body_bytes // BODY_PACE):
            self._refuse(problem(408, "the request took too long"))

    def _sweep_unsent(self, tick: int, waited: int) -> None:
        """Wait for who reads slowly, as long as something moves; then for who may be sending still; then no more."""
        patience = self._host_server.patience
        unsent = self._transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self._since = unsent, tick
        elif waited > (patience.unread if unsent else patience.linger):
            self._transport.abort()

    def drain(self) -> None:
        """Let a request that runs come to its end, and close at once where none does. What is held back is sent now."""
        self._outlet.flush()
        if self._deferred is not None:
            self._deferred.hasten()
        if self._phase == IDLE and not self._queue and not self._unparsed and self._deferred is None:
            self._transport.close()

    def abort(self) -> None:
        """Close without waiting."""
        self._transport.abort()
