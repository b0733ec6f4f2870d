"""Small images made by hand: what the places an image can go are tried with."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping

from contractctl.image.model import OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST, Blob, Image, ImageSet, LayerBlob, Platform
from contractctl.image.plan import join_images


def small_layer(name: str, files: Mapping[str, bytes]) -> LayerBlob:
    """Pack files into a layer."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    plain = packed.getvalue()
    digest = "sha256:" + hashlib.sha256(plain).hexdigest()
    return LayerBlob(name, Blob.of(OCI_LAYER_GZIP, gzip.compress(plain, mtime=0)), digest)


def small_image(word: str = "rex", *, layers: int = 2) -> ImageSet:
    """Make an image of a few files; equal words give equal bytes, different words share no layer."""
    packed = tuple(small_layer(f"layer-{n}", {f"etc/{word}-{n}": f"{word} {n}\n".encode() * 40}) for n in range(layers))
    return image_of(packed)


AMD64, ARM64 = Platform("linux", "amd64"), Platform("linux", "arm64")


def small_set(word: str = "rex") -> ImageSet:
    """Make images for two platforms that share a layer, and the index that leads to them."""
    shared = small_layer("bundle", {f"etc/{word}": word.encode()})
    images = [
        image_of((small_layer("base", {f"bin/{word}": str(platform).encode() * 99}), shared), platform).images[0]
        for platform in (AMD64, ARM64)
    ]
    return join_images(images, {"org.opencontainers.image.title": word})


def image_of(layers: tuple[LayerBlob, ...], platform: Platform = AMD64) -> ImageSet:
    """Make the image of these layers."""
    config = _blob(
        OCI_CONFIG,
        {
            "architecture": platform.architecture,
            "os": platform.os,
            "config": {"Cmd": ["/none"]},
            "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
        },
    )
    manifest = _blob(
        OCI_MANIFEST,
        {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": _descriptor(config),
            "layers": [_descriptor(layer.blob) for layer in layers],
        },
    )
    return ImageSet((Image(platform, manifest, config, layers),))


def _blob(media_type: str, document: Mapping[str, object]) -> Blob:
    return Blob.of(media_type, json.dumps(document, sort_keys=True).encode())


def _descriptor(blob: Blob) -> Mapping[str, object]:
    return {"mediaType": blob.media_type, "digest": blob.digest, "size": blob.size}
