"""Cross-origin requests (the CORS protocol of the Fetch standard): a browser on any origin may talk to the mock."""

from __future__ import annotations

import re
from collections.abc import Iterable

from contractctl.mockserver.answers import Answer, make_answer
from contractctl.mockserver.requests import Request

_ORIGIN = re.compile(rb"null|[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9._~%!$&'()*+;=:\[\]-]+")
_EXPOSED = (
    b"Link, Location, ETag, Retry-After, WWW-Authenticate, Preference-Applied, Mock-Violations, RateLimit, "
    b"RateLimit-Policy, Mock-Fault"
)
# `Vary` also where no origin asks: a cache must not give such an answer to one that sends credentials.
_ANY = b"Access-Control-Allow-Origin: *\r\nVary: Origin\r\nAccess-Control-Expose-Headers: " + _EXPOSED
_ONE = (
    b"Access-Control-Allow-Origin: %s\r\nAccess-Control-Allow-Credentials: true\r\nVary: Origin\r\n"
    b"Access-Control-Expose-Headers: " + _EXPOSED
)


def cors_lines(origin: bytes | None, exposed: bytes) -> bytes:
    """Return the header lines of any answer. Credentials are allowed to the origin that asks, never with `*`.

    What is no single origin (RFC 6454 §7.1) is not echoed.
    """
    if origin is None or not _ORIGIN.fullmatch(origin):
        return _ANY + exposed + b"\r\n"
    return _ONE % origin + exposed + b"\r\n"


def is_preflight(request: Request) -> bool:
    """Tell whether a browser asks for permission before the request proper."""
    return (
        request.method == "OPTIONS"
        and b"origin" in request.headers
        and b"access-control-request-method" in request.headers
    )


def preflight_answer(request: Request, methods: Iterable[str]) -> Answer:
    """Allow the methods of a path, every header that the browser asks for, and to be asked from a public network."""
    headers = [("Access-Control-Allow-Methods", ", ".join(methods)), ("Access-Control-Max-Age", "600")]
    if asked := request.header("access-control-request-headers"):
        headers.append(("Access-Control-Allow-Headers", asked))
    if request.header("access-control-request-private-network") == "true":
        headers.append(("Access-Control-Allow-Private-Network", "true"))
    return make_answer(204, headers=headers)
