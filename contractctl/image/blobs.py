"""Blobs of base images, kept by their digest in the cache folder. Without a writable folder they stay in memory."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from contractctl.core.failures import DeliveryFailure
from contractctl.image.cache import cache_folder
from contractctl.image.model import Blob

LARGEST = 2 * 1024**3
"""Bytes that all blobs may take together; the longest unused go first."""

LARGEST_IN_MEMORY = 256 * 1024**2
"""Bytes of a blob that cannot be written to a file."""

_PIECE = 1 << 20
_PREFIX = "sha256-"
_UNFINISHED = "receiving-"
_ABANDONED = 24 * 3600
"""Seconds after which an unfinished file is nobody's any more."""


class Damaged(Exception):
    """What arrived is not what its digest or its size says."""


class Incoming:
    """Takes the bytes of a blob, in a file where one can be written, else in memory."""

    def __init__(self, path: Path | None, *, most: int = LARGEST_IN_MEMORY) -> None:
        self._path = path
        self._most = most
        self._file: BinaryIO | None = None
        self._memory = io.BytesIO()
        self.restart()
        if path is not None:
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                self._file = path.open("xb+", buffering=0)

    @property
    def size(self) -> int:
        """Bytes that have been taken."""
        return self._size

    def restart(self) -> None:
        """Forget what has been taken."""
        self._size = 0
        self._digest = hashlib.sha256()
        (self._file or self._memory).seek(0)
        (self._file or self._memory).truncate()

    def write(self, piece: bytes) -> None:
        """Take the next piece; a disk that is full, say, leaves the blob in memory.

        Raise DeliveryFailure where it is too large for that.
        """
        if self._file is not None:
            try:
                rest = memoryview(piece)
                while rest:
                    rest = rest[self._file.write(rest) :]
            except OSError:
                self._retreat(piece)
        else:
            self._require_room(piece)
            self._memory.write(piece)
        self._digest.update(piece)
        self._size += len(piece)

    def finish(self, digest: str, final: Path | None) -> bytes | Path:
        """Return the content, checked, in its final place. Raise Damaged when it is not what `digest` says."""
        found = f"sha256:{self._digest.hexdigest()}"
        if found != digest:
            self.abandon()
            raise Damaged(f"has the digest {found}")
        if self._file is None or self._path is None or final is None:
            return self._memory.getvalue()
        try:
            self._file.close()
            self._path.replace(final)
        except OSError:
            content = self._path.read_bytes()
            self.abandon()
            return content
        return final

    def abandon(self) -> None:
        """Leave nothing behind."""
        if self._file is not None and self._path is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)

    def _retreat(self, piece: bytes) -> None:
        assert self._file is not None
        self._require_room(piece)
        self._file.seek(0)
        self._memory.write(self._file.read(self._size))
        self._memory.write(piece)
        self.abandon()
        self._file = None

    def _require_room(self, piece: bytes) -> None:
        if self._size + len(piece) > self._most:
            where = f"in {self._path.parent}" if self._path else "without a cache folder"
            raise DeliveryFailure(
                f"cannot keep a layer of more than {self._most} bytes {where}: the disk is full, or not to be written",
                hint="free some space, or set XDG_CACHE_HOME to a folder that has some",
            )


class BlobStore:
    """Blobs by digest. Several threads and processes may share a folder; what this store gave out stays there."""

    def __init__(
        self, folder: Path | None = None, *, largest: int = LARGEST, in_memory: int = LARGEST_IN_MEMORY
    ) -> None:
        """Keep blobs in a folder, by default `blobs` in the cache folder."""
        caches = cache_folder()
        self._folder = folder or (caches / "blobs" if caches else None)
        self._largest = largest
        self._in_memory = in_memory
        self._memory: dict[str, Blob] = {}
        self._used: set[str] = set()

    def find(self, media_type: str, digest: str) -> Blob | None:
        """Return a blob that is kept, under this media type; one that is damaged is thrown away."""
        if (kept := self._memory.get(digest)) is not None:
            return Blob(media_type, digest, kept.size, kept.content)
        path = self._path(digest)
        if path is None:
            return None
        try:
            size, found = _measure(path)
            if found == digest:
                self._used.add(path.name)
                os.utime(path)
                return Blob(media_type, digest, size, path)
            path.unlink()
        except OSError:
            return None
        return None

    def receive(self, media_type: str, digest: str, fill: Callable[[Incoming], None]) -> Blob:
        """Keep the bytes that `fill` writes. Raise Damaged when they are not what `digest` says."""
        final = self._path(digest)
        incoming = Incoming(final and final.with_name(f"{_UNFINISHED}{secrets.token_hex(8)}"), most=self._in_memory)
        try:
            fill(incoming)
        except BaseException:
            incoming.abandon()
            raise
        content = incoming.finish(digest, final)
        blob = Blob(media_type, digest, incoming.size, content)
        if isinstance(content, Path):
            self._used.add(content.name)
            self._forget_old()
        else:
            self._memory[digest] = blob
        return blob

    def keep(self, media_type: str, data: bytes) -> Blob:
        """Keep bytes that are at hand."""
        blob = Blob.of(media_type, data)
        return self.find(media_type, blob.digest) or self.receive(
            media_type, blob.digest, lambda sink: sink.write(data)
        )

    def _path(self, digest: str) -> Path | None:
        return self._folder / f"{_PREFIX}{digest.removeprefix('sha256:')}" if self._folder else None

    def _forget_old(self) -> None:
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            entries = [(entry.stat(), entry) for entry in self._folder.iterdir()]
            now = max(status.st_mtime for status, _ in entries)
            total = 0
            for status, entry in sorted(entries, key=lambda one: one[0].st_mtime, reverse=True):
                unfinished = entry.name.startswith(_UNFINISHED)
                total += 0 if unfinished else status.st_size
                old = status.st_mtime < now - _ABANDONED if unfinished else total > self._largest
                if old and entry.name not in self._used:
                    entry.unlink(missing_ok=True)


def checked_file(media_type: str, digest: str, path: Path) -> Blob:
    """Return the blob that lies in a file of somebody else's. Raise Damaged, or OSError where it cannot be read."""
    require_regular(path)
    size, found = _measure(path)
    if found != digest:
        raise Damaged("does not have that digest")
    return Blob(media_type, digest, size, path)


def require_regular(path: Path) -> None:
    """Raise OSError for what is no regular file: a pipe has no writer, and a device no end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))


def open_blob(blob: Blob) -> BinaryIO:
    """Open the content for reading. Raise DeliveryFailure where its file is gone."""
    if isinstance(blob.content, bytes):
        return io.BytesIO(blob.content)
    try:
        return blob.content.open("rb")
    except OSError as error:
        raise DeliveryFailure(
            f"cannot read {blob.content}, a part of the image: {error.strerror}", hint="build the image again"
        ) from error


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return stream.tell(), f"sha256:{digest.hexdigest()}"
