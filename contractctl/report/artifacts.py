"""Files as a SARIF log names them: URIs relative to the root of the repository, whatever folder the run was in."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from contractctl.core.json import Json
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass

SOURCE_ROOT = "%SRCROOT%"
# What may stand in a path (RFC 3986 §3.3), but for the colon, which would make a scheme of what is before it.
_PATH = "/!$&'()*+,;=@~"
_URL = _PATH + ":?%"
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://(\[[0-9A-Fa-f:.]+\])?")
_BARE_PERCENT = pattern(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Folders:
    """`current` is the folder that reported paths start from, `root` the one that URIs are to start from."""

    current: Path
    root: Path


class Artifacts:
    """Locations of the documents of one report."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._known: dict[str, dict[str, Json]] = {}

    def location(self, uri: str) -> dict[str, Json]:
        """Return the location of a document by its name in reports: a path, a URL, `<stdin>`, or `REF:path` of git.

        A file outside of the root has an absolute URI: no other would find it.
        """
        known = self._known.get(uri)
        if known is None:
            known = self._known[uri] = _location(uri, self._folders)
        return known


def _location(uri: str, folders: Folders) -> dict[str, Json]:
    if scheme := _SCHEME.match(uri):
        before, hash_, fragment = uri[scheme.end() :].partition("#")
        return {"uri": scheme[0] + _quoted_again(before) + hash_ + _quoted_again(fragment)}
    if uri.startswith("<") or uri == "-":
        return {"uri": _quoted(uri.strip("<>"), _PATH)}
    full = os.path.normpath(_full(uri, folders))
    relative = Path(os.path.relpath(full, folders.root))
    if relative.parts[:1] == (os.pardir,):
        return {"uri": "file://" + _quoted(Path(full).as_posix(), _PATH)}
    return {"uri": _quoted(relative.as_posix(), _PATH), "uriBaseId": SOURCE_ROOT}


def _full(uri: str, folders: Folders) -> Path:
    """Return the file that a name stands for. Git counts paths from the root of the repository, but for `./path`."""
    path = folders.current / uri
    _, colon, in_git = uri.partition(":")
    if not colon or os.path.exists(path):  # noqa: PTH110 - a name too long for a file is a name without one
        return path
    return (folders.current if in_git.startswith(("./", "../")) else folders.root) / in_git


def _quoted_again(text: str) -> str:
    """Percent-encode what is left to be encoded in a part of a URL."""
    return _quoted(_BARE_PERCENT.sub("%25", text), _URL)


def _quoted(text: str, safe: str) -> str:
    """Percent-encode a name: bytes that are no UTF-8 as they are in the file system."""
    try:
        return quote(text.encode(errors="surrogateescape"), safe=safe)
    except UnicodeEncodeError:
        return quote(text.encode(errors="replace"), safe=safe)
