"""Answers: status, head and body as they travel, and the problem documents (RFC 9457) that tell what was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from contractctl.mockserver.record import record

REASONS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    205: "Reset Content",
    206: "Partial Content",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    412: "Precondition Failed",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    505: "HTTP Version Not Supported",
    507: "Insufficient Storage",
}
BODYLESS = frozenset({204, 205, 304})
"""Statuses whose answers have no body (RFC 9110 §15)."""

PROBLEM = "application/problem+json"


_SHORTEST = 0.0005
"""Seconds: timers count in whole milliseconds."""


@record
class Delivery:
    """How an answer is sent where it is not sent as usual. `delay` is how long it is held back, in seconds.

    `fault` is empty, `reset` (the connection is reset in its place), `drip` (piece by piece, within `seconds`) or
    `truncate` (the connection ends within the body).
    """

    delay: float = 0.0
    fault: str = ""
    seconds: float = 0.0

    @property
    def is_due_later(self) -> bool:
        """Whether it cannot be sent whole and at once: what is due before a timer can tell is due now."""
        return self.delay >= _SHORTEST or self.fault != ""


@record
class Answer:
    """One answer. `head` is the status line and header lines, each ended, without the empty line that closes them.

    `exposed` are more header names for Access-Control-Expose-Headers, each with `, ` before it. `delivery` is None
    where it is sent at once and whole.
    """

    status: int
    head: bytes
    body: bytes
    exposed: bytes = b""
    delivery: Delivery | None = None

    def adding(self, headers: Iterable[tuple[str, str]]) -> Answer:
        """Return this answer with more headers."""
        return Answer(self.status, self.head + header_lines(headers), self.body, self.exposed, self.delivery)


def make_answer(
    status: int, *, media_type: str = "", body: bytes = b"", headers: Iterable[tuple[str, str]] = (), exposed: str = ""
) -> Answer:
    """Put an answer together; Content-Type and Content-Length are written where the status allows a body."""
    own = [*headers]
    if status in BODYLESS:
        body = b""
    elif media_type:
        own.append(("Content-Type", media_type))
    if status not in {204, 304}:
        own.append(("Content-Length", str(len(body))))
    start = f"HTTP/1.1 {status} {REASONS.get(status, '')}\r\n".encode()
    return Answer(status, start + header_lines(own), body, exposed.encode("ascii"))


def json_answer(status: int, value: object, *, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """Answer with a JSON document."""
    return make_answer(status, media_type="application/json", body=orjson.dumps(value), headers=headers)


def problem(status: int, detail: str, *, headers: Iterable[tuple[str, str]] = (), **members: Any) -> Answer:
    """Answer with a problem document: type, title, status, detail, and extension members of its own."""
    document = {"type": "about:blank", "title": REASONS.get(status, ""), "status": status, "detail": detail, **members}
    return make_answer(status, media_type=PROBLEM, body=orjson.dumps(document), headers=headers)


def header_lines(headers: Iterable[tuple[str, str]]) -> bytes:
    """Return header lines as they travel, each ended."""
    return "".join(f"{name}: {_safe(value)}\r\n" for name, value in headers).encode("ascii")


def _safe(value: str) -> str:
    """Keep a value inside its line, whatever the contract or the client put into it."""
    if value.isascii() and value.isprintable():
        return value
    return "".join(c if c.isprintable() else " " for c in value).encode("ascii", "backslashreplace").decode("ascii")
