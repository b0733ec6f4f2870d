"""A base image from the tar that `docker save` and skopeo write, whose layers are plain tars as a rule.

Source: Docker image specification 1.2, "Combined Image JSON + Filesystem Changeset Format".
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.json import Json, is_array, is_object, object_at, read_json, text_at
from contractctl.image.bases.stored import StoredImage, fits, platform_of
from contractctl.image.blobs import BlobStore
from contractctl.image.cache import cached
from contractctl.image.compression import Compression, GzipSink
from contractctl.image.layer_reading import LARGEST, inflated
from contractctl.image.model import OCI_LAYER_GZIP, Blob, LayerBlob, Platform
from contractctl.image.reference import parse_reference, whole_name

_HINT = "make one with: docker save --output FILE IMAGE"
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_PIECE = 1 << 20


def read_docker_archive(
    path: Path, platform: Platform, *, described: str, compression: Compression, store: BlobStore
) -> StoredImage:
    """Read the only image of an archive; `described` is how messages name it. Plain layers get `compression`.

    Those that are packed already stay as they are.

    Raises:
        UsageFailure: it is no such archive, or holds several images or one for another platform.
        DeliveryFailure: it is damaged.
    """
    try:
        with tarfile.open(path) as archive:
            return _Archive(archive, described, compression, store).image(platform)
    except (tarfile.TarError, KeyError, EOFError, zlib.error, ValueError) as error:
        raise UsageFailure(f"{described} is no docker archive, or only a part of one", hint=_HINT) from error
    except OSError as error:
        raise UsageFailure(f"cannot read {described}: {error.strerror or error}", hint=_HINT) from error


class _Archive:
    def __init__(self, archive: tarfile.TarFile, described: str, compression: Compression, store: BlobStore) -> None:
        self._archive = archive
        self._described = described
        self._compression = compression
        self._store = store

    def image(self, platform: Platform) -> StoredImage:
        entry = self._entry()
        config = self._json(text_at(entry, "Config"))
        names = entry.get("Layers")
        diff_ids = object_at(config, "rootfs").get("diff_ids") if is_object(config) else None
        if not is_object(config) or not is_array(names) or not is_array(diff_ids) or len(names) != len(diff_ids):
            raise self._damaged("its configuration and its layers do not agree")
        held = platform_of(config)
        if not fits(held, platform):
            raise UsageFailure(
                f"{self._described} has no image for {platform}: it holds {held}",
                hint=f"get one: skopeo copy --override-arch {platform.architecture} SOURCE docker-archive:FILE",
            )
        pairs = zip(names, diff_ids, strict=True)
        layers = tuple(self._layer(str(name), str(diff_id)) for name, diff_id in pairs)
        return StoredImage(_name(entry), "", held, config, layers)

    def _entry(self) -> Mapping[str, Json]:
        entries = self._json("manifest.json")
        if not is_array(entries) or not entries or not is_object(entries[0]):
            raise self._damaged("manifest.json names no image")
        if len(entries) > 1:
            hint = "save the one to build on alone: docker save --output FILE IMAGE"
            raise UsageFailure(f"{self._described} holds {len(entries)} images", hint=hint)
        return entries[0]

    def _json(self, name: str) -> Json:
        with self._open(name) as stream:
            try:
                return read_json(stream.read())
            except ValueError as error:
                raise self._damaged(f"{name} is not JSON") from error

    def _open(self, name: str) -> IO[bytes]:
        stream = self._archive.extractfile(name)
        if stream is None:
            raise self._damaged(f"{name} is no file")
        return stream

    def _layer(self, name: str, diff_id: str) -> LayerBlob:
        """Find the layer that was packed before, by what it holds, or pack it."""
        packed: list[Blob] = []

        def make() -> bytes:
            packed.append(self._pack(name, diff_id))
            return packed[0].digest.encode()

        digest = cached("archived", ("1", diff_id, self._compression, zlib.ZLIB_RUNTIME_VERSION), make).decode()
        blob = packed[0] if packed else self._store.find(OCI_LAYER_GZIP, digest)
        return LayerBlob("base", blob or self._pack(name, diff_id), diff_id)

    def _pack(self, name: str, diff_id: str) -> Blob:
        with self._open(name) as stream:
            head = stream.read(len(_ZSTD))
            if head == _ZSTD:
                hint = "copy the base with gzip layers: skopeo copy --dest-compress-format gzip SOURCE oci:DIR"
                raise UsageFailure(f"{self._described} has a layer that cannot be read here (zstd)", hint=hint)
            if head.startswith(_GZIP):
                data = head + stream.read()
                found = _plain_digest(data)
            else:
                sink = GzipSink(self._compression)
                for piece in _pieces(head, stream):
                    sink.write(piece)
                data, found = sink.finish()
        if found != diff_id:
            raise self._damaged(f"the layer {name} does not have the digest {diff_id}")
        return self._store.keep(OCI_LAYER_GZIP, data)

    def _damaged(self, how: str) -> DeliveryFailure:
        return DeliveryFailure(f"{self._described} is damaged: {how}", hint=_HINT)


def _name(entry: Mapping[str, Json]) -> str:
    tags = entry.get("RepoTags")
    return whole_name(parse_reference(str(tags[0]))) if is_array(tags) and tags else ""


def _pieces(head: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    yield head
    while piece := stream.read(_PIECE):
        yield piece


def _plain_digest(data: bytes) -> str:
    digest, size = hashlib.sha256(), 0
    for piece in inflated(io.BytesIO(data)):
        size += len(piece)
        if size > LARGEST:
            raise DeliveryFailure(f"a layer of the base image is too large: more than {LARGEST} bytes", hint=_HINT)
        digest.update(piece)
    return f"sha256:{digest.hexdigest()}"
