"""From bytes to messages: what llhttp calls while it parses one connection, put together in the order of arrival."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import httptools

from contractctl.mockserver.answers import Answer, problem
from contractctl.mockserver.exchange import Opened
from contractctl.mockserver.framing import (
    LARGEST_HEAD,
    LONGEST_TARGET,
    MOST_HEADERS,
    framing_fault,
    head_too_large,
    invalid_host,
    malformed,
    padded_body,
    target_too_long,
    too_many_headers,
)
from contractctl.mockserver.requests import Request

_PATIENCE: Final = 256 << 10
"""Bytes of a body that are read and dropped to keep the connection of a refused request."""
_METHODS: Final = {
    name.encode(): name for name in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")
}
_ONCE: Final[frozenset[bytes]] = frozenset()
_UNKNOWN_METHOD: Final = frozenset({"Invalid method encountered", "Expected space after method"})
_REQUEST_LINE: Final = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}) [^\s]+ HTTP/1\.[01]\r\n")

# What the client is sending. Plain numbers: looking an enumeration's member up costs more than what it decides.
IDLE: Final = 0
HEAD: Final = 1
BODY: Final = 2
DROPPED: Final = 3
"""Whatever it is, it is read and forgotten."""


class Service(Protocol):
    """What a connection needs of its server."""

    tick: int
    """Seconds since the start, counted by the sweep."""
    draining: bool
    waiting: bool
    """Whether answering may have to wait for others, so that it is done by `submit`."""

    def begin(self, request: Request) -> Opened | Answer:
        """Check what needs no body."""

    def submit(self, opened: Opened) -> asyncio.Future[Answer]:
        """Answer a request that is complete, outside of the loop."""

    def final_lines(self, request: Request | None, answer: Answer) -> bytes:
        """Return the header lines that every answer ends with: CORS and Date."""

    log: Callable[[Pending, Answer, float], None]
    """Notes an answer, which began when `perf_counter` said so."""


@dataclass(slots=True)
class Pending:
    """A request that came in, or a refusal of what was none, with what is known of its answer."""

    request: Request | None
    opened: Opened | Answer | None
    keep_alive: bool
    old: bool = False
    """The client speaks HTTP/1.0, and has to be told that the connection stays."""


class Messages:
    """Queues what comes in. Memory is bounded by the limits of head and body, and by what `feed` is given at once."""

    __slots__ = (
        "_address",
        "_body_bytes",
        "_chunks",
        "_current",
        "_expects",
        "_head_bytes",
        "_headers",
        "_host",
        "_method",
        "_padding",
        "_parser",
        "_phase",
        "_queue",
        "_repeated",
        "_repeats",
        "_service",
        "_since",
        "_target",
    )

    def __init__(self, service: Service) -> None:
        self._service = service
        self._address = ""
        self._parser = httptools.HttpRequestParser(self)
        self._phase: int = IDLE
        self._since = service.tick
        self._head_bytes = 0
        self._target = b""
        self._headers: dict[bytes, bytes] = {}
        self._repeated: set[bytes] | frozenset[bytes] = _ONCE
        self._repeats = 0
        self._host = b""
        self._method = ""
        self._chunks: list[bytes] = []
        self._body_bytes = 0
        self._padding = 0
        self._current: Pending | None = None
        self._expects = False
        self._queue: deque[Pending] = deque()

    def feed(self, data: bytes) -> None:
        """Parse; what breaks the rules is queued as a refusal, after which nothing more is understood."""
        starts = self._phase == IDLE
        while True:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                # Until it hears 101 a client speaks HTTP/1.1: go on as if nobody had asked for another protocol.
                data = data[upgrade.args[0] :]
                self._start_anew()
                if data and (self._current or (self._queue and self._queue[-1].keep_alive)):
                    continue
            except httptools.HttpParserCallbackError as error:
                self._refuse_the_rest(broken(error))
            except httptools.HttpParserError as error:
                if not (starts and str(error) in _UNKNOWN_METHOD and self._take_other_method(data)):
                    self._refuse_the_rest(malformed(str(error)))
            break
        if self._phase != IDLE:
            self._measure(len(data))

    # What llhttp calls

    def on_message_begin(self) -> None:
        """Start a head."""
        self._phase = HEAD
        self._since = self._service.tick
        self._head_bytes = 0
        self._target = b""
        self._headers = {}
        self._repeated = _ONCE

    def on_url(self, url: bytes) -> None:
        """Take a piece of the target."""
        self._target = self._target + url if self._target else url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers come after the head and are passed over."""
        if self._phase != HEAD:
            return
        name = name.lower()
        headers = self._headers
        if name in headers:
            self._note_repeated(name)
            value = headers[name] + (b"; " if name == b"cookie" else b", ") + value
        headers[name] = value

    def on_headers_complete(self) -> None:
        """Judge the head, before any body is read."""
        if self._current is not None:
            self._phase = BODY
            return
        parser, headers = self._parser, self._headers
        spelled = parser.get_method()
        method = self._method or _METHODS.get(spelled) or spelled.decode("ascii")
        length = headers.get(b"content-length")
        has_body = b"transfer-encoding" in headers or (length is not None and length.strip(b"0 \t") != b"")
        repeated = frozenset(self._repeated) if self._repeated else _ONCE
        request = Request(method, self._target, headers, repeated, has_body, self._address)
        keep_alive = parser.should_keep_alive()
        self._phase = BODY
        if keep_alive and headers.get(b"host") == self._host and self._is_plain():
            self._current = Pending(request, None, True)
        else:
            self._current = self._judged(request, keep_alive)
        if has_body:
            self._start_body(self._current)

    def on_body(self, data: bytes) -> None:
        """Take a piece of the body, up to the operation's limit."""
        pending = self._current
        if pending is None:
            return
        self._padding = 0
        self._body_bytes += len(data)
        opened = pending.opened
        if opened is None or isinstance(opened, Answer):
            pending.keep_alive = pending.keep_alive and self._body_bytes <= _PATIENCE
        elif self._body_bytes > opened.limit:
            pending.opened = opened.too_large()
            self._chunks = []
        else:
            self._chunks.append(data)

    def on_message_complete(self) -> None:
        """Queue the request."""
        pending = self._current
        request = None if pending is None else pending.request
        if pending is None or request is None:
            return
        if request.has_body:
            if self._parser.should_upgrade() and request.method != "CONNECT":
                return  # the body is still to come: `_start_anew`
            chunks = self._chunks
            request.body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
            self._chunks = []
            self._expects = False
        self._queue.append(pending)
        self._current = None
        self._phase = IDLE
        self._since = self._service.tick

    # The rules

    def _is_plain(self) -> bool:
        """Tell a head that needs no closer look: HTTP/1.1, since it stays without saying so, with one known Host."""
        headers = self._headers
        return (
            b"connection" not in headers
            and not self._repeated
            and len(self._target) <= LONGEST_TARGET
            and len(headers) <= MOST_HEADERS
            and not self._head_bytes
            and self._host != b""
            and b"expect" not in headers
            and b"transfer-encoding" not in headers
            and not self._method
        )

    def _judged(self, request: Request, keep_alive: bool) -> Pending:
        headers = request.headers
        version = self._parser.get_http_version()
        self._method = ""
        pending = Pending(request, None, keep_alive and request.method != "CONNECT", old=version == "1.0")
        host = headers.get(b"host", b"")
        fault = self._head_fault() or framing_fault(request, version)
        if fault is None and host != self._host:
            self._host, fault = host, invalid_host(host)
        if fault is not None:
            pending.opened, pending.keep_alive = fault, False
        return pending

    def _start_body(self, pending: Pending) -> None:
        """Judge what needs no body before it comes, unless the head was at fault."""
        assert pending.request is not None
        self._chunks = []
        self._body_bytes = 0
        self._padding = 0
        self._expects = not pending.old and b"expect" in pending.request.headers
        if pending.opened is None:
            pending.opened = self.begin(pending.request)

    def _head_fault(self) -> Answer | None:
        headers = self._headers
        if len(headers) + (self._repeats if self._repeated else 0) > MOST_HEADERS:
            return too_many_headers()
        # A head that came in one piece is shorter than what is fed at once.
        if self._head_bytes and sum(len(name) + len(value) + 4 for name, value in headers.items()) > LARGEST_HEAD:
            return head_too_large()
        return None

    def _note_repeated(self, name: bytes) -> None:
        if isinstance(self._repeated, frozenset):
            self._repeated = set()
            self._repeats = 0
        self._repeated.add(name)
        self._repeats += 1

    def _measure(self, size: int) -> None:
        """Count what comes without an end: a head, and whatever a chunked body has between its chunks."""
        if self._phase == HEAD:
            self._head_bytes += size
            if len(self._target) > LONGEST_TARGET:
                self._refuse_the_rest(target_too_long())
            elif self._head_bytes > LARGEST_HEAD:
                self._refuse_the_rest(head_too_large())
            elif self._repeated and self._repeats > MOST_HEADERS:
                self._refuse_the_rest(too_many_headers())
        elif self._phase == BODY:
            # `on_body` sets it to nought.
            self._padding += size
            if self._padding > LARGEST_HEAD:
                self._refuse_the_rest(padded_body())

    def _refuse_the_rest(self, answer: Answer) -> None:
        self._current = None
        self._queue.append(Pending(None, answer, keep_alive=False))

    def _start_anew(self) -> None:
        """Have llhttp forget an upgrade, and tell it again how long the body is that it took for another protocol."""
        self._parser = httptools.HttpRequestParser(self)
        if self._current is not None and self._current.request is not None:
            headers = self._current.request.headers
            length = b"Content-Length: " + headers.get(b"content-length", b"")
            framing = b"Transfer-Encoding: chunked" if b"transfer-encoding" in headers else length
            self._parser.feed_data(b"POST / HTTP/1.1\r\n" + framing + b"\r\n\r\n")

    def _take_other_method(self, data: bytes) -> bool:
        """Read a request whose method llhttp does not know as what it is: a contract may have such a method."""
        found = _REQUEST_LINE.match(data)
        if found is None or self._queue:
            return False
        self._parser = httptools.HttpRequestParser(self)
        self._method = found[1].decode("ascii")
        self._phase = IDLE
        self.feed(b"POST" + data[found.end(1) :])
        return True

    # The service, which may have faults

    def begin(self, request: Request) -> Opened | Answer:
        """Check what needs no body; a fault of ours is told in the log and answered with 500."""
        try:
            return self._service.begin(request)
        except Exception as error:
            return broken(error)

    def complete(self, opened: Opened) -> Answer:
        """Answer a request that is complete; a fault of ours is told in the log and answered with 500."""
        try:
            return opened.complete()
        except Exception as error:
            return broken(error)


def broken(error: BaseException) -> Answer:
    """Tell a fault of the server in its log, and answer with 500."""
    from traceback import print_exception

    print_exception(error.__context__ if isinstance(error, httptools.HttpParserCallbackError) else error)
    return problem(500, "the mock server has a bug; its log has the details")
