"""Under which address a client knows this server."""

from __future__ import annotations

import re
from typing import TypeAlias

from contractctl.mockserver.requests import Request

Origin: TypeAlias = "tuple[bytes | None, bytes | None, bytes | None, str]"
"""Host and the two headers of proxies as they came, and the prefix."""

_HOST = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def base_url(request: Request, *, is_tls: bool) -> str:
    """Return scheme and host that the client used, and the contract's prefix: `https://api.example/pets`.

    A proxy in front says what it was asked for in `X-Forwarded-Proto` and `X-Forwarded-Host`.
    """
    scheme = _first(request, "x-forwarded-proto").lower()
    if scheme not in {"http", "https"}:
        scheme = "https" if is_tls else "http"
    named = (_first(request, "x-forwarded-host"), request.header("host") or "")
    host = next((name for name in named if _HOST.fullmatch(name)), "localhost")
    return f"{scheme}://{host}{request.prefix}"


def origin_of(request: Request) -> Origin:
    """Return all that `base_url` goes by: where it is equal, the address is."""
    asked = request.headers.get
    return asked(b"host"), asked(b"x-forwarded-host"), asked(b"x-forwarded-proto"), request.prefix


def _first(request: Request, header: str) -> str:
    return (request.header(header) or "").partition(",")[0].strip()
