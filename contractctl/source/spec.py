"""What a SPEC argument may be: a path, `-` for standard input, `REF:path` of git, a URL."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from contractctl.core.patterns import pattern
from contractctl.source.document import Document
from contractctl.source.file_origin import file_origin, standard_input_origin
from contractctl.source.files import read_file, read_standard_input
from contractctl.source.hosts import AllowedHosts
from contractctl.source.library import Library, Remote

if TYPE_CHECKING:
    from contractctl.source.web_origin import Web

_URL = pattern(r"https?://", re.IGNORECASE)


def is_url(spec: str) -> bool:
    """Tell whether a SPEC argument is an address to fetch."""
    return _URL.match(spec) is not None


def load_description(spec: str, *, hosts: AllowedHosts | None = None, folder: Path | None = None) -> Document:
    """Read and parse a SPEC argument. Its references may lead to other documents, on `hosts` (default: none), too.

    Paths are relative to `folder` (default: the current one). An existing file whose name holds a colon is a file.
    The document's name is the argument, `<stdin>` for `-`, and for a URL the one that its redirects led to. Raise
    UnloadableDescription for text that makes no description, UsageFailure and DeliveryFailure for what cannot be read.
    """
    if is_url(spec):
        return _fetch_description(spec, hosts)
    if spec == "-":
        data = read_standard_input()
        return Library(standard_input_origin(_remote(hosts), folder=folder)).entry(data)
    path = (folder or Path()) / spec
    revision, colon, name = spec.partition(":")
    if colon and revision and name and not path.exists():
        from contractctl.source.git_origin import git_origin

        entry = git_origin(revision, name, _remote(hosts), folder=folder)
        return Library(entry).entry(entry.read_entry())
    return parse_description(spec, read_file(path), hosts=hosts, folder=folder)


def parse_description(
    path: str, data: bytes, *, hosts: AllowedHosts | None = None, folder: Path | None = None
) -> Document:
    """Parse the bytes of the description at `path`, with the files around it; see `load_description`."""
    return Library(file_origin(path, _remote(hosts), folder=folder)).entry(data)


def _fetch_description(url: str, hosts: AllowedHosts | None) -> Document:
    from contractctl.source.web_origin import Web

    origin, data = Web(hosts or AllowedHosts(), home=url).entry()
    return Library(origin).entry(data)


def _remote(hosts: AllowedHosts | None) -> Remote:
    """Return what gives the origins of URLs. What speaks to the network is imported when there is one."""

    @cache
    def web() -> Web:
        from contractctl.source.web_origin import Web

        return Web(hosts or AllowedHosts())

    return lambda url: web().origin(url)
