"""What passes between the plan and the places an image can go: content-addressed blobs, nothing else."""

from __future__ import annotations

import hashlib

from contractctl.core.records import dataclass

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"


@dataclass(frozen=True, slots=True)
class Platform:
    """Operating system, architecture and variant, in the words of the OCI image specification."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.os, self.architecture, self.variant)))


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes with their media type and their digest (`sha256:…`)."""

    media_type: str
    digest: str
    data: bytes

    @classmethod
    def of(cls, media_type: str, data: bytes) -> Blob:
        """Address `data` by its content."""
        return cls(media_type, "sha256:" + hashlib.sha256(data).hexdigest(), data)

    @property
    def size(self) -> int:
        """Bytes as they travel (compressed, for a layer)."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class LayerBlob:
    """A layer as it travels, the digest of its uncompressed tar, and what it holds in a word (`base`, `wheels`…)."""

    name: str
    blob: Blob
    diff_id: str


@dataclass(frozen=True, slots=True)
class Image:
    """One platform's image. Its digest is the digest of `manifest`; equal plans give equal bytes."""

    platform: Platform
    manifest: Blob
    config: Blob
    layers: tuple[LayerBlob, ...]

    @property
    def digest(self) -> str:
        """The digest that a registry, an engine and an archive all know this image by."""
        return self.manifest.digest
