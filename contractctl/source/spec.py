"""What a SPEC argument may be: a path, `-` for standard input, `REF:path` of git."""

from __future__ import annotations

import re
from pathlib import Path

from contractctl.source.document import Document
from contractctl.source.files import read_file, read_standard_input
from contractctl.source.git import read_git_file
from contractctl.source.parse import parse_document

_URL = re.compile(r"https?://", re.IGNORECASE)


def is_url(spec: str) -> bool:
    """Tell whether a SPEC argument is an address to fetch."""
    return _URL.match(spec) is not None


def read_spec(spec: str, *, folder: Path | None = None) -> bytes:
    """Return the bytes that a SPEC argument other than a URL stands for.

    Paths are relative to `folder` (default: the current one). An existing file whose name holds a colon is a file.
    Raise UsageFailure and DeliveryFailure as `read_file` and `read_git_file` do.
    """
    if spec == "-":
        return read_standard_input()
    path = (folder or Path()) / spec
    revision, colon, name = spec.partition(":")
    if colon and revision and name and not path.exists():
        return read_git_file(revision, name, folder=folder)
    return read_file(path)


def load_description(spec: str, *, folder: Path | None = None) -> Document:
    """Read and parse a SPEC argument other than a URL. The document's name is the argument (`<stdin>` for `-`)."""
    return parse_document("<stdin>" if spec == "-" else spec, read_spec(spec, folder=folder))
