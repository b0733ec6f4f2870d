"""A cache for what is dear to make and depends on nothing but its key. Without a writable folder there is none."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from contractctl.core.failures import DeliveryFailure
from contractctl.core.writing import whole_file

_KEPT = 12
"""Entries of one kind that stay, the last used: a few platforms, bases and tool versions on one machine."""


def cache_folder() -> Path | None:
    """Return `$XDG_CACHE_HOME/contractctl` (XDG base directory specification), None where there is no home."""
    if (configured := os.environ.get("XDG_CACHE_HOME", "")) and Path(configured).is_absolute():
        return Path(configured, "contractctl")
    try:
        return Path.home() / ".cache" / "contractctl"
    except RuntimeError:
        return None


def cached(kind: str, key: Iterable[str], make: Callable[[], bytes], folder: Path | None = None) -> bytes:
    """Return what `make` gives, from the cache when it has been made under an equal key.

    An entry that is damaged is made again. A folder that cannot be written is no error: then nothing is kept.
    """
    folder = folder or cache_folder()
    if folder is None:
        return make()
    name = hashlib.sha256("\0".join(key).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    path = folder / f"{kind}-{name}"
    if (known := _read(path)) is not None:
        return known
    made = make()
    _write(path, made)
    _forget_old(folder, kind)
    return made


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, content = data[:32], memoryview(data)[32:]
    if hashlib.sha256(content).digest() != digest:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return bytes(content)


def _write(path: Path, content: bytes) -> None:
    with contextlib.suppress(OSError, DeliveryFailure):
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(hashlib.sha256(content).digest())
            file.write(content)


def _forget_old(folder: Path, kind: str) -> None:
    with contextlib.suppress(OSError):
        entries = sorted(folder.glob(f"{kind}-*"), key=lambda entry: entry.stat().st_mtime, reverse=True)
        for entry in entries[_KEPT:]:
            entry.unlink(missing_ok=True)
