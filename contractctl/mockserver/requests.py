"""A request as it came off the wire."""

from __future__ import annotations

from dataclasses import dataclass, field

_HEX = frozenset("0123456789abcdefABCDEF")


class BadTarget(ValueError):
    """A path or query that cannot be read; says which part and why."""


@dataclass(slots=True)
class Request:
    """One request. `target` is the path and query as sent; header names are in lower case, repeated ones joined.

    `repeated` names the headers that came more than once; `has_body` says that one is announced; `body` is complete
    once the message is.
    """

    method: str
    target: bytes
    headers: dict[bytes, bytes]
    repeated: frozenset[bytes] = frozenset()
    has_body: bool = False
    body: bytes = b""
    path: str = field(init=False)
    query: str = field(init=False)

    def __post_init__(self) -> None:
        target = self.target
        if target[:1] not in {b"/", b"*"} and b"://" in target:
            target = b"/" + target.partition(b"://")[2].partition(b"/")[2]
        path, _, query = target.partition(b"?")
        self.path = path.decode("latin-1")
        self.query = query.decode("latin-1")

    def header(self, name: str) -> str | None:
        """Return a header's value, or None. `name` is in lower case."""
        value = self.headers.get(name.encode("latin-1"))
        return None if value is None else value.decode("latin-1")


def decode_escapes(text: str, what: str) -> str:
    """Undo percent-encoding; raise BadTarget for a bad escape or bytes that are not UTF-8."""
    if "%" not in text and text.isascii():
        return text
    start, *escaped = text.split("%")
    for piece in escaped:
        if len(piece) < 2 or not (piece[0] in _HEX and piece[1] in _HEX):
            raise BadTarget(f"the {what} has a bad escape: %{piece[:2]}")
    encoded = start.encode() + b"".join(bytes.fromhex(piece[:2]) + piece[2:].encode() for piece in escaped)
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError:
        raise BadTarget(f"the {what} is not UTF-8 when its escapes are undone") from None
