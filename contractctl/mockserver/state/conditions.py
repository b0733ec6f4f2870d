"""Requests that are to be met only if a thing is, or is not, as the client knows it (RFC 9110 §13)."""

from __future__ import annotations

import re

from contractctl.mockserver.requests import Request

_TAG = re.compile(rb'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def is_changed(request: Request, tag: str | None) -> bool:
    """Tell whether a condition on what is to be changed fails; the tag is None where there is nothing."""
    wanted, unwanted = request.headers.get(b"if-match"), request.headers.get(b"if-none-match")
    if wanted is not None:
        return not _matches(wanted, tag, strongly=True)
    return unwanted is not None and _matches(unwanted, tag, strongly=False)


def is_known(request: Request, tag: str) -> bool:
    """Tell whether the client has what it asks for already, so that 304 says all."""
    unwanted = request.headers.get(b"if-none-match")
    return unwanted is not None and _matches(unwanted, tag, strongly=False)


def is_other(request: Request, tag: str) -> bool:
    """Tell whether what a client wants to read only as it knows it is another one now."""
    wanted = request.headers.get(b"if-match")
    return wanted is not None and not _matches(wanted, tag, strongly=True)


def is_unconditional(request: Request) -> bool:
    """Tell whether nothing is said of how the thing must be."""
    return b"if-match" not in request.headers and b"if-none-match" not in request.headers


def _matches(listed: bytes, tag: str | None, *, strongly: bool) -> bool:
    if tag is None:
        return False
    if listed.strip() == b"*":
        return True
    known = tag.encode()
    return any(name == known and not (strongly and weak) for weak, name in _TAG.findall(listed))
