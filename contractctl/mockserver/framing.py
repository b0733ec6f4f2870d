"""What a message must be before it is a request: the rules of HTTP/1.1 that the parser leaves to the server."""

from __future__ import annotations

import re

from contractctl.mockserver.answers import Answer, problem
from contractctl.mockserver.requests import Request

LONGEST_TARGET = 8 << 10
"""Bytes of a request target; more is 414 (RFC 9112 §3 asks for 8000 at least)."""
LARGEST_HEAD = 64 << 10
"""Bytes of request line and headers together; more is 431."""
MOST_HEADERS = 256
"""Header lines of a request; more is 431."""
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?")
"""`uri-host [ ":" port ]` (RFC 9110 §7.2); empty for a target that has no authority."""


def framing_fault(request: Request, version: str) -> Answer | None:
    """Return the answer to a message that breaks the rules, or None. The connection ends after such an answer."""
    headers = request.headers
    if version not in {"1.1", "1.0"}:
        return problem(505, f"HTTP/{version} is not spoken here; HTTP/1.1 is")
    if len(request.target) > LONGEST_TARGET:
        return target_too_long()
    if b"host" not in headers and version == "1.1":
        return problem(400, "the header Host is missing (RFC 9112 §3.2)")
    if b"host" in request.repeated:
        return problem(400, "the header Host came more than once (RFC 9112 §3.2)")
    if (encoding := headers.get(b"transfer-encoding")) is not None:
        if version == "1.0":
            return problem(400, "Transfer-Encoding is not part of HTTP/1.0 (RFC 9112 §6.1)")
        if encoding.strip().lower() != b"chunked":
            return problem(501, "chunked is the only transfer coding that is spoken here (RFC 9112 §6.1)")
    if (expected := headers.get(b"expect")) is not None and version == "1.1" and expected.lower() != b"100-continue":
        return problem(417, "the only expectation that can be met is 100-continue (RFC 9110 §10.1.1)")
    return None


def invalid_host(host: bytes) -> Answer | None:
    """Refuse a Host that is neither a name nor an address."""
    if _HOST.fullmatch(host):
        return None
    return problem(400, "the header Host is neither a name nor an address (RFC 9112 §3.2)")


def target_too_long() -> Answer:
    """Refuse a request line that does not end."""
    return problem(414, f"the request target is longer than {LONGEST_TARGET} bytes")


def head_too_large() -> Answer:
    """Refuse headers that do not end."""
    return problem(431, f"request line and headers are larger than {LARGEST_HEAD} bytes")


def too_many_headers() -> Answer:
    """Refuse more header lines than anybody needs."""
    return problem(431, f"there are more than {MOST_HEADERS} headers")


def padded_body() -> Answer:
    """Refuse chunk extensions or trailers that do not end."""
    return problem(400, f"more than {LARGEST_HEAD} bytes of chunk extensions or trailers")


def malformed(reason: str) -> Answer:
    """Refuse bytes that are not HTTP."""
    if "HTTP version" in reason or "PRI/Upgrade" in reason:
        return problem(505, "HTTP/1.1 is spoken here, no other version")
    return problem(400, f"this is not HTTP/1.1: {reason}")
