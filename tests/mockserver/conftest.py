"""One small contract that the tests of the wire share, a server of it, and the same for the contract of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mockserver.serving import Served, bundle_of, serving
from tests.mockserver.worlds import Client, connected

CONTRACT = """\
openapi: 3.1.0
info: {title: Wire, version: '1'}
components: {securitySchemes: {key: {type: apiKey, in: query, name: key}}}
paths:
  /pets:
    get: {responses: {'200': {description: all, content: {text/plain: {example: pets}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: array}}}}
      responses: {'201': {description: made, content: {text/plain: {example: made}}}}
  /secret:
    get: {security: [{key: []}], responses: {'200': {description: in, content: {text/plain: {example: secret}}}}}
    post:
      security: [{key: []}]
      requestBody: {required: true, content: {application/json: {schema: {type: array}}}}
      responses: {'201': {description: made, content: {text/plain: {example: made}}}}
  /large:
    get: {responses: {'200': {description: large, content: {text/plain: {example: LARGE}}}}}
""".replace("LARGE", "x" * 100_000)


@pytest.fixture(scope="session")
def wire_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wire") / "wire.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    return path


@pytest.fixture(scope="module")
def server(wire_bundle: Path) -> Iterator[Served]:
    with serving(wire_bundle) as served:
        yield served


@pytest.fixture(scope="module")
def bundle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile the `CONTRACT` of the module whose tests these are."""
    path = tmp_path_factory.mktemp("mock") / "mock.bundle"
    path.write_bytes(bundle_of(request.module.CONTRACT))
    return path


@pytest.fixture(scope="module")
def running(bundle: Path) -> Iterator[Served]:
    """Serve that contract, with the settings that the server has by itself."""
    with serving(bundle) as served:
        yield served


@pytest.fixture(scope="module")
def stateful(bundle: Path) -> Iterator[Served]:
    """Serve that contract with a state."""
    with serving(bundle, "--stateful", "on") as served:
        yield served


@pytest.fixture
def client(stateful: Served) -> Iterator[Client]:
    """Connect to that server."""
    with connected([stateful.port]) as client:
        yield client
