"""Documents as git has them: the entry and all others from one commit, inside the repository's tree."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass
from pathlib import Path

from contractctl.core.suggestions import nearest
from contractctl.source.document import Unreachable
from contractctl.source.git import Revision, open_revision, unreadable
from contractctl.source.library import Origin, Remote
from contractctl.source.positions import Naming, Position, Root, follow, is_remote

_ROOT = Root("the repository", "move it into the repository")


@dataclass(frozen=True, slots=True)
class _Files:
    """What the files of one description share. `spelled` is the revision as the user wrote it."""

    revision: Revision
    spelled: str
    naming: Naming
    remote: Remote


@dataclass(frozen=True, slots=True)
class GitOrigin:
    """One file at one commit. See `Origin`."""

    files: _Files
    position: Position

    @property
    def name(self) -> str:
        """The entry as given; the others as `REF:path`."""
        return self.files.naming.name(self.position)

    @property
    def relative(self) -> str:
        """The path from the entry's folder, without the revision."""
        return self.files.naming.relative(self.position)

    def beside(self, reference: str) -> Origin:
        """Return the file of the same commit, or the URL, that a reference leads to."""
        if is_remote(reference):
            return self.files.remote(reference)
        return GitOrigin(self.files, follow(self.position, reference, _ROOT))

    def read(self) -> bytes:
        """Return the bytes of a file. Links are not followed: git has what they say, not where they lead."""
        entry = self.files.revision.find(self.position)
        if entry is None:
            message, hint = f"there is no file {self.name}", self._suggestion()
            raise Unreachable("reference-dangling", message, hint=hint)
        if entry.kind:
            message = f"{self.name} is {entry.kind}, and only files are read from git"
            raise Unreachable("reference-dangling", message, hint="refer to a JSON or YAML file itself")
        return self.files.revision.read(entry)

    def read_entry(self) -> bytes:
        """Return the bytes of what the user named. Raise UsageFailure where that is no file."""
        try:
            return self.read()
        except Unreachable as refusal:
            path = self.name.removeprefix(f"{self.files.spelled}:")
            kind = f"it is {entry.kind}" if (entry := self.files.revision.find(self.position)) else str(refusal)
            raise unreadable(self.files.spelled, path, kind, self._seen_from_here(path)) from None

    def _seen_from_here(self, path: str) -> str:
        """Return a hint for a path that was meant from the top of the repository, as git takes it; else nothing."""
        current = self.files.revision.current
        if not current or self.files.revision.find(tuple(path.split("/"))) is None:
            return ""
        spelled = f"{self.files.spelled}:{posixpath.relpath(path, '/'.join(current))}"
        return f"paths are relative to the current folder; write {spelled}"

    def _suggestion(self) -> str:
        folder = self.files.revision.find(self.position[:-1])
        close = nearest(self.position[-1], sorted(self.files.revision.names(folder))) if folder else None
        if close is None:
            return f"check the path; the file must be there at {self.files.spelled}, too"
        return f"did you mean {self.files.naming.name((*self.position[:-1], close))}?"


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
    return GitOrigin(_Files(found, revision, naming, remote), position)


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
