"""What one side of a comparison may be: one description, or those of a folder, of a glob, of a folder of git."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path

from contractctl.api.specs import matched
from contractctl.config import Config
from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.records import dataclass
from contractctl.diff.policies.globs import matches
from contractctl.source.files import find_descriptions, looks_like_description, read_file
from contractctl.source.spec import is_url

_MAGIC = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Member:
    """One description of a side: its SPEC, and its path from the folder that the side is; "" for a side of one."""

    spec: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One side as the user named it; `role` is `base` or `revision`. `is_single` says that it is no folder or glob.

    `folder` is what the names of its members are relative to, at `revision` of git where there is one.
    """

    spec: str
    role: str
    members: tuple[Member, ...]
    is_single: bool
    folder: str = ""
    revision: str = ""

    def counterpart(self, name: str) -> Member | None:
        """Return the file of this name that is on this side, whether or not it is a description; None for none."""
        path = posixpath.join(self.folder, name)
        if not self.revision:
            return Member(path, name) if Path(path).is_file() else None
        from contractctl.source.git import has_git_file

        return Member(f"{self.revision}:{path}", name) if has_git_file(self.revision, path) else None


def read_side(spec: str, role: str, config: Config) -> Side:
    """Find the descriptions that a SPEC means; they are not read yet.

    Raise UsageFailure for a folder or a glob without any, and for what is nothing at all.
    """
    if spec == "-" or is_url(spec):
        return Side(spec, role, (Member(spec),), is_single=True)
    path = Path(spec)
    if spec and path.is_dir():
        names = (name.as_posix() for name in find_descriptions(path))
        return _several(Side(spec, role, tuple(_members(spec, names)), is_single=False, folder=spec))
    if not _exists(path):
        if found := _glob(spec, config):
            return _several(Side(spec, role, tuple(found), is_single=False, folder=_top(spec)))
        revision, colon, name = spec.partition(":")
        if colon and revision and name:
            return _of_git(spec, role, revision, name)
        _check_names_a_file(spec, role)
        read_file(path)  # which says what is like it
    return Side(spec, role, (Member(spec),), is_single=True)


def _members(folder: str, names: Iterable[str]) -> Iterator[Member]:
    yield from (Member(posixpath.join(folder, name), name) for name in names)


def _several(side: Side) -> Side:
    if not side.members:
        hint = "name a folder that holds a file which begins with `openapi:` or `swagger:`"
        raise UsageFailure(f"the {side.role} {side.spec} holds no OpenAPI description", hint=hint)
    return side


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # whoever reads it will say what is wrong with the name
        return True


def _glob(spec: str, config: Config) -> list[Member]:
    if _MAGIC.isdisjoint(spec):
        return []
    top = _top(spec)
    files = [path for path in matched(spec, config) if Path(path).is_file()]
    paths = [path for path in files if looks_like_description(Path(path))] or files
    return [Member(path, posixpath.relpath(path, top or ".")) for path in paths]


def _top(spec: str) -> str:
    """Return the folder that everything a glob may match lies in."""
    parts = spec.split("/")
    first = next(number for number, part in enumerate(parts) if not _MAGIC.isdisjoint(part))
    return "/".join(parts[:first])


def _of_git(spec: str, role: str, revision: str, path: str) -> Side:
    """Look whether git has a folder there, or files that a glob matches; what it is else is told when it is read."""
    from contractctl.source.git_origin import git_descriptions

    is_glob = not _MAGIC.isdisjoint(path)
    top = (_top(path) or ".") if is_glob else path
    names = git_descriptions(revision, top)
    if names is None and is_glob:
        raise UsageFailure(f"the {role} {spec} matches no file", hint=f"check the folder {top} at {revision}")
    if names is None:
        return Side(spec, role, (Member(spec),), is_single=True)
    meant = (name for name in names if not is_glob or _is_meant(path, top, name))
    members = tuple(Member(f"{revision}:{posixpath.normpath(posixpath.join(top, name))}", name) for name in meant)
    return _several(Side(spec, role, members, is_single=False, folder=top, revision=revision))


def _is_meant(glob: str, top: str, name: str) -> bool:
    return matches(posixpath.normpath(glob), posixpath.normpath(posixpath.join(top, name)))


def _check_names_a_file(spec: str, role: str) -> None:
    """Say what was meant by a revision alone, and by a glob of nothing."""
    if not _MAGIC.isdisjoint(spec):
        raise UsageFailure(f"no file matches {spec}", hint="quote the pattern, or check the folder")
    revision = spec.partition(":")[0]
    if revision and _is_revision(revision):
        message = f"the {role} {spec} is a revision of git and names no file in it"
        found = find_descriptions(Path())
        path = found[0].as_posix() if len(found) == 1 else "openapi.yaml"
        raise UsageFailure(message, hint=f"write {revision}:PATH, such as {revision}:{path}")


def _is_revision(name: str) -> bool:
    from contractctl.source.git import commit_of

    try:
        commit_of(name, folder=Path())
    except (UsageFailure, DeliveryFailure):
        return False
    return True
