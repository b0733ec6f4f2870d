"""What started the workflow run, and the files that the runner reads back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from contractctl.core.failures import UsageFailure
from contractctl.core.json import Json, is_object, object_at, text_at
from contractctl.core.records import dataclass

_DEPENDABOT = "dependabot[bot]"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request. `base_ref` is the branch's name alone (`main`).

    `is_fork` says that the head lies in another repository, or in one that is gone. `is_dependabot` says that
    Dependabot started the run, whose token may not write then.
    """

    number: int
    base_ref: str
    base_sha: str
    head_sha: str
    is_fork: bool
    is_dependabot: bool

    @property
    def may_publish(self) -> bool:
        """Whether the run's token can be expected to push packages and to comment."""
        return not (self.is_fork or self.is_dependabot)


@dataclass(frozen=True, slots=True)
class Push:
    """A push of a branch or tag. `ref` is whole (`refs/heads/main`); `before` is "" for a new branch."""

    ref: str
    sha: str
    before: str


@dataclass(frozen=True, slots=True)
class OtherEvent:
    """Any other event by its name: `schedule`, `workflow_dispatch`, `release`, `merge_group`, …."""

    name: str
    ref: str
    sha: str


Event: TypeAlias = "PullRequest | Push | OtherEvent"


@dataclass(frozen=True, slots=True)
class Run:
    """A step of a workflow run. `output` and `summary` are files to append to; None where the runner has none.

    `workspace` is the folder that annotations name files in, `default_branch` a branch's name alone, "" if not told.
    """

    event: Event
    repository: str
    sha: str
    workspace: Path | None
    output: Path | None
    summary: Path | None
    default_branch: str = ""


def read_run(environment: Mapping[str, str]) -> Run | None:
    """Read the run from the environment of a step. Return None outside of GitHub Actions.

    Raise UsageFailure when the event file is missing or is not what GitHub writes.
    """
    name = environment.get("GITHUB_EVENT_NAME", "")
    if not name:
        return None
    sha = environment.get("GITHUB_SHA", "")
    return Run(
        event=_event(name, sha, environment),
        repository=environment.get("GITHUB_REPOSITORY", ""),
        sha=sha,
        workspace=_path(environment, "GITHUB_WORKSPACE"),
        output=_path(environment, "GITHUB_OUTPUT"),
        summary=_path(environment, "GITHUB_STEP_SUMMARY"),
        default_branch=_default_branch(environment),
    )


def _event(name: str, sha: str, environment: Mapping[str, str]) -> Event:
    ref = environment.get("GITHUB_REF", "")
    match name:
        case "pull_request" | "pull_request_target":
            payload = _payload(environment)
            return _pull_request(payload, environment.get("GITHUB_ACTOR", ""))
        case "push":
            before = text_at(_payload(environment), "before")
            return Push(ref, sha, before if before.strip("0") else "")
        case _:
            return OtherEvent(name, ref, sha)


def _pull_request(payload: Mapping[str, Json], actor: str) -> PullRequest:
    pull_request = object_at(payload, "pull_request")
    base, head = object_at(pull_request, "base"), object_at(pull_request, "head")
    number = pull_request.get("number", payload.get("number"))
    base_sha, head_sha = text_at(base, "sha"), text_at(head, "sha")
    if not isinstance(number, int) or not base_sha or not head_sha:
        raise UsageFailure(
            "the event file tells no pull request: number, base.sha or head.sha is missing",
            hint="GITHUB_EVENT_PATH must name the payload of a pull_request event",
        )
    return PullRequest(
        number=number,
        base_ref=text_at(base, "ref"),
        base_sha=base_sha,
        head_sha=head_sha,
        is_fork=text_at(object_at(head, "repo"), "full_name") != text_at(object_at(base, "repo"), "full_name"),
        is_dependabot=(actor or text_at(object_at(pull_request, "user"), "login")) == _DEPENDABOT,
    )


def _default_branch(environment: Mapping[str, str]) -> str:
    """Return what the event says of its repository; some events come without a payload."""
    if not environment.get("GITHUB_EVENT_PATH"):
        return ""
    return text_at(object_at(_payload(environment), "repository"), "default_branch")


def _payload(environment: Mapping[str, str]) -> Mapping[str, Json]:
    path = environment.get("GITHUB_EVENT_PATH", "")
    hint = "GITHUB_EVENT_PATH must name the payload of the event"
    try:
        value = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise UsageFailure(f"cannot read the event file {path or '(none)'}: {error.strerror}", hint=hint) from None
    except ValueError:
        raise UsageFailure(f"the event file {path} is not JSON", hint=hint) from None
    if not is_object(value):
        raise UsageFailure(f"the event file {path} holds no object", hint=hint)
    return value


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None
