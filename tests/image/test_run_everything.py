"""Everything that a server can do, in an image that holds no more than what a server loads."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import docker
import pytest
import requests
from docker.models.containers import Container

from contractctl.image.build import build_image
from contractctl.image.engine import load
from contractctl.image.plan import Served
from contractctl.image.reference import parse_reference
from contractctl.mock.settings import MockSettings
from tests.components.redis import Redis, free_port
from tests.image.built import METADATA
from tests.mockserver.serving import compiled

CONTRACT = """\
openapi: 3.1.0
info: {title: Everything, version: '1'}
components:
  schemas:
    Thing: {type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}}, required: [name]}
  securitySchemes:
    login: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {write: w}}}}
  responses:
    Thing: {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
security: [{login: [write]}]
paths:
  /things:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses: {'201': {$ref: '#/components/responses/Thing'}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {$ref: '#/components/responses/Thing'}}}
"""
NAME = f"contractctl-everything-tests-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}/mock:1"
RESOLVES = "import socket; print(socket.getaddrinfo('neighbour', 80, type=socket.SOCK_STREAM)[0][4][0])"
PYTHON = ("-I", "-B", "-S", "-c")


@pytest.fixture(scope="module")
def client(engine: str) -> Iterator[docker.DockerClient]:
    with pytest.MonkeyPatch.context() as patch, closing(docker.DockerClient(base_url=engine)) as client:
        patch.setenv("DOCKER_HOST", engine)
        yield client


@pytest.fixture(scope="module")
def image(client: docker.DockerClient, image_cache: Path) -> Iterator[str]:
    settings = MockSettings.parse({"auth": "token", "stateful": "true", "state-url": "redis://localhost"})
    mock = compiled(CONTRACT, settings)
    built = build_image((Served(mock.bundle),), base="host", metadata=METADATA, needs=mock.needs)
    load(built, (parse_reference(NAME),))
    yield NAME
    client.images.remove(NAME, force=True)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A folder with a certificate for localhost and its key, which everybody may read."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("certificates are made with openssl")
    folder = tmp_path / "tls"
    folder.mkdir(mode=0o755)
    kind = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    subprocess.run([program, *kind, *names, *files], check=True, capture_output=True)
    (folder / "key.pem").chmod(0o644)
    return folder


@contextmanager
def healthy(client: docker.DockerClient, container: Container) -> Iterator[None]:
    """Start a container, and go on once its own health check has found it well."""
    try:
        with closing(client.events(decode=True, filters={"container": container.id})) as events:
            container.start()
            said = next(event["status"] for event in events if event["status"].startswith(("health_status", "die")))
        assert said == "health_status: healthy", container.logs().decode()
        yield
    finally:
        container.remove(force=True)


def test_workers_serve_https_give_tokens_and_share_their_state(
    client: docker.DockerClient, image: str, redis: Redis, certificate: Path
) -> None:
    port = free_port()
    environment = {
        "MOCK_PORT": str(port),
        "MOCK_WORKERS": "2",
        "MOCK_TLS_CERT": "/tls/cert.pem",
        "MOCK_TLS_KEY": "/tls/key.pem",
        "MOCK_STATE_URL": f"redis://localhost:{redis.port}/0",
    }
    mounts = {str(certificate): {"bind": "/tls", "mode": "ro"}}
    container = client.containers.create(
        image, environment=environment, network_mode="host", read_only=True, cap_drop=["ALL"], volumes=mounts
    )
    address, trusted = f"https://localhost:{port}", str(certificate / "cert.pem")
    with healthy(client, container):
        grant = {"grant_type": "client_credentials", "scope": "write"}
        granted = requests.post(f"{address}/token", data=grant, auth=("client", "secret"), verify=trusted, timeout=10)
        assert granted.status_code == 200, granted.text
        headers = {"Authorization": f"Bearer {granted.json()['access_token']}"}
        made = requests.post(f"{address}/things", json={"name": "one"}, headers=headers, verify=trusted, timeout=10)
        assert (made.status_code, made.json()["name"]) == (201, "one"), made.text
        thing = f"{address}/things/{made.json()['id']}"
        # A connection each, so that the kernel hands them to both workers.
        found = [requests.get(thing, headers=headers, verify=trusted, timeout=10) for _ in range(12)]
        assert {(each.status_code, each.text) for each in found} == {(200, made.text)}
        assert requests.get(thing, verify=trusted, timeout=10).status_code == 401


def test_names_are_looked_up_with_the_c_library_alone(client: docker.DockerClient, image: str) -> None:
    network = client.networks.create(NAME.partition("/")[0], driver="bridge")
    try:
        neighbour = client.containers.create(
            image, entrypoint=["python3"], command=[*PYTHON, "import signal; signal.pause()"], network=network.name
        )
        try:
            network.disconnect(neighbour)
            network.connect(neighbour, aliases=["neighbour"])
            neighbour.start()
            neighbour.reload()
            address = neighbour.attrs["NetworkSettings"]["Networks"][network.name]["IPAddress"]
            asked = client.containers.run(
                image, [*PYTHON, RESOLVES], entrypoint="python3", network=network.name, remove=True, read_only=True
            )
            assert asked.decode().strip() == address
        finally:
            neighbour.remove(force=True)
    finally:
        network.remove()
