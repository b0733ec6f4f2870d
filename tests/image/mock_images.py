"""Mock images with true labels on a base of one small file: what is read back from a registry is tried with."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.image.model import Image, ImageSet, Platform
from contractctl.image.plan import Base, ImageMetadata, Layer, Served, image_labels, join_images, pack_image, plan_image
from contractctl.image.tree import File
from tests.image.small_images import AMD64, small_layer

SPEC_DIGEST = "c1:sha256:" + "1" * 64
BASE_DIGEST = "sha256:" + "b" * 64
DINOSAURS = ImageMetadata(
    title="Dinosaurs",
    version="1.1.0",
    spec_digest=SPEC_DIGEST,
    spec_name="dinosaurs",
    spec_version="1.1.0",
    source="https://github.com/acme/dinosaurs",
)


def mock_image(metadata: ImageMetadata = DINOSAURS, *, platform: Platform = AMD64, created: int = 0) -> Image:
    """Plan and pack an image as `build-mock` does."""
    pulled = small_layer("base", {"bin/python": str(platform).encode() * 99})
    base = Base(platform, "/bin/python", (pulled,), name="docker.io/library/python:3.13-slim", digest=BASE_DIGEST)
    server = Layer("server", {"opt/mock/__main__.py": File(b"print()\n")})
    return pack_image(plan_image([Served(b"bundle")], base, (server,), metadata, created=created))


def mock_set(*platforms: Platform, metadata: ImageMetadata = DINOSAURS) -> ImageSet:
    """Join images for several platforms, as `build-mock` does."""
    return join_images([mock_image(metadata, platform=one) for one in platforms], labels(metadata))


def labels(metadata: ImageMetadata) -> Mapping[str, str]:
    """The annotations of an index."""
    return image_labels(metadata, base_name="docker.io/library/python:3.13-slim", base_digest=BASE_DIGEST)
