"""The plan of a mock image: which layers, which configuration, which labels. Pure: nothing is read or sent.

Sources: OCI image specification 1.1 (image.spec, config.md, annotations.md); Docker's `Healthcheck` extension.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import TypeAlias

from contractctl.core.json import Json
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.image.compression import Compression
from contractctl.image.layers import pack_layer
from contractctl.image.model import (
    OCI_CONFIG,
    OCI_INDEX,
    OCI_MANIFEST,
    Blob,
    Image,
    ImageSet,
    LayerBlob,
    Platform,
)
from contractctl.image.tree import File, Tree

MOCK_ROOT = "/opt/mock"
MOCK_USER = 65532
MOCK_PORT = 3000

ISOLATED = ("-I", "-B", "-S")
"""No environment, no user folder, no `site` (Debian's ignores site-packages), no writing of bytecode."""

LONGEST_LABEL = 512
"""Characters of what a contract says in labels: registries take manifests of 4 MiB."""

_SECOND = 1_000_000_000
_CONTROLS = pattern(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Served:
    """A contract in the image: its bundle, and the path prefix below which it is served, "" for one that has none."""

    bundle: bytes
    prefix: str = ""

    @property
    def path(self) -> str:
        """Where the bundle lies in the image: an absolute path."""
        return f"{MOCK_ROOT}/contracts{self.prefix}.bundle" if self.prefix else f"{MOCK_ROOT}/contract.bundle"

    @property
    def argument(self) -> str:
        """The bundle as the server's command line names it."""
        return f"{self.prefix}={self.path}" if self.prefix else self.path


@dataclass(frozen=True, slots=True)
class ImageMetadata:
    """What labels and annotations say of the contract, and the port that its bundle chooses; what is empty is left out.

    `version` is `info.version`, `licenses` an SPDX expression, `source` the URL of the repository (it links a GHCR
    package to it). `spec_digest` is that of spec-version.txt: the content without the version. Where the image serves
    several contracts, `spec_digest`, `spec_name` and `spec_version` have one entry each, parted by `,`.
    """

    title: str
    version: str
    spec_digest: str
    spec_name: str
    spec_version: str
    description: str = ""
    licenses: str = ""
    source: str = ""
    port: int = MOCK_PORT


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer that is still a tree, named after what it holds."""

    name: str
    tree: Tree


AnyLayer: TypeAlias = "Layer | LayerBlob"


@dataclass(frozen=True, slots=True)
class Base:
    """What our layers stand on. `python` is the interpreter's absolute path in it, `environment` its `KEY=value` list.

    `name` and `digest` are what base.name and base.digest say, "" for an image from scratch. `history` has one entry
    a layer (and any number of empty ones) or none at all.
    """

    platform: Platform
    python: str
    layers: tuple[AnyLayer, ...]
    environment: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    history: tuple[Mapping[str, Json], ...] = ()
    name: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ImagePlan:
    """One platform's image before it is packed. `config` is what a container starts with, `created` seconds since 1970.

    `history` describes the layers of the base that it came with; the other layers get theirs when packed.
    """

    platform: Platform
    layers: tuple[AnyLayer, ...]
    config: Mapping[str, Json]
    annotations: Mapping[str, str]
    history: tuple[Mapping[str, Json], ...] = ()
    created: int = 0


def plan_image(
    contracts: Sequence[Served],
    base: Base,
    runtime: tuple[AnyLayer, ...],
    metadata: ImageMetadata,
    *,
    labels: Mapping[str, str] | None = None,
    created: int = 0,
) -> ImagePlan:
    """Plan the image that serves `contracts`: the base, then `runtime` (wheels, server), then a layer for each bundle.

    `labels` are the user's own and win over ours; they are annotations too.
    """
    annotations = image_labels(metadata, base_name=base.name, base_digest=base.digest) | dict(labels or {})
    bundles = (Layer(f"bundle {one.prefix}".strip(), {one.path.strip("/"): File(one.bundle)}) for one in contracts)
    return ImagePlan(
        platform=base.platform,
        layers=(*base.layers, *runtime, *bundles),
        config=_container_config(base, contracts, annotations, metadata.port),
        annotations=annotations,
        history=base.history,
        created=created,
    )


def image_labels(metadata: ImageMetadata, *, base_name: str = "", base_digest: str = "") -> dict[str, str]:
    """Return labels and annotations of an image, sorted by name."""
    pairs = {
        "dev.contractctl.spec.digest": metadata.spec_digest,
        "dev.contractctl.spec.name": metadata.spec_name,
        "dev.contractctl.spec.version": metadata.spec_version,
        "org.opencontainers.image.base.digest": base_digest,
        "org.opencontainers.image.base.name": base_name,
        "org.opencontainers.image.description": shorten(metadata.description, LONGEST_LABEL),
        "org.opencontainers.image.licenses": shorten(metadata.licenses, LONGEST_LABEL),
        "org.opencontainers.image.source": metadata.source,
        "org.opencontainers.image.title": shorten(metadata.title, LONGEST_LABEL),
        "org.opencontainers.image.version": shorten(metadata.version, LONGEST_LABEL),
    }
    return {name: value for name, value in pairs.items() if value}


def shorten(text: str, longest: int) -> str:
    """Cut a text to `longest` characters at most, an ellipsis where something is cut.

    Blanks, line ends and control characters are folded: a Dockerfile cannot hold them all.
    """
    folded = " ".join(_CONTROLS.sub(" ", text).split())
    return folded if len(folded) <= longest else folded[: longest - 1].rstrip() + "…"


def entry_point(python: str, contracts: Sequence[Served]) -> list[str]:
    """Return the command that serves the bundles; options of the server may follow it."""
    return [python, *ISOLATED, MOCK_ROOT, *(one.argument for one in contracts)]


def health_check(python: str, contracts: Sequence[Served]) -> list[str]:
    """Return the command that asks the server in the same container whether it is well; no shell in it.

    A bundle is named because its settings may move the port, as MOCK_PORT does.
    """
    return [python, *ISOLATED, MOCK_ROOT, "--health", contracts[0].argument]


def pack_image(plan: ImagePlan, *, compression: Compression = "gzip") -> Image:
    """Pack what is not packed yet, and write configuration and manifest. Equal plans give equal bytes."""
    layers = tuple(_packed(layer, plan.created, compression) for layer in plan.layers)
    config = Blob.of(OCI_CONFIG, canonical_json(_config(plan, layers)))
    manifest: dict[str, Json] = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": describe_blob(config),
        "layers": [describe_blob(layer.blob) for layer in layers],
        "annotations": plan.annotations,
    }
    return Image(plan.platform, Blob.of(OCI_MANIFEST, canonical_json(manifest)), config, layers)


def join_images(images: Sequence[Image], annotations: Mapping[str, str]) -> ImageSet:
    """Join the images of several platforms by an index with these annotations; one image stands alone.

    The order of the platforms counts. Raise ValueError for none.
    """
    if len(images) == 1:
        return ImageSet(tuple(images))
    if not images:
        raise ValueError("no image to join")
    index: dict[str, Json] = {
        "schemaVersion": 2,
        "mediaType": OCI_INDEX,
        "manifests": [describe_image(image) for image in images],
        "annotations": dict(annotations),
    }
    return ImageSet(tuple(images), Blob.of(OCI_INDEX, canonical_json(index)))


def describe_image(image: Image) -> dict[str, Json]:
    """Return the descriptor of an image as an index holds it, with its platform."""
    platform = {"os": image.platform.os, "architecture": image.platform.architecture}
    variant = {"variant": image.platform.variant} if image.platform.variant else {}
    return {**describe_blob(image.manifest), "platform": {**platform, **variant}}


def describe_blob(blob: Blob) -> dict[str, Json]:
    """Return the descriptor of a blob (image-spec v1.1, descriptor.md)."""
    return {"mediaType": blob.media_type, "digest": blob.digest, "size": blob.size}


def canonical_json(value: Json) -> bytes:
    """Write JSON so that equal values give equal bytes: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def _packed(layer: AnyLayer, created: int, compression: Compression) -> LayerBlob:
    if isinstance(layer, LayerBlob):
        return layer
    return pack_layer(layer.name, layer.tree, time=created, compression=compression)


def _config(plan: ImagePlan, layers: tuple[LayerBlob, ...]) -> dict[str, Json]:
    created = datetime.fromtimestamp(plan.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    described = sum(not entry.get("empty_layer") for entry in plan.history)
    ours = [{"created": created, "created_by": f"contractctl build-mock: {layer.name}"} for layer in layers[described:]]
    variant = {"variant": plan.platform.variant} if plan.platform.variant else {}
    return {
        "architecture": plan.platform.architecture,
        "config": plan.config,
        "created": created,
        "history": [*plan.history, *ours],
        "os": plan.platform.os,
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
        **variant,
    }


def _container_config(base: Base, contracts: Sequence[Served], labels: Mapping[str, str], port: int) -> dict[str, Json]:
    inherited = {k: v for k, v in base.labels.items() if not k.startswith("org.opencontainers.image.")}
    return {
        "Entrypoint": entry_point(base.python, contracts),
        "Env": [*(line for line in base.environment if not line.startswith("MOCK_HOST=")), "MOCK_HOST=0.0.0.0"],
        "ExposedPorts": {f"{port}/tcp": {}},
        "Healthcheck": {
            "Test": ["CMD", *health_check(base.python, contracts)],
            "Interval": 3 * _SECOND,
            "Timeout": 3 * _SECOND,
            "StartPeriod": 5 * _SECOND,
            "Retries": 3,
        },
        "Labels": {**inherited, **labels},
        "StopSignal": "SIGTERM",
        "User": f"{MOCK_USER}:{MOCK_USER}",
        "WorkingDir": "/",
    }
