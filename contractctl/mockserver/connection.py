"""One connection: the loop moves bytes, and requests are answered in the order in which they came."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Final, Protocol

from contractctl.mockserver.answers import Answer, Delivery, problem
from contractctl.mockserver.exchange import Opened
from contractctl.mockserver.messages import BODY, DROPPED, HEAD, IDLE, Messages, Pending, Service, broken

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
DRIPS: Final = 20
"""Pieces in which a body comes that drips, at most."""
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

    __slots__ = (
        "_due",
        "_ended",
        "_held",
        "_host_server",
        "_outgoing",
        "_paused",
        "_transport",
        "_unparsed",
        "_unsent",
    )

    def __init__(self, server: Host) -> None:
        super().__init__(server)
        self._host_server = server
        self._unparsed = b""
        self._outgoing: list[bytes] = []
        self._unsent = 0
        self._held: asyncio.TimerHandle | asyncio.Future[Answer] | None = None
        self._due: Callable[[], None] | None = None
        self._paused = False
        self._ended = False

    @property
    def is_busy(self) -> bool:
        """Whether an answer is waited for, or held back."""
        return self._held is not None

    # The loop's side

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # TCP always has this one
        """Begin."""
        self._transport = transport
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
        if self._ended and not self._queue:
            self.flush()
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
                began = perf_counter()
                if self._service.waiting and (opened := self._waiting_in(pending)) is not None:
                    self._write(out)
                    self._await(pending, opened, began)
                    return
                answer = self._answer_to(pending)
                if answer.delivery is not None and answer.delivery.is_due_later:
                    self._write(out)
                    self._hold(pending, answer, answer.delivery, began)
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
        return opened if isinstance(opened, Answer) else self.complete(opened)

    def _waiting_in(self, pending: Pending) -> Opened | None:
        """Return a request that is not to be answered within the loop, if it is one."""
        opened = pending.opened
        if opened is None:
            assert pending.request is not None
            opened = pending.opened = self.begin(pending.request)
        return None if isinstance(opened, Answer) or not opened.waits else opened

    def _await(self, pending: Pending, opened: Opened, began: float) -> None:
        """Have the answer made elsewhere; those behind it wait, and so does what the client sends."""
        self._held = coming = self._service.submit(opened)
        coming.add_done_callback(partial(self._arrived, pending, began))

    def _arrived(self, pending: Pending, began: float, coming: asyncio.Future[Answer]) -> None:
        if coming.cancelled():
            return
        error = coming.exception()
        answer = coming.result() if error is None else broken(error)
        if answer.delivery is not None:
            self._hold(pending, answer, answer.delivery, began)
        else:
            self._release(pending, answer, began)

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
        self._service.log(pending, answer, began)
        return len(answer.head) + len(answer.body)

    def _hold(self, pending: Pending, answer: Answer, delivery: Delivery, began: float) -> None:
        """Send this answer later; those behind it wait, and so does what the client sends."""
        self._later(delivery.delay, partial(self._release, pending, answer, began))

    def _later(self, seconds: float, due: Callable[[], None]) -> None:
        """Do what is due in so many seconds, or as soon as the server ends."""
        self._due = due
        self._held = asyncio.get_running_loop().call_later(0 if self._service.draining else seconds, due)

    def _release(self, pending: Pending, answer: Answer, began: float) -> None:
        self._held = self._due = None
        self._since = self._service.tick
        if answer.delivery is not None and answer.delivery.fault:
            self._spoil(pending, answer, answer.delivery, began)
            return
        out: list[bytes] = []
        self._append(out, pending, answer, began)
        self._write(out)
        self._complete(pending)

    def _complete(self, pending: Pending) -> None:
        """Go on after an answer that was held back, unless it was the last one."""
        if not pending.keep_alive or self._service.draining:
            self._finish(pending)
        self._go_on()

    def _spoil(self, pending: Pending, answer: Answer, delivery: Delivery, began: float) -> None:
        """Deliver an answer as badly as was asked for. Of one without a body nothing can be cut off, or come slowly."""
        is_bare = not answer.body or (pending.request is not None and pending.request.method == "HEAD")
        if is_bare and delivery.fault == "drip":
            whole = Answer(answer.status, answer.head, answer.body, answer.exposed)
            self._later(delivery.seconds, partial(self._release, pending, whole, began))
            return
        out: list[bytes] = []
        self._append(out, pending, answer, began)
        if is_bare or delivery.fault == "reset":
            self._reset()
        elif delivery.fault == "truncate":
            self._write([*out[:-1], answer.body[: len(answer.body) // 2]])
            self.flush()
            self._forget()
            self._transport.close()
        else:
            self._write(out[:-1])
            step = -(-len(answer.body) // DRIPS)
            pause = delivery.seconds / -(-len(answer.body) // step)
            self._later(pause, partial(self._drip, pending, answer.body, step, pause))

    def _drip(self, pending: Pending, rest: bytes, step: int, pause: float) -> None:
        """Send the next piece, or all that is left when the server ends."""
        self._held = self._due = None
        self._since = self._service.tick
        size = len(rest) if self._service.draining else step
        self._write([rest[:size]])
        if len(rest) > size:
            self._later(pause, partial(self._drip, pending, rest[size:], step, pause))
        else:
            self._complete(pending)

    def _reset(self) -> None:
        """End the connection with a reset: TCP sends one where nothing may linger."""
        linger = struct.pack("ii", 1, 0)
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._forget()
        self._transport.abort()

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
        """Hand over to the system what there is to send; nothing to a client that has gone before we are told."""
        out, self._outgoing = self._outgoing, []
        if not out or self._transport.is_closing():
            return
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
        polite = last.request is not None and last.opened is not None and not isinstance(last.opened, Answer)
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
            self._held = self._due = None

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
        """Let a request that runs come to its end, and close at once where none does. What is held back is sent now."""
        self.flush()
        if self._due is not None and self._held is not None:
            self._held.cancel()
            self._due()
        if self._phase == IDLE and not self._queue and not self._unparsed and self._held is None:
            self._transport.close()

    def abort(self) -> None:
        """Close without waiting."""
        self._transport.abort()
