"""What `--base-image` says: this machine, a layout, an archive, the engine, or a reference to pull."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from contractctl.core.failures import UsageFailure
from contractctl.core.progress import Steps
from contractctl.image.bases.docker_archive import read_docker_archive
from contractctl.image.bases.from_engine import read_from_engine
from contractctl.image.bases.host import host_platform
from contractctl.image.bases.layout import read_layout, read_layout_archive
from contractctl.image.bases.stored import StoredImage
from contractctl.image.blobs import BlobStore
from contractctl.image.compression import Compression
from contractctl.image.model import Platform
from contractctl.image.reference import parse_reference
from contractctl.image.registry.credentials import Credentials, find_credentials
from contractctl.image.registry.fetching import FindCredentials, pull

HOST = "host"
ELSEWHERE = "python:3.13-slim"
"""The default where the host cannot be the base."""

_FILES = {"oci": "DIR", "oci-archive": "FILE", "docker-archive": "FILE", "engine": "NAME"}
_ONE_PLATFORM = frozenset({"docker-archive", "engine"})


def default_base(platforms: Sequence[Platform]) -> str:
    """Return the base for platforms where none is named: the host for its own alone, else an image of Python's."""
    try:
        return HOST if set(platforms) <= {host_platform()} else ELSEWHERE
    except UsageFailure:
        return ELSEWHERE


def base_login(host: str) -> Credentials | None:
    """Find who we are to the registry of a base; what was given for the registry that is pushed to is not for it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONTRACTCTL_REGISTRY_")}
    return find_credentials(host, environment=kept)


def read_base(
    base: str,
    platforms: Sequence[Platform],
    *,
    compression: Compression,
    credentials: FindCredentials,
    progress: Steps,
) -> tuple[StoredImage, ...]:
    """Read or pull the base for each platform: any but `host`. Layers that come unpacked get `compression`.

    Raise UsageFailure for a base that there is not or that has no image for a platform, DeliveryFailure where it is
    damaged or cannot be had.
    """
    kind, _, rest = base.partition(":")
    if kind in _FILES and not rest:
        raise UsageFailure(f"the base image `{base}` names nothing", hint=f"write {kind}:{_FILES[kind]}")
    if kind in _ONE_PLATFORM and len(platforms) > 1:
        raise UsageFailure(
            f"the base image {base} has one platform, not {len(platforms)}",
            hint="name a reference, such as python:3.13-slim, or an OCI layout with --base-image oci:DIR",
        )
    match kind:
        case "oci":
            return read_layout(Path(rest), platforms)
        case "oci-archive":
            return read_layout_archive(Path(rest), platforms, BlobStore())
        case "docker-archive":
            described = f"the base image {base}"
            stored = read_docker_archive(
                Path(rest), platforms[0], described=described, compression=compression, store=BlobStore()
            )
            return (stored,)
        case "engine":
            return (read_from_engine(rest, platforms[0], compression=compression, store=BlobStore()),)
        case _:
            reference = parse_reference(base)
            return pull(reference, platforms, store=BlobStore(), credentials=credentials, progress=progress)
