"""Where files lie below a root, what a relative reference leads to from there, and how users call them."""

from __future__ import annotations

import posixpath
from typing import TypeAlias
from urllib.parse import unquote

from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.source.document import Unreachable

Position: TypeAlias = tuple[str, ...]
"""The names of folders and file on the way down from the root; none of them is `.` or `..`."""

_CONTROL = pattern(r"[\x00-\x1f\x7f]")
_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*):")
_RELATIVE = "write the path relative to the file that refers to it"


def is_remote(reference: str) -> bool:
    """Tell whether a reference is an http or https URL."""
    scheme = _SCHEME.match(reference)
    return scheme is not None and scheme[1].lower() in ("http", "https")


def check_characters(reference: str) -> None:
    """Refuse characters that programs read differently. Raise Unreachable."""
    if _CONTROL.search(reference):
        raise _forbidden("it has a control character", "remove it")
    if "\\" in reference:
        raise _forbidden("it has a backslash", "write `/` between folders")


@dataclass(frozen=True, slots=True)
class Root:
    """What bounds the files of a description, in words: "the repository"."""

    words: str
    hint: str

    def outside(self) -> Unreachable:
        """Make the refusal of what lies elsewhere. It says the same whether there is anything or not."""
        return _forbidden(f"it lies outside {self.words}, beyond which no file is read", self.hint)


def follow(base: Position, reference: str, root: Root) -> Position:
    """Return where a relative reference leads from the file at `base` (RFC 3986 §5.2.4, then percent-decoded).

    Raise Unreachable for what is no relative path, and for one that climbs over the root, even if it comes back: what
    it means would depend on the name of a folder that is not the description's.
    """
    check_characters(reference)
    _check_kind(reference)
    position = list(base[:-1])
    for segment in map(_decoded, reference.split("/")):
        if segment == "..":
            if not position:
                raise root.outside()
            position.pop()
        elif segment not in ("", "."):
            position.append(segment)
    check_private(position)
    return tuple(position)


def check_private(position: Position | list[str]) -> None:
    """Refuse git's own folder, whose files hold credentials. Raise Unreachable."""
    if any(segment.lower() == ".git" for segment in position):
        raise _forbidden("it lies in git's own folder", "move it out of there")


def _check_kind(reference: str) -> None:
    scheme = _SCHEME.match(reference)
    if reference.startswith("//"):
        hint = "write the whole URL, and allow its host with --allow-remote HOST"
        raise _forbidden("it names a host without `https:`", hint)
    if reference.startswith("/") or (scheme and (len(scheme[1]) == 1 or scheme[1].lower() == "file")):
        raise _forbidden("it is an absolute path", _RELATIVE)
    if scheme:
        raise _forbidden(f"`{scheme[0]}` is no way to a file", f"{_RELATIVE}; `./` before a name with a colon")
    if "?" in reference:
        hint = "leave out what follows `?`, or write %3F for a question mark in the name"
        raise Unreachable("reference-dangling", "a file has no query", hint=hint)


def _decoded(segment: str) -> str:
    try:
        name = unquote(segment, errors="strict")
        name.encode()
    except UnicodeError:
        raise Unreachable("reference-dangling", "no name is written so", hint="percent-encode UTF-8") from None
    if "/" in name:
        raise Unreachable("reference-dangling", "no file has a slash in its name", hint="write `/` between folders")
    check_characters(name)
    return name


def _forbidden(message: str, hint: str) -> Unreachable:
    return Unreachable("reference-forbidden", message, hint=hint)


@dataclass(frozen=True, slots=True)
class Naming:
    """How the files of one description are called: the entry as the user gave it, the others beside it.

    `at` is the entry's position, `folder` its folder as given, `prefix` what stands before every name (`main:`).
    `folds` says that `folder/..` is what stands before `folder`, which links make false.
    """

    entry: str
    at: Position
    folder: str = ""
    prefix: str = ""
    folds: bool = True

    def name(self, position: Position) -> str:
        """Return the name of a file; equal positions and no others have equal names."""
        if position == self.at:
            return self.entry
        path = posixpath.join(self.folder, self.relative(position))
        return self.prefix + (posixpath.normpath(path) if self.folds else path)

    def relative(self, position: Position) -> str:
        """Return the path from the entry's folder, whatever the folders above the root are called."""
        return posixpath.relpath("/" + "/".join(position), "/" + "/".join(self.at[:-1]))
