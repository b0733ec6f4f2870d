"""An image that is kept somewhere, as what a mock image can stand on: which of its platforms, and which layers.

Source: OCI image specification 1.1, descriptor.md, image-index.md, manifest.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.json import Json, is_array, is_object, object_at, read_json, text_at
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.image.model import OCI_INDEX, OCI_LAYER_GZIP, LayerBlob, Platform

INDEXES = frozenset({OCI_INDEX, "application/vnd.docker.distribution.manifest.list.v2+json"})
DIGEST = pattern(r"sha256:[0-9a-f]{64}")

_OCI_LAYER_PLAIN = "application/vnd.oci.image.layer.v1.tar"
_LAYERS = {
    OCI_LAYER_GZIP: OCI_LAYER_GZIP,
    "application/vnd.docker.image.rootfs.diff.tar.gzip": OCI_LAYER_GZIP,
    _OCI_LAYER_PLAIN: _OCI_LAYER_PLAIN,
    "application/vnd.docker.image.rootfs.diff.tar": _OCI_LAYER_PLAIN,
}
"""By media type of a layer, OCI's for the same bytes."""

_FOREIGN = ("foreign", "nondistributable")
_SAME_VARIANT = {("arm64", ""): "v8", ("arm", ""): "v7", ("amd64", ""): "v1"}
"""The variant that is meant where none is named (containerd's rule)."""

_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class StoredImage:
    """One platform's image, wherever it is kept: its configuration, and its layers from the lowest to the highest.

    `name` is the whole reference that it was found by and `digest` that of what the reference names (an index, where
    it names one), "" where it has none.
    """

    name: str
    digest: str
    platform: Platform
    config: Mapping[str, Json]
    layers: tuple[LayerBlob, ...]


class Source(Protocol):
    """Where blobs are read from; both methods raise DeliveryFailure for one that is missing or damaged."""

    @property
    def described(self) -> str:
        """How messages name it ("the OCI layout DIR")."""
        ...

    def read(self, descriptor: Mapping[str, Json]) -> bytes:
        """Return a small blob: a manifest, or a configuration."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One platform's image before its layers are had: the descriptor that led to it, its manifest and configuration."""

    top: Mapping[str, Json]
    platform: Platform
    manifest: Mapping[str, Json]
    config: Mapping[str, Json]


def choose_image(source: Source, tops: Sequence[Mapping[str, Json]], wanted: Platform, *, hint: str) -> Choice:
    """Choose the image for a platform among what descriptors lead to: manifests, indexes, indexes of indexes.

    Any variant fits where `wanted` names none, its usual one best. What BuildKit attests is passed over. `hint` says
    where to get an image for the platform.

    Raises:
        UsageFailure: there is none, or there are several that have nothing to do with each other.
        DeliveryFailure: a manifest or a configuration is missing or damaged.
    """
    held: set[Platform] = set()
    found: dict[str, Choice] = {}
    for top in tops:
        choices = [Choice(top, *one) for one in _images(source, top, wanted, held, set()) if fits(one[0], wanted)]
        if choices:
            found[text_at(top, "digest")] = min(choices, key=lambda one: _variant(one.platform) != _variant(wanted))
    if not found:
        holds = ", ".join(sorted(map(str, held))) or "no image"
        raise UsageFailure(f"{source.described} has no image for {wanted}: it holds {holds}", hint=hint)
    if len(found) > 1:
        raise UsageFailure(
            f"{source.described} holds {len(found)} images for {wanted}",
            hint="copy the one to build on into a folder of its own: skopeo copy oci:DIR:TAG oci:BASE",
        )
    (choice,) = found.values()
    return choice


def layer_descriptors(choice: Choice, described: str) -> tuple[tuple[Mapping[str, Json], str, str], ...]:
    """Return the descriptor, OCI's media type and the digest of the plain tar of each layer.

    Raises:
        UsageFailure: a layer is packed in a way that cannot be read here, or lies at somebody else's.
        DeliveryFailure: the configuration does not go with the layers.
    """
    descriptors = list(objects_at(choice.manifest, "layers"))
    diff_ids = object_at(choice.config, "rootfs").get("diff_ids")
    if not is_array(diff_ids) or len(diff_ids) != len(descriptors):
        raise DeliveryFailure(f"{described} is damaged: its configuration and its layers do not agree")
    pairs = zip(descriptors, diff_ids, strict=True)
    return tuple((one, _layer_type(text_at(one, "mediaType"), described), str(diff_id)) for one, diff_id in pairs)


def parse_object(data: bytes, described: str, digest: str) -> Mapping[str, Json]:
    """Read a manifest or a configuration. Raise DeliveryFailure where it is no JSON object."""
    try:
        value: Json = read_json(data)
    except ValueError:
        value = None
    if not is_object(value):
        raise DeliveryFailure(f"{described} is damaged: the blob {digest} is not a JSON object")
    return value


def objects_at(holder: Mapping[str, Json], name: str) -> Iterator[Mapping[str, Json]]:
    """Give the objects of the array that is the member `name`."""
    members = holder.get(name)
    yield from (member for member in members if is_object(member)) if is_array(members) else ()


def platform_of(holder: Mapping[str, Json]) -> Platform:
    """Return the platform that a configuration, or a descriptor's `platform`, tells of."""
    return Platform(text_at(holder, "os"), text_at(holder, "architecture"), text_at(holder, "variant"))


def fits(held: Platform, wanted: Platform) -> bool:
    """Tell whether an image for one platform is one for the other; a variant that is not named is any."""
    same = (held.os, held.architecture) == (wanted.os, wanted.architecture)
    return same and (not wanted.variant or _variant(held) == _variant(wanted))


def _images(
    source: Source,
    descriptor: Mapping[str, Json],
    wanted: Platform,
    held: set[Platform],
    seen: set[str],
    *,
    depth: int = 0,
) -> Iterator[tuple[Platform, Mapping[str, Json], Mapping[str, Json]]]:
    """Give platform, manifest and configuration of the images that may fit; all others are only noted in `held`.

    `seen` are digests that were looked into: an index that names one a thousand times is not read a thousand times.
    """
    told = platform_of(object_at(descriptor, "platform"))
    if "unknown" in {told.os, told.architecture} or depth > _DEEPEST:
        return
    if told.os and told.architecture and not fits(told, wanted):
        held.add(told)
        return
    if (digest := text_at(descriptor, "digest")) in seen:
        return
    seen.add(digest)
    document = parse_object(source.read(descriptor), source.described, digest)
    if text_at(descriptor, "mediaType") in INDEXES or "manifests" in document:
        for nested in objects_at(document, "manifests"):
            yield from _images(source, nested, wanted, held, seen, depth=depth + 1)
    elif about := object_at(document, "config"):
        config = parse_object(source.read(about), source.described, text_at(about, "digest"))
        platform = platform_of(config)
        if platform.os and platform.architecture:
            held.add(platform)
            yield platform, document, config


def _variant(platform: Platform) -> str:
    return _SAME_VARIANT.get((platform.architecture, platform.variant), platform.variant)


def _layer_type(media_type: str, described: str) -> str:
    if (known := _LAYERS.get(media_type)) is not None:
        return known
    if any(word in media_type for word in _FOREIGN):
        raise UsageFailure(
            f"{described} has a layer that may not be distributed ({media_type})",
            hint="choose a base image of Linux, such as python:3.13-slim",
        )
    raise UsageFailure(
        f"{described} has a layer that cannot be read here ({media_type})",
        hint="copy the base with gzip layers: skopeo copy --dest-compress-format gzip SOURCE oci:DIR",
    )
