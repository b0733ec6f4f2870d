from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure, Failure, UsageFailure
from contractctl.image.registry.credentials import Credentials, find_credentials

PATH = "/usr/bin:/bin"
HELPER_HINT = "mend docker's configuration, or give --username and --password-stdin"
FROM_ENVIRONMENT = "CONTRACTCTL_REGISTRY_USERNAME and CONTRACTCTL_REGISTRY_PASSWORD"


def auth(user: str, password: str) -> Mapping[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def docker_home(folder: Path, config: object, **helpers: str) -> dict[str, str]:
    """Write a docker configuration and credential helpers (shell scripts), and return the environment naming them."""
    (folder / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    for name, script in helpers.items():
        program = folder / f"docker-credential-{name}"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    return {"DOCKER_CONFIG": str(folder), "PATH": f"{folder}:{PATH}", "HOME": str(folder / "nowhere")}


GIVEN = {
    "nobody says anything": ("ghcr.io", {}, None),
    "the environment": (
        "r.example",
        {"CONTRACTCTL_REGISTRY_USERNAME": "ada", "CONTRACTCTL_REGISTRY_PASSWORD": "s"},
        Credentials("ada", "s", FROM_ENVIRONMENT),
    ),
    "GitHub's token for ghcr.io": (
        "ghcr.io",
        {"GITHUB_ACTOR": "ada", "GITHUB_TOKEN": "t"},
        Credentials("ada", "t", "GITHUB_TOKEN"),
    ),
    "GitHub's token without an actor": (
        "ghcr.io",
        {"GITHUB_TOKEN": "t"},
        Credentials("github-actions", "t", "GITHUB_TOKEN"),
    ),
    "GitHub's token goes nowhere else": ("r.example", {"GITHUB_ACTOR": "ada", "GITHUB_TOKEN": "t"}, None),
    "nor to a host that looks like it": ("ghcr.io.example", {"GITHUB_ACTOR": "ada", "GITHUB_TOKEN": "t"}, None),
}


@pytest.mark.parametrize(("host", "environment", "found"), GIVEN.values(), ids=GIVEN)
def test_the_environment_is_asked(
    host: str, environment: Mapping[str, str], found: Credentials | None, tmp_path: Path
) -> None:
    assert find_credentials(host, environment={"HOME": str(tmp_path), **environment}) == found


KEYS = {
    "the bare host": ("r.example:5000", "r.example:5000", True),
    "a URL": ("https://r.example", "r.example", True),
    "a URL of the first protocol": ("https://r.example/v1/", "r.example", True),
    "Docker Hub": ("https://index.docker.io/v1/", "docker.io", True),
    "another port": ("r.example:5000", "r.example", False),
    "another host that ends alike": ("evil-r.example", "r.example", False),
    "a URL of the second protocol": ("https://r.example/v2/", "r.example", True),
    "a URL with a path of its own": ("https://r.example/artifactory/api/docker", "r.example", True),
    "Docker Hub as podman calls it": ("docker.io", "docker.io", True),
    "Docker Hub by the host that answers": ("registry-1.docker.io", "docker.io", True),
    "a path of a host": ("r.example/team", "r.example", False),
}


@pytest.mark.parametrize(("key", "host", "known"), KEYS.values(), ids=KEYS)
def test_docker_names_a_host_in_several_ways(key: str, host: str, known: bool, tmp_path: Path) -> None:
    environment = docker_home(tmp_path, {"auths": {key: auth("ada", "a:b")}})
    expected = Credentials("ada", "a:b", str(tmp_path / "config.json")) if known else None
    assert find_credentials(host, environment=environment) == expected


NAMESPACES = {
    "what lies below the longest beginning": ("team/mock/api", "mock"),
    "the beginning itself": ("team", "team"),
    "what lies below a shorter one": ("team/other", "team"),
    "what only begins with the same letters": ("teams/mock", "host"),
    "another team": ("another/mock", "host"),
    "nobody says what": ("", "host"),
}


@pytest.mark.parametrize(("repository", "user"), NAMESPACES.values(), ids=NAMESPACES)
def test_an_account_may_be_for_a_part_of_a_registry(repository: str, user: str, tmp_path: Path) -> None:
    keys = {
        "r.example/team": "team",
        "https://r.example/other": "url",
        "r.example": "host",
        "r.example/team/mock": "mock",
    }
    environment = docker_home(tmp_path, {"auths": {key: auth(name, "s") for key, name in keys.items()}})
    found = find_credentials("r.example", repository=repository, environment=environment)
    assert found is not None
    assert found.username == user


IDENTITIES = {
    "docker login to Azure": {"auths": {"r.example": {**auth("0000", ""), "identitytoken": "t"}}},
    "beside a password": {"auths": {"r.example": {**auth("ada", "s"), "identitytoken": "t"}}},
    "a helper": {"credsStore": "azure"},
}


@pytest.mark.parametrize("config", IDENTITIES.values(), ids=IDENTITIES)
def test_an_identity_token_is_no_password(config: object, tmp_path: Path) -> None:
    azure = """echo '{"Username": "<token>", "Secret": "t"}'"""
    found = find_credentials("r.example", environment=docker_home(tmp_path, config, azure=azure))
    assert found is not None
    assert (found.password, found.is_identity_token) == ("t", True)


HUB_HELPERS = ("https://index.docker.io/v1/", "index.docker.io", "docker.io")


@pytest.mark.parametrize("key", HUB_HELPERS)
def test_the_helper_of_docker_hub_is_asked_by_the_name_it_knows(key: str, tmp_path: Path) -> None:
    environment = docker_home(tmp_path, {"credHelpers": {key: "answers"}}, answers=ANSWERS)
    found = find_credentials("docker.io", environment=environment)
    assert found == Credentials("ada", "for https://index.docker.io/v1/", "docker-credential-answers")


def test_docker_configuration_is_found_in_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / ".docker").mkdir()
    docker_home(tmp_path / ".docker", {"auths": {"r.example": auth("ada", "s")}})
    found = find_credentials("r.example", environment={"HOME": str(tmp_path)})
    assert found == Credentials("ada", "s", str(tmp_path / ".docker/config.json"))


ANSWERS = """[ "$1" = get ] && read -r host; echo "{\\"Username\\": \\"ada\\", \\"Secret\\": \\"for $host\\"}" """

HELPERS = {
    "a helper of one host": (
        {"credHelpers": {"r.example": "answers"}},
        Credentials("ada", "for r.example", "docker-credential-answers"),
    ),
    "a store of all": ({"credsStore": "answers"}, Credentials("ada", "for r.example", "docker-credential-answers")),
    "the host's helper goes first": (
        {"credsStore": "fails", "credHelpers": {"r.example": "answers"}},
        Credentials("ada", "for r.example", "docker-credential-answers"),
    ),
    "a store that knows nothing leaves the file": (
        {"credsStore": "empty", "auths": {"r.example": auth("ada", "kept")}},
        Credentials("ada", "kept", "config.json"),
    ),
    "a helper of another host": ({"credHelpers": {"other.example": "fails"}}, None),
}


@pytest.mark.parametrize(("config", "found"), HELPERS.values(), ids=HELPERS)
def test_a_credential_helper_is_asked(config: object, found: Credentials | None, tmp_path: Path) -> None:
    environment = docker_home(
        tmp_path,
        config,
        answers=ANSWERS,
        empty="echo credentials not found in native keychain; exit 1",
        fails="exit 3",
    )
    if found is not None and found.source == "config.json":
        found = Credentials(found.username, found.password, str(tmp_path / "config.json"))
    assert find_credentials("r.example", environment=environment) == found


def test_the_first_source_that_speaks_decides(tmp_path: Path) -> None:
    environment = docker_home(tmp_path, {"auths": {"ghcr.io": auth("docker", "d")}})
    everything = {
        **environment,
        "CONTRACTCTL_REGISTRY_USERNAME": "env",
        "CONTRACTCTL_REGISTRY_PASSWORD": "e",
        "GITHUB_TOKEN": "t",
    }
    without_ours = {name: value for name, value in everything.items() if not name.startswith("CONTRACTCTL")}
    found = [
        find_credentials("ghcr.io", environment=everything, username="flag", password="f"),
        find_credentials("ghcr.io", environment=everything),
        find_credentials("ghcr.io", environment=without_ours),
        find_credentials("ghcr.io", environment={"GITHUB_TOKEN": "t", "HOME": str(tmp_path)}),
    ]
    assert [one.username if one else None for one in found] == ["flag", "env", "docker", "github-actions"]


BROKEN = {
    "a configuration that is not JSON": (
        "{",
        UsageFailure,
        "docker's configuration {config} is not JSON",
        "mend the file, or set DOCKER_CONFIG to another folder",
    ),
    "an auth that is not base64": (
        {"auths": {"r.example": {"auth": "hunter2!"}}},
        UsageFailure,
        "an `auth` in docker's configuration {config} is not base64 of USER:PASSWORD",
        "log in again with `docker login`",
    ),
    "a helper that is absent": (
        {"credsStore": "absent"},
        DeliveryFailure,
        "docker's configuration names the credential helper `absent`, but `docker-credential-absent` is not on PATH",
        HELPER_HINT,
    ),
    "a helper that names a path": (
        {"credsStore": "../answers"},
        DeliveryFailure,
        (
            "docker's configuration names the credential helper `../answers`, "
            "but `docker-credential-../answers` is not on PATH"
        ),
        HELPER_HINT,
    ),
    "a helper that fails": (
        {"credsStore": "fails"},
        DeliveryFailure,
        "the credential helper `docker-credential-fails` failed with status 3",
        HELPER_HINT,
    ),
    "a helper that talks nonsense": (
        {"credsStore": "talks"},
        DeliveryFailure,
        "the credential helper `docker-credential-talks` did not answer with Username and Secret",
        HELPER_HINT,
    ),
}


@pytest.mark.parametrize(("config", "kind", "message", "hint"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_told(config: object, kind: type[Failure], message: str, hint: str, tmp_path: Path) -> None:
    environment = docker_home(tmp_path, config, fails="echo hunter2 >&2; exit 3", talks="echo hunter2")
    with pytest.raises(kind) as told:
        find_credentials("r.example", environment=environment)
    assert (told.value.message, told.value.hint) == (message.format(config=tmp_path / "config.json"), hint)
    assert "hunter2" not in repr(told.value)


@pytest.mark.parametrize("half", [{"username": "ada"}, {"password": "s"}], ids=["only a name", "only a password"])
def test_half_a_pair_is_refused(half: Mapping[str, str], tmp_path: Path) -> None:
    with pytest.raises(UsageFailure) as refused:
        find_credentials("ghcr.io", environment={"HOME": str(tmp_path)}, **half)
    assert refused.value.message == "only one of --username and --password-stdin is given"


def test_the_password_is_in_no_repr() -> None:
    assert repr(Credentials("ada", "hunter2", "here")) == "Credentials(username='ada', source='here')"


def test_a_password_that_is_no_text_is_sent_as_it_was_typed() -> None:
    typed = b"a\xff".decode(errors="surrogateescape")
    assert Credentials("ada", typed, "here").basic() == "Basic " + base64.b64encode(b"ada:a\xff").decode()
