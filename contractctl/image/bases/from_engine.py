"""A base image from the local container engine, by what `docker save` gives."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.image.bases.docker_archive import read_docker_archive
from contractctl.image.bases.stored import StoredImage
from contractctl.image.blobs import BlobStore
from contractctl.image.compression import Compression
from contractctl.image.engine import connected
from contractctl.image.model import Platform
from contractctl.image.reference import parse_reference, whole_name


def read_from_engine(name: str, platform: Platform, *, compression: Compression, store: BlobStore) -> StoredImage:
    """Read the image that the engine has under a name or an ID.

    Its digest is the one that it was pulled by, "" where it never was in a registry.

    Raises:
        UsageFailure: the engine has no such image, or one for another platform.
        DeliveryFailure: no engine answers, or it breaks off.
    """
    with tempfile.TemporaryDirectory(prefix="contractctl-base-") as folder:
        saved = Path(folder, "image.tar")
        repository_digests = _save(name, saved)
        stored = read_docker_archive(
            saved, platform, described=f"the engine's image {name}", compression=compression, store=store
        )
    if name.startswith("sha256:"):
        return stored
    reference = parse_reference(name)
    pulled = (parse_reference(one) for one in repository_digests)
    digest = next((one.digest for one in pulled if one.name == reference.name), "")
    return replace(stored, name=whole_name(reference), digest=digest)


def _save(name: str, path: Path) -> tuple[str, ...]:
    """Write the image to a file and return the names that it has by digest."""
    from docker.errors import ImageNotFound

    with connected(f"read the base image {name} from the engine") as client:
        try:
            image = client.images.get(name)
        except ImageNotFound as error:
            raise UsageFailure(
                f"the engine has no image {name}",
                hint=f"docker pull {name}, or leave out `engine:` to pull it from here",
            ) from error
        try:
            with path.open("wb") as file:
                for piece in client.api.get_image(name):
                    file.write(piece)
        except OSError as error:
            raise DeliveryFailure(
                f"cannot keep the engine's image {name} while it is read: {error.strerror}",
                hint="free some space, or set TMPDIR to a folder that has some",
            ) from error
        return tuple(str(one) for one in image.attrs.get("RepoDigests") or ())
