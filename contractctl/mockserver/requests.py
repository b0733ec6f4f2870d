"""A request as it came off the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEX = frozenset("0123456789abcdefABCDEF")
_ABSOLUTE = re.compile(rb"https?://[^/?#]*", re.IGNORECASE)


class BadTarget(ValueError):
    """A path or query that cannot be read; says which part and why."""


@dataclass(slots=True)
class Request:
    """One request. `target` is the path and query as sent; header names are in lower case, repeated ones joined.

    `repeated` names the headers that came more than once; `has_body` says that one is announced; `body` is complete
    once the message is. `prefix` is what of the path led to the contract, where there are several; `path` is the rest.
    `client` is the address that it came from, empty where nobody knows it.
    """

    method: str
    target: bytes
    headers: dict[bytes, bytes]
    repeated: frozenset[bytes] = frozenset()
    has_body: bool = False
    client: str = ""
    body: bytes = b""
    prefix: str = ""
    _path: str | None = None
    _query: str = ""

    @property
    def path(self) -> str:
        """The path as sent, below `prefix`; percent-encoded."""
        return self._read_target() if self._path is None else self._path

    @path.setter
    def path(self, path: str) -> None:
        self._read_target()
        self._path = path

    @property
    def query(self) -> str:
        """The query as sent, without its question mark."""
        if self._path is None:
            self._read_target()
        return self._query

    def _read_target(self) -> str:
        """Split the target, which is done for no request that is answered from memory."""
        path, _, query = self.target.partition(b"?")
        if path[:1] != b"/" and (origin := _ABSOLUTE.match(self.target)):
            # The absolute form (RFC 9112 §3.2.2), in which the path may be missing.
            path, _, query = self.target[origin.end() :].partition(b"?")
            path = path or b"/"
        self._query = query.decode("latin-1")
        self._path = path.decode("latin-1")
        return self._path

    def header(self, name: str) -> str | None:
        """Return a header's value, or None. `name` is in lower case."""
        value = self.headers.get(name.encode("latin-1"))
        return None if value is None else value.decode("latin-1")


def decode_escapes(text: str, what: str) -> str:
    """Undo percent-encoding; raise BadTarget for a bad escape or bytes that are not UTF-8.

    `text` is as it came off the wire, one character a byte: bytes that should have been escaped count as they are.
    """
    if "%" not in text and text.isascii():
        return text
    start, *escaped = text.split("%")
    for piece in escaped:
        if len(piece) < 2 or not (piece[0] in _HEX and piece[1] in _HEX):
            raise BadTarget(f"the {what} has a bad escape: %{piece[:2]}")
    encoded = start.encode("latin-1") + b"".join(
        bytes.fromhex(piece[:2]) + piece[2:].encode("latin-1") for piece in escaped
    )
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError:
        raise BadTarget(f"the {what} is not UTF-8 when its escapes are undone") from None
