"""`init`: files for a repository, written whole, and never over what somebody has changed."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.cli.running import CommandLine

DIGEST = f"sha256:{'5e' * 32}"
CONTRACT = """\
openapi: 3.1.0
info: {title: Toy Shop, version: "1.4.0"}
paths: {/toys: {get: {responses: {"204": {description: none}}}}}
"""
COMPOSE = {"deploy/mock/compose.yaml", "deploy/mock/compose.redis.yaml"}
BY_TAG = "note: {} is named by its tag, which may be moved; build-mock tells a digest for --image NAME@DIGEST\n"
NO_REGISTRY = "note: {} names no registry; `image:` in contractctl.yaml or --image says where it is pulled from\n"
SECRET = "kubectl create secret generic toys --from-file=signing-key=key.pem"
UP = "next: docker compose -f deploy/mock/compose.yaml up --wait\n"


@pytest.fixture(autouse=True)
def contract(cli: CommandLine) -> Path:
    path = cli.folder / "openapi.yaml"
    path.write_text(CONTRACT)
    return path


def files(cli: CommandLine) -> set[str]:
    return {name for name in cli.left() if (cli.folder / name).is_file()} - {"openapi.yaml", "contractctl.yaml"}


def composed(cli: CommandLine) -> dict[str, object]:
    """The mock of the Compose file."""
    mock: dict[str, object] = yaml.safe_load((cli.folder / "deploy/mock/compose.yaml").read_text())["services"]["mock"]
    return mock


def test_without_a_kit_it_names_them(cli: CommandLine) -> None:
    ran = cli.run("init")
    assert (ran.status, ran.out) == (2, "")
    hint = "name one or several of --kustomize, --compose, --devcontainer, --services"
    assert ran.err == f"error: there is nothing to write\n  hint: {hint}\n"
    assert files(cli) == set()


KITS = {
    "kustomize": {
        f"deploy/mock/kustomize/{name}.yaml"
        for name in (
            *("kustomization", "deployment", "service", "autoscaler", "disruption-budget", "network-policy"),
            *("redis/kustomization", "redis/redis", "redis/deployment-patch", "redis/network-policy-patch"),
        )
    },
    "compose": COMPOSE,
    "devcontainer": {".devcontainer/devcontainer.json", ".devcontainer/compose.yaml"},
    "services": {".github/workflows/client-tests.yml"},
}


@pytest.mark.parametrize("kit", KITS)
def test_a_kit_is_its_files(cli: CommandLine, kit: str) -> None:
    ran = cli.run("init", f"--{kit}")
    assert ran.status == 0, ran.err
    assert set(ran.out.splitlines()) == {f"wrote {name}" for name in KITS[kit]}
    assert files(cli) == KITS[kit]


def test_all_kits_at_once(cli: CommandLine) -> None:
    assert cli.run("init", *(f"--{kit}" for kit in KITS)).status == 0
    assert files(cli) == set().union(*KITS.values())


IMAGES = [
    pytest.param(["--image", f"ghcr.io/acme/toys@{DIGEST}"], "", f"ghcr.io/acme/toys@{DIGEST}", UP, id="a digest"),
    pytest.param(
        ["--image", "ghcr.io/Acme/Toys"],
        "",
        "ghcr.io/acme/toys:1.4.0",
        BY_TAG.format("ghcr.io/acme/toys:1.4.0") + UP,
        id="a name, which has the version for a tag",
    ),
    pytest.param(
        ["--image", "ghcr.io/acme/toys:edge"],
        "",
        "ghcr.io/acme/toys:edge",
        BY_TAG.format("ghcr.io/acme/toys:edge") + UP,
        id="a tag",
    ),
    pytest.param(
        [],
        "specs: [{path: openapi.yaml, image: ghcr.io/acme/configured}]\n",
        "ghcr.io/acme/configured:1.4.0",
        BY_TAG.format("ghcr.io/acme/configured:1.4.0") + UP,
        id="the one of the configuration",
    ),
    pytest.param(
        [],
        "",
        "toy-shop:1.4.0",
        BY_TAG.format("toy-shop:1.4.0") + NO_REGISTRY.format("toy-shop:1.4.0") + UP,
        id="the title, as build-mock has it",
    ),
]


@pytest.mark.parametrize(("arguments", "config", "image", "told"), IMAGES)
def test_the_image_is(cli: CommandLine, arguments: list[str], config: str, image: str, told: str) -> None:
    (cli.folder / "contractctl.yaml").write_text(config)
    ran = cli.run("init", "--compose", *arguments)
    assert (ran.status, ran.err) == (0, told)
    assert composed(cli)["image"] == image


def test_a_name_that_is_none_is_refused(cli: CommandLine) -> None:
    ran = cli.run("init", "--compose", "--image", "ghcr.io/acme/toys@sha256:5e")
    assert (ran.status, ran.out, files(cli)) == (2, "", set())
    assert ran.err.startswith("error: `ghcr.io/acme/toys@sha256:5e` is not an image reference")


def test_the_port_and_the_endpoints_are_those_of_the_mock(cli: CommandLine, contract: Path) -> None:
    contract.write_text(CONTRACT.replace("/toys:", "/__mock/toys:"))
    (cli.folder / "contractctl.yaml").write_text("mock: {port: 8080}\n")
    assert cli.run("init", "--compose", "--kustomize").status == 0
    assert composed(cli)["ports"] == ["127.0.0.1:8080:8080"]
    deployment = yaml.safe_load((cli.folder / "deploy/mock/kustomize/deployment.yaml").read_text())
    (mock,) = deployment["spec"]["template"]["spec"]["containers"]
    assert mock["ports"] == [{"name": "http", "containerPort": 8080}]
    assert mock["livenessProbe"]["httpGet"]["path"] == "/__mock_/health"


REPLICAS = [
    pytest.param("{}", False, [], id="which keeps nothing: nothing"),
    pytest.param(
        "{stateful: true}",
        False,
        ["each replica keeps a state of its own; build the image with --state-url, and they share it in a Redis"],
        id="which keeps state: that each has its own",
    ),
    pytest.param("{stateful: true, state-url: 'redis://redis'}", True, [], id="which shares state: its Redis"),
    pytest.param(
        "{auth: token}",
        False,
        [
            f"replicas take each other's tokens where they have one key: {SECRET}",
        ],
        id="which issues tokens: the key",
    ),
]


@pytest.mark.parametrize(("settings", "has_redis", "told"), REPLICAS)
def test_of_replicas_of_a_mock_it_tells(cli: CommandLine, settings: str, has_redis: bool, told: list[str]) -> None:
    (cli.folder / "contractctl.yaml").write_text(f"mock: {settings}\n")
    ran = cli.run("init", "--kustomize", "--image", f"acme/toys@{DIGEST}")
    notes = [f"note: {text}" for text in told]
    assert (ran.status, ran.err.splitlines()) == (0, [*notes, "next: kubectl apply -k deploy/mock/kustomize"])
    kustomization = yaml.safe_load((cli.folder / "deploy/mock/kustomize/kustomization.yaml").read_text())
    assert kustomization.get("components") == (["redis"] if has_redis else None)


def test_a_mock_that_shares_state_is_run_with_its_redis_where_there_is_one(cli: CommandLine) -> None:
    (cli.folder / "contractctl.yaml").write_text("mock: {stateful: true, state-url: 'redis://redis:6379'}\n")
    ran = cli.run("init", "--compose", "--devcontainer", "--image", f"acme/toys@{DIGEST}")
    assert (ran.status, ran.err.splitlines()) == (
        0,
        [
            "note: the mock answers 503 without a Redis, and none is in .devcontainer: add one, or set no `state-url`",
            "next: docker compose -f deploy/mock/compose.yaml -f deploy/mock/compose.redis.yaml up --wait",
            "next: open the repository in its container; the mock is at $MOCK_URL there",
        ],
    )


def test_several_contracts_are_one_mock(cli: CommandLine) -> None:
    (cli.folder / "orders.yaml").write_text(CONTRACT.replace("Toy Shop", "Orders"))
    ran = cli.run("init", "--compose", "/toys=openapi.yaml", "orders.yaml")
    assert (ran.status, composed(cli)["image"]) == (0, "mock-api:1.4.0")


# What is there already


def test_again_it_changes_nothing(cli: CommandLine) -> None:
    cli.run("init", "--compose")
    before = {name: (cli.folder / name).stat().st_ino for name in files(cli)}
    ran = cli.run("init", "--compose")
    assert (ran.status, set(ran.out.splitlines())) == (0, {f"{name} is as it was" for name in COMPOSE})
    assert {name: (cli.folder / name).stat().st_ino for name in files(cli)} == before


def test_over_what_was_changed_nothing_is_written(cli: CommandLine) -> None:
    (cli.folder / "deploy/mock").mkdir(parents=True)
    mine = cli.folder / "deploy/mock/compose.yaml"
    mine.write_text("services: {}\n")
    ran = cli.run("init", "--compose", "--services")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "error: something else is in the place of deploy/mock/compose.yaml; nothing was written\n"
        "  hint: look at the differences with --dry-run; --force writes over it\n"
    )
    assert (files(cli), mine.read_text()) == ({"deploy/mock/compose.yaml"}, "services: {}\n")


def test_force_writes_over_it(cli: CommandLine) -> None:
    (cli.folder / "deploy/mock").mkdir(parents=True)
    (cli.folder / "deploy/mock/compose.yaml").write_text("services: {}\n")
    ran = cli.run("init", "--compose", "--force")
    assert (ran.status, ran.out) == (
        0,
        "wrote deploy/mock/compose.yaml anew\nwrote deploy/mock/compose.redis.yaml\n",
    )
    assert composed(cli)["image"] == "toy-shop:1.4.0"


def test_a_dry_run_is_a_patch_that_does_what_a_run_does(cli: CommandLine) -> None:
    (cli.folder / "deploy/mock").mkdir(parents=True)
    (cli.folder / "deploy/mock/compose.yaml").write_text("services: {}")
    arguments = ("init", *(f"--{kit}" for kit in KITS))
    dry = cli.run(*arguments, "--dry-run")
    assert (dry.status, files(cli)) == (0, {"deploy/mock/compose.yaml"})
    by_git = patched(cli, dry.out)
    assert cli.run(*arguments, "--force").status == 0
    by_run = {str(path.relative_to(cli.folder)): path.read_text() for path in cli.folder.rglob("*") if path.is_file()}
    assert by_git == by_run


def patched(cli: CommandLine, patch: str) -> dict[str, str]:
    """Return the files of a copy of the folder to which git has applied a patch."""
    copy = cli.folder.parent / "copy"
    subprocess.run(["cp", "-r", str(cli.folder), str(copy)], check=True)
    subprocess.run(["git", "apply"], input=patch, text=True, cwd=copy, check=True)
    return {str(path.relative_to(copy)): path.read_text() for path in copy.rglob("*") if path.is_file()}


def test_as_json_it_names_files_and_their_state(cli: CommandLine) -> None:
    ran = cli.run("init", "--compose", "--format", "json", "--image", f"acme/toys@{DIGEST}")
    told = json.loads(ran.out)
    assert (ran.status, told["image"], told["dry_run"]) == (0, f"acme/toys@{DIGEST}", False)
    assert told["files"] == [
        {"path": "deploy/mock/compose.yaml", "state": "new"},
        {"path": "deploy/mock/compose.redis.yaml", "state": "new"},
    ]
    assert (told["notes"], told["next"]) == ([], ["docker compose -f deploy/mock/compose.yaml up --wait"])


def test_below_the_root_of_a_repository_it_writes_at_the_root(cli: CommandLine) -> None:
    (cli.folder / ".git").mkdir()
    below = cli.folder / "api"
    below.mkdir()
    (cli.folder / "openapi.yaml").rename(below / "openapi.yaml")
    ran = replace(cli, folder=below).run("init", "--services", "openapi.yaml")
    assert (ran.status, ran.out) == (0, "wrote ../.github/workflows/client-tests.yml\n")
    assert (cli.folder / ".github/workflows/client-tests.yml").is_file()


def test_a_place_that_cannot_be_written_is_told(cli: CommandLine) -> None:
    (cli.folder / "deploy").write_text("in the way")
    ran = cli.run("init", "--compose")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.startswith("error: cannot read deploy/mock/compose.yaml: Not a directory\n")
