"""Files that change while they are watched: asked for a few times a second, on any file system."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

Stamp: TypeAlias = "tuple[int, int, int, int] | None"
"""What tells one state of a file from the next: device, number, size, time. None where there is no file."""

_NEVER: Final = (-1, -1, -1, -1)
_CLOCKS_DIFFER: Final = 50_000_000
"""Nanoseconds by which a file system's clock may be behind: that of Linux goes by ticks of some milliseconds."""


class Watch:
    """Tells when files are others than those that were read, once nobody is writing them any more.

    Only what `stat` says is asked: what notices of the system say does not reach into containers or over a network,
    and editors replace a file, or write it in pieces, as often as they change it.
    """

    def __init__(self) -> None:
        self._read: Mapping[str, Stamp] = {}
        self._seen: Mapping[str, Stamp] = {}

    def has_settled(self) -> bool:
        """Look once; tell whether something is another than was read, and all as it was when we last looked."""
        before, self._seen = self._seen, _stamps(self._read)
        return self._seen != self._read and self._seen == before

    def changed(self) -> frozenset[str]:
        """Return the files that were others than those that were read when we last looked."""
        return frozenset(file for file, stamp in self._seen.items() if stamp != self._read[file])

    def begin(self) -> int:
        """Call before the files are read; what is returned is for `finish`."""
        self._seen = _stamps(self._read)
        return time.time_ns()

    def finish(self, begun: int, files: Iterable[str]) -> None:
        """Watch these files, which were read since `begin`. One that was written meanwhile counts as changed."""
        seen = self._seen
        self._read = {file: seen[file] if file in seen else _stamp_before(begun, file) for file in sorted(set(files))}
        self._seen = {}


def _stamps(files: Iterable[str]) -> Mapping[str, Stamp]:
    return {file: _stamp(file) for file in files}


def _stamp(file: str) -> Stamp:
    try:
        status = os.stat(file)  # noqa: PTH116 # a path object would cost more than the question
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _stamp_before(begun: int, file: str) -> Stamp:
    """Return the stamp of a file that nobody looked at before; one that no file has, where it may have been another."""
    stamp = _stamp(file)
    return _NEVER if stamp and stamp[3] >= begun - _CLOCKS_DIFFER else stamp
