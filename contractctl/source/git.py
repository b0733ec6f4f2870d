"""Files as git has them at a revision."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from contractctl.core.failures import DeliveryFailure, UsageFailure

if TYPE_CHECKING:
    import subprocess


def read_git_file(revision: str, path: str, *, folder: Path | None = None) -> bytes:
    """Return the bytes of `path` at `revision` (`origin/main`, a tag, a hash).

    `path` is relative to `folder` (default: the current folder). Raise UsageFailure when the revision or the file is
    not there, and DeliveryFailure when git is missing.
    """
    done = _cat_file("blob", revision, path, folder)
    if done.returncode != 0:
        raise UsageFailure(
            f"cannot read {revision}:{path}: {_reason(done.stderr)}",
            hint="check both names; on CI fetch the history (`fetch-depth: 0` of actions/checkout)",
        )
    return done.stdout


def has_git_file(revision: str, path: str, *, folder: Path | None = None) -> bool:
    """Tell whether `path` exists at `revision`. Raise DeliveryFailure when git is missing."""
    return _cat_file("-e", revision, path, folder).returncode == 0


def _cat_file(what: str, revision: str, path: str, folder: Path | None) -> subprocess.CompletedProcess[bytes]:
    if revision.startswith("-"):
        raise UsageFailure(
            f"cannot read {revision}:{path}: no revision begins with a dash", hint="name a branch or a tag"
        )
    import subprocess

    command = ["git", "cat-file", what, f"{revision}:{_from_here(path, folder)}"]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603 - no shell
    except FileNotFoundError:
        raise DeliveryFailure(f"cannot read {revision}:{path}: git is not installed", hint="install git") from None


def _from_here(path: str, folder: Path | None) -> str:
    """Return the path as git wants it in an object name: relative to the current folder, spelled so."""
    relative = os.path.relpath((folder or Path()) / path, folder or Path())
    return relative if relative.startswith("..") else f"./{relative}"


def _reason(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else "git refused"
