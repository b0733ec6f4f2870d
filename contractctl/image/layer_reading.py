"""Layers read as streams, within bounds, and checked: somebody else packed them.

Sources: RFC 1952 (gzip, of several members), OCI image specification 1.1, config.md ("Layer DiffID").
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from contractctl.core.failures import DeliveryFailure
from contractctl.image.blobs import open_blob
from contractctl.image.model import LayerBlob

LARGEST = 16 * 1024**3
"""Bytes that the layers of one image may inflate to together."""

_PIECE = 1 << 20
_FED = 1 << 14
"""Compressed bytes at a time: what is left of them is copied at each end of a gzip member."""
_LARGEST_READ = 64 * 1024**2
"""Bytes at once. Nobody asks for more but tarfile, for a header that claims to be as large."""
_MOST_MEMBERS = 1_000_000
"""Of a layer, and of its gzip: what costs time, however small it is."""
_GZIP = b"\x1f\x8b"
_CUT_SHORT = "it ends before its gzip does"
_REPACK = "copy the base with gzip layers: skopeo copy --dest-compress-format gzip SOURCE oci:DIR"
_SMALLER = "choose a smaller base image, such as python:3.13-slim, or --base-image host"
_AGAIN = "get the base again, or choose another one: an engine refuses this layer, too"


class LayerReader:
    """Reads the layers of one image; `purpose` begins what is told of those that cannot be read."""

    def __init__(self, purpose: str, *, largest: int = LARGEST) -> None:
        self._purpose = purpose
        self._largest = self._left = largest

    @contextmanager
    def open(self, layer: LayerBlob) -> Iterator[OpenLayer]:
        """Give the layer; at the end the rest of it is read, and the whole compared with its diff_id.

        Raise DeliveryFailure where it cannot be read, is too large, or is not what its image says.
        """
        try:
            with open_blob(layer.blob) as data:
                stream = _Inflated(data, self, layer)
                yield OpenLayer(stream)
                stream.skip_rest()
        except (tarfile.TarError, zlib.error, EOFError, ValueError, RecursionError) as error:
            # ValueError: a PAX header of nonsense. RecursionError: headers of headers without end.
            raise self.refusal(layer, f"cannot be read: {error}", _REPACK) from error
        if stream.diff_id != layer.diff_id:
            message = f"holds {stream.diff_id}, where the image's configuration says {layer.diff_id}"
            raise self.refusal(layer, message, _AGAIN)

    def take(self, size: int, layer: LayerBlob) -> None:
        """Count bytes. Raise DeliveryFailure when they are too many."""
        self._left -= size
        if self._left < 0:
            raise self.refusal(layer, f"is too large: more than {self._largest} bytes with those below it", _SMALLER)

    def refusal(self, layer: LayerBlob, how: str, hint: str) -> DeliveryFailure:
        """Return the failure that says what is wrong with a layer."""
        blob = layer.blob
        return DeliveryFailure(f"{self._purpose}: the layer {blob.digest} ({blob.media_type}) {how}", hint=hint)


class OpenLayer:
    """The members of a layer, each once and in their order; a member's content is had before the next one."""

    def __init__(self, stream: _Inflated) -> None:
        self._stream = stream
        # Not tarfile's own streams: they inflate without bound, and copy what they have not read at each read.
        self._archive = tarfile.open(fileobj=stream, mode="r:")  # noqa: SIM115 - its stream is closed by the reader

    def __iter__(self) -> Iterator[tarfile.TarInfo]:
        count = 0
        while (member := self._archive.next()) is not None:
            count += 1
            if count > _MOST_MEMBERS:
                raise tarfile.ReadError(f"it has more than {_MOST_MEMBERS} members")
            # tarfile keeps them all.
            self._archive.members.clear()  # type: ignore[attr-defined]  # typeshed leaves it out
            yield member

    def pieces(self, member: tarfile.TarInfo) -> Iterator[bytes]:
        """Give the content of a regular file. The holes of a sparse one count as if they had been packed."""
        if member.issparse():
            self._stream.take(member.size)
        content = self._archive.extractfile(member)
        while content is not None and (piece := content.read(_PIECE)):
            yield piece


class _Inflated(io.BufferedIOBase, BinaryIO):
    """The plain tar of a layer, forward only."""

    def __init__(self, data: BinaryIO, reader: LayerReader, layer: LayerBlob) -> None:
        super().__init__()
        self._reader = reader
        self._layer = layer
        self._source = inflated(data)
        self._piece = b""
        self._at = self._position = 0
        self._digest = hashlib.sha256()

    @property
    def diff_id(self) -> str:
        """The digest of what has been read."""
        return f"sha256:{self._digest.hexdigest()}"

    def readable(self) -> bool:
        """Tell that this is a stream to read from."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as many bytes, fewer only at the end."""
        if size is None or not 0 <= size <= _LARGEST_READ:
            raise tarfile.ReadError(f"it has a header of {size} bytes")
        parts = []
        while size and self._fill():
            parts.append(part := self._piece[self._at : self._at + size])
            self._go(len(part))
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go on to an offset."""
        if whence != io.SEEK_SET or offset < self._position:
            raise tarfile.ReadError("its members lie upon each other")
        while self._position < offset and self._fill():
            self._go(min(offset - self._position, len(self._piece) - self._at))
        return self._position

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._position

    def take(self, size: int) -> None:
        """Count bytes that are not packed."""
        self._reader.take(size, self._layer)

    def skip_rest(self) -> None:
        """Go on to the end."""
        while self._fill():
            self._go(len(self._piece) - self._at)

    def _go(self, size: int) -> None:
        self._at += size
        self._position += size

    def _fill(self) -> bool:
        if self._at == len(self._piece):
            self._piece, self._at = next(self._source, b""), 0
            self.take(len(self._piece))
            self._digest.update(self._piece)
        return bool(self._piece)


def inflated(data: BinaryIO) -> Iterator[bytes]:
    """Give what gzip has packed, or what is not packed, in pieces of 1 MiB at most.

    Raise EOFError where it breaks off, zlib.error where it is damaged.
    """
    head = data.read(_FED)
    if not head.startswith(_GZIP):
        while head:
            yield head
            head = data.read(_PIECE)
        return
    count = 0
    while head:
        count += 1
        if count > _MOST_MEMBERS:
            raise zlib.error(f"it has more than {_MOST_MEMBERS} gzip members")
        inflate = zlib.decompressobj(wbits=31)
        while True:
            if piece := inflate.decompress(head, _PIECE):
                yield piece
            head = inflate.unconsumed_tail
            if inflate.eof:
                break
            if not (head or piece):
                head = data.read(_FED)
                if not head:
                    raise EOFError(_CUT_SHORT)
        head = inflate.unused_data or data.read(_FED)
