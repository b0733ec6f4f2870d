"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from contractctl.core.failures import DeliveryFailure, UsageFailure

_HINTS = {
    errno.ENOSPC: "free some space there, or write to another place",
    errno.EDQUOT: "free some space there, or write to another place",
    errno.EFBIG: "raise the limit on file sizes (`ulimit -f`), or write to another place",
    errno.ENOENT: "create the folder first: mkdir -p {parent}",
    errno.ENOTDIR: "one of the folders on the way is a file; write to another place",
    errno.EISDIR: "this is a folder; name a file in it",
    errno.EPIPE: "the program that reads it has gone",
}
_OTHER_HINT = "write to a place where you may create files"


def spare(read: Iterable[str], path: Path) -> None:
    """Raise UsageFailure when `path` is one of the files that were read: what is written would take its place."""
    target = os.path.realpath(path)
    if path.is_file() and any(os.path.realpath(one) == target for one in read):
        raise UsageFailure(f"{path} is what is read here; it is not written over", hint="name another file to write")


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of `path` when the block ends well; on any exception nothing is left behind.

    A device or a pipe (`/dev/stdout`) is written in place. A link keeps pointing at the file, which is replaced.

    Raises:
        DeliveryFailure: the file cannot be written; says why and what to try.
    """
    with _told(path):
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.exists() and not path.is_file():  # asked of the link itself: a pipe's target is no path
            with path.open("wb") as stream:
                yield stream
            return
        beside = _beside(target)
        try:
            with beside.open("xb") as stream:
                yield stream
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


@contextmanager
def whole_folder(path: Path, *, may_replace: Callable[[Path], bool]) -> Iterator[Path]:
    """Give an empty folder that takes the place of `path` when the block ends well; else nothing is left behind.

    An existing folder that is not empty is replaced if `may_replace` says so.

    Raises:
        DeliveryFailure: the folder cannot be written, or what stands there may not be replaced.
    """
    with _told(path):
        target = Path(os.path.realpath(path))
        hint = "name a folder that does not exist yet"
        if target.exists() and not target.is_dir():
            raise DeliveryFailure(f"cannot write {path}: a file of that name exists", hint=hint)
        if target.is_dir() and any(target.iterdir()) and not may_replace(target):
            raise DeliveryFailure(f"cannot write {path}: the folder exists and holds other things", hint=hint)
        beside = _beside(target)
        try:
            beside.mkdir()
            yield beside
            _take_place(beside, target)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise


def _take_place(new: Path, target: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    old = _beside(target)
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old)


def _beside(target: Path) -> Path:
    """Name a sibling that nobody else uses; renaming works only within one file system."""
    return target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = _HINTS.get(error.errno or 0, _OTHER_HINT).format(parent=path.parent)
        raise DeliveryFailure(f"cannot write {path}: {error.strerror or error}", hint=hint) from None
