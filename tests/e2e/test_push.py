"""Pushing from the command line to registries of three kinds, and pulling back what was pushed."""

from __future__ import annotations

import base64
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import docker
import pytest

from tests.components.registry import BearerRegistry, Registry
from tests.components.skopeo import Skopeo
from tests.e2e.running import CommandLine, example, running
from tests.image.front import Front, Reply, Seen, front_of, pass_on

AnyRegistry = Registry | BearerRegistry


@dataclass(frozen=True, slots=True)
class Login:
    """How a user gives a password: options with standard input, or environment variables."""

    options: tuple[str, ...] = ()
    typed: str = ""
    environment: dict[str, str] = field(default_factory=dict)


def nothing(_registry: AnyRegistry, _home: Path) -> Login:
    return Login()


def typed_password(registry: AnyRegistry, _home: Path) -> Login:
    return Login(("--username", registry.user, "--password-stdin"), f"{registry.password}\n")


def variables(registry: AnyRegistry, _home: Path) -> Login:
    pair = {"CONTRACTCTL_REGISTRY_USERNAME": registry.user, "CONTRACTCTL_REGISTRY_PASSWORD": registry.password}
    return Login(environment=pair)


def team_login(registry: AnyRegistry, home: Path) -> Login:
    """Two accounts on one host, as podman keeps them: that of the team goes before that of the host."""
    pairs = {registry.host: "somebody:else", f"{registry.host}/acme": f"{registry.user}:{registry.password}"}
    auths = {name: {"auth": base64.b64encode(pair.encode()).decode()} for name, pair in pairs.items()}
    (home / "config.json").write_text(json.dumps({"auths": auths}))
    return Login(environment={"DOCKER_CONFIG": str(home)})


def docker_login(registry: AnyRegistry, home: Path) -> Login:
    pair = base64.b64encode(f"{registry.user}:{registry.password}".encode()).decode()
    (home / "config.json").write_text(json.dumps({"auths": {registry.host: {"auth": pair}}}))
    return Login(environment={"DOCKER_CONFIG": str(home)})


WAYS: dict[str, tuple[str, Callable[[AnyRegistry, Path], Login]]] = {
    "an open registry": ("registry", nothing),
    "a password on standard input": ("htpasswd_registry", typed_password),
    "a password in the environment": ("htpasswd_registry", variables),
    "tokens for who is in docker's configuration": ("bearer_registry", docker_login),
    "tokens for who is in the environment": ("bearer_registry", variables),
    "tokens for who is in docker's configuration for this part of the registry": ("bearer_registry", team_login),
}


@pytest.mark.parametrize(("kind", "way"), WAYS.values(), ids=WAYS)
def test_what_is_pushed_is_pulled_back_by_digest(
    kind: str,
    way: Callable[[AnyRegistry, Path], Login],
    request: pytest.FixtureRequest,
    command_line: CommandLine,
    skopeo: Skopeo,
    tmp_path: Path,
) -> None:
    registry: AnyRegistry = request.getfixturevalue(kind)
    login = way(registry, tmp_path)
    name = f"{registry.host}/acme/{way.__name__.replace('_', '-')}"
    folder = example("dinosaurs", tmp_path)
    ran = command_line.run(
        *("build-mock", "openapi.yaml", "--push", "--tag", f"{name}:1.1.0", "--tag", f"{name}:latest"),
        *("--output", "oci:written", *login.options),
        folder=folder,
        typed=login.typed,
        environment=login.environment,
    )
    reference = ran.stdout.strip()
    digest = reference.removeprefix(f"{name}@")
    assert (ran.status, ran.stderr.splitlines()) == (
        0,
        [
            f"wrote written; an engine takes it with: skopeo copy oci:written docker-daemon:{name}:1.1.0",
            f"pushed {name} with the tags 1.1.0, latest",
            f"serve it with: docker run --rm -p 3000:3000 {name}:1.1.0",
        ],
    )
    known = f"{registry.user}:{registry.password}" if registry.user else ""
    assert [skopeo.digest(f"docker://{name}:{tag}", credentials=known) for tag in ("1.1.0", "latest")] == [digest] * 2
    skopeo.copy(f"docker://{reference}", f"oci:{tmp_path}/back", source_credentials=known)
    assert blobs(tmp_path / "back") == blobs(folder / "written")


def blobs(layout: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (layout / "blobs" / "sha256").iterdir()}


def test_only_what_is_new_is_sent(registry: Registry, command_line: CommandLine, tmp_path: Path) -> None:
    folder = example("dinosaurs", tmp_path)
    with front_of(registry.host, pass_on) as front:

        def push(tag: str) -> tuple[list[int], list[str], int]:
            """Push; return the sizes of the blobs and the tags that were sent, and the size of the bundle layer."""
            front.seen.clear()
            to = ("--push", "--tag", f"{front.host}/acme/sent:{tag}", "--format", "json")
            report = json.loads(command_line.build("openapi.yaml", *to, folder=folder))
            return blobs_sent(front), manifests_sent(front), report["layers"][-1]["size"]

        first, tags, _ = push("1.1.0")
        assert (len(first), tags) == (5, ["1.1.0"])
        assert push("again")[:2] == ([], ["again"])
        contract = (folder / "openapi.yaml").read_text()
        (folder / "openapi.yaml").write_text(contract.replace("T-Rex", "Tyrannosaur"))
        changed, _, bundle = push("1.2.0")
        assert len(changed) == 2
        assert bundle in changed


def test_a_base_of_the_same_registry_is_read_with_the_same_password_and_mounted(
    htpasswd_registry: Registry, command_line: CommandLine, tmp_path: Path
) -> None:
    folder = example("dinosaurs", tmp_path)
    login = typed_password(htpasswd_registry, tmp_path)
    with front_of(htpasswd_registry.host, pass_on) as front:

        def push(name: str, *options: str) -> str:
            front.seen.clear()
            build = ("build-mock", "openapi.yaml", "--push", "--tag", f"{front.host}/{name}", *options, *login.options)
            ran = command_line.run(*build, folder=folder, typed=login.typed)
            assert ran.status == 0, ran.stderr
            return ran.stdout.strip()

        base = push("acme/base:1")
        push("acme/upon-it:1", "--base-image", base)
        mounted = [seen.path for seen in front.seen if seen.method == "POST" and "mount=" in seen.path]
        assert len(mounted) >= 4
        # What is not the base's: wheels, server, bundle of the same bytes, and the configuration.
        assert len(blobs_sent(front)) <= 4


def test_a_version_that_the_registry_has_is_moved_only_by_force(
    registry: Registry, command_line: CommandLine, skopeo: Skopeo, tmp_path: Path
) -> None:
    folder = example("dinosaurs", tmp_path)
    name = f"{registry.host}/acme/released"
    build = ("build-mock", "openapi.yaml", "--push", "--tag", f"{name}:1.1.0", "--tag", f"{name}:latest")
    first = command_line.run(*build, folder=folder)
    contract = (folder / "openapi.yaml").read_text()
    (folder / "openapi.yaml").write_text(contract.replace("T-Rex", "Tyrannosaur"))
    refused = command_line.run(*build, folder=folder)
    assert (refused.status, refused.stdout) == (3, "")
    assert f"{name}:1.1.0" in refused.stderr
    assert "--force" in refused.stderr
    kept = first.stdout.strip().rpartition("@")[2]
    assert [skopeo.digest(f"docker://{name}:{tag}") for tag in ("1.1.0", "latest")] == [kept, kept]
    forced = command_line.run(*build, "--force", folder=folder)
    moved = forced.stdout.strip().rpartition("@")[2]
    assert [skopeo.digest(f"docker://{name}:{tag}") for tag in ("1.1.0", "latest")] == [moved, moved]
    assert moved != kept


def test_a_version_that_is_there_is_moved_by_force_alone(
    registry: Registry, command_line: CommandLine, skopeo: Skopeo, tmp_path: Path
) -> None:
    folder = example("dinosaurs", tmp_path)
    name = f"{registry.host}/acme/moved:1.1.0"
    build = ("build-mock", "openapi.yaml", "--push", "--tag", name)
    assert command_line.run(*build, folder=folder).status == 0
    there = skopeo.digest(f"docker://{name}")
    contract = (folder / "openapi.yaml").read_text()
    (folder / "openapi.yaml").write_text(contract.replace("T-Rex", "Tyrannosaur"))
    ran = command_line.run(*build, folder=folder)
    told = f"error: cannot push {name}: this version is there with digest {there}, and the image has sha256:"
    assert (ran.status, ran.stdout) == (3, "")
    assert told in ran.stderr
    assert skopeo.digest(f"docker://{name}") == there
    moved = command_line.run(*build, "--force", folder=folder)
    assert (moved.status, moved.stdout.strip().rpartition("@")[2]) == (0, skopeo.digest(f"docker://{name}"))


def test_a_second_name_in_the_registry_costs_no_blob(
    registry: Registry, command_line: CommandLine, skopeo: Skopeo, tmp_path: Path
) -> None:
    folder = example("dinosaurs", tmp_path)
    with front_of(registry.host, pass_on) as front:
        names = [f"{front.host}/acme/{part}:1.1.0" for part in ("one", "two")]
        tags = [word for name in names for word in ("--tag", name)]
        command_line.build("openapi.yaml", "--push", *tags, folder=folder)
        sent = [one.path.split("/")[3] for one in front.seen if one.method == "PUT" and "/blobs/" in one.path]
        digests = {skopeo.digest(f"docker://{registry.host}/acme/{part}:1.1.0") for part in ("one", "two")}
    assert set(sent) == {"one"}
    assert len(digests) == 1


def test_what_was_pushed_says_which_contract_it_serves(
    bearer_registry: BearerRegistry, command_line: CommandLine, tmp_path: Path
) -> None:
    folder, login = example("dinosaurs", tmp_path), variables(bearer_registry, tmp_path)
    name = f"{bearer_registry.host}/acme/inspected:1.1.0"
    push = ("build-mock", "openapi.yaml", "--push", "--tag", name, "--format", "json")
    built = json.loads(command_line.run(*push, folder=folder, environment=login.environment).stdout)
    found = json.loads(
        command_line.run("inspect", name, "--format", "json", folder=folder, environment=login.environment).stdout
    )
    assert [one["digest"] for one in found["specs"]] == [built["spec_digest"]]
    for part in ("digest", "platforms", "layers"):
        assert found[part] == built[part]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_push_to_a_registry_that_falls_silent_can_be_interrupted(
    number: signal.Signals, command_line: CommandLine, tmp_path: Path
) -> None:
    """Nobody waits for an answer after that: it may take minutes until it is given up."""
    arrived, released = threading.Event(), threading.Event()

    def rule(seen: Seen, before: int) -> Reply:
        if seen.method == "PUT":
            arrived.set()
            released.wait(60)
        answers = {"GET": Reply(200), "HEAD": Reply(404), "POST": Reply(202, {"Location": "/upload"})}
        return answers.get(seen.method, Reply(201))

    folder = example("dinosaurs", tmp_path)
    with front_of("", rule) as front:
        name = f"{front.host}/acme/silent:1"
        with subprocess.Popen(
            [sys.executable, "-m", "contractctl", "build-mock", "openapi.yaml", "--push", "--tag", name],
            cwd=folder,
            env=command_line.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert arrived.wait(60)
            process.send_signal(number)
            said = process.communicate(timeout=50)
        assert not released.is_set()
        released.set()
    assert (process.returncode, said) == (130, ("", "interrupted\n"))


def blobs_sent(front: Front) -> list[int]:
    return [len(seen.body) for seen in front.seen if seen.method == "PUT" and "/blobs/" in seen.path]


def manifests_sent(front: Front) -> list[str]:
    return [seen.path.rpartition("/")[2] for seen in front.seen if seen.method == "PUT" and "/manifests/" in seen.path]


def test_the_engine_pulls_it_by_digest_and_runs_it(
    client: docker.DockerClient, namespace: str, registry: Registry, command_line: CommandLine, tmp_path: Path
) -> None:
    """An engine takes a registry on the loopback without TLS."""
    folder = example("dinosaurs", tmp_path)
    name = f"{registry.host}/{namespace}/pulled"
    reference = command_line.build("--push", "--tag", f"{name}:1.1.0", folder=folder)
    client.images.pull(reference)
    try:
        assert client.images.get(reference).attrs["RepoDigests"] == [reference]
        with running(client, reference) as mock:
            assert mock.ask("GET", "/api/dinosaurs/1/").json()["common_name"] == "T-Rex"
            assert mock.stop() == 0
    finally:
        client.images.remove(reference)
