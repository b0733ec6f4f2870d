"""One thing read from a registry."""

from __future__ import annotations

from collections.abc import Callable

from contractctl.image.model import Blob
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.reading import open_repository


def never(seconds: float) -> None:
    """Wait for nothing: whatever is read here is read at once."""
    raise AssertionError(f"nothing here is worth {seconds} s of waiting")


def fetch_manifest(
    reference: Reference,
    *,
    credentials: Credentials | None = None,
    pause: Callable[[float], object] = never,
) -> Blob:
    """Fetch the manifest or index that a reference names."""
    with open_repository(reference, credentials=credentials, pause=pause) as repository:
        return repository.top()


def fetch_blob(
    reference: Reference,
    digest: str,
    *,
    credentials: Credentials | None = None,
    pause: Callable[[float], object] = never,
) -> bytes:
    """Fetch a small blob of the repository."""
    with open_repository(reference, credentials=credentials, pause=pause) as repository:
        return repository.blob(digest)
