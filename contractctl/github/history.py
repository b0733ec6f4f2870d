"""What git knows about a pull request: where it left its base, and which lines it touched."""

from __future__ import annotations

import re
from pathlib import Path

from contractctl.core.failures import UsageFailure
from contractctl.core.patterns import pattern
from contractctl.github.event import PullRequest
from contractctl.github.git import commit_of, run_git

_HUNK = pattern(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_FETCH = "set `fetch-depth: 0` of actions/checkout (2 is enough for its default, the merge commit)"


def pull_request_base(event: PullRequest, folder: Path) -> str:
    """Return the commit that the checkout in `folder` is to be compared with.

    On the merge commit that GitHub makes it is the parent on the base branch, so that only the pull request's own
    changes differ; else the merge base. Raise UsageFailure when the history is not there, saying what to fetch.
    """
    if commit_of("HEAD^2", folder) == event.head_sha:
        return commit_of("HEAD^1", folder)
    return merge_base(event.base_sha, folder)


def merge_base(base: str, folder: Path) -> str:
    """Return the best common ancestor of `base` (any name of a commit) and HEAD.

    Raise UsageFailure when there is none or the history is not there.
    """
    commit = commit_of(base, folder)
    if not commit:
        raise UsageFailure(f"the base {base} is not in this checkout", hint=_FETCH)
    ancestor = run_git(["merge-base", commit, "HEAD"], folder).stdout.decode().strip()
    if ancestor:
        return ancestor
    if run_git(["rev-parse", "--is-shallow-repository"], folder).stdout.strip() == b"true":
        raise UsageFailure(f"the checkout holds too little history to find where it left {base}", hint=_FETCH)
    raise UsageFailure(f"HEAD and {base} have no common ancestor", hint="name another base with --base")


def changed_lines(path: Path, base: str, folder: Path) -> tuple[range, ...]:
    """Return the lines of `path` (relative to `folder`), counted from 1, that differ from the commit `base`.

    Where lines are gone, the two around the gap count. Empty for an unchanged file.
    """
    options = ["--unified=0", "--no-color", "--no-ext-diff", "--no-textconv"]
    done = run_git(["diff", *options, commit_of(base, folder), "--", str(path)], folder)
    return tuple(_stretch(int(start), 1 if count is None else int(count)) for start, count in _hunks(done.stdout))


def _hunks(output: bytes) -> list[tuple[bytes, bytes | None]]:
    return [(found[1], found[2]) for found in _HUNK.finditer(output)]


def _stretch(start: int, count: int) -> range:
    return range(start, start + count) if count else range(max(start, 1), start + 2)
