"""What to try, by what registries really write when they refuse."""

from __future__ import annotations

import json

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.reference import Reference, parse_reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.failures import Transient, refusal, registry_words
from contractctl.image.registry.transport import Answer

ADA = Credentials("ada", "s", "GITHUB_TOKEN")
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
GOOGLE = "europe-docker.pkg.dev"


def error(code: str, message: str) -> str:
    return json.dumps({"errors": [{"code": code, "message": message}]})


def refused(
    status: int, body: str, name: str, *, who: Credentials | None = ADA, pushes: bool = True, challenge: str = ""
) -> DeliveryFailure | Transient:
    answer = Answer(status, "", {"www-authenticate": challenge}, body.encode())
    reference = parse_reference(name)
    return refusal("push it", reference, answer, words=registry_words(answer), who=who, pushes=pushes)


def hint(failure: DeliveryFailure | Transient) -> str:
    return failure.failure.hint if isinstance(failure, Transient) else failure.hint


WRITE = (
    "GITHUB_TOKEN needs `packages: write` (in a workflow: `permissions: packages: write`; the token of a pull request "
    "from a fork never has it)"
)
LISTED = (
    "the job needs `permissions: packages: write`, and a package that exists must list this repository under Package "
    "settings, Manage Actions access; pull requests from forks may never push"
)
FULL = "the quota of the registry or of this account is used up; delete old images, or ask its owner"
SLOWER = "the registry limits how often it is asked; try again later, or log in"
FIXED = "tags of this repository cannot be moved: give another tag"
BIG = "the registry, or a proxy before it, takes no blob of this size in one piece; raise its limit"

PUSHES = {
    "GHCR: the package does not list this repository": (
        403,
        error("DENIED", "permission_denied: write_package"),
        "ghcr.io/acme/mock",
        LISTED,
    ),
    "GHCR: the token lacks a scope": (
        403,
        error("DENIED", "permission_denied: The token provided does not match expected scopes."),
        "ghcr.io/acme/mock",
        WRITE,
    ),
    "GHCR: the token service denies": (403, error("DENIED", "denied"), "ghcr.io/acme/mock", WRITE),
    "GHCR: the organization makes no packages": (
        403,
        error("DENIED", "installation not allowed to Create organization package"),
        "ghcr.io/acme/mock",
        "the organization's settings let this repository make no packages: ask its owner",
    ),
    "Docker Hub: pulls are limited": (
        429,
        error("TOOMANYREQUESTS", "You have reached your pull rate limit."),
        "acme/mock",
        SLOWER,
    ),
    "Docker Hub: a wrong password": (
        401,
        '{"details": "incorrect username or password"}',
        "acme/mock",
        "the user name or password from GITHUB_TOKEN is wrong, or the account may not do this",
    ),
    "ECR: no such repository": (
        404,
        error("NAME_UNKNOWN", "The repository with name 'mock' does not exist in the registry with id '123456789012'"),
        f"{ECR}/mock",
        "make the repository first: aws ecr create-repository --repository-name mock",
    ),
    "ECR: the login is older than a day": (
        403,
        error("DENIED", "Your authorization token has expired. Reauthenticate and try again."),
        f"{ECR}/mock",
        f"the login from GITHUB_TOKEN has expired; log in to {ECR} again",
    ),
    "ECR: tags are immutable": (
        400,
        error("TAG_INVALID", "The image tag '1' cannot be overwritten because the tag is immutable."),
        f"{ECR}/mock",
        FIXED,
    ),
    "Google: no such repository": (
        404,
        error("NAME_UNKNOWN", 'Repository "acme" not found'),
        f"{GOOGLE}/p/acme/mock",
        f"make p/acme/mock, or the project it belongs to, in {GOOGLE} first: this registry does not by itself",
    ),
    "Google: no right": (
        403,
        error("DENIED", 'Permission "artifactregistry.repositories.uploadArtifacts" denied on resource'),
        f"{GOOGLE}/p/acme/mock",
        "may the account from GITHUB_TOKEN push to p/acme/mock? ask the registry's owner",
    ),
    "Harbor: no such project": (
        401,
        error("UNAUTHORIZED", "project acme not found: project acme not found"),
        "harbor.example/acme/mock",
        "make acme/mock, or the project it belongs to, in harbor.example first: this registry does not by itself",
    ),
    "Harbor: the tag is immutable": (
        412,
        error("PRECONDITION", "Failed to process request due to 'mock:1' configured as immutable."),
        "harbor.example/acme/mock",
        FIXED,
    ),
    "Harbor: the project is full": (
        403,
        error("DENIED", "adding 20.1 MiB of storage resource, which when updated to 1.0 GiB will exceed the limit"),
        "harbor.example/acme/mock",
        FULL,
    ),
    "Quay: the namespace is full": (
        403,
        error("DENIED", "Quota has been exceeded on namespace"),
        "quay.io/acme/mock",
        FULL,
    ),
    "ACR: an identity token that is none": (
        400,
        '{"error": "invalid_grant", "error_description": "token is expired by 2h"}',
        "acme.azurecr.io/mock",
        "the login from GITHUB_TOKEN has expired; log in to acme.azurecr.io again",
    ),
    "GitLab: no right": (
        403,
        error("DENIED", "access forbidden"),
        "registry.gitlab.com/acme/mock",
        "may the account from GITHUB_TOKEN push to acme/mock? ask the registry's owner",
    ),
    "a mirror": (
        405,
        error("UNSUPPORTED", "The operation is unsupported."),
        "mirror.example/acme/mock",
        "mirror.example does not take this: is it a registry, and none that only mirrors or is read-only?",
    ),
    "a proxy with a limit for bodies": (413, "<html>", "r.example/acme/mock", BIG),
    "a registry with a limit for pieces": (416, error("RANGE_INVALID", "too large"), "r.example/acme/mock", BIG),
    "a secondary limit, told as a 403": (403, error("DENIED", "You have exceeded a rate limit"), "r.example/a", SLOWER),
    "a disk that is full": (507, "", "r.example/acme/mock", "the registry has a fault; try again later"),
}


@pytest.mark.parametrize(("status", "body", "name", "expected"), PUSHES.values(), ids=PUSHES)
def test_a_refused_push_says_what_to_try(status: int, body: str, name: str, expected: str) -> None:
    assert hint(refused(status, body, name)) == expected


READS = {
    "no such tag": (
        404,
        error("MANIFEST_UNKNOWN", "manifest unknown"),
        "is the tag or digest right, and was it pushed to this repository?",
    ),
    "no such repository": (
        404,
        error("NAME_UNKNOWN", "repository name not known to registry"),
        "is the name right? ghcr.io has no acme/mock, or hides it from this account",
    ),
    "no right": (
        403,
        error("DENIED", "denied"),
        "GITHUB_TOKEN needs `packages: read`, and access to the package if that is private",
    ),
}


@pytest.mark.parametrize(("status", "body", "expected"), READS.values(), ids=READS)
def test_a_refused_read_says_what_to_try(status: int, body: str, expected: str) -> None:
    assert hint(refused(status, body, "ghcr.io/acme/mock", pushes=False)) == expected


@pytest.mark.parametrize("status", [401, 403])
def test_whoever_said_no_name_is_told_to_log_in(status: int) -> None:
    failure = refused(status, error("DENIED", "denied"), "ghcr.io/acme/mock", who=None)
    assert hint(failure) == "log in with `docker login ghcr.io`, or give --username and --password-stdin"


def test_a_token_with_too_few_rights_is_no_wrong_password() -> None:
    challenge = 'Bearer realm="https://r.example/token",service="r",error="insufficient_scope"'
    failure = refused(401, error("UNAUTHORIZED", "authentication required"), "r.example/a", challenge=challenge)
    assert hint(failure) == "may the account from GITHUB_TOKEN push to a? ask the registry's owner"


PASSING, LASTING = (408, 429, 500, 502, 503, 504, 520, 529), (400, 401, 403, 404, 413, 416, 501, 505, 507, 511)


@pytest.mark.parametrize("status", [*PASSING, *LASTING])
def test_what_may_pass_is_tried_again(status: int) -> None:
    reference = Reference("r.example", "acme/mock")
    failure = refusal("push it", reference, Answer(status, ""), words="", who=None)
    assert isinstance(failure, Transient) is (status in PASSING)
