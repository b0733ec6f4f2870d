"""What cannot be built or delivered: one message, a next step, the exit status of the class, nothing half-written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contractctl.image.bases.host import host_platform
from tests.components.registry import BearerRegistry, Registry
from tests.e2e.running import CommandLine, example


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    return example("dinosaurs", tmp_path, "contractctl.yaml", "openapi.yaml")


OUTPUT_HINT = "write KIND:PATH with KIND one of docker-archive, oci, oci-archive, context"
LAYOUT_HINT = "make one with: skopeo copy docker://python:3.13-slim oci:DIR"
WRONG = "wrong horse"
TAG_RULE = "at most 128 of A-Z a-z 0-9 _ . - and no leading . or -"
ENGINE_HINT = (
    "start the engine or set DOCKER_HOST; without one, write a file with --output docker-archive:FILE or use --push"
)
SPARED = ("openapi.yaml is what is read here; it is not written over", "name another file to write")

USAGE = {
    "an output of an unknown kind": (("--output", "zip:mock.zip"), "no output `zip:mock.zip`", OUTPUT_HINT),
    "an output without a kind": (("--output", "mock.tar"), "no output `mock.tar`", OUTPUT_HINT),
    "an output without a path": (("--output", "oci:"), "the output `oci:` names no path", OUTPUT_HINT),
    "a base that is no layout": (
        ("--base-image", "oci:."),
        "cannot read the base image: . is not an OCI layout (it needs oci-layout and index.json)",
        LAYOUT_HINT,
    ),
    "a base in a folder that is not there": (
        ("--base-image", "oci:absent"),
        "cannot read the base image: there is no folder absent",
        LAYOUT_HINT,
    ),
    "a base of no name": (("--base-image", "oci:"), "the base image `oci:` names nothing", "write oci:DIR"),
    "a base for a platform that it is not for": (
        ("--base-image", "host", "--platform", "linux/mips64le"),
        f"--base-image host can only build for {host_platform()}, not for linux/mips64le",
        "choose a base for those platforms, such as --base-image python:3.13-slim",
    ),
    "a tag with a blank": (
        ("--tag", "one two"),
        "`one two` is no tag",
        "a tag has letters, digits, `_`, `.` and `-`, 128 at most",
    ),
    "a name with a bad tag": (
        ("--tag", "ghcr.io/acme/mock:-1"),
        f"`ghcr.io/acme/mock:-1` is not an image reference: `-1` is not a tag ({TAG_RULE})",
        "write it as [HOST[:PORT]/]NAME[:TAG], for example ghcr.io/acme/dino-mock:1.4.0",
    ),
    "a tag that is empty": (
        ("--tag", ""),
        "`` is no tag",
        "a tag has letters, digits, `_`, `.` and `-`, 128 at most",
    ),
    "a digest where a tag is due": (
        ("--tag", f"acme/mock@sha256:{'0' * 64}"),
        f"`acme/mock@sha256:{'0' * 64}` names a digest",
        "the build decides the digest; give a NAME:TAG",
    ),
    "a bundle that is to be pushed": (
        ("--bundle", "mock.bundle", "--push"),
        "--bundle writes no image that could be delivered",
        "leave out --push, --load, --output, --sbom",
    ),
    "a bundle with a list of what is in no image": (
        ("--bundle", "mock.bundle", "--sbom", "sbom.json"),
        "--bundle writes no image that could be delivered",
        "leave out --push, --load, --output, --sbom",
    ),
    "a list in the place of the contract": (("--sbom", "openapi.yaml"), *SPARED),
    "a bundle in the place of the contract": (("--bundle", "openapi.yaml"), *SPARED),
    "an archive in the place of the contract": (("--output", "oci-archive:openapi.yaml"), *SPARED),
    "a report in the place of the contract": (("--format", "json=openapi.yaml"), *SPARED),
    "an archive and a list in one place": (
        ("--output", "docker-archive:mock", "--sbom", "./mock"),
        "two things are to be written to mock",
        "name a place for each",
    ),
    "a password that nobody types": (
        ("--push", "--username", "ada", "--password-stdin"),
        "there is no password on standard input",
        "hand it over: printenv TOKEN | contractctl … --password-stdin",
    ),
    "a label without a value": (("--label", "team"), "no label `team`", "write --label KEY=VALUE"),
    "a user without a password": (
        ("--push", "--tag", "127.0.0.1:1/acme/mock:1", "--username", "ada"),
        "only one of --username and --password-stdin is given",
        "give both, or neither",
    ),
    "the engine's build pushed at once": (
        ("--builder", "docker", "--push"),
        "--builder docker builds into the engine only",
        "push what the engine has built with `docker push`, or leave out --builder docker",
    ),
}


@pytest.mark.parametrize(("options", "message", "hint"), USAGE.values(), ids=USAGE)
def test_what_makes_no_sense_is_refused(
    options: tuple[str, ...], message: str, hint: str, command_line: CommandLine, contract: Path
) -> None:
    assert refused(command_line, contract, *options) == (2, "", f"error: {message}\n  hint: {hint}\n")


UNWRITABLE = {
    "a folder that is not there": (
        "oci-archive:absent/mock.tar",
        "cannot write absent/mock.tar: No such file or directory",
        "create the folder first: mkdir -p absent",
    ),
    "a folder in place of a file": (
        "docker-archive:full",
        "cannot write full: Is a directory",
        "this is a folder; name a file in it",
    ),
    "a folder with other things in it": (
        "oci:full",
        "cannot write full: the folder exists and holds other things",
        "name a folder that does not exist yet",
    ),
    "a context over other things": (
        "context:full",
        "cannot write full: the folder exists and holds other things",
        "name a folder that does not exist yet",
    ),
    "a file on the way": (
        "oci:openapi.yaml/mock",
        "cannot write openapi.yaml/mock: Not a directory",
        "one of the folders on the way is a file; write to another place",
    ),
}


@pytest.mark.parametrize(("output", "message", "hint"), UNWRITABLE.values(), ids=UNWRITABLE)
def test_a_place_that_cannot_be_written_is_told(
    output: str, message: str, hint: str, command_line: CommandLine, contract: Path
) -> None:
    (contract / "full").mkdir()
    (contract / "full" / "notes.txt").write_text("mine")
    said = f"error: {message}\n  hint: {hint}\n"
    assert refused(command_line, contract, "--output", output) == (3, "", said)


@pytest.mark.parametrize(
    ("options", "task"),
    [(("--load",), "load the image into the engine"), (("--builder", "docker"), "build the image with the engine")],
    ids=["to be loaded into", "to build with"],
)
def test_an_engine_that_is_absent_is_told(
    options: tuple[str, ...], task: str, command_line: CommandLine, contract: Path
) -> None:
    address = command_line.environment["DOCKER_HOST"]
    message = f"cannot {task}: no engine answers at {address} (No such file or directory)"
    assert refused(command_line, contract, *options) == (3, "", f"error: {message}\n  hint: {ENGINE_HINT}\n")


def test_a_registry_that_is_down_is_told(command_line: CommandLine, contract: Path) -> None:
    to = ("--push", "--tag", "127.0.0.1:1/acme/mock:1")
    message = "cannot push 127.0.0.1:1/acme/mock:1: cannot reach 127.0.0.1:1: connection refused"
    hint = "does the registry run? check its name, your network and HTTPS_PROXY"
    assert refused(command_line, contract, *to) == (3, "", f"error: {message}\n  hint: {hint}\n")


LOCKED = {
    "nobody, at a door with passwords": ("htpasswd_registry", "", "the registry answered 401"),
    "a wrong password, at a door with passwords": ("htpasswd_registry", WRONG, "the registry answered 401"),
    "nobody, at a token service": ("bearer_registry", "", "the registry answered 401"),
    "a wrong password, at a token service": ("bearer_registry", WRONG, "the token service REALM answered 401"),
}


@pytest.mark.parametrize(("kind", "password", "why"), LOCKED.values(), ids=LOCKED)
def test_a_registry_that_does_not_let_us_in_is_told(
    kind: str, password: str, why: str, request: pytest.FixtureRequest, command_line: CommandLine, contract: Path
) -> None:
    registry: Registry | BearerRegistry = request.getfixturevalue(kind)
    login = ("--username", registry.user, "--password-stdin") if password else ()
    to = ("--push", "--tag", f"{registry.host}/acme/refused:1", *login)
    status, printed, said = refused(command_line, contract, *to, typed=password)
    told, hint = re.sub(r"http://[\d.:]+/token", "REALM", said).splitlines()
    assert (status, printed) == (3, "")
    assert told.startswith(f"error: cannot push {registry.host}/acme/refused:1: {why}")
    assert hint.startswith(f"  hint: {'the user name or password from --username' if password else ''}")
    assert WRONG not in said


def refused(command_line: CommandLine, folder: Path, *options: str, typed: str = "") -> tuple[int, str, str]:
    """Run `build-mock` where it has to fail; the folder must be as it was."""
    before = contents(folder)
    ran = command_line.run("build-mock", "openapi.yaml", *options, folder=folder, typed=typed)
    assert contents(folder) == before
    return ran.said


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}
