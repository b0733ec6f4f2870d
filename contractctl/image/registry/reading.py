"""A registry as a place that manifests and configurations are read from (OCI distribution-spec v1.1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from contractctl.image.model import OCI_MANIFEST, Blob
from contractctl.image.reference import Reference
from contractctl.image.registry.client import MANIFEST_TYPES, RegistryClient
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.transport import Answer, HttpTransport, Transport


class Repository:
    """One repository, of which small things are read whole; see `open_repository`."""

    def __init__(self, reference: Reference, client: RegistryClient) -> None:
        self._reference = reference
        self._client = client

    def top(self) -> Blob:
        """Return the manifest or index that the reference names (`latest` where it names neither tag nor digest)."""
        return self.manifest(self._reference.digest or self._reference.tag or "latest", digest=self._reference.digest)

    def manifest(self, name: str, *, digest: str) -> Blob:
        """Return the manifest or index with this tag or digest; `digest` is what it must have, "" where nobody knows.

        Raises:
            DeliveryFailure: it is not there, or is not what its digest says.
        """
        headers = {"accept": MANIFEST_TYPES}
        answer = self._get(f"manifests/{name}", headers)
        media_type = answer.headers.get("content-type", OCI_MANIFEST).partition(";")[0].strip()
        manifest = Blob.of(media_type, answer.body)
        self._client.check_digest(digest or answer.headers.get("docker-content-digest", ""), manifest.digest)
        return manifest

    def blob(self, digest: str) -> bytes:
        """Return a small blob (a configuration).

        Raises:
            DeliveryFailure: it is not there, or is not what its digest says.
        """
        answer = self._get(f"blobs/{digest}", {})
        self._client.check_digest(digest, Blob.of("", answer.body).digest)
        return answer.body

    def _get(self, where: str, headers: Mapping[str, str]) -> Answer:
        return self._client.persist(lambda: self._client.call("GET", where, expect=frozenset({200}), headers=headers))


@contextmanager
def open_repository(
    reference: Reference,
    *,
    credentials: Credentials | None = None,
    transport: Transport | None = None,
    pause: Callable[[float], object] | None = None,
) -> Iterator[Repository]:
    """Connect to the repository of a reference. `pause` waits a number of seconds between attempts.

    Raises:
        DeliveryFailure: the registry does not answer, or does not let us in.
    """
    with ExitStack() as opened:
        client = RegistryClient(
            reference,
            task=f"read {reference}",
            actions="pull",
            credentials=credentials,
            transport=transport or opened.enter_context(HttpTransport()),
            pause=pause or threading.Event().wait,
        )
        client.connect()
        yield Repository(reference, client)
