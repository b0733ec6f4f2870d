"""Files of an image before they are packed: what lies at each path, and where the bytes are taken from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from contractctl.core.records import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A regular file, owned by root and readable by all: mode 0755 when executable, else 0644."""

    data: bytes
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Symlink:
    """A symbolic link to `target`, absolute or relative to the link's folder."""

    target: str


@dataclass(frozen=True, slots=True)
class Directory:
    """A folder that has to exist although nothing lies in it, or whose mode is not the usual 0755."""

    mode: int = 0o755


@dataclass(frozen=True, slots=True)
class Taken:
    """A file of this machine that goes into the image; read only once its layer has to be made."""

    path: Path
    executable: bool = False


Entry: TypeAlias = "File | Symlink | Directory"
Tree: TypeAlias = "Mapping[str, Entry]"
"""Entries by image path: relative to the root, with `/`, without a leading slash (`opt/mock/contract.bundle`)."""

Inventory: TypeAlias = "Mapping[str, Entry | Taken]"
"""A tree whose bytes have not been read yet."""


def parents(paths: Mapping[str, Entry] | Mapping[str, Entry | Taken]) -> frozenset[str]:
    """Return every folder above a path, the root itself left out."""
    return frozenset(str(folder) for path in paths for folder in PurePosixPath(path).parents if str(folder) != ".")
