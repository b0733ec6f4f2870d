"""A base image from an OCI layout in a folder: the image for one platform, every blob checked against its digest.

Source: OCI image specification 1.1, image-layout.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.json import Json, is_array, is_object, object_at, text_at
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.image.bases.stored import StoredImage
from contractctl.image.model import OCI_INDEX, OCI_LAYER_GZIP, Blob, LayerBlob, Platform

_DIGEST = pattern(r"sha256:[0-9a-f]{64}")
_INDEXES = (OCI_INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")
_OCI_NAMES = {"application/vnd.docker.image.rootfs.diff.tar.gzip": OCI_LAYER_GZIP}
"""Docker's media type of a layer, and OCI's for the same bytes."""

_LAYOUT_HINT = "make one with: skopeo copy docker://python:3.13-slim oci:DIR"
_NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")


@dataclass(frozen=True, slots=True)
class _Candidate:
    entry: Mapping[str, Json]
    manifest: Mapping[str, Json]
    config: Mapping[str, Json]
    platform: Platform


def read_layout(folder: Path, platform: Platform) -> StoredImage:
    """Read the image for `platform` (any variant, if that names none) from an OCI layout.

    Raise UsageFailure when the folder is no layout, or has no image or several for the platform; DeliveryFailure
    when a blob is missing or damaged.
    """
    index = _read_index(folder)
    found = [one for entry in _objects(index, "manifests") for one in _candidates(folder, entry, entry)]
    candidates = {(text_at(one.entry, "digest"), one.platform): one for one in found if _fits(one.platform, platform)}
    if not candidates:
        held = ", ".join(sorted({str(one.platform) for one in found})) or "no image"
        raise UsageFailure(
            f"the OCI layout {folder} has no image for {platform}: it holds {held}",
            hint="copy the base for that platform into it: skopeo copy --override-arch ARCHITECTURE SOURCE oci:DIR",
        )
    if len(candidates) > 1:
        raise UsageFailure(
            f"the OCI layout {folder} holds {len(candidates)} images for {platform}",
            hint="copy the one to build on into a folder of its own: skopeo copy oci:DIR:TAG oci:BASE",
        )
    (chosen,) = candidates.values()
    annotations = object_at(chosen.entry, "annotations")
    # A bare tag (`1.2`) does not say whose; only a whole reference is a name.
    name = next((value for key in _NAMES if ":" in (value := text_at(annotations, key))), "")
    layers = _layers(folder, chosen)
    return StoredImage(name, text_at(chosen.entry, "digest"), chosen.platform, chosen.config, layers)


def _read_index(folder: Path) -> Mapping[str, Json]:
    if not folder.is_dir():
        raise UsageFailure(f"cannot read the base image: there is no folder {folder}", hint=_LAYOUT_HINT)
    try:
        marker = json.loads((folder / "oci-layout").read_bytes())
        index = json.loads((folder / "index.json").read_bytes())
    except (OSError, ValueError):
        marker = index = None
    if not is_object(marker) or "imageLayoutVersion" not in marker or not is_object(index):
        raise UsageFailure(
            f"cannot read the base image: {folder} is not an OCI layout (it needs oci-layout and index.json)",
            hint=_LAYOUT_HINT,
        )
    return index


def _candidates(folder: Path, entry: Mapping[str, Json], descriptor: Mapping[str, Json]) -> Iterator[_Candidate]:
    manifest = _read_object(folder, descriptor)
    if text_at(descriptor, "mediaType") in _INDEXES or "manifests" in manifest:
        for nested in _objects(manifest, "manifests"):
            if text_at(object_at(nested, "platform"), "os") != "unknown":
                yield from _candidates(folder, entry, nested)
    elif config_descriptor := object_at(manifest, "config"):
        config = _read_object(folder, config_descriptor)
        yield _Candidate(entry, manifest, config, _platform(config))


def _platform(config: Mapping[str, Json]) -> Platform:
    return Platform(text_at(config, "os"), text_at(config, "architecture"), text_at(config, "variant"))


def _fits(held: Platform, wanted: Platform) -> bool:
    return (held.os, held.architecture) == (wanted.os, wanted.architecture) and wanted.variant in {"", held.variant}


def _layers(folder: Path, image: _Candidate) -> tuple[LayerBlob, ...]:
    descriptors = list(_objects(image.manifest, "layers"))
    diff_ids = object_at(image.config, "rootfs").get("diff_ids")
    if not is_array(diff_ids) or len(diff_ids) != len(descriptors):
        raise DeliveryFailure(f"the base image in {folder} is damaged: its configuration and its layers do not agree")
    return tuple(
        LayerBlob("base", _read_blob(folder, descriptor), str(diff_id))
        for descriptor, diff_id in zip(descriptors, diff_ids, strict=True)
    )


def _read_blob(folder: Path, descriptor: Mapping[str, Json]) -> Blob:
    digest, media_type = text_at(descriptor, "digest"), text_at(descriptor, "mediaType")
    if not _DIGEST.fullmatch(digest):
        raise DeliveryFailure(f"the base image in {folder} is damaged: {digest!r} is not a sha256 digest")
    try:
        data = (folder / "blobs" / "sha256" / digest.removeprefix("sha256:")).read_bytes()
    except OSError as error:
        raise _damaged(folder, digest, "cannot be read") from error
    if hashlib.sha256(data).hexdigest() != digest.removeprefix("sha256:"):
        raise _damaged(folder, digest, "does not have that digest")
    return Blob(_OCI_NAMES.get(media_type, media_type), digest, len(data), data)


def _damaged(folder: Path, digest: str, how: str) -> DeliveryFailure:
    return DeliveryFailure(
        f"the base image in {folder} is damaged: the blob {digest} {how}",
        hint="copy the base again: skopeo copy docker://IMAGE oci:DIR",
    )


def _read_object(folder: Path, descriptor: Mapping[str, Json]) -> Mapping[str, Json]:
    blob = _read_blob(folder, descriptor)
    try:
        value: Json = json.loads(blob.data)
    except ValueError:
        value = None
    if not is_object(value):
        raise _damaged(folder, blob.digest, "is not a JSON object")
    return value


def _objects(value: Mapping[str, Json], name: str) -> Iterator[Mapping[str, Json]]:
    members = value.get(name)
    yield from (member for member in members if is_object(member)) if is_array(members) else ()
