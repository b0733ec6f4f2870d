"""What passes between the plan and the places an image can go: content-addressed blobs, nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import field
from pathlib import Path

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.records import dataclass

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"

_SAME = {"x86_64": "amd64", "aarch64": "arm64"}
"""Architectures as the kernel calls them, by which people know them too."""


@dataclass(frozen=True, slots=True)
class Platform:
    """Operating system, architecture and variant, in the words of the OCI image specification."""

    os: str
    architecture: str
    variant: str = ""

    @classmethod
    def parse(cls, text: str) -> Platform:
        """Read `linux/arm64` or `linux/arm/v7`. Raise UsageFailure for anything else."""
        os, _, rest = text.strip().lower().partition("/")
        architecture, _, variant = rest.partition("/")
        if not os or not architecture or "/" in variant or text.endswith("/"):
            raise UsageFailure(f"`{text}` is no platform", hint="write OS/ARCHITECTURE, for example linux/arm64")
        return cls(os, _SAME.get(architecture, architecture), variant)

    def __str__(self) -> str:
        return "/".join(filter(None, (self.os, self.architecture, self.variant)))


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes with their media type and their digest (`sha256:…`); they may lie in a file until somebody wants them.

    `size` counts bytes as they travel (compressed, for a layer). The file has been checked against the digest.
    """

    media_type: str
    digest: str
    size: int
    content: bytes | Path = field(repr=False, compare=False)

    @classmethod
    def of(cls, media_type: str, data: bytes) -> Blob:
        """Address `data` by its content."""
        return cls(media_type, "sha256:" + hashlib.sha256(data).hexdigest(), len(data), data)

    @property
    def data(self) -> bytes:
        """The bytes, read from their file each time. Raise DeliveryFailure where it is gone."""
        if isinstance(self.content, bytes):
            return self.content
        try:
            return self.content.read_bytes()
        except OSError as error:
            raise DeliveryFailure(
                f"cannot read {self.content}, a part of the image: {error.strerror}", hint="build the image again"
            ) from error


@dataclass(frozen=True, slots=True)
class LayerBlob:
    """A layer as it travels, the digest of its uncompressed tar, and what it holds in a word (`base`, `wheels`…).

    `origin` is the repository that it was pulled from (`HOST/NAME`), "" for one that was made here.
    """

    name: str
    blob: Blob
    diff_id: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """One platform's image. Its digest is the digest of `manifest`; equal plans give equal bytes."""

    platform: Platform
    manifest: Blob
    config: Blob
    layers: tuple[LayerBlob, ...]


@dataclass(frozen=True, slots=True)
class ImageSet:
    """What is delivered: an image for each platform. `index` leads to them; None where there is but one."""

    images: tuple[Image, ...]
    index: Blob | None = None

    @property
    def manifest(self) -> Blob:
        """What a tag names: the index, or the only image's manifest."""
        return self.index or self.images[0].manifest

    @property
    def digest(self) -> str:
        """The digest that a registry and an OCI archive know it by; an engine, too, where there is but one image."""
        return self.manifest.digest

    def blobs(self) -> dict[str, Blob]:
        """Return layers, configurations and manifests by digest, each once, what leads to others after them."""
        found: dict[str, Blob] = {}
        for image in self.images:
            for blob in (*(layer.blob for layer in image.layers), image.config, image.manifest):
                found.setdefault(blob.digest, blob)
        return {**found, self.manifest.digest: self.manifest}
