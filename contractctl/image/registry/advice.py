"""What to try when a registry refuses: each has its own words for the same few reasons."""

from __future__ import annotations

import re
from collections.abc import Callable

from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.transport import Answer


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused, to whom, and in which words of the registry. `pushes` tells a push from a read."""

    reference: Reference
    answer: Answer
    words: str
    who: Credentials | None
    pushes: bool


def advice(refused: Refused) -> str:
    """Return what to try."""
    said = next((hint(refused) for words, hint in _BY_WORDS if words.search(refused.words)), "")
    return said if said and 400 <= refused.answer.status < 500 else _hint_of_status(refused)


def _hint_of_status(refused: Refused) -> str:
    host, status = refused.reference.registry, refused.answer.status
    if status in {401, 403} and refused.who is None:
        return f"log in with `docker login {host}`, or give --username and --password-stdin"
    match status:
        case 401 if "insufficient_scope" in refused.answer.headers.get("www-authenticate", ""):
            return _without_right(refused)
        case 401:
            return f"the user name or password from {_source(refused)} is wrong, or the account may not do this"
        case 403 if host == "ghcr.io":
            return _github_hint(refused)
        case 403:
            return _without_right(refused)
        case 404:
            return f"is {host} a registry, and does {refused.reference.repository} exist in it?"
        case 405:
            return f"{host} does not take this: is it a registry, and none that only mirrors or is read-only?"
        case 413 | 416:
            return "the registry, or a proxy before it, takes no blob of this size in one piece; raise its limit"
        case 429:
            return _slower(refused)
        case _ if status >= 500:
            return "the registry has a fault; try again later"
        case _:
            return "look into the registry's log"


def _source(refused: Refused) -> str:
    return refused.who.source if refused.who else "nobody"


def _without_right(refused: Refused) -> str:
    verb = "push to" if refused.pushes else "read"
    return f"may the account from {_source(refused)} {verb} {refused.reference.repository}? ask the registry's owner"


def _github_hint(refused: Refused) -> str:
    if not refused.pushes:
        return f"{_source(refused)} needs `packages: read`, and access to the package if that is private"
    return (
        f"{_source(refused)} needs `packages: write` (in a workflow: `permissions: packages: write`; "
        "the token of a pull request from a fork never has it)"
    )


def _no_package_access(_: Refused) -> str:
    return (
        "the job needs `permissions: packages: write`, and a package that exists must list this repository "
        "under Package settings, Manage Actions access; pull requests from forks may never push"
    )


def _no_package_of_organization(_: Refused) -> str:
    return "the organization's settings let this repository make no packages: ask its owner"


def _slower(_: Refused) -> str:
    return "the registry limits how often it is asked; try again later, or log in"


def _no_room(_: Refused) -> str:
    return "the quota of the registry or of this account is used up; delete old images, or ask its owner"


def _fixed(_: Refused) -> str:
    return "tags of this repository cannot be moved: give another tag"


def _expired(refused: Refused) -> str:
    return f"the login from {_source(refused)} has expired; log in to {refused.reference.registry} again"


def _no_manifest(_: Refused) -> str:
    return "is the tag or digest right, and was it pushed to this repository?"


def _no_repository(refused: Refused) -> str:
    host, name = refused.reference.registry, refused.reference.repository
    if not refused.pushes:
        return f"is the name right? {host} has no {name}, or hides it from this account"
    if ".dkr.ecr." in host:
        return f"make the repository first: aws ecr create-repository --repository-name {name}"
    return f"make {name}, or the project it belongs to, in {host} first: this registry does not by itself"


_BY_WORDS: tuple[tuple[re.Pattern[str], Callable[[Refused], str]], ...] = (
    (pattern("write_package"), _no_package_access),
    (pattern("organization package"), _no_package_of_organization),
    (pattern(r"(?i)toomanyrequests|rate.?limit"), _slower),
    (pattern(r"(?i)quota|storage.{1,40}exceed|exceed.{1,40}(?:limit|storage)"), _no_room),
    (pattern(r"(?i)immutable"), _fixed),
    (pattern(r"(?i)token has expired|token is expired"), _expired),
    (pattern(r"MANIFEST_UNKNOWN"), _no_manifest),
    (pattern(r"NAME_UNKNOWN|(?i:repository|project) .{0,120}(?:not found|does not exist)"), _no_repository),
)
"""What registries write (GHCR, Docker Hub, ECR, Google's, Quay, Harbor, GitLab), and what to try; the first counts."""
