"""Three ways to one server: the native image, the engine's build of it, and anybody's build of the written context."""

from __future__ import annotations

from pathlib import Path

import docker
import pytest

from tests.e2e.running import CommandLine, Running, example, running

ASKED = (
    ("GET", "/api/dinosaurs/", None),
    ("GET", "/api/dinosaurs/1/", None),
    ("GET", "/api/dinosaurs/x/", None),
    ("GET", "/api/dinosaurs/?limit=0", None),
    ("GET", "/nowhere", None),
    ("DELETE", "/api/dinosaurs/", None),
    ("POST", "/api/dinosaurs/", b'{"common_name":"Stego","scientific_name":"Stegosaurus"}'),
    ("POST", "/api/dinosaurs/", b'{"common_name":""}'),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example("dinosaurs", tmp_path_factory.mktemp("builders"))


@pytest.fixture(scope="module")
def native(command_line: CommandLine, engine: str, namespace: str, folder: Path) -> str:
    """The image as contractctl makes it: also the one base with Python that is at hand without a network."""
    name = f"{namespace}/native:1"
    command_line.build("openapi.yaml", "--load", "--tag", name, folder=folder, environment={"DOCKER_HOST": engine})
    return name


@pytest.fixture(scope="module")
def built_by_the_engine(command_line: CommandLine, engine: str, namespace: str, native: str, folder: Path) -> str:
    name = f"{namespace}/engine:1"
    build = ("openapi.yaml", "--builder", "docker", "--base-image", native, "--tag", name)
    command_line.build(*build, folder=folder, environment={"DOCKER_HOST": engine})
    return name


@pytest.fixture(scope="module")
def built_from_the_context(
    command_line: CommandLine, client: docker.DockerClient, namespace: str, native: str, folder: Path
) -> str:
    """What `docker build --build-arg BASE_IMAGE=… DIR` gives."""
    name = f"{namespace}/context:1"
    command_line.build("openapi.yaml", "--output", "context:the context", folder=folder)
    client.images.build(path=str(folder / "the context"), buildargs={"BASE_IMAGE": native}, tag=name, rm=True)
    return name


@pytest.mark.parametrize("way", ["built_by_the_engine", "built_from_the_context"])
def test_the_same_server_answers_the_same_bytes(
    way: str, client: docker.DockerClient, native: str, request: pytest.FixtureRequest
) -> None:
    with running(client, native) as ours, running(client, request.getfixturevalue(way)) as theirs:
        assert answers(theirs) == answers(ours)
        assert theirs.stop() == 0


def answers(mock: Running) -> list[tuple[int, dict[str, str], bytes]]:
    """Return status, headers but the date, and body of every answer."""
    typed = {"Content-Type": "application/json"}
    told = [mock.ask(method, path, data=body, headers=typed if body else {}) for method, path, body in ASKED]
    return [(one.status_code, {k: v for k, v in one.headers.items() if k != "Date"}, one.content) for one in told]


def test_what_the_engine_builds_has_the_libraries_of_its_settings(
    command_line: CommandLine, client: docker.DockerClient, engine: str, namespace: str, native: str, folder: Path
) -> None:
    name = f"{namespace}/tokens:1"
    build = ("openapi.yaml", "--auth", "token", "--builder", "docker", "--base-image", native, "--tag", name)
    command_line.build(*build, folder=folder, environment={"DOCKER_HOST": engine})
    with running(client, name) as mock:
        issued = mock.ask("POST", "/__mock/oauth/token", data={"grant_type": "client_credentials"}, auth=("a", "b"))
        assert (issued.status_code, issued.json()["token_type"]) == (200, "Bearer")
