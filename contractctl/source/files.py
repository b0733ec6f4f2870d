"""Files and standard input to bytes, and the one description of a repository."""

from __future__ import annotations

import difflib
import os
import re
import sys
from pathlib import Path

from contractctl.core.failures import DeliveryFailure, UsageFailure

SIZE_LIMIT = 256 * 1024 * 1024
_DESCRIPTION = re.compile(rb'^\s*(?:"?openapi"?\s*:|\{\s*"openapi"\s*:)', re.MULTILINE)
_HEAD = 4096
_SKIPPED = frozenset({"node_modules", "build", "dist", "target", "vendor", "site-packages", "__pycache__"})
_SUFFIXES = (".yaml", ".yml", ".json")


def read_file(path: Path) -> bytes:
    """Return the bytes of a file.

    Raise UsageFailure when it does not exist, is no file or is larger than `SIZE_LIMIT` bytes, and DeliveryFailure
    when the system does not let it be read.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UsageFailure(f"{path} is a folder", hint="name the description file in it")
        if size > SIZE_LIMIT:
            raise UsageFailure(f"{path} has {size:,} bytes; the limit is {SIZE_LIMIT:,}")
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageFailure(f"no such file: {path}", hint=_similar(path)) from None
    except OSError as error:
        raise DeliveryFailure(f"cannot read {path}: {error.strerror}", hint="check the file's permissions") from None


def read_standard_input() -> bytes:
    """Return all of standard input."""
    return sys.stdin.buffer.read()


def find_descriptions(root: Path) -> tuple[Path, ...]:
    """Return the OpenAPI descriptions below `root`, sorted, as paths relative to it.

    A description is a JSON or YAML file with a top-level `openapi` in its first 4 KB. Hidden folders and those that
    hold other people's or generated files are passed over.
    """
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in names:
            path = Path(folder) / name
            if name.endswith(_SUFFIXES) and _looks_like_description(path):
                found.append(path.relative_to(root))
    return tuple(sorted(found))


def _looks_like_description(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _DESCRIPTION.search(file.read(_HEAD)) is not None
    except OSError:
        return False


def _similar(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return "check the path; it is relative to the current folder"
    close = difflib.get_close_matches(path.name, names, n=1)
    return (
        f"did you mean {path.parent / close[0]}?" if close else "check the path; it is relative to the current folder"
    )
