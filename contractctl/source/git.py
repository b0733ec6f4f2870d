"""Files as git has them at a revision."""

from __future__ import annotations

import os
import posixpath
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.records import dataclass
from contractctl.core.suggestions import nearest
from contractctl.source.files import SIZE_LIMIT

if TYPE_CHECKING:
    import subprocess

_LINK, _SUBMODULE = "120000", "160000"
_TREE = "40000"


def has_git_file(revision: str, path: str, *, folder: Path | None = None) -> bool:
    """Tell whether `path`, relative to `folder`, exists at `revision`. Raise DeliveryFailure when git is missing."""
    return _git(revision, path, folder, "cat-file", "-e", f"{revision}:{_from_here(path, folder)}").returncode == 0


def commit_of(revision: str, *, folder: Path) -> str:
    """Return the hash of the commit that a revision names in the repository of `folder`.

    Raise UsageFailure when git has none, and DeliveryFailure when git is missing.
    """
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    done = _git(revision, ".", folder, *asked)
    if done.returncode != 0:
        hint = "run `git fetch`; on CI set `fetch-depth: 0` of actions/checkout"
        if not done.stderr:
            raise UsageFailure(f"cannot compare with {revision}: git has no such commit", hint=hint)
        hint = f"name a file in a repository that git may read: `git -C {folder} status` must work"
        raise UsageFailure(f"cannot compare with {revision}: {_reason(done.stderr)}", hint=hint)
    return done.stdout.decode().strip()


def former_name(commit: str, name: str, *, folder: Path) -> str | None:
    """Return the path, relative to `folder`, that a file had at a commit and has been moved from; None for a new one.

    git knows of files that it was told of (`git add`), and guesses by their content.
    """
    told = (
        "diff",
        "--no-ext-diff",
        "--no-relative",
        "--find-renames",
        "--diff-filter=R",
        "--name-status",
        "-z",
        commit,
    )
    prefix = os.fsdecode(_git(commit, name, folder, "rev-parse", "--show-prefix").stdout).removesuffix("\n")
    fields = os.fsdecode(_git(commit, name, folder, *told).stdout).split("\0")
    moves = {now: before for _, before, now in zip(fields[::3], fields[1::3], fields[2::3], strict=False)}
    before = moves.get(posixpath.normpath(prefix + name))
    return None if before is None else posixpath.relpath(before, prefix or ".")


def own_address(folder: Path) -> str:
    """Return the address (`user.email`) that git writes into commits here, empty where there is none, or no git."""
    try:
        return _git("HEAD", ".", folder, "config", "user.email").stdout.decode(errors="replace").strip()
    except DeliveryFailure:
        return ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a tree of git: the mode as git writes it, and the object's id in hexadecimal."""

    mode: str
    object_id: str

    @property
    def kind(self) -> str:
        """What it is in words when it is no file, else ""."""
        return {_LINK: "a symbolic link", _SUBMODULE: "a submodule", _TREE: "a folder"}.get(self.mode, "")

    @property
    def is_folder(self) -> bool:
        """Whether there are names in it."""
        return self.mode == _TREE


class Revision:
    """The files of a repository at one commit, which stays the same when a branch moves on meanwhile.

    Every object is read by one process of git, which starts with the first and ends with this value.
    """

    def __init__(self, tree: str, current: tuple[str, ...], folder: Path | None) -> None:
        self.current = current
        self._tree = Entry(_TREE, tree)
        self._folder = folder
        self._trees: dict[str, Mapping[str, Entry]] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def find(self, position: tuple[str, ...]) -> Entry | None:
        """Return what is at a position below the top of the repository, None when there is nothing."""
        found: Entry | None = self._tree
        for name in position:
            found = self.names(found).get(name) if found else None
        return found

    def names(self, folder: Entry) -> Mapping[str, Entry]:
        """Return what is in a folder by name; nothing for what is no folder."""
        if folder.mode != _TREE:
            return {}
        if folder.object_id not in self._trees:
            self._trees[folder.object_id] = dict(_entries(self.read(folder), len(folder.object_id) // 2))
        return self._trees[folder.object_id]

    def read(self, entry: Entry) -> bytes:
        """Return the bytes of an object.

        Raise UsageFailure for one of more than `SIZE_LIMIT` bytes, DeliveryFailure when git has lost it.
        """
        wanted, given = self._pipes()
        try:
            wanted.write(entry.object_id.encode() + b"\n")
            wanted.flush()
        except BrokenPipeError:
            raise _lost(entry) from None
        header = given.readline().split()
        if len(header) != 3:
            raise _lost(entry)
        size = int(header[2])
        if size > SIZE_LIMIT:
            self._process = None  # what it would write is not read
            raise UsageFailure(f"{entry.object_id} of git has more than {SIZE_LIMIT:,} bytes", hint="check the name")
        data = given.read(size + 1)
        return data[:size]

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        import subprocess

        if self._process is None:
            command = ["git", "cat-file", "--batch"]
            process = subprocess.Popen(  # noqa: S603 - no shell
                command,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            weakref.finalize(self, _end, process)
            self._process = process
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout


def open_revision(revision: str, path: str, *, folder: Path | None = None) -> Revision:
    """Look a revision up (`origin/main`, a tag, a hash), once. `path` is what is to be read, for messages.

    Raise UsageFailure when the revision is not there, and DeliveryFailure when git is missing.
    """
    done = _git(revision, path, folder, "rev-parse", "--show-prefix", f"{revision}^{{tree}}")
    if done.returncode != 0:
        raise _unknown(revision, path, folder, done.stderr)
    prefix, tree = os.fsdecode(done.stdout).split("\n")[:2]
    return Revision(tree, tuple(prefix.strip("/").split("/")) if prefix else (), folder)


def _unknown(revision: str, path: str, folder: Path | None, stderr: bytes) -> UsageFailure:
    """Make the failure for a revision that cannot be looked up: what it may be called, or why it is not there."""
    if _git(revision, path, folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}").stderr:
        return unreadable(revision, path, _reason(stderr))
    told = _git(revision, path, folder, "for-each-ref", "--format=%(refname:short)").stdout.decode(errors="replace")
    known = told.splitlines()
    close = f"origin/{revision}" if f"origin/{revision}" in known else nearest(revision, known)
    hint = f"did you mean {close}:{path}?" if close else ""
    if not close and _git(revision, path, folder, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
        hint = "this clone is shallow: run `git fetch --unshallow`, or set `fetch-depth: 0` of actions/checkout"
    return unreadable(revision, path, f"git has no revision `{revision}`", hint)


def unreadable(revision: str, path: str, reason: str, hint: str = "") -> UsageFailure:
    """Make the failure for a revision or a file that git has not."""
    hint = hint or "check both names; on CI fetch the history (`fetch-depth: 0` of actions/checkout)"
    return UsageFailure(f"cannot read {revision}:{path}: {reason}", hint=hint)


def _git(revision: str, path: str, folder: Path | None, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    if revision.startswith("-"):
        message = f"cannot read {revision}:{path}: no revision begins with a dash"
        raise UsageFailure(message, hint="name a branch or a tag")
    import subprocess

    try:
        return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)  # noqa: S603, S607 - no shell
    except FileNotFoundError:
        raise DeliveryFailure(f"cannot read {revision}:{path}: git is not installed", hint="install git") from None


def _from_here(path: str, folder: Path | None) -> str:
    """Return the path as git wants it in an object name: relative to the current folder, spelled so."""
    relative = os.path.relpath((folder or Path()) / path, folder or Path())
    return relative if relative.startswith("..") else f"./{relative}"


def _entries(tree: bytes, width: int) -> list[tuple[str, Entry]]:
    """Read a tree object: mode, blank, name, NUL and the id in `width` bytes, again and again."""
    found, start = [], 0
    while start < len(tree):
        blank = tree.index(b" ", start)
        end = tree.index(b"\0", blank)
        after = end + 1 + width
        entry = Entry(tree[start:blank].decode(), tree[end + 1 : after].hex())
        found.append((os.fsdecode(tree[blank + 1 : end]), entry))
        start = after
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()


def _lost(entry: Entry) -> DeliveryFailure:
    return DeliveryFailure(f"git cannot read its object {entry.object_id}", hint="run `git fsck`, or fetch the history")


def _reason(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else "git refused"
