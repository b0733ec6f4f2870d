"""A base that the engine has: what it saves is what was loaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import docker
import pytest

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.image.bases.from_engine import read_from_engine
from contractctl.image.blobs import BlobStore
from contractctl.image.engine import load
from contractctl.image.model import Platform
from contractctl.image.reference import Reference, parse_reference
from contractctl.image.registry.pushing import push
from tests.components.registry import Registry
from tests.image.small_images import small_image

AMD64 = Platform("linux", "amd64")
NAMESPACE = f"contractctl-base-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
IMAGE = small_image(NAMESPACE)


@pytest.fixture(scope="module")
def client(engine: str) -> Iterator[docker.DockerClient]:
    with pytest.MonkeyPatch.context() as patch, closing(docker.DockerClient(base_url=engine)) as client:
        patch.setenv("DOCKER_HOST", engine)
        yield client
        for image in client.images.list(filters={"reference": [f"{NAMESPACE}/*", f"*/{NAMESPACE}/*"]}):
            client.images.remove(image.id, force=True)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return BlobStore()


def test_what_was_loaded_is_read_by_name_and_by_id(client: docker.DockerClient, store: BlobStore) -> None:
    identity = load(IMAGE, (parse_reference(f"{NAMESPACE}/loaded:1"),))
    named, identified = (
        read_from_engine(name, AMD64, compression="gzip", store=store) for name in (f"{NAMESPACE}/loaded:1", identity)
    )
    assert [layer.diff_id for layer in named.layers] == [layer.diff_id for layer in IMAGE.images[0].layers]
    assert named.layers == identified.layers
    assert (named.name, named.digest) == (f"docker.io/{NAMESPACE}/loaded:1", "")
    assert named.platform == AMD64


def test_what_was_pulled_has_the_digest_that_it_was_pulled_by(
    client: docker.DockerClient, registry: Registry, store: BlobStore
) -> None:
    reference = Reference(registry.host, f"{NAMESPACE}/pulled", "1")
    digest = push(IMAGE, reference)
    client.images.pull(str(reference))
    stored = read_from_engine(str(reference), AMD64, compression="gzip", store=store)
    assert (stored.name, stored.digest) == (str(reference), digest)


def test_an_image_that_the_engine_has_not_is_told_with_the_way_to_it(
    client: docker.DockerClient, store: BlobStore
) -> None:
    with pytest.raises(UsageFailure) as failure:
        read_from_engine(f"{NAMESPACE}/none:1", AMD64, compression="gzip", store=store)
    assert failure.value.message == f"the engine has no image {NAMESPACE}/none:1"
    assert failure.value.hint.startswith(f"docker pull {NAMESPACE}/none:1")


def test_without_an_engine_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(DeliveryFailure) as failure:
        read_from_engine("python:3.13", AMD64, compression="gzip", store=BlobStore(tmp_path))
    assert failure.value.message.startswith("cannot read the base image python:3.13 from the engine: no engine answers")
