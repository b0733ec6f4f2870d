"""What `init` writes, run in a real engine: the mock is confined, healthy, and found where the files say."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docker
import pytest
import requests
import yaml
from docker.models.containers import Container

from tests.components.compose import Compose
from tests.components.npm import npm_packages
from tests.components.presence import require
from tests.components.redis import free_port
from tests.e2e.importing import import_image
from tests.e2e.running import CommandLine, example, health_of

DINOSAUR = {"id": 1, "common_name": "T-Rex", "scientific_name": "Tyrannosaurus Rex"}
NEW = {"common_name": "Stegosaurus", "scientific_name": "Stegosaurus Stenops"}
ASK = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())"
PYTHON = ["python3", "-I", "-B", "-S", "-c"]


@dataclass(frozen=True, slots=True)
class Written:
    """A folder in which `init` has written its files for an image that the engine has, with a port of its own."""

    folder: Path
    image: str
    port: int
    engine: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def written(
    request: pytest.FixtureRequest, namespace: str, engine: str, command_line: CommandLine, folder: Path
) -> Written:
    """The dinosaurs; a parameter is options of the image."""
    name, port = f"{namespace}/written:1", free_port()
    copy = example("dinosaurs", folder, "openapi.yaml")
    (copy / "contractctl.yaml").write_text(f"mock: {{port: {port}}}\n")
    options = getattr(request, "param", ())
    command_line.build("--load", "-t", name, *options, folder=copy, environment={"DOCKER_HOST": engine})
    ran = command_line.run("init", "--compose", "--services", "--devcontainer", "--image", name, folder=copy)
    assert ran.status == 0, ran.stderr
    return Written(copy, name, port, engine)


@dataclass(frozen=True, slots=True)
class Project:
    """A project of Compose: its name, and where its files lie."""

    name: str
    compose: Compose
    written: Written

    @property
    def folder(self) -> Path:
        return self.written.folder / "deploy" / "mock"

    def run(self, files: list[str], *arguments: str) -> str:
        words = ["--project-name", self.name, *(f"--file={file}" for file in files)]
        environment = {"DOCKER_HOST": self.written.engine}
        return self.compose.run(*words, *arguments, folder=self.folder, environment=environment)

    def add(self, file: str, services: dict[str, object]) -> str:
        """Write a file that goes over those of `init`."""
        (self.folder / file).write_text(yaml.safe_dump({"services": services}))
        return file

    def ask_when_healthy(self, *files: str) -> str:
        """Start all that the files name, and a client that asks the mock by its name once it is healthy."""
        entry = [*PYTHON, ASK, f"http://mock:{self.written.port}/api/dinosaurs/1/"]
        waiting = {"mock": {"condition": "service_healthy"}}
        client = {"image": self.written.image, "entrypoint": entry, "depends_on": waiting}
        return self.run([*files, self.add("client.yaml", {"client": client})], "run", "--rm", "-T", "client")

    def container(self, client: docker.DockerClient, service: str) -> Container:
        labels = [f"com.docker.compose.project={self.name}", f"com.docker.compose.service={service}"]
        (found,) = client.containers.list(filters={"label": labels})
        return found


@pytest.fixture
def project(written: Written, compose: Compose) -> Iterator[Project]:
    """The project, taken down at the end."""
    name = f"contractctl-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}-{written.port}"
    project = Project(name, compose, written)
    yield project
    project.run(["compose.yaml"], "down", "--timeout", "5", "--remove-orphans")


def confinement(container: Container) -> dict[str, object]:
    """Return what the engine was told of a container's rights."""
    host = container.attrs["HostConfig"]
    return {
        "root": "read-only" if host["ReadonlyRootfs"] else "writable",
        "dropped": host["CapDrop"],
        "added": host["CapAdd"] or [],
        "privileged": host["Privileged"],
        "security": [re.sub(r":true$", "", option) for option in host["SecurityOpt"]],
        "user": container.attrs["Config"]["User"],
    }


CONFINED = {
    "root": "read-only",
    "dropped": ["ALL"],
    "added": [],
    "privileged": False,
    "security": ["no-new-privileges"],
    "user": "65532:65532",
}


def test_with_compose_a_client_waits_until_the_mock_is_healthy_and_asks_it_by_name(
    project: Project, client: docker.DockerClient, written: Written
) -> None:
    assert json.loads(project.ask_when_healthy("compose.yaml")) == DINOSAUR
    answer = requests.get(f"{written.address}/api/dinosaurs/1/", timeout=5)
    assert (answer.status_code, answer.json()) == (200, DINOSAUR)
    mock = project.container(client, "mock")
    assert confinement(mock) == CONFINED
    assert [bound["HostIp"] for bound in mock.ports[f"{written.port}/tcp"]] == ["127.0.0.1"]


@pytest.mark.parametrize("written", [("--stateful", "--state-url", "redis://redis:6379/0")], indirect=True, ids=[""])
def test_with_compose_and_a_redis_state_outlives_the_mock(
    project: Project, client: docker.DockerClient, written: Written, redis_image: str
) -> None:
    own_redis = project.add("image.yaml", {"redis": {"image": redis_image}})
    assert json.loads(project.ask_when_healthy("compose.yaml", "compose.redis.yaml", own_redis)) == DINOSAUR
    assert confinement(project.container(client, "redis")) == CONFINED
    mock = project.container(client, "mock")
    made = requests.post(f"{written.address}/api/dinosaurs/", json=NEW, timeout=5)
    assert made.status_code == 201
    with health_of(client, mock) as health:
        assert next(health) == "healthy"
        mock.restart(timeout=8)
        assert next(health) == "healthy"
    read = requests.get(written.address + made.headers["Location"], timeout=5)
    assert (read.status_code, read.json()) == (200, made.json())


@pytest.fixture
def redis_image(client: docker.DockerClient, namespace: str) -> str:
    """An image of this machine's Redis under the names that Valkey's programs have; nothing else is in it."""
    programs = {
        f"/usr/bin/valkey-{name}": require(f"redis-{name}", package="redis-server") for name in ("server", "cli")
    }
    return import_image(client, f"{namespace}/redis", programs)


def test_the_engine_runs_it_as_the_workflow_asks(client: docker.DockerClient, written: Written) -> None:
    """GitHub's runner calls `docker create` with the options as they stand, and waits for the health of the service."""
    workflow = yaml.safe_load((written.folder / ".github" / "workflows" / "client-tests.yml").read_text())
    service = workflow["jobs"]["test"]["services"]["mock"]
    published = [f"--publish=127.0.0.1:{port}" for port in service["ports"]]
    command = [str(require("docker", package="docker.io")), "--host", written.engine, "create", *published]
    created = subprocess.run(
        [*command, *service["options"].split(), service["image"]], capture_output=True, text=True, check=False
    )
    assert created.returncode == 0, created.stderr
    container = client.containers.get(created.stdout.strip())
    try:
        assert confinement(container) == CONFINED
        with health_of(client, container) as health:
            container.start()
            assert next(health) == "healthy"
        address = workflow["jobs"]["test"]["env"]["MOCK_URL"]
        assert requests.get(f"{address}/api/dinosaurs/1/", timeout=5).json() == DINOSAUR
    finally:
        container.remove(force=True)


@pytest.fixture
def workplace(client: docker.DockerClient, namespace: str) -> str:
    """An image in which somebody can work: a shell with its tools, and a user."""
    busybox = require("busybox", package="busybox-static")
    tools = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split()
    return import_image(
        client,
        f"{namespace}/workplace",
        {"/bin/busybox": busybox},
        links={f"/bin/{tool}": "busybox" for tool in tools if tool != "busybox"},
        files={
            "/etc/passwd": "root:x:0:0::/root:/bin/sh\nvscode:x:1000:1000::/tmp:/bin/sh\n",
            "/etc/group": "vscode:x:1000:\n",
        },
        folders=("/tmp", "/usr/bin", "/root"),
    )


def test_in_the_development_container_the_mock_is_where_the_variable_says(
    written: Written, compose: Compose, client: docker.DockerClient, workplace: str
) -> None:
    program = npm_packages("@devcontainers/cli", "0.89.0") / ".bin" / "devcontainer"
    file = written.folder / ".devcontainer" / "compose.yaml"
    files = yaml.safe_load(file.read_text())
    files["services"]["workspace"]["image"] = workplace
    file.write_text(yaml.safe_dump(files))
    old = ["--docker-compose-path", *compose.command] if len(compose.command) == 1 else []
    name = f"contractctl-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}-{written.port}"
    # The program asks for news of itself; nothing leaves this machine.
    alone = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    environment = {"DOCKER_HOST": written.engine, "COMPOSE_PROJECT_NAME": name}

    def devcontainer(command: str, *arguments: str) -> str:
        words = [str(program), command, "--workspace-folder", str(written.folder), *old, *arguments]
        environ = {**os.environ, **alone, **environment}
        done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    try:
        devcontainer("up", "--update-remote-user-uid-default", "never")
        said = devcontainer("exec", "sh", "-c", "id -un; wget -qO- $MOCK_URL/api/dinosaurs/1/")
        assert (said.splitlines()[0], json.loads(said.splitlines()[1])) == ("vscode", DINOSAUR)
        labels = [f"com.docker.compose.project={name}", "com.docker.compose.service=mock"]
        (mock,) = client.containers.list(filters={"label": labels})
        assert confinement(mock) == CONFINED
    finally:
        compose.run("down", "--timeout", "5", folder=file.parent, environment=environment)
