"""A base image from an OCI layout, in a folder or in a tar: every blob checked against its digest.

Source: OCI image specification 1.1, image-layout.md.
"""

from __future__ import annotations

import errno
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.json import Json, is_object, object_at, read_json, text_at
from contractctl.image.bases.stored import DIGEST, StoredImage, choose_image, layer_descriptors, objects_at
from contractctl.image.blobs import BlobStore, Damaged, checked_file, require_regular
from contractctl.image.model import Blob, LayerBlob, Platform

_FOLDER_HINT = "make one with: skopeo copy docker://python:3.13-slim oci:DIR"
_ARCHIVE_HINT = "make one with: skopeo copy docker://python:3.13-slim oci-archive:FILE"
_PLATFORM_HINT = "copy the base for that platform into it: skopeo copy --override-arch ARCHITECTURE SOURCE oci:DIR"
_NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")

_LARGEST_DOCUMENT = 64 * 1024**2
"""Bytes of an index, a manifest or a configuration."""


class Files(Protocol):
    """The files of a layout."""

    def read(self, name: str) -> bytes:
        """Return a file's content. Raise OSError or KeyError where there is none."""
        ...

    def blob(self, name: str, media_type: str, digest: str) -> Blob:
        """Return a file as a blob. Raise Damaged where it is not what `digest` says; else as `read`."""
        ...


def read_layout(folder: Path, platforms: Sequence[Platform]) -> tuple[StoredImage, ...]:
    """Read an image for each platform (any variant, where it names none) from an OCI layout in a folder.

    Raise UsageFailure when the folder is no layout, or has no image or several for a platform; DeliveryFailure
    when a blob is missing or damaged.
    """
    if not folder.is_dir():
        raise UsageFailure(f"cannot read the base image: there is no folder {folder}", hint=_FOLDER_HINT)
    return _read(_Folder(folder), str(folder), platforms, _FOLDER_HINT)


def read_layout_archive(path: Path, platforms: Sequence[Platform], store: BlobStore) -> tuple[StoredImage, ...]:
    """Read images from an OCI layout in a tar, as `read_layout` does from a folder; layers are kept in `store`."""
    try:
        with tarfile.open(path) as archive:
            return _read(_Archive(archive, store), str(path), platforms, _ARCHIVE_HINT)
    except (OSError, tarfile.TarError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or "it is no tar archive"
        raise UsageFailure(f"cannot read the base image {path}: {why}", hint=_ARCHIVE_HINT) from error


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes:
        path = self._folder / name
        require_regular(path)
        if path.stat().st_size > _LARGEST_DOCUMENT:
            raise OSError(errno.EFBIG, "it is too large", name)
        return path.read_bytes()

    def blob(self, name: str, media_type: str, digest: str) -> Blob:
        return checked_file(media_type, digest, self._folder / name)


class _Archive:
    def __init__(self, archive: tarfile.TarFile, store: BlobStore) -> None:
        self._archive = archive
        self._store = store

    def read(self, name: str) -> bytes:
        # Some writers put `./` before every name.
        try:
            member = self._archive.extractfile(name)
        except KeyError:
            member = self._archive.extractfile(f"./{name}")
        if member is None:
            raise KeyError(name)
        with member:
            return member.read()

    def blob(self, name: str, media_type: str, digest: str) -> Blob:
        if (kept := self._store.find(media_type, digest)) is not None:
            return kept
        data = self.read(name)
        return self._store.receive(media_type, digest, lambda sink: sink.write(data))


class _Layout:
    """A `Source` of blobs."""

    def __init__(self, files: Files, place: str) -> None:
        self._files = files
        self._place = place
        self.described = f"the OCI layout {place}"

    def read(self, descriptor: Mapping[str, Json]) -> bytes:
        blob = self.blob(descriptor, "")
        if blob.size > _LARGEST_DOCUMENT:
            raise self._damaged(blob.digest, f"has {blob.size} bytes, too many for a manifest or a configuration")
        return blob.data

    def blob(self, descriptor: Mapping[str, Json], media_type: str) -> Blob:
        digest = text_at(descriptor, "digest")
        if not DIGEST.fullmatch(digest):
            raise DeliveryFailure(f"{self.described} is damaged: {digest!r} is not a sha256 digest")
        try:
            return self._files.blob(f"blobs/sha256/{digest.removeprefix('sha256:')}", media_type, digest)
        except (OSError, KeyError) as error:
            raise self._damaged(digest, "cannot be read") from error
        except Damaged as error:
            raise self._damaged(digest, "does not have that digest") from error

    def _damaged(self, digest: str, how: str) -> DeliveryFailure:
        return DeliveryFailure(
            f"{self.described} is damaged: the blob {digest} {how}",
            hint="copy the base again: skopeo copy docker://IMAGE oci:DIR",
        )


def _read(files: Files, place: str, platforms: Sequence[Platform], hint: str) -> tuple[StoredImage, ...]:
    index = _read_index(files, place, hint)
    layout = _Layout(files, place)
    return tuple(_image(layout, list(objects_at(index, "manifests")), platform) for platform in platforms)


def _read_index(files: Files, place: str, hint: str) -> Mapping[str, Json]:
    try:
        marker = read_json(files.read("oci-layout"))
        index = read_json(files.read("index.json"))
    except (OSError, KeyError, ValueError):
        marker = index = None
    if not is_object(marker) or "imageLayoutVersion" not in marker or not is_object(index):
        message = f"cannot read the base image: {place} is not an OCI layout (it needs oci-layout and index.json)"
        raise UsageFailure(message, hint=hint)
    return index


def _image(layout: _Layout, tops: Sequence[Mapping[str, Json]], platform: Platform) -> StoredImage:
    choice = choose_image(layout, tops, platform, hint=_PLATFORM_HINT)
    annotations = object_at(choice.top, "annotations")
    # A bare tag (`1.2`) does not say whose; only a whole reference is a name.
    name = next((value for key in _NAMES if ":" in (value := text_at(annotations, key))), "")
    layers = tuple(
        LayerBlob("base", layout.blob(descriptor, media_type), diff_id)
        for descriptor, media_type, diff_id in layer_descriptors(choice, layout.described)
    )
    return StoredImage(name, text_at(choice.top, "digest"), choice.platform, choice.config, layers)
