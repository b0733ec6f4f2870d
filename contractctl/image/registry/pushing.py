"""A registry as a place that an image goes to (OCI distribution-spec v1.1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial

from contractctl.core.failures import DeliveryFailure
from contractctl.image.model import Blob, ImageSet
from contractctl.image.reference import Reference
from contractctl.image.registry.client import MANIFEST_TYPES, RegistryClient
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.parallel import in_parallel
from contractctl.image.registry.transport import HttpTransport, Transport
from contractctl.image.registry.uploading import UPLOADS_AT_A_TIME, Progress, announce, parcels_of, send_parcels
from contractctl.image.tags import is_release


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
    with ExitStack() as opened:
        client = RegistryClient(
            reference,
            task=f"push {reference}",
            actions="pull,push",
            neighbours=neighbours,
            credentials=credentials,
            transport=transport or opened.enter_context(HttpTransport()),
            pause=pause or stop.wait,
        )
        client.connect()
        there = _digests(client, names, stop)
        if not force:
            _spare_releases(reference, there, images.digest)
        if images.digest in there.values() and not force:
            announce(parcels, progress or _silent)
        else:
            send_parcels(client, parcels, stop, progress or _silent)
            for image in images.images if images.index else ():
                _put_manifest(client, image.manifest, image.manifest.digest)
        for name in names:
            if there[name] != images.digest or force:
                _put_manifest(client, images.manifest, name)
    return images.digest


def _silent(name: str, done: int, size: int) -> None:
    """Say nothing."""


def _digests(client: RegistryClient, names: Sequence[str], stop: threading.Event) -> Mapping[str, str]:
    """Return the digest that each name has in the repository, empty for one that is not there or not to be seen."""
    looks = [partial(_digest, client, name) for name in names]
    return dict(zip(names, in_parallel(looks, at_a_time=UPLOADS_AT_A_TIME, stop=stop), strict=True))


def _digest(client: RegistryClient, name: str) -> str:
    headers = {"accept": MANIFEST_TYPES}
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


def _put_manifest(client: RegistryClient, manifest: Blob, name: str) -> None:
    answer = client.persist(
        lambda: client.call(
            "PUT",
            f"manifests/{name}",
            expect=frozenset({200, 201, 202}),
            headers={"content-type": manifest.media_type},
            body=manifest.data,
        )
    )
    client.check_digest(manifest.digest, answer.headers.get("docker-content-digest", ""))
