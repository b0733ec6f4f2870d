"""The description that is served, as JSON: what a client, or a generator of clients, is pointed at."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import orjson

from contractctl.mockserver.answers import Answer, make_answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.control.endpoints import Endpoint
from contractctl.mockserver.requests import Request
from contractctl.mockserver.tokens.addresses import base_url

_MARK: Final = re.compile(rb"\\u0000mock-(base|host|scheme|prefix|root)\\u0000")
_TAG: Final = re.compile(r'(?:W/)?("[^"]*")|(\*)')


def description_endpoints(bundles: Sequence[Bundle], *, is_tls: bool) -> tuple[Endpoint, ...]:
    """Return `/openapi.json` of a contract. Several have one each, below their prefixes; an older bundle has none."""
    bundle = bundles[0]
    reference = bundle.index.description
    if len(bundles) > 1 or reference is None:
        return ()

    @cache
    def digest() -> bytes:
        return hashlib.sha256(bundle.record(reference)).digest()

    def shown(request: Request) -> Answer:
        base = base_url(request, is_tls=is_tls)
        tag = f'"{hashlib.sha256(digest() + base.encode()).hexdigest()[:32]}"'
        headers = [("ETag", tag), ("Cache-Control", "no-cache"), ("Vary", "Host, X-Forwarded-Host, X-Forwarded-Proto")]
        if _tags(request) & {tag, "*"}:
            return make_answer(304, headers=headers)
        body = _filled(bundle.record(reference), base)
        return make_answer(200, media_type="application/json", body=body, headers=headers)

    return (Endpoint("/openapi.json", {"GET": shown}, waits=False, sees=False),)


def _tags(request: Request) -> set[str]:
    """Return the tags of If-None-Match (RFC 9110 §13.1.2); they are compared weakly."""
    found = _TAG.finditer(request.header("if-none-match") or "")
    return {one[1] or one[2] for one in found}


def _filled(description: bytes, base: str) -> bytes:
    """Put the mock's own address where the marks are."""
    parts = urlsplit(base)
    own = {"base": base, "host": parts.netloc, "scheme": parts.scheme, "prefix": parts.path, "root": parts.path or "/"}
    written = {name.encode(): orjson.dumps(text)[1:-1] for name, text in own.items()}
    return _MARK.sub(lambda found: written[found[1]], description)
