"""The bytes of an answer, whatever its headers claim: unpacked under a limit, and told apart from web pages."""

from __future__ import annotations

import re
import zlib

from contractctl.core.patterns import pattern

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31
_LOGIN = pattern(rb"type\s*=\s*[\"']?password|log ?in|sign ?in|saml|oauth", re.IGNORECASE)
_HEAD = 64 * 1024


class OversizedPayload(Exception):
    """More bytes than the limit allows."""


class BrokenPayload(Exception):
    """A gzip stream that ends early or is damaged."""


def inflate(data: bytes, limit: int) -> bytes:
    """Return what a gzip stream of any number of members holds (RFC 1952); other bytes come back as they are.

    Never holds more than `limit` bytes of output: raise OversizedPayload beyond it. Raise BrokenPayload for a stream
    that ends early or is damaged.
    """
    if not data.startswith(_GZIP_MAGIC):
        return data
    unpacked = bytearray()
    while data.startswith(_GZIP_MAGIC):
        member = zlib.decompressobj(wbits=_GZIP_WINDOW)
        try:
            unpacked += member.decompress(data, limit + 1 - len(unpacked))
        except zlib.error as error:
            raise BrokenPayload(str(error)) from None
        if len(unpacked) > limit:
            raise OversizedPayload
        if not member.eof:
            raise BrokenPayload("the stream ends early")
        data = member.unused_data
    return bytes(unpacked)


def describe_markup(data: bytes) -> str:
    """Say in words which web page the bytes are ("an HTML login page"), or "" when they are no markup."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"<"):
        return ""
    if b"<html" not in head.lower() and b"<!doctype html" not in head.lower():
        return "an XML document"
    return "an HTML login page" if _LOGIN.search(head) else "an HTML page"
