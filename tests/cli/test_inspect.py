"""The command `inspect`: what an image in a registry serves, as people and scripts read it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from contractctl.api.inspecting import inspect_image
from contractctl.core.reports import InspectReport, LayerSummary, ServedContract
from contractctl.image.model import ImageSet
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.pushing import push
from contractctl.report.inspection import FORMATS, renderings
from tests.cli.running import CommandLine, Ran
from tests.components.registry import Registry
from tests.golden import assert_golden
from tests.image.mock_images import DINOSAURS, mock_image, mock_set
from tests.image.small_images import AMD64, ARM64, small_image

GOLDEN = Path(__file__).parent / "golden"


def failure(message: str, hint: str) -> str:
    return f"error: {message}\n  hint: {hint}\n"


INDEX = InspectReport(
    reference="ghcr.io/acme/dino-mock:1.1.0",
    digest="sha256:" + "a" * 64,
    platforms=("linux/amd64", "linux/arm64"),
    contracts=(
        ServedContract("dinosaurs", "1.1.0", "c1:sha256:" + "1" * 64),
        ServedContract("fax", "", "c1:sha256:" + "2" * 64),
    ),
    title="Dinosaurs, Fax",
    base="docker.io/library/python:3.13-slim",
    base_digest="sha256:" + "b" * 64,
    source="https://github.com/acme/dinosaurs",
)
SINGLE = InspectReport(
    reference="acme/dino-mock",
    digest="sha256:" + "a" * 64,
    platforms=("linux/amd64",),
    contracts=(ServedContract("dinosaurs", "1.1.0", "c1:sha256:" + "1" * 64),),
    title="Dinosaurs",
    created="2023-11-14T22:13:20Z",
    layers=(
        LayerSummary("base", "sha256:" + "c" * 64, 18_204_117),
        LayerSummary("bundle", "sha256:" + "d" * 64, 5_120),
    ),
)


@pytest.mark.parametrize(("name", "report"), [("inspect-index", INDEX), ("inspect-single", SINGLE)])
@pytest.mark.parametrize("suffix", FORMATS)
def test_the_whole_output_is_as_it_was(name: str, report: InspectReport, suffix: str) -> None:
    assert_golden(GOLDEN / f"{name}.{suffix}", renderings(report)[suffix](False))


@pytest.mark.parametrize("options", [(), ("--platform", "linux/arm64")], ids=["all platforms", "one platform"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_what_the_registry_says_is_written(
    options: tuple[str, ...], suffix: str, registry: Registry, cli: CommandLine
) -> None:
    name = f"{registry.host}/acme/dino-mock:1.1.0"
    push(mock_set(AMD64, ARM64), Reference(registry.host, "acme/dino-mock", "1.1.0"))
    report = inspect_image(name, platform="".join(options[1:]))
    assert cli.run("inspect", name, *options, "--format", suffix) == Ran(0, renderings(report)[suffix](False), "")


def test_it_says_who_it_is_and_writes_to_a_file(htpasswd_registry: Registry, cli: CommandLine) -> None:
    who = Credentials(htpasswd_registry.user, htpasswd_registry.password, "the test")
    images = ImageSet((mock_image(),))
    push(images, Reference(htpasswd_registry.host, "acme/private", "1"), credentials=who)
    name = f"{htpasswd_registry.host}/acme/private:1"
    login = ("--username", htpasswd_registry.user, "--password-stdin")
    ran = cli.run("inspect", name, *login, "--format", "json=found.json", typed=f"{who.password}\n".encode())
    assert ran == Ran(0, "", "")
    found = json.loads((cli.folder / "found.json").read_text())
    assert (found["digest"], [layer["name"] for layer in found["layers"]]) == (
        images.digest,
        ["base", "server", "bundle"],
    )
    hint = f"log in with `docker login {htpasswd_registry.host}`, or give --username and --password-stdin"
    refused = cli.run("inspect", name)
    assert (refused.status, refused.out) == (3, "")
    assert refused.err.endswith(f"  hint: {hint}\n")


def test_what_is_not_there_could_not_be_checked(registry: Registry, cli: CommandLine) -> None:
    name = f"{registry.host}/acme/absent:1"
    why = "the registry answered 404 Not Found (MANIFEST_UNKNOWN: manifest unknown)"
    hint = "is the tag or digest right, and was it pushed to this repository?"
    assert cli.run("inspect", name) == Ran(3, "", failure(f"cannot read {name}: {why}", hint))


def test_an_image_of_somebody_else_could_not_be_checked(registry: Registry, cli: CommandLine) -> None:
    push(small_image("stranger"), Reference(registry.host, "acme/stranger", "1"))
    name = f"{registry.host}/acme/stranger:1"
    message = f"cannot tell which contract {name} serves: it has no label dev.contractctl.spec.digest"
    hint = "is this the image that `contractctl build-mock` made?"
    assert cli.run("inspect", name) == Ran(3, "", failure(message, hint))


WRONG = {
    "a name that is none": (("a b",), "`a b` is not an image reference: `library/a b` is not a repository name"),
    "a platform that is none": (("acme/mock", "--platform", "arm"), "`arm` is no platform"),
    "a format of other commands": (("acme/mock", "--format", "sarif"), "`inspect` has no format `sarif`"),
    "half a login": (("acme/mock", "--username", "ada"), "only one of --username and --password-stdin is given"),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_told_before_anybody_is_asked(
    arguments: tuple[str, ...], message: str, cli: CommandLine
) -> None:
    ran = cli.run("inspect", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {message}")


def test_labels_move_no_cursor(registry: Registry, cli: CommandLine) -> None:
    images = ImageSet((mock_image(replace(DINOSAURS, spec_version="\x1b[2J::error::red\nnext")),))
    push(images, Reference(registry.host, "acme/hostile", "1"))
    ran = cli.run("inspect", f"{registry.host}/acme/hostile:1")
    assert ran.status == 0
    assert "  contract   dinosaurs \\x1b[2J::error::red\\x0anext\n" in ran.out
