"""One connection: llhttp parses, the loop moves bytes, and requests are answered in the order in which they came."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from enum import Enum
from time import perf_counter
from typing import Protocol

import httptools

from contractctl.mockserver.answers import Answer, problem
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.framing import (
    LARGEST_HEAD,
    LONGEST_TARGET,
    framing_fault,
    head_too_large,
    malformed,
    target_too_long,
)
from contractctl.mockserver.requests import Request

_SLICE = 16 << 10
_BATCH = 64 << 10
_PATIENCE = 256 << 10
"""Bytes of a body that are read and dropped to keep the connection of a refused request."""
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_CLOSE = b"Connection: close\r\n"
_KEEP_ALIVE = b"Connection: keep-alive\r\n"

IDLE_SECONDS = 75
"""How long a connection may wait for its next request."""
HEAD_SECONDS = 15
"""How long a request's head may take."""
BODY_SECONDS = 60
"""How long a request's body may take, and how long a client may leave an answer unread."""
LINGER_SECONDS = 2
"""How long bytes are read and dropped after a refusal, so that the sender sees it and no reset."""


class Service(Protocol):
    """What a connection needs of its server."""

    tick: int
    """Seconds since the start, counted by the sweep."""
    draining: bool

    def begin(self, request: Request) -> Exchange | Answer:
        """Check what needs no body."""

    def complete(self, exchange: Exchange) -> Answer:
        """Answer a request that is complete."""

    def too_large(self, exchange: Exchange) -> Answer:
        """Refuse a body over its limit."""

    def final_lines(self, request: Request | None, answer: Answer) -> bytes:
        """Return the header lines that every answer ends with: CORS and Date."""

    def log(self, request: Request | None, answer: Answer, seconds: float) -> None:
        """Note an answer; `request` is None where none was understood."""

    def joined(self, connection: Connection) -> bool:
        """Take a connection in; False when there are too many."""

    def left(self, connection: Connection) -> None:
        """Forget a connection."""


class Phase(Enum):
    """What the client is sending."""

    IDLE = 0
    HEAD = 1
    BODY = 2
    DROPPED = 3
    """Whatever it is, it is read and forgotten."""


@dataclass(slots=True)
class Pending:
    """A request that came in, or a refusal of what was none, with what is known of its answer."""

    request: Request | None
    opened: Exchange | Answer | None
    keep_alive: bool
    old: bool = False
    """The client speaks HTTP/1.0, and has to be told that the connection stays."""


class Connection(asyncio.Protocol):
    """A client's connection. Memory is bounded by the limits of head and body and by what the client leaves unread."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._phase = Phase.IDLE
        self._since = service.tick
        self._head_bytes = 0
        self._target = b""
        self._headers: dict[bytes, bytes] = {}
        self._repeated: frozenset[bytes] = frozenset()
        self._chunks: list[bytes] = []
        self._body_bytes = 0
        self._current: Pending | None = None
        self._expects = False
        self._queue: deque[Pending] = deque()
        self._unparsed = b""
        self._paused = False
        self._ended = False

    # The loop's side

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # TCP always has this one
        """Begin."""
        self._transport = transport
        self._parser = httptools.HttpRequestParser(self)
        if not self._service.joined(self):
            self._refuse(problem(503, "too many connections"))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (the loop's signature)
        """End; what was waiting is dropped."""
        self._phase = Phase.DROPPED
        self._queue.clear()
        self._service.left(self)

    def data_received(self, data: bytes) -> None:
        """Parse in slices, answer after each, and stop while the client does not read."""
        if self._is_dropped():
            return
        if self._unparsed:
            data = self._unparsed + data
        start = 0
        while start < len(data) and not self._paused and not self._is_dropped():
            part = data if len(data) <= _SLICE else data[start : start + _SLICE]
            start += len(part)
            self._feed(part)
            self._answer_queue()
        self._unparsed = b"" if self._is_dropped() else data[start:]

    def eof_received(self) -> bool:
        """Keep the way back open while answers are due."""
        self._ended = True
        return bool(self._queue) or bool(self._unparsed)

    def pause_writing(self) -> None:
        """Stop reading from a client that does not read."""
        self._paused = True
        self._since = self._service.tick
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on where the client stopped."""
        self._paused = False
        self._since = self._service.tick
        self._answer_queue()
        if self._unparsed and not self._paused and not self._is_dropped():
            self.data_received(b"")
        if self._paused:
            return
        if self._ended and not self._queue:
            self._transport.close()
        elif not self._transport.is_closing():
            self._transport.resume_reading()

    # llhttp's side

    def on_message_begin(self) -> None:
        """Start a head."""
        self._phase = Phase.HEAD
        self._since = self._service.tick
        self._head_bytes = 0
        self._target = b""
        self._headers = {}
        self._repeated = frozenset()
        self._expects = False

    def on_url(self, url: bytes) -> None:
        """Take a piece of the target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers come after the head and are passed over."""
        if self._phase is not Phase.HEAD:
            return
        name = name.lower()
        if name in self._headers:
            self._repeated |= {name}
            value = self._headers[name] + (b"; " if name == b"cookie" else b", ") + value
        self._headers[name] = value

    def on_headers_complete(self) -> None:
        """Judge the head, before any body is read."""
        parser, headers = self._parser, self._headers
        version = parser.get_http_version()
        has_body = b"transfer-encoding" in headers or headers.get(b"content-length", b"0").strip(b"0") != b""
        request = Request(parser.get_method().decode("ascii"), self._target, headers, self._repeated, has_body)
        keep_alive = parser.should_keep_alive() and not parser.should_upgrade() and request.method != "CONNECT"
        pending = Pending(request, None, keep_alive, old=version == "1.0")
        fault = framing_fault(request, version)
        if fault is not None:
            pending.opened, pending.keep_alive = fault, False
        elif has_body:
            pending.opened = self._begin(request)
            self._expects = headers.get(b"expect", b"").lower() == b"100-continue"
        self._current = pending
        self._chunks = []
        self._body_bytes = 0
        self._since = self._service.tick
        self._phase = Phase.BODY

    def on_body(self, data: bytes) -> None:
        """Take a piece of the body, up to the operation's limit."""
        pending = self._current
        if pending is None:
            return
        self._body_bytes += len(data)
        if not isinstance(pending.opened, Exchange):
            pending.keep_alive = pending.keep_alive and self._body_bytes <= _PATIENCE
        elif self._body_bytes > pending.opened.limit:
            pending.opened = self._service.too_large(pending.opened)
            self._chunks = []
        else:
            self._chunks.append(data)

    def on_message_complete(self) -> None:
        """Queue the request."""
        if self._current is None:
            return
        if self._chunks and self._current.request is not None:
            self._current.request.body = b"".join(self._chunks)
            self._chunks = []
        self._queue.append(self._current)
        self._current = None
        self._phase = Phase.IDLE

    # In between

    def _is_dropped(self) -> bool:
        return self._phase is Phase.DROPPED

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            return
        except httptools.HttpParserCallbackError as error:
            self._queue.append(Pending(None, _broken(error), keep_alive=False))
            return
        except httptools.HttpParserError as error:
            self._queue.append(Pending(None, malformed(str(error)), keep_alive=False))
            return
        if self._phase is Phase.HEAD:
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD:
                self._queue.append(Pending(None, head_too_large(), keep_alive=False))
            elif len(self._target) > LONGEST_TARGET:
                self._queue.append(Pending(None, target_too_long(), keep_alive=False))

    def _answer_queue(self) -> None:
        """Answer what is complete, in order; stop after a closing answer, or when the client does not read."""
        out: list[bytes] = []
        size = 0
        while self._queue and not self._paused:
            pending = self._queue.popleft()
            size += self._answer(pending, out)
            if not pending.keep_alive or self._service.draining:
                self._write(out)
                self._finish(polite=pending.request is not None and isinstance(pending.opened, Exchange))
                return
            if size > _BATCH:
                self._write(out)
                out, size = [], 0
        self._write(out)
        if self._phase is Phase.BODY and self._current is not None and not self._queue:
            self._answer_early(self._current)

    def _answer_early(self, pending: Pending) -> None:
        """Refuse at once what must not be read on; ask for the body where the client waits."""
        if not isinstance(pending.opened, Answer):
            if self._expects and not self._body_bytes:
                self._transport.write(_CONTINUE)
            self._expects = False
        elif self._expects or pending.opened.status == 413 or not pending.keep_alive:
            pending.keep_alive = False
            out: list[bytes] = []
            self._answer(pending, out)
            self._write(out)
            self._finish(polite=False)

    def _answer(self, pending: Pending, out: list[bytes]) -> int:
        """Append an answer's bytes and return how many they are."""
        began = perf_counter()
        request = pending.request
        opened = pending.opened
        if opened is None and request is not None:
            opened = pending.opened = self._begin(request)
        answer = self._complete(opened) if isinstance(opened, Exchange) else opened
        assert answer is not None
        out.append(answer.head)
        out.append(self._service.final_lines(request, answer))
        if not pending.keep_alive or self._service.draining:
            out.append(_CLOSE)
        elif pending.old:
            out.append(_KEEP_ALIVE)
        out.append(b"\r\n")
        if request is None or request.method != "HEAD":
            out.append(answer.body)
        self._service.log(request, answer, perf_counter() - began)
        return len(answer.head) + len(answer.body)

    def _begin(self, request: Request) -> Exchange | Answer:
        try:
            return self._service.begin(request)
        except Exception as error:
            return _broken(error)

    def _complete(self, exchange: Exchange) -> Answer:
        try:
            return self._service.complete(exchange)
        except Exception as error:
            return _broken(error)

    def _write(self, out: list[bytes]) -> None:
        if out:
            self._transport.write(b"".join(out))

    def _refuse(self, answer: Answer) -> None:
        out: list[bytes] = []
        self._answer(Pending(None, answer, keep_alive=False), out)
        self._write(out)
        self._finish(polite=False)

    def _finish(self, *, polite: bool) -> None:
        """End after the last answer: at once, or, when the client may be sending still, after it was heard out."""
        self._phase = Phase.DROPPED
        self._since = self._service.tick
        self._queue.clear()
        self._current = None
        self._chunks = []
        if polite or self._ended or not self._transport.can_write_eof():
            self._transport.close()
        else:
            self._transport.write_eof()

    # The sweep's side

    def sweep(self, tick: int) -> None:
        """End what has waited too long. Called once a second."""
        waited = tick - self._since
        if self._phase is Phase.DROPPED:
            if waited > LINGER_SECONDS:
                self._transport.abort()
        elif self._paused:
            if waited > BODY_SECONDS:
                self._transport.abort()
        elif self._phase is Phase.IDLE:
            if waited > IDLE_SECONDS:
                self._transport.close()
        elif waited > (HEAD_SECONDS if self._phase is Phase.HEAD else BODY_SECONDS):
            self._refuse(problem(408, "the request took too long"))

    def drain(self) -> None:
        """Let a request that runs come to its end, and close at once where none does."""
        if self._phase in {Phase.IDLE, Phase.DROPPED} and not self._queue and not self._unparsed:
            self._transport.close()

    def abort(self) -> None:
        """Close without waiting."""
        self._transport.abort()


def _broken(error: BaseException) -> Answer:
    from traceback import print_exception

    print_exception(error.__context__ if isinstance(error, httptools.HttpParserCallbackError) else error)
    return problem(500, "the mock server has a bug; its log has the details")
