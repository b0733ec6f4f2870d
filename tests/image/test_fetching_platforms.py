"""Which image of an index is pulled: by platform and variant, whatever the index looks like."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from contractctl.core.failures import UsageFailure
from contractctl.image.blobs import BlobStore
from contractctl.image.model import OCI_INDEX, OCI_MANIFEST, Blob, Platform
from contractctl.image.reference import Reference
from contractctl.image.registry.fetching import pull
from tests.image.front import Reply, Rule, Seen, front_of
from tests.image.small_images import small_image

AMD64, ARM64 = Platform("linux", "amd64"), Platform("linux", "arm64")
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
FOREIGN_LAYER = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def describe(blob: Blob, **more: object) -> dict[str, object]:
    return {"mediaType": blob.media_type, "digest": blob.digest, "size": blob.size, **more}


def json_blob(media_type: str, value: Mapping[str, object]) -> Blob:
    return Blob.of(media_type, json.dumps(value).encode())


class Shelf:
    """Plays a registry that has what a test puts there, which a real one might refuse to take."""

    def __init__(self) -> None:
        self.blobs: dict[str, Blob] = {}

    def put(self, blob: Blob, **more: object) -> dict[str, object]:
        self.blobs[blob.digest] = blob
        return describe(blob, **more)

    def image(self, architecture: str, variant: str = "", *, layer: str = DOCKER_LAYER) -> dict[str, object]:
        """Put an image of one layer there, with docker's media types."""
        packed = small_image(f"{architecture}{variant}", layers=1).images[0].layers[0]
        platform = {"os": "linux", "architecture": architecture} | ({"variant": variant} if variant else {})
        config = json_blob(
            "application/vnd.docker.container.image.v1+json", {**platform, "rootfs": {"diff_ids": [packed.diff_id]}}
        )
        manifest = {
            "schemaVersion": 2,
            "config": self.put(config),
            "layers": [self.put(replace(packed.blob, media_type=layer))],
        }
        return self.put(json_blob(DOCKER_MANIFEST, manifest), platform=platform)

    def index(self, *entries: Mapping[str, object], media_type: str = DOCKER_LIST) -> dict[str, object]:
        return self.put(json_blob(media_type, {"schemaVersion": 2, "manifests": list(entries)}))

    def rule(self, top: Mapping[str, object]) -> Rule:
        def answer(seen: Seen, before: int) -> Reply:
            name = seen.path.rpartition("/")[2]
            blob = self.blobs.get(str(top["digest"]) if name == "3" else name)
            return (
                Reply(200, {"Content-Type": blob.media_type}, blob.data) if blob else Reply(200 if name == "" else 404)
            )

        return answer


def attestation(shelf: Shelf, *, told: bool) -> dict[str, object]:
    """Put there what BuildKit attests: an image of no platform."""
    manifest = shelf.put(json_blob(OCI_MANIFEST, {"schemaVersion": 2, "config": {}, "layers": []}))
    return {**manifest, "platform": {"os": "unknown", "architecture": "unknown"}} if told else manifest


def plain_index(shelf: Shelf) -> dict[str, object]:
    return shelf.index(shelf.image("amd64"), shelf.image("arm64", "v8"))


def with_attestations(shelf: Shelf) -> dict[str, object]:
    return shelf.index(
        attestation(shelf, told=True), shelf.image("amd64"), shelf.image("arm64", "v8"), media_type=OCI_INDEX
    )


def nested_index(shelf: Shelf) -> dict[str, object]:
    return shelf.index(shelf.image("amd64"), shelf.index(shelf.image("arm64")), media_type=OCI_INDEX)


def without_platforms(shelf: Shelf) -> dict[str, object]:
    entries = (shelf.image("amd64"), shelf.image("arm64"))
    bare = [{name: value for name, value in entry.items() if name != "platform"} for entry in entries]
    return shelf.index(attestation(shelf, told=False), *bare)


def several_variants(shelf: Shelf) -> dict[str, object]:
    return shelf.index(
        shelf.image("arm64", "v9"), shelf.image("arm64", "v8"), shelf.image("amd64", "v3"), shelf.image("amd64")
    )


@pytest.mark.parametrize(
    "write",
    [plain_index, with_attestations, nested_index, without_platforms, several_variants],
    ids=lambda one: one.__name__,
)
def test_an_index_leads_to_the_image_of_each_platform(
    write: Callable[[Shelf], dict[str, object]], store: BlobStore
) -> None:
    shelf = Shelf()
    top = write(shelf)
    with front_of("", shelf.rule(top)) as front:
        images = pull(Reference(front.host, "a/b", "3"), [ARM64, AMD64], store=store)
    assert [image.platform.architecture for image in images] == ["arm64", "amd64"]
    assert {image.platform.variant for image in images} <= {"", "v8"}
    assert {image.digest for image in images} == {top["digest"]}
    layers = [image.layers[0].blob for image in images]
    assert [blob.media_type for blob in layers] == ["application/vnd.oci.image.layer.v1.tar+gzip"] * 2
    words = [f"arm64{images[0].platform.variant}", "amd64"]
    assert [blob.digest for blob in layers] == [
        small_image(word, layers=1).images[0].layers[0].blob.digest for word in words
    ]


def test_what_other_platforms_have_is_not_fetched(store: BlobStore) -> None:
    shelf = Shelf()
    top = plain_index(shelf)
    with front_of("", shelf.rule(top)) as front:
        pull(Reference(front.host, "a/b", "3"), [ARM64], store=store)
        assert (front.count("GET", "/manifests/"), front.count("GET", "/blobs/")) == (2, 2)


def test_a_platform_that_there_is_not_is_refused_with_those_that_there_are(store: BlobStore) -> None:
    shelf = Shelf()
    with front_of("", shelf.rule(with_attestations(shelf))) as front, pytest.raises(UsageFailure) as failure:
        pull(Reference(front.host, "a/b", "3"), [Platform("linux", "s390x")], store=store)
    assert failure.value.message == (
        f"the base image {front.host}/a/b:3 has no image for linux/s390x: it holds linux/amd64, linux/arm64/v8"
    )


REFUSED = {
    "zstd": ("application/vnd.oci.image.layer.v1.tar+zstd", "has a layer that cannot be read here", "gzip layers"),
    "foreign": (FOREIGN_LAYER, "has a layer that may not be distributed", "a base image of Linux"),
}


@pytest.mark.parametrize(("media_type", "words", "hint"), REFUSED.values(), ids=REFUSED)
def test_layers_that_cannot_be_used_are_refused_before_they_are_fetched(
    media_type: str, words: str, hint: str, store: BlobStore
) -> None:
    shelf = Shelf()
    with front_of("", shelf.rule(shelf.image("amd64", layer=media_type))) as front:
        with pytest.raises(UsageFailure) as failure:
            pull(Reference(front.host, "a/b", "3"), [AMD64], store=store)
        assert front.count("GET", "/blobs/") == 1
    assert failure.value.message == f"the base image {front.host}/a/b:3 {words} ({media_type})"
    assert hint in failure.value.hint
