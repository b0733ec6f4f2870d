"""What a SPEC argument may be: a path, `-` for standard input, `REF:path` of git, a URL."""

from __future__ import annotations

import re
from pathlib import Path

from contractctl.source.document import Document
from contractctl.source.file_origin import file_origin, standard_input_origin
from contractctl.source.files import read_file, read_standard_input
from contractctl.source.git_origin import git_origin
from contractctl.source.hosts import AllowedHosts
from contractctl.source.library import Library
from contractctl.source.web_origin import Web

_URL = re.compile(r"https?://", re.IGNORECASE)


def is_url(spec: str) -> bool:
    """Tell whether a SPEC argument is an address to fetch."""
    return _URL.match(spec) is not None


def load_description(spec: str, *, hosts: AllowedHosts | None = None, folder: Path | None = None) -> Document:
    """Read and parse a SPEC argument. Its references may lead to other documents, on `hosts` (default: none), too.

    Paths are relative to `folder` (default: the current one). An existing file whose name holds a colon is a file.
    The document's name is the argument, `<stdin>` for `-`, and for a URL the one that its redirects led to. Raise
    UnloadableDescription for text that makes no description, UsageFailure and DeliveryFailure for what cannot be read.
    """
    web = Web(hosts or AllowedHosts())
    if is_url(spec):
        web.home = spec
        origin, data = web.entry()
        return Library(origin).entry(data)
    if spec == "-":
        data = read_standard_input()
        return Library(standard_input_origin(web, folder=folder)).entry(data)
    path = (folder or Path()) / spec
    revision, colon, name = spec.partition(":")
    if colon and revision and name and not path.exists():
        entry = git_origin(revision, name, web, folder=folder)
        return Library(entry).entry(entry.read_entry())
    return parse_description(spec, read_file(path), hosts=hosts, folder=folder)


def parse_description(
    path: str, data: bytes, *, hosts: AllowedHosts | None = None, folder: Path | None = None
) -> Document:
    """Parse the bytes of the description at `path`, with the files around it; see `load_description`."""
    return Library(file_origin(path, Web(hosts or AllowedHosts()), folder=folder)).entry(data)
