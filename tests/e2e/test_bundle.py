"""Just the bundle, served without an image; and `build-mock` with nothing said, with an engine and without one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import pytest
import requests

from tests.components.skopeo import Skopeo
from tests.e2e.running import EXAMPLES, CommandLine, running

NAME = "e2e-dinosaurs-contractctl"
T_REX = b'{"id":1,"common_name":"T-Rex","scientific_name":"Tyrannosaurus Rex"}'


@pytest.fixture
def contract(folder: Path) -> Path:
    """A folder with one description, deep inside, and no configuration."""
    (folder / "api").mkdir()
    text = (EXAMPLES / "dinosaurs" / "openapi.yaml").read_text()
    titled = text.replace("title: Dinosaurs", "title: E2E dinosaurs (contractctl)")
    (folder / "api" / "dinosaurs.yaml").write_text(titled)
    return folder


@contextmanager
def served(*command: str, folder: Path) -> Iterator[str]:
    """Run a server that prints a banner, and yield its address; it has to end well when it is asked to."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            banner = "".join(iter(process.stdout.readline, "routes:\n"))
            yield re.findall(r"http://127\.0\.0\.1:\d+", banner)[0]
        finally:
            process.terminate()
            process.stdout.read()
    assert process.returncode == 0


def test_a_bundle_is_served_without_an_image(command_line: CommandLine, contract: Path) -> None:
    ran = command_line.run("build-mock", "--bundle", "dinosaurs.bundle", folder=contract)
    said = "wrote dinosaurs.bundle; serve it with: python -m contractctl.mockserver dinosaurs.bundle\n"
    assert ran.said == (0, "", said)
    server = (sys.executable, "-m", "contractctl.mockserver", "dinosaurs.bundle", "--port", "0")
    with served(*server, folder=contract) as address:
        assert requests.get(f"{address}/api/dinosaurs/1/", timeout=10).content == T_REX


def test_with_nothing_said_it_goes_into_the_engine_that_answers(
    command_line: CommandLine, client: docker.DockerClient, engine: str, contract: Path
) -> None:
    ran = command_line.run("build-mock", folder=contract, environment={"DOCKER_HOST": engine})
    try:
        assert (ran.status, ran.stderr.splitlines()) == (
            0,
            ["loaded into the engine", f"serve it with: docker run --rm -p 3000:3000 {NAME}:1.1.0"],
        )
        assert re.fullmatch(rf"docker\.io/library/{NAME}@sha256:[0-9a-f]{{64}}\n", ran.stdout)
        assert [path.name for path in contract.iterdir()] == ["api"]
        with running(client, f"{NAME}:1.1.0") as mock:
            assert mock.ask("GET", "/api/dinosaurs/1/").content == T_REX
    finally:
        client.images.remove(f"{NAME}:1.1.0")


def test_with_nothing_said_and_no_engine_it_becomes_a_file_here(
    command_line: CommandLine, client: docker.DockerClient, skopeo: Skopeo, contract: Path
) -> None:
    ran = command_line.run("build-mock", folder=contract)
    assert (ran.status, ran.stderr.splitlines()) == (
        0,
        [
            f"wrote {NAME}.tar; an engine takes it with: docker load --input {NAME}.tar",
            f"serve it with: docker run --rm -p 3000:3000 {NAME}:1.1.0",
        ],
    )
    assert sorted(path.name for path in contract.iterdir()) == ["api", f"{NAME}.tar"]
    labels = skopeo.config(f"docker-archive:{contract}/{NAME}.tar:{NAME}:1.1.0")["config"]["Labels"]  # type: ignore[index]  # JSON of any shape
    assert labels["org.opencontainers.image.version"] == "1.1.0"
