"""Codes and refresh tokens: what they are good for is in them, sealed, so that nothing is kept of an unused one."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest, digest

import orjson

from contractctl.mockserver.model import Json
from contractctl.mockserver.tokens.jwts import InvalidToken, decode, encode


class Seal:
    """Seals content with a secret; replicas that share the secret open each other's."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def close(self, kind: str, content: Mapping[str, Json]) -> str:
        """Return content of a kind as a text of URL-safe characters."""
        written = encode(orjson.dumps(content))
        return f"{written}.{self._mark(kind, written)}"

    def open(self, kind: str, text: str) -> dict[str, Json] | None:
        """Return what `close` was given, None where a text is not of it, or of another kind."""
        written, _, mark = text.partition(".")
        if not mark.isascii() or not compare_digest(mark, self._mark(kind, written)):
            return None
        try:
            content = orjson.loads(decode(written))
        except (InvalidToken, ValueError):
            return None
        return content if isinstance(content, dict) else None

    def _mark(self, kind: str, written: str) -> str:
        message = f"{kind}\0{written}".encode("utf-8", "surrogatepass")
        return encode(digest(self._secret, message, sha256))
