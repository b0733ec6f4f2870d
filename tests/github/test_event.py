"""The event of a run, from payloads as GitHub writes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contractctl.core.failures import UsageFailure
from contractctl.github.event import OtherEvent, PullRequest, Push, Run, read_run

SHA, HEAD = "a" * 40, "b" * 40


def payload(*, head_repository: object = None, login: str = "ann") -> dict[str, object]:
    return {
        "number": 7,
        "pull_request": {
            "number": 7,
            "user": {"login": login},
            "base": {"ref": "main", "sha": SHA, "repo": {"full_name": "acme/pets"}},
            "head": {"ref": "topic", "sha": HEAD, "repo": head_repository or {"full_name": "acme/pets"}},
        },
    }


def read(tmp_path: Path, value: object, **environment: str) -> Run:
    event = tmp_path / "event.json"
    event.write_text(json.dumps(value))
    run = read_run({"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(event), **environment})
    assert run is not None
    return run


def test_outside_of_actions_there_is_no_run() -> None:
    assert read_run({}) is None


def test_a_run_has_its_files(tmp_path: Path) -> None:
    run = read(
        tmp_path,
        payload(),
        GITHUB_REPOSITORY="acme/pets",
        GITHUB_SHA=HEAD,
        GITHUB_WORKSPACE="/work space",
        GITHUB_OUTPUT="/out",
        GITHUB_STEP_SUMMARY="",
    )
    event = PullRequest(7, "main", SHA, HEAD, is_fork=False, is_dependabot=False)
    assert run == Run(event, "acme/pets", HEAD, Path("/work space"), Path("/out"), None)


@pytest.mark.parametrize(
    ("value", "actor", "fork", "dependabot"),
    [
        pytest.param(payload(), "ann", False, False, id="of the repository itself"),
        pytest.param(payload(head_repository={"full_name": "eve/pets"}), "eve", True, False, id="of a fork"),
        pytest.param(payload(head_repository={"id": 1}), "eve", True, False, id="of a fork that is gone"),
        pytest.param(payload(login="dependabot[bot]"), "dependabot[bot]", False, True, id="by Dependabot"),
        pytest.param(payload(login="dependabot[bot]"), "", False, True, id="by Dependabot, and no actor is named"),
        pytest.param(payload(login="dependabot[bot]"), "ann", False, False, id="by Dependabot, and Ann pushed to it"),
    ],
)
def test_who_may_publish(tmp_path: Path, value: object, actor: str, fork: bool, dependabot: bool) -> None:
    event = read(tmp_path, value, GITHUB_ACTOR=actor).event
    assert isinstance(event, PullRequest)
    assert (event.is_fork, event.is_dependabot, event.may_publish) == (fork, dependabot, not (fork or dependabot))


def test_an_event_file_with_the_number_at_the_top_only(tmp_path: Path) -> None:
    value = payload()
    del value["pull_request"]["number"]  # type: ignore[attr-defined]  # JSON of any shape
    event = read(tmp_path, value).event
    assert isinstance(event, PullRequest)
    assert event.number == 7


@pytest.mark.parametrize(("before", "expected"), [(SHA, SHA), ("0" * 40, "")], ids=["a branch", "a new branch"])
def test_a_push(tmp_path: Path, before: str, expected: str) -> None:
    run = read(tmp_path, {"before": before}, GITHUB_EVENT_NAME="push", GITHUB_REF="refs/heads/main", GITHUB_SHA=HEAD)
    assert run.event == Push("refs/heads/main", HEAD, expected)


def test_other_events_are_known_by_name() -> None:
    run = read_run({"GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/main", "GITHUB_SHA": SHA})
    assert run is not None
    assert run.event == OtherEvent("schedule", "refs/heads/main", SHA)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "cannot read the event file {}: No such file or directory", id="missing"),
        pytest.param("{", "the event file {} is not JSON", id="no JSON"),
        pytest.param("[]", "the event file {} holds no object", id="a list"),
        pytest.param("{}", "the event file tells no pull request: number, base.sha or head.sha is missing", id="empty"),
    ],
)
def test_an_event_file_that_tells_nothing_is_named(tmp_path: Path, content: str | None, message: str) -> None:
    event = tmp_path / "event.json"
    if content is not None:
        event.write_text(content)
    with pytest.raises(UsageFailure) as caught:
        read_run({"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(event)})
    assert caught.value.message == message.format(event)


def test_a_missing_name_of_the_event_file_is_told() -> None:
    with pytest.raises(UsageFailure, match=r"cannot read the event file \(none\)"):
        read_run({"GITHUB_EVENT_NAME": "pull_request"})
