"""What an image is built of, for the tags of `--tag auto`: a workflow run says it, else the checkout."""

from __future__ import annotations

import os
from pathlib import Path
from typing import assert_never

from contractctl.core.failures import UsageFailure
from contractctl.github.event import OtherEvent, PullRequest, Push, Run, read_run
from contractctl.github.head import read_head
from contractctl.image.tags import Commit, automatic_tags

_QUEUE = "gh-readonly-queue/"
"""What GitHub calls the branches of its merge queue: names that nobody asks for."""


def tags_here(folder: Path) -> tuple[str, ...]:
    """Return the tags of `--tag auto` for what is built in `folder`.

    Raise UsageFailure where neither a workflow run nor git says what that is.
    """
    run = read_run(os.environ)
    tags = automatic_tags(commit_of_run(run) if run else _commit_of(folder))
    if not tags:
        raise UsageFailure("there is no commit to take tags from yet", hint="commit first, or name a tag with -t")
    return tags


def commit_of_run(run: Run) -> Commit:
    """Tell what a workflow run is for: its pull request, its branch or its git tag."""
    match run.event:
        case PullRequest(number=number, head_sha=sha):
            return Commit(sha, pull_request=number)
        case Push(ref=ref, sha=sha) | OtherEvent(ref=ref, sha=sha):
            kind, _, name = ref.removeprefix("refs/").partition("/")
            if kind == "tags":
                return Commit(sha, tag=name)
            if kind != "heads" or name.startswith(_QUEUE):
                return Commit(sha)
            return Commit(sha, branch=name, is_default=name == run.default_branch)
        case _:
            assert_never(run.event)


def _commit_of(folder: Path) -> Commit:
    head = read_head(folder)
    if head.tag:
        return Commit(head.sha, tag=head.tag)
    return Commit(head.sha, branch=head.branch, is_default=bool(head.branch) and head.branch == head.default_branch)
