"""The fixtures. Each component is started once a worker (the engine once a machine), and only when a test asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.components.compose import Compose, find_compose
from tests.components.engine import shared_engine
from tests.components.kubernetes import KubernetesValidate, find_kubernetes_validate
from tests.components.kustomize import Kustomize, find_kustomize
from tests.components.npm import npm_packages
from tests.components.presence import require
from tests.components.redis import Redis, running_redis
from tests.components.registry import BearerRegistry, Registry, open_registry
from tests.components.registry import bearer_registry as serve_bearer_registry
from tests.components.registry import htpasswd_registry as serve_htpasswd_registry
from tests.components.skopeo import Skopeo

_COMPONENTS = frozenset(
    {
        "engine",
        "registry",
        "htpasswd_registry",
        "bearer_registry",
        "skopeo",
        "redis_server",
        "openid_client",
        "kustomize",
        "kubernetes_validate",
        "compose",
    }
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for a component, so that `-m "not component"` leaves all of them out."""
    for item in items:
        if _COMPONENTS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.component)


@pytest.fixture(scope="session")
def engine() -> Iterator[str]:
    """The DOCKER_HOST address of a Docker Engine that answers."""
    with shared_engine() as address:
        yield address


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry that is open to everybody."""
    with open_registry(tmp_path_factory.mktemp("registry")) as served:
        yield served


@pytest.fixture(scope="session")
def htpasswd_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry with a user and a password."""
    with serve_htpasswd_registry(tmp_path_factory.mktemp("htpasswd")) as served:
        yield served


@pytest.fixture(scope="session")
def bearer_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BearerRegistry]:
    """A registry behind a token server, as GHCR is."""
    with serve_bearer_registry(tmp_path_factory.mktemp("bearer")) as served:
        yield served


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis that all tests of a worker share."""
    with running_redis(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def redis(redis_server: Redis) -> Redis:
    """A Redis with nothing in it."""
    redis_server.command("FLUSHALL")
    return redis_server


@pytest.fixture(scope="session")
def skopeo(tmp_path_factory: pytest.TempPathFactory) -> Skopeo:
    """The independent judge of images."""
    return Skopeo(require("skopeo", package="skopeo"), tmp_path_factory.mktemp("skopeo"))


@pytest.fixture(scope="session")
def openid_client() -> Path:
    """The folder `node_modules` with an OAuth client that is not in Python."""
    require("node", package="nodejs")
    return npm_packages("openid-client", "6.8.9")


@pytest.fixture(scope="session")
def kustomize() -> Kustomize:
    """What puts manifests together."""
    return find_kustomize()


@pytest.fixture(scope="session")
def kubernetes_validate() -> KubernetesValidate:
    """The judge of manifests."""
    return find_kubernetes_validate()


@pytest.fixture(scope="session")
def compose() -> Compose:
    """The Compose of this machine."""
    return find_compose()
