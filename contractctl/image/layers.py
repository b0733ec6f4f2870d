"""Layers: a tree packed into a tar archive and compressed, equal trees giving equal bytes.

Sources: OCI image specification 1.1, "Image Layer Filesystem Changeset"; RFC 1952 (gzip).
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import zlib
from typing import TYPE_CHECKING, assert_never

from contractctl.image.model import OCI_LAYER_GZIP, Blob, LayerBlob
from contractctl.image.tree import Directory, Entry, File, Symlink, Tree, parents

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Deflate, no name, time 0, no hints, unknown system: Python's entry points disagree about the last two bytes."""

_CHUNK = 1 << 20


class _GzipSink(io.RawIOBase):
    """Takes a tar archive in pieces, digests and compresses it. The bytes depend on the zlib build only."""

    def __init__(self) -> None:
        super().__init__()
        self._parts = [_GZIP_HEADER]
        self._deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
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


def pack_layer(name: str, tree: Tree, *, time: int = 0) -> LayerBlob:
    """Pack a tree: paths sorted, folders before what lies in them, owners 0, every time `time` (seconds since 1970)."""
    sink = _GzipSink()
    whole = {**{folder: Directory() for folder in parents(tree)}, **tree}
    # The members are written one after another, as a stream: the sink cannot seek.
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT, bufsize=_CHUNK) as archive:
        for path in sorted(whole):
            _add(archive, path, whole[path], time)
    data, diff_id = sink.finish()
    return LayerBlob(name, Blob.of(OCI_LAYER_GZIP, data), diff_id)


def _add(archive: tarfile.TarFile, path: str, entry: Entry, time: int) -> None:
    member = tarfile.TarInfo(path)
    member.mtime = time
    match entry:
        case File(data, executable):
            member.mode = 0o755 if executable else 0o644
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        case Symlink(target):
            member.type, member.linkname, member.mode = tarfile.SYMTYPE, target, 0o777
            archive.addfile(member)
        case Directory(mode):
            member.type, member.mode = tarfile.DIRTYPE, mode
            archive.addfile(member)
        case _:
            assert_never(entry)
