"""How answers are delivered: together with those of other connections, held back, or as badly as was asked for."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from contractctl.mockserver.answers import Answer, Delivery
from contractctl.mockserver.exchange import Opened
from contractctl.mockserver.messages import Pending, Service, broken

BATCH: Final = 64 << 10
"""Bytes that are put together before they are sent, and the most of a body that is copied for it."""
DRIPS: Final = 20
"""Pieces in which a body comes that drips, at most."""
_CLOSE: Final = b"Connection: close\r\n"
_KEEP_ALIVE: Final = b"Connection: keep-alive\r\n"


class Sender(Service, Protocol):
    """What delivery needs of the server."""

    def flush_soon(self, outlet: Outlet) -> None:
        """Have an outlet flush once all that can be read now was read."""


class Outlet:
    """The way out of one connection."""

    __slots__ = ("_transport", "_waiting", "server")

    def __init__(self, server: Sender, transport: asyncio.Transport) -> None:
        self.server = server
        self._transport = transport
        self._waiting: list[bytes] = []

    def append(self, out: list[bytes], pending: Pending, answer: Answer, began: float) -> int:
        """Append an answer's bytes, the body last, and return how many they are. From here on it is known as given."""
        request = pending.request
        server = self.server
        out.append(answer.head)
        out.append(server.final_lines(request, answer))
        if not pending.keep_alive or server.draining:
            out.append(_CLOSE)
        elif pending.old:
            out.append(_KEEP_ALIVE)
        out.append(b"\r\n")
        if request is None or request.method != "HEAD":
            out.append(answer.body)
        server.log(pending, answer, began)
        return len(answer.head) + len(answer.body)

    def write(self, out: list[bytes]) -> None:
        """Send bytes soon, with those of other connections.

        A client that waits has to be woken, which takes the system longer than an answer takes us: one that finds
        several answers is woken once.
        """
        if out:
            if not self._waiting:
                self.server.flush_soon(self)
            self._waiting += out

    def flush(self) -> None:
        """Hand over to the system what there is to send; nothing to a client that has gone before we are told."""
        out, self._waiting = self._waiting, []
        if not out or self._transport.is_closing():
            return
        # A large body is not copied: however many clients leave it unread, it is there once.
        if len(out[-1]) > BATCH:
            self._transport.writelines(out)
        else:
            self._transport.write(b"".join(out))

    def discard(self) -> None:
        """Forget what was not handed over yet."""
        self._waiting = []

    def close(self) -> None:
        """End the connection once the client has read what was handed over."""
        self._transport.close()

    def reset(self) -> None:
        """End the connection with a reset: TCP sends one where nothing may linger."""
        linger = struct.pack("ii", 1, 0)
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._transport.abort()


class Client(Protocol):
    """What an answer that comes later needs of its connection."""

    def answered(self, pending: Pending) -> None:
        """Go on after it was sent whole."""

    def cut_off(self) -> None:
        """Forget all that the client still waits for: the connection is about to end."""


class Deferred:
    """One answer that is not sent at once and whole. Those behind it wait, and so does what the client sends."""

    __slots__ = ("_awaited", "_began", "_client", "_due", "_outlet", "_pending")

    def __init__(self, client: Client, outlet: Outlet, pending: Pending, began: float) -> None:
        self._client = client
        self._outlet = outlet
        self._pending = pending
        self._began = began
        self._awaited: asyncio.TimerHandle | asyncio.Future[Answer] | None = None
        self._due: Callable[[], None] | None = None

    def make(self, opened: Opened) -> None:
        """Have the answer made outside of the loop, and send it."""
        self._awaited = coming = self._outlet.server.submit(opened)
        coming.add_done_callback(self._arrived)

    def hold(self, answer: Answer, delivery: Delivery) -> None:
        """Send the answer when its delay has passed."""
        self._at(delivery.delay, partial(self._release, answer))

    def hasten(self) -> None:
        """Send now what only waits for its time."""
        if self._due is not None and self._awaited is not None:
            self._awaited.cancel()
            self._due()

    def cancel(self) -> None:
        """Send nothing any more."""
        self._due = None
        if self._awaited is not None:
            self._awaited.cancel()

    def _at(self, seconds: float, due: Callable[[], None]) -> None:
        """Do what is due in so many seconds, or as soon as the server ends."""
        self._due = due
        self._awaited = asyncio.get_running_loop().call_later(0 if self._outlet.server.draining else seconds, due)

    def _arrived(self, coming: asyncio.Future[Answer]) -> None:
        if coming.cancelled():
            return
        error = coming.exception()
        answer = coming.result() if error is None else broken(error)
        if answer.delivery is not None and answer.delivery.is_due_later:
            self.hold(answer, answer.delivery)
        else:
            self._release(answer)

    def _release(self, answer: Answer) -> None:
        if answer.delivery is not None and answer.delivery.fault:
            self._spoil(answer, answer.delivery)
            return
        self._outlet.write(self._bytes_of(answer))
        self._client.answered(self._pending)

    def _bytes_of(self, answer: Answer) -> list[bytes]:
        out: list[bytes] = []
        self._outlet.append(out, self._pending, answer, self._began)
        return out

    def _spoil(self, answer: Answer, delivery: Delivery) -> None:
        """Deliver an answer as badly as was asked for. Of one without a body nothing can be cut off, or come slowly."""
        request, body = self._pending.request, answer.body
        is_bare = not body or (request is not None and request.method == "HEAD")
        if is_bare and delivery.fault == "drip":
            whole = Answer(answer.status, answer.head, body, answer.exposed)
            self._at(delivery.seconds, partial(self._release, whole))
            return
        out = self._bytes_of(answer)
        if is_bare or delivery.fault == "reset":
            self._client.cut_off()
            self._outlet.reset()
        elif delivery.fault == "truncate":
            self._outlet.write([*out[:-1], body[: len(body) // 2]])
            self._outlet.flush()
            self._client.cut_off()
            self._outlet.close()
        else:
            self._outlet.write(out[:-1])
            step = -(-len(body) // DRIPS)
            pause = delivery.seconds / -(-len(body) // step)
            self._at(pause, partial(self._drip, body, step, pause))

    def _drip(self, rest: bytes, step: int, pause: float) -> None:
        """Send the next piece, or all that is left when the server ends."""
        size = len(rest) if self._outlet.server.draining else step
        self._outlet.write([rest[:size]])
        if len(rest) > size:
            self._at(pause, partial(self._drip, rest[size:], step, pause))
        else:
            self._client.answered(self._pending)
