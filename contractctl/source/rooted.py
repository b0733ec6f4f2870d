"""Files below a root, opened without ever touching anything outside of it, whatever links there are."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from contractctl.core.records import dataclass
from contractctl.source.files import SIZE_LIMIT
from contractctl.source.positions import Position, check_private

_MOST_LINKS = 40
_WALKS = os.open in os.supports_dir_fd
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FILE = os.O_RDONLY | _NOFOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_FOLDER = os.O_RDONLY | _NOFOLLOW | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})
_SWAPPED = frozenset({errno.ELOOP, errno.ENOTDIR, errno.ENOENT, errno.EMLINK})


class LeadsOut(Exception):
    """A link leads out of the root. Whether anything is there is not known."""


class NotThere(Exception):
    """There is nothing at the position. `parent` is the deepest folder that there is, `name` what it has not."""

    def __init__(self, parent: Position = (), name: str = "") -> None:
        super().__init__(name)
        self.parent = parent
        self.name = name


class NoFile(Exception):
    """What is there is no regular file, or too large. The text says which."""


@dataclass(frozen=True, slots=True)
class RootedFolder:
    """A folder by its real path. Every position is one below it."""

    path: Path

    def resolve(self, position: Position) -> Position:
        """Return where a position is after all links. Raise LeadsOut, NotThere, and OSError as the system does."""
        ahead = list(reversed(position))
        real: list[str] = []
        links = 0
        while ahead:
            name = ahead.pop()
            if name == "..":
                if not real:
                    raise LeadsOut
                real.pop()
                continue
            target = self._link(tuple(real), name)
            if target is None:
                real.append(name)
                continue
            links += 1
            if links > _MOST_LINKS:
                raise NoFile("its links lead in a circle")
            if target.is_absolute():
                target, real = self._below(target), []
            ahead += reversed(target.parts)
        return tuple(real)

    def read(self, position: Position) -> bytes:
        """Return the bytes of the regular file at a position.

        The links are followed first, below the root; then every folder on the way is opened as none, so that what is
        swapped for a link meanwhile is not followed. Raise LeadsOut, NotThere, NoFile, Unreachable for git's own files,
        and OSError as the system does.
        """
        real = self.resolve(position)
        check_private(real)
        if not real:
            raise NoFile("it is a folder")
        try:
            with self._opened(real, _FILE) as descriptor:
                return _read_regular(descriptor)
        except OSError as error:
            if error.errno in _SWAPPED:
                raise NotThere from None
            if error.errno == errno.ENXIO:  # a socket
                raise NoFile("it is no regular file") from None
            raise

    def names(self, position: Position) -> list[str]:
        """Return the names of what lies in a folder without links on its way; none where that cannot be told."""
        try:
            with self._opened(position, _FOLDER) as descriptor:
                return sorted(os.listdir(descriptor))  # noqa: PTH208 - of a descriptor
        except OSError:
            return []

    def _link(self, parent: Position, name: str) -> PurePath | None:
        """Return what a link says, None for what is no link. Raise NotThere."""
        path = self.path.joinpath(*parent, name)
        try:
            return path.readlink() if stat.S_ISLNK(path.lstat().st_mode) else None
        except OSError as error:
            if error.errno in _ABSENT:
                raise NotThere(parent, name) from None
            raise

    def _below(self, target: PurePath) -> PurePath:
        """Return the rest of an absolute path after the root. Raise LeadsOut."""
        if not target.is_relative_to(self.path):
            raise LeadsOut
        return target.relative_to(self.path)

    @contextmanager
    def _opened(self, real: Position, flags: int) -> Iterator[int]:
        if not _WALKS:  # Windows, where links need rights that strangers do not have
            yield from _closing(os.open(self.path.joinpath(*real), flags))
            return
        descriptor = os.open(self.path, _FOLDER)
        try:
            for depth, name in enumerate(real, 1):
                way = _FOLDER if depth < len(real) else flags
                descriptor, above = os.open(name, way, dir_fd=descriptor), descriptor
                os.close(above)
            yield descriptor
        finally:
            os.close(descriptor)


def _closing(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _read_regular(descriptor: int) -> bytes:
    known = os.fstat(descriptor)
    if stat.S_ISDIR(known.st_mode):
        raise NoFile("it is a folder")
    if not stat.S_ISREG(known.st_mode):
        raise NoFile("it is no regular file")
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        data = file.read(SIZE_LIMIT + 1) if known.st_size <= SIZE_LIMIT else b""
    if known.st_size > SIZE_LIMIT or len(data) > SIZE_LIMIT:
        raise NoFile(f"it has more than {SIZE_LIMIT:,} bytes")
    return data
