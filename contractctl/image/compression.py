"""gzip as layers travel in it: equal bytes in, equal bytes out.

Sources: RFC 1952 (gzip), RFC 1951 (deflate).
"""

from __future__ import annotations

import hashlib
import io
import zlib
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Compression: TypeAlias = Literal["gzip", "stored"]
"""How layers are packed: `stored` is gzip that does not compress, the same bytes with every build of zlib."""

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Deflate, no name, time 0, no hints, unknown system: Python's entry points disagree about the last two bytes."""

_LARGEST_STORED = 0xFFFF
"""Bytes of a stored block (RFC 1951 §3.2.4)."""


class GzipSink(io.RawIOBase):
    """Takes bytes in pieces, digests and compresses them. With `gzip` the result depends on the zlib build."""

    def __init__(self, compression: Compression = "gzip") -> None:
        super().__init__()
        self._parts = [_GZIP_HEADER]
        self._deflate: _Deflate = (
            _Stored() if compression == "stored" else zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        )
        self._digest = hashlib.sha256()
        self._check = 0
        self._size = 0

    def writable(self) -> bool:
        """Tell that this is a stream to write to."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Add the next piece."""
        piece = bytes(data)
        self._digest.update(piece)
        self._check = zlib.crc32(piece, self._check)
        self._size += len(piece)
        self._parts.append(self._deflate.compress(piece))
        return len(piece)

    def finish(self) -> tuple[bytes, str]:
        """Return the gzip member and the digest of what was written."""
        trailer = self._check.to_bytes(4, "little") + (self._size & 0xFFFFFFFF).to_bytes(4, "little")
        return b"".join((*self._parts, self._deflate.flush(), trailer)), f"sha256:{self._digest.hexdigest()}"


class _Deflate(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _Stored:
    """Deflate without compression, in blocks of one size whatever the pieces are that it is given."""

    def __init__(self) -> None:
        self._rest = b""

    def compress(self, data: bytes, /) -> bytes:
        waiting = memoryview(self._rest + data)
        whole = (len(waiting) - 1) // _LARGEST_STORED if waiting else 0
        blocks = [_stored(waiting[n * _LARGEST_STORED : (n + 1) * _LARGEST_STORED], last=False) for n in range(whole)]
        self._rest = bytes(waiting[whole * _LARGEST_STORED :])
        return b"".join(blocks)

    def flush(self) -> bytes:
        return _stored(self._rest, last=True)


def _stored(content: bytes | memoryview, *, last: bool) -> bytes:
    size = len(content)
    head = bytes([last]) + size.to_bytes(2, "little") + (size ^ _LARGEST_STORED).to_bytes(2, "little")
    return head + content
