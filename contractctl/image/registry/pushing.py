"""A registry as a place that an image goes to and is read from (OCI distribution-spec v1.1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from contractctl.core.failures import DeliveryFailure
from contractctl.image.model import OCI_INDEX, OCI_MANIFEST, Blob, ImageSet
from contractctl.image.reference import Reference
from contractctl.image.registry.client import RegistryClient
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.transport import HttpTransport, Transport

UPLOADS_AT_A_TIME = 4

_MANIFEST_TYPES = (
    OCI_MANIFEST,
    OCI_INDEX,
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)


class Progress(Protocol):
    """Hears how far each blob is, from several threads. A blob that is there already is done at once."""

    def __call__(self, name: str, sent: int, size: int) -> None:
        """Take the blob's name (`base`, `configuration`…) and bytes; a second attempt starts from 0 again."""
        ...


class _Stopped(Exception):
    """Another upload failed, or the user interrupted."""


def push(
    images: ImageSet,
    reference: Reference,
    tags: Sequence[str] = (),
    *,
    credentials: Credentials | None = None,
    transport: Transport | None = None,
    pause: Callable[[float], object] | None = None,
    progress: Progress | None = None,
) -> str:
    """Push images and return the digest that the registry stored, which is `images.digest`.

    What leads to them is tagged with the tag of `reference` and with `tags`; without any it is kept by digest alone.
    Blobs that the registry has are not sent; manifests go after them and the index last, so that a push cut short
    leaves nothing that can be pulled.
    `pause` waits a number of seconds between attempts.

    Raises:
        DeliveryFailure: it is not there as a whole; says what the registry said and what to try.
    """
    stop = threading.Event()
    names = tuple(dict.fromkeys(filter(None, (reference.tag, *tags)))) or (images.digest,)
    with _client(reference, "push", credentials, transport, pause or stop.wait) as client:
        client.connect()
        _send_blobs(client, images, stop, progress or _silent)
        if images.index:
            for image in images.images:
                _put_manifest(client, reference, image.manifest, image.manifest.digest)
        for name in names:
            _put_manifest(client, reference, images.manifest, name)
    return images.digest


def fetch_manifest(
    reference: Reference,
    *,
    credentials: Credentials | None = None,
    transport: Transport | None = None,
    pause: Callable[[float], object] | None = None,
) -> Blob:
    """Fetch the manifest or index that a reference names (`latest` where it names neither tag nor digest).

    Raises:
        DeliveryFailure: it is not there, or is not what its digest says.
    """
    name = reference.digest or reference.tag or "latest"
    with _client(reference, "read", credentials, transport, pause or threading.Event().wait) as client:
        client.connect()
        headers = {"accept": ", ".join(_MANIFEST_TYPES)}
        answer = client.persist(
            lambda: client.call("GET", f"manifests/{name}", expect=frozenset({200}), headers=headers)
        )
    media_type = answer.headers.get("content-type", OCI_MANIFEST).partition(";")[0].strip()
    manifest = Blob.of(media_type, answer.body)
    _check("read", reference, reference.digest or answer.headers.get("docker-content-digest", ""), manifest.digest)
    return manifest


def fetch_blob(
    reference: Reference,
    digest: str,
    *,
    credentials: Credentials | None = None,
    transport: Transport | None = None,
    pause: Callable[[float], object] | None = None,
) -> bytes:
    """Fetch a small blob (a configuration) of the repository.

    Raises:
        DeliveryFailure: it is not there, or is not what its digest says.
    """
    with _client(reference, "read", credentials, transport, pause or threading.Event().wait) as client:
        client.connect()
        answer = client.persist(lambda: client.call("GET", f"blobs/{digest}", expect=frozenset({200})))
    _check("read", reference, digest, Blob.of("", answer.body).digest)
    return answer.body


def _silent(name: str, sent: int, size: int) -> None:
    """Say nothing."""


@contextmanager
def _client(
    reference: Reference,
    verb: str,
    credentials: Credentials | None,
    transport: Transport | None,
    pause: Callable[[float], object],
) -> Iterator[RegistryClient]:
    actions = "pull,push" if verb == "push" else "pull"
    with HttpTransport() as real:
        yield RegistryClient(
            reference,
            task=f"{verb} {reference}",
            actions=actions,
            credentials=credentials,
            transport=transport or real,
            pause=pause,
        )


def _send_blobs(client: RegistryClient, images: ImageSet, stop: threading.Event, progress: Progress) -> None:
    from concurrent.futures import ThreadPoolExecutor, as_completed

    named = {layer.blob.digest: (layer.name, layer.blob) for image in images.images for layer in image.layers}
    named |= {image.config.digest: ("configuration", image.config) for image in images.images}
    with ThreadPoolExecutor(UPLOADS_AT_A_TIME, thread_name_prefix="upload") as pool:
        uploads = [pool.submit(_send_blob, client, name, blob, stop, progress) for name, blob in named.values()]
        try:
            for done in as_completed(uploads):
                done.result()
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _send_blob(client: RegistryClient, name: str, blob: Blob, stop: threading.Event, progress: Progress) -> None:
    """Send one blob unless it is there; a second attempt starts anew, since an upload's address may be gone."""

    def attempt() -> None:
        sent = 0

        def count(size: int) -> None:
            nonlocal sent
            if stop.is_set():
                raise _Stopped
            sent += size
            progress(name, sent, blob.size)

        count(0)
        if not _has(client, blob):
            _upload(client, blob, count)
        elif sent < blob.size:
            count(blob.size)

    client.persist(attempt)


def _has(client: RegistryClient, blob: Blob) -> bool:
    return client.call("HEAD", f"blobs/{blob.digest}", expect=frozenset({200, 404})).status == 200


def _upload(client: RegistryClient, blob: Blob, count: Callable[[int], None]) -> None:
    """Start an upload, then send the blob whole: some registries refuse chunks over 4 MiB."""
    start = client.call("POST", "blobs/uploads/", expect=frozenset({202}))
    location = urljoin(start.url, start.headers.get("location", ""))
    client.call(
        "PUT",
        f"{location}{'&' if urlsplit(location).query else '?'}digest={blob.digest}",
        expect=frozenset({201, 204}),
        headers={"content-type": "application/octet-stream"},
        body=blob.data,
        sent=count,
    )


def _put_manifest(client: RegistryClient, reference: Reference, manifest: Blob, name: str) -> None:
    answer = client.persist(
        lambda: client.call(
            "PUT",
            f"manifests/{name}",
            expect=frozenset({201}),
            headers={"content-type": manifest.media_type},
            body=manifest.data,
        )
    )
    _check("push", reference, manifest.digest, answer.headers.get("docker-content-digest") or manifest.digest)


def _check(verb: str, reference: Reference, expected: str, found: str) -> None:
    if expected and expected != found:
        raise DeliveryFailure(
            f"cannot {verb} {reference}: the registry answered digest {found} for {expected}",
            hint="something between here and the registry changes what passes; try again from elsewhere",
        )
