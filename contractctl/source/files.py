"""Files and standard input to bytes, and the one description of a repository."""

from __future__ import annotations

import codecs
import errno
import os
import re
import sys
from pathlib import Path
from typing import BinaryIO

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.patterns import pattern
from contractctl.core.suggestions import nearest

SIZE_LIMIT = 256 * 1024 * 1024
_BLOCK_KEY = pattern(rb"""^["']?(?:openapi|swagger)["']?[ \t]*:[ \t]*["']?\d""", re.MULTILINE)
_FLOW_TOKEN = pattern(rb"""[{}\[\]]|"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z]+""")
_FLOW_VERSION = pattern(rb"""\s*:\s*["']?\d""")
_VERSION_KEYS = frozenset({b"openapi", b"swagger"})
_HEAD = 4096
SKIPPED_FOLDERS = frozenset({"node_modules", "build", "dist", "target", "vendor", "site-packages", "__pycache__"})
_NO_PATH = frozenset({errno.ENAMETOOLONG, errno.ELOOP})
_HINTS = {
    errno.EACCES: "check the file's permissions",
    errno.EPERM: "check the file's permissions",
    errno.ENAMETOOLONG: "the name is too long to be a path",
    errno.ELOOP: "links lead in a circle",
}
DESCRIPTION_SUFFIXES = (".yaml", ".yml", ".json")


def read_file(path: Path) -> bytes:
    """Return the bytes of a file, a device or a pipe.

    Raise UsageFailure when it does not exist, is a folder or is larger than `SIZE_LIMIT` bytes, and DeliveryFailure
    when the system does not let it be read.
    """
    try:
        if path.is_dir():
            raise UsageFailure(f"{path} is a folder", hint="name the description file in it")
        with path.open("rb") as file:
            return _limited(file, str(path))
    except (FileNotFoundError, NotADirectoryError):
        raise UsageFailure(f"no such file: {path}", hint=_similar(path)) from None
    except OSError as error:
        failure = UsageFailure if error.errno in _NO_PATH else DeliveryFailure
        raise failure(f"cannot read {path}: {error.strerror}", hint=_HINTS.get(error.errno or 0, "")) from None
    except ValueError as error:
        raise UsageFailure(f"cannot read {path}: {error}", hint="a path has no NUL characters") from None


def read_standard_input() -> bytes:
    """Return all of standard input. Raise UsageFailure when it is closed or a folder, or over `SIZE_LIMIT` bytes."""
    if sys.stdin is None:
        raise UsageFailure("cannot read standard input: it is closed", hint="pipe the description into the command")
    try:
        return _limited(sys.stdin.buffer, "standard input")
    except OSError as error:
        hint = "pipe the description into the command"
        raise UsageFailure(f"cannot read standard input: {error.strerror}", hint=hint) from None


def _limited(file: BinaryIO, name: str) -> bytes:
    """Read to the end; devices such as /dev/zero have none, and say nothing of their size."""
    data = file.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        hint = "that is no description of an API; check the name"
        raise UsageFailure(f"{name} has more than {SIZE_LIMIT:,} bytes", hint=hint)
    return data


def find_descriptions(root: Path) -> tuple[Path, ...]:
    """Return the OpenAPI descriptions below `root`, sorted, as paths relative to it.

    A description is a JSON or YAML file with a version at the top, under `openapi` or `swagger`, in its first 4 KB; a
    fragment has none. Hidden folders and those that hold other people's or generated files are passed over.
    """
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED_FOLDERS)
        for name in names:
            path = Path(folder) / name
            if name.endswith(DESCRIPTION_SUFFIXES) and looks_like_description(path):
                found.append(path.relative_to(root))
    return tuple(sorted(found))


def looks_like_description(path: Path) -> bool:
    """Tell whether a file has the version of a description at its top; what cannot be read does not."""
    try:
        if not path.is_file():  # a pipe would wait for somebody to write
            return False
        with path.open("rb") as file:
            return begins_description(file.read(_HEAD))
    except OSError:
        return False


def begins_description(data: bytes) -> bool:
    """Tell whether a text, of which the first 4 KB are looked at, has the version of a description at its top."""
    head = data[:_HEAD].removeprefix(codecs.BOM_UTF8)
    return _flow_names_version(head) if head.lstrip()[:1] == b"{" else _BLOCK_KEY.search(head) is not None


def _flow_names_version(head: bytes) -> bool:
    """Tell whether the outermost mapping of a JSON text, or a YAML flow mapping, has a member that says a version."""
    depth = 0
    for token in _FLOW_TOKEN.finditer(head):
        if token[0] in b"{[":
            depth += 1
        elif token[0] in b"}]":
            depth -= 1
        elif depth == 1 and token[0].strip(b"\"'") in _VERSION_KEYS and _FLOW_VERSION.match(head, token.end()):
            return True
    return False


def _similar(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return "check the path; it is relative to the current folder"
    close = nearest(path.name, names)
    return f"did you mean {path.parent / close}?" if close else "check the path; it is relative to the current folder"
