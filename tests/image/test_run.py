"""The image in a real engine: loaded as it is planned, and built from its context by the engine."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import docker
import pytest

from contractctl.image.context import write_context
from contractctl.image.engine import build_with_engine, load
from contractctl.image.model import ImageSet
from contractctl.image.reference import parse_reference
from tests.image.built import BUNDLE, CONTRACTS, METADATA

NATIVE = parse_reference("contractctl-run-tests/native:1")
BUILT = parse_reference("contractctl-run-tests/built:1")
READ_ONLY = """
import sys
sys.path.insert(0, "/opt/mock")
import os, ssl
import httptools, jsonschema_rs, orjson, uvloop
def refuses(path):
    try:
        open(path, "w")
    except OSError as error:
        return error.strerror
print(os.getuid(), os.getgid(), refuses("/opt/mock/x"), len(open("/opt/mock/contract.bundle", "rb").read()))
"""


@pytest.fixture(scope="module")
def client(engine: str) -> Iterator[docker.DockerClient]:
    with pytest.MonkeyPatch.context() as patch, closing(docker.DockerClient(base_url=engine)) as client:
        patch.setenv("DOCKER_HOST", engine)
        yield client
        for image in client.images.list(filters={"reference": ["contractctl-run-tests/*"]}):
            for tag in image.tags:
                if "contractctl-run-tests/" in tag:
                    client.images.remove(tag, force=True)


@pytest.fixture(scope="module")
def native(client: docker.DockerClient, host_image: ImageSet) -> str:
    return load(host_image, (NATIVE,))


@pytest.fixture(scope="module")
def built(client: docker.DockerClient, native: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The image that the engine builds of the written context, on the only base with Python that is at hand."""
    folder = tmp_path_factory.mktemp("context")
    write_context(folder, CONTRACTS, METADATA)
    return build_with_engine(folder, (BUILT,), log=lambda _line: None, build_arguments={"BASE_IMAGE": str(NATIVE)})


def test_the_engine_runs_it_without_privileges_on_a_read_only_root(client: docker.DockerClient, native: str) -> None:
    python, *isolated = ["python3", "-I", "-B", "-S", "-c", READ_ONLY]
    said = client.containers.run(native, isolated, entrypoint=python, read_only=True, remove=True, network_mode="none")
    assert said.decode().strip() == f"65532 65532 Read-only file system {len(BUNDLE)}"


def test_an_image_of_the_engines_own_making_runs_likewise(client: docker.DockerClient, built: str) -> None:
    python, *isolated = ["python3", "-I", "-B", "-S", "-c", READ_ONLY]
    said = client.containers.run(built, isolated, entrypoint=python, read_only=True, remove=True, network_mode="none")
    assert said.decode().strip() == f"65532 65532 Read-only file system {len(BUNDLE)}"


@pytest.mark.parametrize("way", ["native", "built"])
@pytest.mark.parametrize("port", [None, 8080], ids=["on the port of old", "on the port that MOCK_PORT names"])
def test_it_serves_is_healthy_and_stops_when_asked(
    client: docker.DockerClient, way: str, port: int | None, request: pytest.FixtureRequest
) -> None:
    image = request.getfixturevalue(way)
    inside = f"{port or 3000}/tcp"
    environment = {"MOCK_PORT": str(port)} if port else {}
    options = {"read_only": True, "ports": {inside: ("127.0.0.1", None)}, "environment": environment}
    container = client.containers.create(image, **options)
    try:
        with closing(client.events(decode=True, filters={"container": container.id})) as events:
            container.start()
            healthy = next(event["status"] for event in events if event["status"].startswith(("health_status", "die")))
        assert healthy == "health_status: healthy", container.logs().decode()
        container.reload()
        (published,) = container.ports[inside]
        address = f"http://127.0.0.1:{published['HostPort']}/__mock/health"
        with urllib.request.urlopen(address, timeout=5) as answer:
            assert answer.status == 200
        container.stop(timeout=8)
        container.reload()
        assert container.attrs["State"]["ExitCode"] == 0
    finally:
        container.remove(force=True)


def test_both_ways_give_the_same_configuration(client: docker.DockerClient, native: str, built: str) -> None:
    def configuration(image: str) -> dict[str, object]:
        config = client.images.get(image).attrs["Config"]
        names = (
            "Entrypoint",
            "Cmd",
            "Env",
            "ExposedPorts",
            "Healthcheck",
            "Labels",
            "StopSignal",
            "User",
            "WorkingDir",
        )
        return {name: config.get(name) for name in names}

    ours, engines = configuration(native), configuration(built)
    base_name = {"org.opencontainers.image.base.name": str(NATIVE)}
    python = json.loads(json.dumps(ours).replace(str(ours["Entrypoint"][0]), "python3"))  # type: ignore[index]  # JSON of any shape
    assert engines == {**python, "Labels": {**python["Labels"], **base_name}}
