"""Two ways in, as users have them: the command line as a process, and a container of what it built."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import docker
import requests
from docker.models.containers import Container

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the command line left: its exit status and what it wrote."""

    status: int
    stdout: str
    stderr: str

    @property
    def said(self) -> tuple[int, str, str]:
        return self.status, self.stdout, self.stderr


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs `python -m contractctl` with an environment of its own: nothing of the developer's machine is in it."""

    environment: Mapping[str, str]

    def run(
        self,
        *arguments: str,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        typed: str = "",
        umask: int = 0o022,
    ) -> Ran:
        """Run it in `folder`. `typed` is standard input; `environment` wins over that of every run."""
        done = subprocess.run(
            [sys.executable, "-m", "contractctl", *arguments],
            cwd=folder,
            env={**self.environment, **(environment or {})},
            input=typed,
            umask=umask,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def build(self, *arguments: str, folder: Path, environment: Mapping[str, str] | None = None) -> str:
        """Run `build-mock`, which has to end well, and return its standard output: `name@sha256:…`."""
        ran = self.run("build-mock", *arguments, folder=folder, environment=environment)
        assert ran.status == 0, ran.stderr
        return ran.stdout.strip()


def clean_environment(home: Path) -> dict[str, str]:
    """Return an environment with a home, a cache in it, and a DOCKER_HOST where no engine answers."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "DOCKER_HOST": f"unix://{home}/no-engine.sock",
    }


def example(name: str, folder: Path, *files: str) -> Path:
    """Copy files of an example (all when none is named) to a folder of its own and return that."""
    copy = folder / name
    shutil.copytree(EXAMPLES / name, copy, ignore=lambda _folder, names: set(names) - set(files or names))
    return copy


@dataclass(frozen=True, slots=True)
class Running:
    """A container whose server says that it is ready. `address` is `http://127.0.0.1:PORT`."""

    container: Container
    address: str
    session: requests.Session = field(repr=False)

    def ask(self, method: str, path: str, **options: object) -> requests.Response:
        """Send a request, as `requests` takes it, on a connection that stays open."""
        return self.session.request(method, self.address + path, timeout=10, **options)  # type: ignore[arg-type]  # as the caller says

    def stop(self) -> int:
        """Stop the container as `docker stop` does and return the exit status of its server."""
        self.container.stop(timeout=8)
        self.container.reload()
        return int(self.container.attrs["State"]["ExitCode"])


_CAREFUL = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges"]}


@contextmanager
def running(
    client: docker.DockerClient, image: str, *, port: int = 3000, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Run an image as a careful operator does: a read-only root, no capability, `port` published on the loopback."""
    ports = {f"{port}/tcp": ("127.0.0.1", 0)}
    container = client.containers.create(image, **_CAREFUL, ports=ports, environment=dict(environment or {}))
    with _started(client, container):
        container.reload()
        (published,) = container.ports[f"{port}/tcp"]  # type: ignore[misc]  # it is published above
        with requests.Session() as session:
            session.trust_env = False
            yield Running(container, f"http://127.0.0.1:{published['HostPort']}", session)


@contextmanager
def running_beside(client: docker.DockerClient, image: str, *, environment: Mapping[str, str]) -> Iterator[Running]:
    """Run an image likewise, but in the network of this machine: it reaches what listens on the loopback."""
    chosen = {**environment, "MOCK_HOST": "127.0.0.1", "MOCK_PORT": "0"}
    container = client.containers.create(image, **_CAREFUL, network_mode="host", environment=chosen)
    with _started(client, container) as banner, requests.Session() as session:
        session.trust_env = False
        yield Running(container, banner.rpartition("health: ")[2].strip().removesuffix("/__mock/health"), session)


@contextmanager
def _started(client: docker.DockerClient, container: Container) -> Iterator[str]:
    """Start a container whose server says that it is ready; yield its banner, and remove the container."""
    try:
        container.start()
        yield _await_banner(client, container)
    finally:
        container.remove(force=True)


@contextmanager
def health_of(client: docker.DockerClient, container: Container) -> Iterator[Iterator[str]]:
    """Give what the engine tells of a container's health from its beginning, as it changes: `healthy`, `unhealthy`."""
    wanted = json.dumps({"container": [container.id], "event": ["health_status"]})
    with _followed(client, "events", filters=wanted, since="1") as told:
        yield (json.loads(event)["status"].removeprefix("health_status: ") for event in told)


def _await_banner(client: docker.DockerClient, container: Container) -> str:
    """Read the log until the banner has been printed whole, and return it; its last line names the health address."""
    said = b""
    with _followed(client, f"containers/{container.id}/logs", follow="1", stdout="1", stderr="1") as log:
        for piece in log:
            said += piece
            if b"health:" in said and said.endswith(b"\n"):
                return said.decode(errors="replace")  # the engine puts a few bytes before each piece
    raise AssertionError(f"the server ended without a banner: {said.decode()}")


@contextmanager
def _followed(client: docker.DockerClient, path: str, **parameters: str) -> Iterator[Iterator[bytes]]:
    """Follow what the engine tells, piece by piece; the SDK's own streams leave their socket open."""
    address = f"{client.api.base_url}/v{client.api.api_version}/{path}"
    with client.api.get(address, params=parameters, stream=True) as answer:
        yield answer.iter_content(chunk_size=None)
