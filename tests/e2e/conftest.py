"""One command line for the room, with one cache, and one client of the engine that cleans up after itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import docker
import pytest

from tests.e2e.running import CommandLine, clean_environment


@pytest.fixture(scope="session")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The command line, whose first build fills the cache for all that follow."""
    return CommandLine(clean_environment(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def client(engine: str) -> Iterator[docker.DockerClient]:
    """A client of the engine."""
    with closing(docker.DockerClient(base_url=engine)) as client:
        yield client


@pytest.fixture(scope="session")
def namespace(client: docker.DockerClient) -> Iterator[str]:
    """The first part of image names that only this process uses; its names are removed at the end."""
    name = f"contractctl-e2e-{os.getpid()}"
    yield name
    for image in client.images.list(filters={"reference": [f"{name}/*", f"*/{name}/*"]}):
        # By name: what another worker has built upon this image stays.
        for tag in image.tags:
            if f"{name}/" in tag:
                client.images.remove(tag, force=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds nothing but what the test puts there."""
    made = tmp_path / "work"
    made.mkdir()
    return made
