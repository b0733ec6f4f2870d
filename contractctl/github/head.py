"""What a checkout stands at, where no workflow run says so."""

from __future__ import annotations

from pathlib import Path

from contractctl.core.records import dataclass
from contractctl.github.git import commit_of, run_git


@dataclass(frozen=True, slots=True)
class Head:
    """The commit that is checked out, with its branch and its git tag; what there is not is "".

    `sha` is "" as well where tracked files differ from the commit. `default_branch` is the branch of `origin` that a
    clone begins with.
    """

    sha: str
    branch: str
    tag: str
    default_branch: str


def read_head(folder: Path) -> Head:
    """Ask git. Raise UsageFailure outside of a repository, DeliveryFailure without git."""
    is_changed = bool(run_git(["status", "--porcelain", "--untracked-files=no"], folder).stdout)
    return Head(
        sha="" if is_changed else commit_of("HEAD", folder),
        branch=_said(["symbolic-ref", "--quiet", "--short", "HEAD"], folder),
        tag="" if is_changed else _said(["describe", "--tags", "--exact-match", "HEAD"], folder),
        default_branch=_said(["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"], folder).rpartition("/")[2],
    )


def _said(arguments: list[str], folder: Path) -> str:
    done = run_git(arguments, folder)
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""
