"""Images as files: an OCI layout in a folder or a tar, and the tar that `docker load` takes."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from contractctl.core.json import Json
from contractctl.core.writing import whole_file, whole_folder
from contractctl.image.model import OCI_INDEX, Blob, ImageSet
from contractctl.image.plan import canonical_json, describe_blob, describe_image
from contractctl.image.reference import Reference

_LAYOUT = {"imageLayoutVersion": "1.0.0"}
_LAYOUT_NAMES = frozenset({"oci-layout", "index.json", "blobs", "manifest.json"})
_REF_NAME = "org.opencontainers.image.ref.name"
_CONTAINERD_NAME = "io.containerd.image.name"

Entry = tuple[str, bytes]
"""A path with `/` in it, and what the file holds."""


def write_oci_folder(images: ImageSet, path: Path, references: Sequence[Reference] = ()) -> None:
    """Write an OCI image layout (image-spec v1.1 `image-layout.md`) as a folder; an older layout is replaced.

    Tags of `references` become the layout's reference names.

    Raises:
        DeliveryFailure: it cannot be written, or the folder holds anything but a layout.
    """
    with whole_folder(path, may_replace=_is_layout) as folder:
        for name, data in _oci_entries(images, references):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)


def write_oci_archive(images: ImageSet, path: Path, references: Sequence[Reference] = ()) -> None:
    """Write an OCI image layout as a tar. Equal images and references give equal bytes.

    Raises:
        DeliveryFailure: it cannot be written.
    """
    _write_tar(path, _oci_entries(images, references))


def write_docker_archive(images: ImageSet, path: Path, references: Sequence[Reference] = ()) -> None:
    """Write the tar that `docker load` takes: of one platform, and equal images and references give equal bytes.

    Raises:
        DeliveryFailure: it cannot be written.
    """
    _write_tar(path, _docker_entries(images, references))


ARCHIVE_WRITERS: Mapping[str, Callable[[ImageSet, Path, Sequence[Reference]], None]] = {
    "docker-archive": write_docker_archive,
    "oci": write_oci_folder,
    "oci-archive": write_oci_archive,
}
"""How an image is written, by the KIND of `--output KIND:PATH`."""


def docker_archive(images: ImageSet, references: Sequence[Reference] = ()) -> Iterator[bytes]:
    """Make the tar that `docker load` takes, piece by piece: an OCI layout with the older `manifest.json` beside it.

    It holds one platform. Engine 20.10 reads only `manifest.json`; with the containerd image store the layout's index
    decides.
    """
    return _tar(_docker_entries(images, references))


def _write_tar(path: Path, entries: Iterable[Entry]) -> None:
    with whole_file(path) as stream:
        for piece in _tar(entries):
            stream.write(piece)


def _oci_entries(images: ImageSet, references: Sequence[Reference]) -> Iterator[Entry]:
    tags = sorted({reference.tag for reference in references if reference.tag})
    yield from _layout_entries(images, [{_REF_NAME: tag} for tag in tags])


def _docker_entries(images: ImageSet, references: Sequence[Reference]) -> Iterator[Entry]:
    (image,) = images.images
    named = sorted({reference.tagged(reference.tag or "latest") for reference in references}, key=str)
    names = [{_CONTAINERD_NAME: f"{one.name}:{one.tag}", _REF_NAME: one.tag} for one in named]
    yield from _layout_entries(images, names)
    loadable = {
        "Config": _blob_path(image.config),
        "Layers": [_blob_path(layer.blob) for layer in image.layers],
        "RepoTags": [str(one) for one in named] or None,
    }
    yield "manifest.json", canonical_json([loadable])


def _layout_entries(images: ImageSet, names: Sequence[Mapping[str, str]]) -> Iterator[Entry]:
    blobs = images.blobs()
    yield "oci-layout", canonical_json(_LAYOUT)
    yield "index.json", _index(images, names)
    for digest in sorted(blobs):
        yield _blob_path(blobs[digest]), blobs[digest].data


def _index(images: ImageSet, names: Sequence[Mapping[str, str]]) -> bytes:
    top = describe_blob(images.index) if images.index else describe_image(images.images[0])
    manifests: list[Json] = [{**top, "annotations": dict(name)} for name in names] or [top]
    return canonical_json({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": manifests})


def _blob_path(blob: Blob) -> str:
    return "blobs/" + blob.digest.replace(":", "/")


def _is_layout(folder: Path) -> bool:
    names = {entry.name for entry in folder.iterdir()}
    return "oci-layout" in names and names <= _LAYOUT_NAMES


def _tar(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Make a POSIX tar: folders before what is in them, owner 0, time 0."""
    folders: set[str] = set()
    for name, data in entries:
        for folder in reversed(Path(name).parents):
            if folder.name and (path := folder.as_posix()) not in folders:
                folders.add(path)
                yield _header(path, tarfile.DIRTYPE, 0o755, 0)
        yield _header(name, tarfile.REGTYPE, 0o644, len(data))
        yield data
        yield bytes(-len(data) % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _header(name: str, kind: bytes, mode: int, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.size = kind, mode, size
    return info.tobuf(tarfile.USTAR_FORMAT)
