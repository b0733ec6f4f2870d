from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.json import object_at
from contractctl.image.layers import pack_layer
from contractctl.image.model import Platform
from contractctl.image.plan import (
    Base,
    ImageMetadata,
    Layer,
    Served,
    canonical_json,
    image_labels,
    pack_image,
    plan_image,
    shorten,
)
from contractctl.image.tree import File

METADATA = ImageMetadata(
    title="Dinosaurs",
    version="1.4.0",
    spec_digest="c1:sha256:abc",
    spec_name="dinosaurs",
    spec_version="1.4.0",
    description="All that\nis known.",
    licenses="Apache-2.0",
    source="https://github.com/acme/dinosaurs",
)
LABELS = {
    "dev.contractctl.spec.digest": "c1:sha256:abc",
    "dev.contractctl.spec.name": "dinosaurs",
    "dev.contractctl.spec.version": "1.4.0",
    "org.opencontainers.image.base.digest": "sha256:base",
    "org.opencontainers.image.base.name": "docker.io/library/python:3.13-slim",
    "org.opencontainers.image.description": "All that is known.",
    "org.opencontainers.image.licenses": "Apache-2.0",
    "org.opencontainers.image.source": "https://github.com/acme/dinosaurs",
    "org.opencontainers.image.title": "Dinosaurs",
    "org.opencontainers.image.version": "1.4.0",
}
BASE = Base(
    platform=Platform("linux", "arm64"),
    python="/usr/local/bin/python3.13",
    layers=(pack_layer("base", {"bin/python": File(b"")}),),
    environment=("PATH=/usr/local/bin", "MOCK_HOST=127.0.0.1"),
    labels={"maintainer": "someone", "org.opencontainers.image.title": "Python"},
    history=({"created_by": "ADD rootfs"}, {"created_by": "ENV PATH", "empty_layer": True}),
    name="docker.io/library/python:3.13-slim",
    digest="sha256:base",
)
RUNTIME = (Layer("wheels", {"opt/mock/orjson.py": File(b"")}),)


def test_the_port_that_the_bundle_chooses_is_exposed() -> None:
    plan = plan_image((Served(b"bundle"),), BASE, RUNTIME, replace(METADATA, port=8088))
    assert plan.config["ExposedPorts"] == {"8088/tcp": {}}


def test_the_configuration_is_what_a_server_needs_and_no_more() -> None:
    image = pack_image(plan_image((Served(b"bundle"),), BASE, RUNTIME, METADATA, created=86_400))
    isolated = ["/usr/local/bin/python3.13", "-I", "-B", "-S", "/opt/mock"]
    assert json.loads(image.config.data) == {
        "architecture": "arm64",
        "os": "linux",
        "created": "1970-01-02T00:00:00Z",
        "config": {
            "Entrypoint": [*isolated, "/opt/mock/contract.bundle"],
            "Env": ["PATH=/usr/local/bin", "MOCK_HOST=0.0.0.0"],
            "ExposedPorts": {"3000/tcp": {}},
            "Healthcheck": {
                "Test": ["CMD", *isolated, "--health", "/opt/mock/contract.bundle"],
                "Interval": 3_000_000_000,
                "Timeout": 3_000_000_000,
                "StartPeriod": 5_000_000_000,
                "Retries": 3,
            },
            "Labels": {"maintainer": "someone", **LABELS},
            "StopSignal": "SIGTERM",
            "User": "65532:65532",
            "WorkingDir": "/",
        },
        "history": [
            {"created_by": "ADD rootfs"},
            {"created_by": "ENV PATH", "empty_layer": True},
            {"created": "1970-01-02T00:00:00Z", "created_by": "contractctl build-mock: wheels"},
            {"created": "1970-01-02T00:00:00Z", "created_by": "contractctl build-mock: bundle"},
        ],
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in image.layers]},
    }


def test_the_manifest_names_every_blob_by_digest_and_size() -> None:
    image = pack_image(plan_image((Served(b"bundle"),), BASE, RUNTIME, METADATA))
    manifest = json.loads(image.manifest.data)
    described = [(d["mediaType"], d["digest"], d["size"]) for d in (manifest["config"], *manifest["layers"])]
    blobs = [image.config, *(layer.blob for layer in image.layers)]
    assert described == [
        (blob.media_type, f"sha256:{hashlib.sha256(blob.data).hexdigest()}", len(blob.data)) for blob in blobs
    ]
    assert manifest["annotations"] == LABELS
    assert [layer.name for layer in image.layers] == ["base", "wheels", "bundle"]


def test_several_contracts_have_a_layer_and_an_argument_each() -> None:
    contracts = (Served(b"pets", "/pets"), Served(b"shop", "/shop/v2"))
    plan = plan_image(contracts, BASE, RUNTIME, METADATA)
    assert plan.layers[-2:] == (
        Layer("bundle /pets", {"opt/mock/contracts/pets.bundle": File(b"pets")}),
        Layer("bundle /shop/v2", {"opt/mock/contracts/shop/v2.bundle": File(b"shop")}),
    )
    served = ["/pets=/opt/mock/contracts/pets.bundle", "/shop/v2=/opt/mock/contracts/shop/v2.bundle"]
    entry_point, health = plan.config["Entrypoint"], object_at(plan.config, "Healthcheck")["Test"]
    assert isinstance(entry_point, list)
    assert isinstance(health, list)
    assert (entry_point[-2:], health[-2:]) == (served, ["--health", served[0]])


def test_another_bundle_changes_the_last_layer_alone() -> None:
    one, other = (pack_image(plan_image((Served(data),), BASE, RUNTIME, METADATA)) for data in (b"one", b"other"))
    assert one.layers[:-1] == other.layers[:-1]
    assert one.layers[-1].diff_id != other.layers[-1].diff_id
    assert one.manifest.digest != other.manifest.digest


def test_labels_of_the_user_win_and_are_annotations() -> None:
    labels = {"org.opencontainers.image.title": "Mine", "team": "palaeontology"}
    plan = plan_image((Served(b""),), BASE, RUNTIME, METADATA, labels=labels)
    assert plan.annotations == LABELS | labels
    assert plan.config["Labels"] == {"maintainer": "someone"} | LABELS | labels


def test_what_is_not_known_is_not_claimed() -> None:
    labels = image_labels(ImageMetadata("Fax", "1", "c1:sha256:f", "fax", "1"))
    assert labels == {
        "dev.contractctl.spec.digest": "c1:sha256:f",
        "dev.contractctl.spec.name": "fax",
        "dev.contractctl.spec.version": "1",
        "org.opencontainers.image.title": "Fax",
        "org.opencontainers.image.version": "1",
    }


def test_no_text_of_a_contract_makes_a_manifest_larger_than_registries_take() -> None:
    huge = "x" * 1_000_000
    labels = image_labels(ImageMetadata(huge, huge, "c1:sha256:f", "fax", "1", description=huge, licenses=huge))
    assert max(map(len, labels.values())) == 512


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * 512, "x" * 512),
        ("x" * 513, "x" * 511 + "…"),
        ("x" * 510 + " yy", "x" * 510 + "…"),
        (" a \r\n\t b ", "a b"),
        ("a\0\x1b[31m\x7fb", "a [31m b"),
    ],
    ids=["512 characters stay", "one more is cut", "no blank before the ellipsis", "blanks are folded", "no controls"],
)
def test_a_description_has_512_characters_at_most(text: str, expected: str) -> None:
    assert shorten(text, 512) == expected


@given(st.dictionaries(st.text(), st.text()))
def test_canonical_json_reads_back_and_does_not_know_an_order(value: dict[str, str]) -> None:
    turned = dict(reversed(list(value.items())))
    assert canonical_json(value) == canonical_json(turned)
    try:
        "".join([*value, *value.values()]).encode()
    except UnicodeEncodeError:
        return
    assert json.loads(canonical_json(value)) == value
