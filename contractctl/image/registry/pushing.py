"""A registry as a place that an image goes to and is read from (OCI distribution-spec v1.1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from contractctl.core.failures import DeliveryFailure
from contractctl.image.model import OCI_INDEX, OCI_MANIFEST, Blob, ImageSet
from contractctl.image.reference import Reference
from contractctl.image.registry.client import RegistryClient
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.transport import HttpTransport, Transport
from contractctl.image.registry.uploading import UPLOADS_AT_A_TIME, Progress, announce, parcels_of, send_parcels
from contractctl.image.tags import is_release

_MANIFEST_TYPES = (
    OCI_MANIFEST,
    OCI_INDEX,
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)


def push(
    images: ImageSet,
    reference: Reference,
    tags: Sequence[str] = (),
    *,
    force: bool = False,
    held_by: Sequence[Reference] = (),
    credentials: Credentials | None = None,
    transport: Transport | None = None,
    pause: Callable[[float], object] | None = None,
    progress: Progress | None = None,
) -> str:
    """Push images and return the digest that the registry stored, which is `images.digest`.

    What leads to them is tagged with the tag of `reference` and with `tags`; without any it is kept by digest alone.
    A tag that is a whole version (`1.2.3`) is not moved to another digest unless `force` says so. Blobs that the
    registry has are not sent; those of a repository that they came from, or of `held_by` (where the same images were
    pushed to before), are mounted if it is on the same registry. Manifests go after them and the index last, so that
    a push cut short leaves nothing that can be pulled; what a tag names already is not sent at all, but with `force`.
    `pause` waits a number of seconds between attempts.

    Raises:
        DeliveryFailure: it is not there as a whole; says what the registry said and what to try.
    """
    stop = threading.Event()
    names = tuple(dict.fromkeys(filter(None, (reference.tag, *tags)))) or (images.digest,)
    parcels = parcels_of(images, reference, held_by)
    neighbours = tuple(dict.fromkeys(name for parcel in parcels for name in parcel.neighbours))
    with _client(reference, "push", credentials, transport, pause or stop.wait, neighbours=neighbours) as client:
        client.connect()
        there = _digests(client, names)
        if not force:
            _spare_releases(reference, there, images.digest)
        if images.digest in there.values() and not force:
            announce(parcels, progress or _silent)
        else:
            send_parcels(client, parcels, stop, progress or _silent)
            for image in images.images if images.index else ():
                _put_manifest(client, reference, image.manifest, image.manifest.digest)
        for name in names:
            if there[name] != images.digest or force:
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


def _silent(name: str, done: int, size: int) -> None:
    """Say nothing."""


@contextmanager
def _client(
    reference: Reference,
    verb: str,
    credentials: Credentials | None,
    transport: Transport | None,
    pause: Callable[[float], object],
    *,
    neighbours: Sequence[str] = (),
) -> Iterator[RegistryClient]:
    actions = "pull,push" if verb == "push" else "pull"
    with HttpTransport() as real:
        yield RegistryClient(
            reference,
            task=f"{verb} {reference}",
            actions=actions,
            neighbours=neighbours,
            credentials=credentials,
            transport=transport or real,
            pause=pause,
        )


def _digests(client: RegistryClient, names: Sequence[str]) -> Mapping[str, str]:
    """Return the digest that each name has in the repository, empty for one that is not there or not to be seen."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(UPLOADS_AT_A_TIME, thread_name_prefix="look") as pool:
        return dict(zip(names, pool.map(lambda name: _digest(client, name), names), strict=True))


def _digest(client: RegistryClient, name: str) -> str:
    headers = {"accept": ", ".join(_MANIFEST_TYPES)}
    where, expect = f"manifests/{name}", frozenset({200, 401, 403, 404})
    answer = client.persist(lambda: client.call("HEAD", where, expect=expect, headers=headers))
    if answer.status != 200:
        return ""
    if digest := answer.headers.get("docker-content-digest", ""):
        return digest
    answer = client.persist(lambda: client.call("GET", where, expect=expect, headers=headers))
    return Blob.of("", answer.body).digest if answer.status == 200 else ""


def _spare_releases(reference: Reference, there: Mapping[str, str], digest: str) -> None:
    for name, found in there.items():
        if found and found != digest and is_release(name):
            raise DeliveryFailure(
                f"cannot push {reference.tagged(name)}: this version is there with digest {found}, "
                f"and the image has {digest}",
                hint="a version names one content: give the contract another one, or move the tag with --force",
            )


def _put_manifest(client: RegistryClient, reference: Reference, manifest: Blob, name: str) -> None:
    answer = client.persist(
        lambda: client.call(
            "PUT",
            f"manifests/{name}",
            expect=frozenset({200, 201, 202}),
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
