"""What git says about a pull request, in real repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from contractctl.core.failures import UsageFailure
from contractctl.github.event import PullRequest
from contractctl.github.history import changed_lines, merge_base, pull_request_base

FETCH = "set `fetch-depth: 0` of actions/checkout (2 is enough for its default, the merge commit)"


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"]
    command = ["git", *identity, "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    git(folder, "add", name)
    git(folder, "commit", "-q", "-m", f"change {name}")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """Return a repository with main, and topic that left it one commit before its tip."""
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "a.yaml", "1\n2\n3\n4\n5\n")
    git(folder, "branch", "topic")
    commit(folder, "b.yaml", "of main\n")
    git(folder, "checkout", "-q", "topic")
    commit(folder, "a.yaml", "1\ntwo\n3\n5\nsix\nseven\n")
    return folder


def pull_request(origin: Path) -> PullRequest:
    base, head = git(origin, "rev-parse", "main"), git(origin, "rev-parse", "topic")
    return PullRequest(7, "main", base, head, is_fork=False, is_dependabot=False)


def clone(origin: Path, branch: str, *options: str) -> Path:
    folder = origin.parent / "clone"
    git(origin.parent, "clone", "-q", *options, "--branch", branch, f"file://{origin}", str(folder))
    return folder


def make_merge_commit(origin: Path) -> None:
    git(origin, "checkout", "-q", "-b", "merge", "main")
    git(origin, "merge", "-q", "--no-ff", "--no-edit", "topic")


def test_on_the_head_it_is_the_merge_base(origin: Path) -> None:
    folder = clone(origin, "topic")
    assert pull_request_base(pull_request(origin), folder) == git(origin, "merge-base", "main", "topic")


@pytest.mark.parametrize("options", [(), ("--depth=2",)], ids=["whole history", "two commits deep"])
def test_on_the_merge_commit_it_is_the_tip_of_the_base_branch(origin: Path, options: tuple[str, ...]) -> None:
    event = pull_request(origin)
    make_merge_commit(origin)
    folder = clone(origin, "merge", *options)
    assert pull_request_base(event, folder) == event.base_sha


@pytest.mark.parametrize("branch", ["topic", "merge"])
def test_without_history_it_is_said_what_to_fetch(origin: Path, branch: str) -> None:
    event = pull_request(origin)
    make_merge_commit(origin)
    folder = clone(origin, branch, "--depth=1")
    with pytest.raises(UsageFailure) as caught:
        pull_request_base(event, folder)
    assert (caught.value.message, caught.value.hint) == (f"the base {event.base_sha} is not in this checkout", FETCH)


def test_too_little_history_is_told_apart_from_none(origin: Path) -> None:
    folder = clone(origin, "topic", "--depth=1")
    git(folder, "fetch", "-q", "--depth=1", "origin", "main:main")
    with pytest.raises(UsageFailure) as caught:
        merge_base("main", folder)
    assert (caught.value.message, caught.value.hint) == (
        "the checkout holds too little history to find where it left main",
        FETCH,
    )


def test_branches_without_a_common_ancestor_are_told(origin: Path) -> None:
    git(origin, "checkout", "-q", "--orphan", "other")
    commit(origin, "c.yaml", "x\n")
    with pytest.raises(UsageFailure, match="HEAD and main have no common ancestor"):
        merge_base("main", origin)


def test_a_name_that_looks_like_an_option_is_only_a_name(origin: Path) -> None:
    with pytest.raises(UsageFailure, match="the base --all is not in this checkout"):
        merge_base("--all", origin)


def test_outside_of_a_repository_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageFailure) as caught:
        merge_base("main", tmp_path)
    assert caught.value.message == f"{tmp_path} is in no git repository"


def test_the_lines_that_a_pull_request_touched(origin: Path) -> None:
    base = git(origin, "merge-base", "main", "topic")
    assert changed_lines(Path("a.yaml"), base, origin) == (range(2, 3), range(3, 5), range(5, 7))


def test_changes_that_are_not_committed_count(origin: Path) -> None:
    (origin / "a.yaml").write_text("new\n1\ntwo\n3\n5\nsix\nseven\n")
    assert changed_lines(Path("a.yaml"), "HEAD", origin) == (range(1, 2),)


def test_a_new_file_is_changed_throughout_and_an_untouched_one_nowhere(origin: Path) -> None:
    git(origin, "checkout", "-q", "main")
    assert changed_lines(Path("b.yaml"), "HEAD~1", origin) == (range(1, 2),)
    assert changed_lines(Path("a.yaml"), "HEAD~1", origin) == ()
