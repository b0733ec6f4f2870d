"""What an image in a registry serves, by its labels; how much of it is read for that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.api.inspecting import inspect_image, inspect_source
from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.reports import InspectReport, LayerSummary, ServedContract
from contractctl.image.model import OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, Blob, ImageSet, Platform
from contractctl.image.plan import describe_blob, describe_image
from contractctl.image.reference import Reference
from contractctl.image.registry.pushing import push
from tests.components.registry import Registry
from tests.image.front import Front, front_of, pass_on
from tests.image.mock_images import BASE_DIGEST, DINOSAURS, SPEC_DIGEST, mock_image, mock_set
from tests.image.small_images import AMD64, ARM64, small_image

HINT = "is this the image that `contractctl build-mock` made?"
CONTRACT = ServedContract("dinosaurs", "1.1.0", SPEC_DIGEST)


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Take away who the developer is to registries."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path_factory.mktemp("docker")))
    for name in ("CONTRACTCTL_REGISTRY_USERNAME", "CONTRACTCTL_REGISTRY_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def expected(name: str, digest: str, *platforms: Platform, **more: object) -> InspectReport:
    report = InspectReport(
        reference=name,
        digest=digest,
        platforms=tuple(map(str, platforms)),
        contracts=(CONTRACT,),
        title="Dinosaurs",
        base="docker.io/library/python:3.13-slim",
        base_digest=BASE_DIGEST,
        source="https://github.com/acme/dinosaurs",
    )
    return replace(report, **more)  # type: ignore[arg-type]  # whatever the report has


def layers_of(images: ImageSet, number: int = 0) -> tuple[LayerSummary, ...]:
    return tuple(LayerSummary(layer.name, layer.blob.digest, layer.blob.size) for layer in images.images[number].layers)


def asked(front: Front) -> list[tuple[str, str]]:
    """What was read, but for the greeting."""
    return [(one.method, one.path.rpartition("inspected/")[2]) for one in front.seen if one.path != "/v2/"]


def test_an_index_says_it_for_all_platforms_in_one_request(registry: Registry) -> None:
    images = mock_set(AMD64, ARM64)
    with front_of(registry.host, pass_on) as front:
        name = f"{front.host}/inspected/index:1"
        push(images, Reference(front.host, "inspected/index", "1"))
        front.seen.clear()
        assert inspect_image(name) == expected(name, images.digest, AMD64, ARM64)
        assert asked(front) == [("GET", "index/manifests/1")]


def test_one_platform_of_an_index_is_known_with_its_layers(registry: Registry) -> None:
    images = mock_set(AMD64, ARM64)
    name = f"{registry.host}/inspected/platform:1"
    push(images, Reference(registry.host, "inspected/platform", "1"))
    for number, image in enumerate(images.images):
        report = inspect_image(name, platform=str(image.platform))
        assert report == expected(
            name,
            image.manifest.digest,
            image.platform,
            created="1970-01-01T00:00:00Z",
            layers=layers_of(images, number),
        )


def test_a_single_image_is_known_with_its_layers_and_its_day(registry: Registry) -> None:
    images = ImageSet((mock_image(created=1_700_000_000),))
    with front_of(registry.host, pass_on) as front:
        reference = Reference(front.host, "inspected/single", "1")
        push(images, reference)
        front.seen.clear()
        report = inspect_image(str(reference.at(images.digest)))
        config = images.images[0].config.digest
        assert asked(front) == [("GET", f"single/manifests/{images.digest}"), ("GET", f"single/blobs/{config}")]
    assert report == expected(
        str(reference.at(images.digest)),
        images.digest,
        AMD64,
        created="2023-11-14T22:13:20Z",
        layers=layers_of(images),
    )
    assert [layer.name for layer in report.layers] == ["base", "server", "bundle"]


def test_without_a_tag_the_latest_is_meant(registry: Registry) -> None:
    images = mock_set(AMD64)
    push(images, Reference(registry.host, "inspected/latest", "latest"))
    assert inspect_image(f"{registry.host}/inspected/latest").digest == images.digest


def test_every_contract_of_an_image_is_told(registry: Registry) -> None:
    several = replace(
        DINOSAURS, spec_name="dinosaurs,fax", spec_version="1.1.0,", spec_digest=f"{SPEC_DIGEST},c1:sha256:2"
    )
    push(mock_set(AMD64, ARM64, metadata=several), Reference(registry.host, "inspected/several", "1"))
    report = inspect_image(f"{registry.host}/inspected/several:1")
    assert report.contracts == (CONTRACT, ServedContract("fax", "", "c1:sha256:2"))


class Held:
    """A place of manifests and configurations by digest; what leads to them is the last."""

    def __init__(self, *blobs: Blob) -> None:
        self._blobs = {blob.digest: blob for blob in blobs}
        self._top = blobs[-1]

    def top(self) -> Blob:
        return self._top

    def manifest(self, name: str, *, digest: str) -> Blob:
        assert name == digest
        return self._blobs[digest]

    def blob(self, digest: str) -> bytes:
        return self._blobs[digest].data


HERE = Reference("r.example", "acme/mock", "1")


def packed(media_type: str, document: Mapping[str, object]) -> Blob:
    return Blob.of(media_type, json.dumps(document).encode())


def test_labels_alone_suffice_where_an_index_has_no_annotations() -> None:
    """What buildx pushes of Dockerfile.mock: no annotations, and an attestation beside the image."""
    image = mock_image()
    bare = {**json.loads(image.manifest.data), "annotations": None}
    manifest = packed(OCI_MANIFEST, bare)
    attested = {**describe_blob(packed(OCI_MANIFEST, {})), "platform": {"os": "unknown", "architecture": "unknown"}}
    children = [{**describe_blob(manifest), "platform": {"os": "linux", "architecture": "amd64"}}, attested]
    index = packed(OCI_INDEX, {"schemaVersion": 2, "manifests": children})
    report = inspect_source(Held(image.config, manifest, index), HERE, None)
    assert (report.digest, report.platforms, report.contracts) == (index.digest, ("linux/amd64",), (CONTRACT,))
    assert [layer.name for layer in report.layers] == ["base", "server", "bundle"]


def test_an_index_without_annotations_is_told_of_by_its_first_image() -> None:
    images = [mock_image(platform=platform) for platform in (AMD64, ARM64)]
    index = packed(OCI_INDEX, {"manifests": [describe_image(image) for image in images]})
    held = Held(*(blob for image in images for blob in (image.config, image.manifest)), index)
    report = inspect_source(held, HERE, None)
    assert (report.platforms, report.contracts, report.layers) == (("linux/amd64", "linux/arm64"), (CONTRACT,), ())


PLATFORMS = {
    "the only variant there is": (Platform("linux", "arm", "v7"), "linux/arm", True),
    "that variant": (Platform("linux", "arm", "v7"), "linux/arm/v7", True),
    "another variant": (Platform("linux", "arm", "v7"), "linux/arm/v6", False),
    "another architecture": (AMD64, "linux/arm64", False),
    "another system": (AMD64, "windows/amd64", False),
}


@pytest.mark.parametrize(("held", "wanted", "fits"), PLATFORMS.values(), ids=PLATFORMS)
@pytest.mark.parametrize("joined", [True, False], ids=["in an index", "alone"])
def test_a_platform_that_is_not_there_is_told(held: Platform, wanted: str, fits: bool, joined: bool) -> None:
    image = mock_image(platform=held)
    blobs = [image.config, image.manifest]
    if joined:
        blobs.append(packed(OCI_INDEX, {"manifests": [describe_image(image)]}))
    if fits:
        assert inspect_source(Held(*blobs), HERE, Platform.parse(wanted)).platforms == (str(held),)
        return
    with pytest.raises(DeliveryFailure) as told:
        inspect_source(Held(*blobs), HERE, Platform.parse(wanted))
    assert told.value.message == f"{HERE} has no image for {wanted}: it holds {held}"


NO_LABEL = "it has no label dev.contractctl.spec.digest"
NO_CONFIGURATION = "its manifest names no configuration"

STRANGERS = {
    "an image of somebody else": (
        [small_image().images[0].config, small_image().images[0].manifest],
        NO_LABEL,
    ),
    "a manifest without a configuration": ([packed(OCI_MANIFEST, {"layers": []})], NO_CONFIGURATION),
    "a configuration whose digest is a path": (
        [packed(OCI_MANIFEST, {"config": {"digest": "../../etc/passwd"}})],
        NO_CONFIGURATION,
    ),
    "labels that are no object": (
        [
            (config := packed(OCI_CONFIG, {"config": {"Labels": [1]}})),
            packed(OCI_MANIFEST, {"config": describe_blob(config)}),
        ],
        NO_LABEL,
    ),
    "a label that is no text": (
        [
            (odd := packed(OCI_CONFIG, {"config": {"Labels": {"dev.contractctl.spec.digest": 7}}})),
            packed(OCI_MANIFEST, {"config": describe_blob(odd)}),
        ],
        NO_LABEL,
    ),
}


@pytest.mark.parametrize(("blobs", "why"), STRANGERS.values(), ids=STRANGERS)
def test_what_is_no_mock_image_is_told(blobs: list[Blob], why: str) -> None:
    with pytest.raises(DeliveryFailure) as told:
        inspect_source(Held(*blobs), HERE, None)
    assert (told.value.message, told.value.hint) == (f"cannot tell which contract {HERE} serves: {why}", HINT)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"7"])
def test_what_is_no_manifest_is_told(data: bytes) -> None:
    blob = Blob.of(OCI_MANIFEST, data)
    with pytest.raises(DeliveryFailure) as told:
        inspect_source(Held(blob), HERE, None)
    why = f"{blob.digest} is no part of an image"
    assert told.value.message == f"cannot tell which contract {HERE} serves: {why}"


def test_an_index_of_nothing_is_told() -> None:
    with pytest.raises(DeliveryFailure) as told:
        inspect_source(Held(packed(OCI_INDEX, {"manifests": [{}, 7]})), HERE, None)
    assert told.value.message == f"cannot read {HERE}: it holds no image"


def test_a_platform_that_is_none_is_wrong_usage() -> None:
    with pytest.raises(UsageFailure, match="`arm` is no platform"):
        inspect_image("r.example/acme/mock", platform="arm")


WORDS = st.text(st.characters(codec="utf-8", exclude_characters=","), max_size=9).map(str.strip)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS.filter(bool)), min_size=1, max_size=4))
def test_what_the_labels_say_is_read_back(contracts: list[tuple[str, str, str]]) -> None:
    names, versions, digests = (",".join(column) for column in zip(*contracts, strict=True))
    metadata = replace(DINOSAURS, spec_name=names, spec_version=versions, spec_digest=digests)
    image = mock_image(metadata)
    report = inspect_source(Held(image.config, image.manifest), HERE, None)
    assert report.contracts == tuple(ServedContract(*one) for one in contracts)
