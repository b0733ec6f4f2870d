"""Documents as git has them: the entry and all others from one commit, inside the repository's tree."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from contractctl.core.records import dataclass
from contractctl.core.suggestions import nearest
from contractctl.source.document import Unreachable
from contractctl.source.files import DESCRIPTION_SUFFIXES, SKIPPED_FOLDERS, begins_description
from contractctl.source.git import Entry, Revision, open_revision, unreadable
from contractctl.source.library import Remote
from contractctl.source.placed_origin import PlacedOrigin
from contractctl.source.positions import Naming, Position, Root

_LISTED = 5
_ROOT = Root("the repository", "move it into the repository")


@dataclass(frozen=True, slots=True)
class GitOrigin(PlacedOrigin):
    """One file at one commit. `spelled` is the revision as the user wrote it."""

    revision: Revision
    spelled: str

    def read(self) -> bytes:
        """Return the bytes of a file. Links are not followed: git has what they say, not where they lead."""
        entry = self.revision.find(self.position)
        if entry is None:
            message, hint = f"there is no file {self.name}", self._suggestion()
            raise Unreachable("reference-dangling", message, hint=hint)
        if entry.kind:
            message = f"{self.name} is {entry.kind}, and only files are read from git"
            raise Unreachable("reference-dangling", message, hint="refer to a JSON or YAML file itself")
        return self.revision.read(entry)

    def read_entry(self) -> bytes:
        """Return the bytes of what the user named. Raise UsageFailure where that is no file."""
        try:
            return self.read()
        except Unreachable as refusal:
            path = self.name.removeprefix(f"{self.spelled}:")
            kind = f"it is {entry.kind}" if (entry := self.revision.find(self.position)) else str(refusal)
            raise unreadable(self.spelled, path, kind, self._seen_from_here(path) or self._entries()) from None

    def _seen_from_here(self, path: str) -> str:
        """Return a hint for a path that was meant from the top of the repository, as git takes it; else nothing."""
        current = self.revision.current
        if not current or self.revision.find(tuple(path.split("/"))) is None:
            return ""
        spelled = f"{self.spelled}:{posixpath.relpath(path, '/'.join(current))}"
        return f"paths are relative to the current folder; write {spelled}"

    def _entries(self) -> str:
        """Return a hint for an entry that is no file: what it may be called, else the names that there are."""
        entry = self.revision.find(self.position)
        near = "" if entry else self._suggestion()
        folder = entry if entry and entry.is_folder else self.revision.find(self.position[:-1])
        known = self.revision.names(folder) if folder else {}
        names = sorted(name for name in known if name.endswith(DESCRIPTION_SUFFIXES))
        if near.startswith("did you mean") or not names:
            return near
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        return f"the files in that folder at {self.spelled}: {', '.join(names[:_LISTED])}{more}"

    def _suggestion(self) -> str:
        folder = self.revision.find(self.position[:-1])
        close = nearest(self.position[-1], sorted(self.revision.names(folder))) if folder else None
        if close is None:
            return f"check the path; the file must be there at {self.spelled}, too"
        return f"did you mean {self.naming.name((*self.position[:-1], close))}?"


def git_origin(revision: str, path: str, remote: Remote, *, folder: Path | None = None) -> GitOrigin:
    """Return the origin of `path`, relative to `folder` (default: the current one), at a revision.

    Raise UsageFailure when git has not the revision or the path leaves the repository, DeliveryFailure when git is
    missing.
    """
    found = open_revision(revision, path, folder=folder)
    position = _position(found, path, folder)
    if position is None:
        raise unreadable(revision, path, "it lies outside the repository")
    naming = Naming(f"{revision}:{path}", position, posixpath.dirname(path), f"{revision}:")
    return GitOrigin(position, _ROOT, naming, remote, found, revision)


def git_descriptions(revision: str, path: str, *, folder: Path | None = None) -> tuple[str, ...] | None:
    """Return the descriptions below the folder `path` at a revision, sorted, relative to it; None for no folder.

    The same are passed over as by `find_descriptions`. Raise as `git_origin` does.
    """
    found = open_revision(revision, path, folder=folder)
    position = _position(found, path, folder)
    if position is None:
        raise unreadable(revision, path, "it lies outside the repository")
    top = found.find(position)
    if top is None or not top.is_folder:
        return None
    return tuple(sorted(_descriptions(found, top)))


def _descriptions(revision: Revision, top: Entry) -> Iterator[str]:
    waiting = [("", top)]
    while waiting:
        prefix, folder = waiting.pop()
        for name, entry in revision.names(folder).items():
            if entry.is_folder and not name.startswith(".") and name not in SKIPPED_FOLDERS:
                waiting.append((f"{prefix}{name}/", entry))
            elif not entry.kind and name.endswith(DESCRIPTION_SUFFIXES) and begins_description(revision.read(entry)):
                yield prefix + name


def _position(revision: Revision, path: str, folder: Path | None) -> Position | None:
    """Return where a path is below the top of the repository, None for outside of it."""
    relative = Path(os.path.relpath((folder or Path()) / path, folder or Path()))
    position = list(revision.current)
    for name in relative.parts:
        if name != "..":
            position.append(name)
        elif position:
            position.pop()
        else:
            return None
    return tuple(position)
