"""Layers: a tree packed into a tar archive and compressed, equal trees giving equal bytes.

Source: OCI image specification 1.1, "Image Layer Filesystem Changeset".
"""

from __future__ import annotations

import io
import tarfile
from typing import assert_never

from contractctl.image.compression import Compression, GzipSink
from contractctl.image.model import OCI_LAYER_GZIP, Blob, LayerBlob
from contractctl.image.tree import Directory, Entry, File, Symlink, Tree, parents

_CHUNK = 1 << 20


def pack_layer(name: str, tree: Tree, *, time: int = 0, compression: Compression = "gzip") -> LayerBlob:
    """Pack a tree: paths sorted, folders before what lies in them, owners 0, every time `time` (seconds since 1970)."""
    sink = GzipSink(compression)
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
