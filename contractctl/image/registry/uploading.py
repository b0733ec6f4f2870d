"""Blobs on their way into a repository: there already, mounted from a neighbour, or sent (distribution-spec v1.1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

from contractctl.core.failures import DeliveryFailure
from contractctl.core.records import dataclass
from contractctl.image.model import Blob, Image, ImageSet
from contractctl.image.reference import Reference, parse_reference
from contractctl.image.registry.client import RegistryClient
from contractctl.image.registry.parallel import in_parallel

UPLOADS_AT_A_TIME = 4

_STORED = frozenset({200, 201, 202, 204})
"""201 by the specification; some registries answer less exactly."""

_NO_MOUNT = frozenset({400, 401, 403, 404, 405})
"""A registry that mounts nothing, or not from there: what it lacks is sent instead."""


class Progress(Protocol):
    """Hears how far each blob is, from several threads. A blob that is there already is done at once."""

    def __call__(self, name: str, done: int, size: int) -> None:
        """Take the blob's name (`base`, `configuration`…) and bytes; a second attempt starts from 0 again."""
        ...


class _Stopped(Exception):
    """Another upload failed, or the user interrupted."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A blob, what people call it, and the repositories of the same registry that may hold it, the likeliest first."""

    name: str
    blob: Blob
    neighbours: tuple[str, ...] = ()


def parcels_of(images: ImageSet, reference: Reference, held_by: Sequence[Reference] = ()) -> tuple[Parcel, ...]:
    """Return what has to be in a repository before the manifests of `images` can be, each blob once.

    `held_by` are repositories that hold all of it. What only some of several platforms have is named with its platform.
    """
    everywhere = [other.repository for other in held_by if _is_neighbour(other, reference)]
    common = frozenset.intersection(*(frozenset(blob.digest for _, blob, _ in _blobs(one)) for one in images.images))
    parcels: dict[str, Parcel] = {}
    for image in images.images:
        for name, blob, origin in _blobs(image):
            full_name = name if blob.digest in common else f"{name} {image.platform}"
            source = parse_reference(origin) if origin else reference
            own = [source.repository] if _is_neighbour(source, reference) else []
            parcels.setdefault(blob.digest, Parcel(full_name, blob, tuple(dict.fromkeys((*everywhere, *own)))))
    return tuple(parcels.values())


def _blobs(image: Image) -> Iterator[tuple[str, Blob, str]]:
    for layer in image.layers:
        yield layer.name, layer.blob, layer.origin
    yield "configuration", image.config, ""


def _is_neighbour(other: Reference, reference: Reference) -> bool:
    return other.registry == reference.registry and other.repository != reference.repository


def send_parcels(client: RegistryClient, parcels: Sequence[Parcel], stop: threading.Event, progress: Progress) -> None:
    """Bring blobs into the repository, four at a time. The first that fails, or an interrupt, sets `stop`.

    Raises:
        DeliveryFailure: one of them is not there.
    """
    carrier = _Carrier(client, stop, progress)
    in_parallel([partial(carrier.deliver, parcel) for parcel in parcels], at_a_time=UPLOADS_AT_A_TIME, stop=stop)


def announce(parcels: Sequence[Parcel], progress: Progress) -> None:
    """Tell of blobs that are known to be there."""
    for parcel in parcels:
        progress(parcel.name, 0, parcel.blob.size)
        progress(parcel.name, parcel.blob.size, parcel.blob.size)


class _Carrier:
    """Shared by the threads of one push: a neighbour that refuses one blob is not asked for the next."""

    def __init__(self, client: RegistryClient, stop: threading.Event, progress: Progress) -> None:
        self._client = client
        self._stop = stop
        self._progress = progress
        self._closed: set[str] = set()

    def deliver(self, parcel: Parcel) -> None:
        """Bring one blob in; a second attempt starts anew, since an upload's address may be gone."""
        self._client.persist(lambda: self._attempt(parcel))

    def _attempt(self, parcel: Parcel) -> None:
        sent = 0

        def count(size: int) -> None:
            nonlocal sent
            if self._stop.is_set():
                raise _Stopped
            sent += size
            self._progress(parcel.name, sent, parcel.blob.size)

        count(0)
        address = "" if self._has(parcel.blob) else self._address(parcel)
        if address:
            self._put(parcel.blob, address, count)
        elif sent < parcel.blob.size:
            count(parcel.blob.size)

    def _has(self, blob: Blob) -> bool:
        return self._client.call("HEAD", f"blobs/{blob.digest}", expect=frozenset({200, 404})).status == 200

    def _address(self, parcel: Parcel) -> str:
        """Return where to send the blob to, empty when the registry has taken it from a neighbour."""
        neighbour = next((name for name in parcel.neighbours if name not in self._closed), "")
        if neighbour:
            mount = f"blobs/uploads/?mount={parcel.blob.digest}&from={neighbour}"
            answer = self._client.call("POST", mount, expect=frozenset({201, 202}) | _NO_MOUNT)
            if answer.status == 201:
                return ""
            if answer.status == 202:
                return self._location(answer.url, answer.headers)
            self._closed.add(neighbour)
        answer = self._client.call("POST", "blobs/uploads/", expect=frozenset({202}))
        return self._location(answer.url, answer.headers)

    def _location(self, asked: str, headers: Mapping[str, str]) -> str:
        location = headers.get("location", "")
        if not location:
            raise DeliveryFailure(
                f"cannot {self._client.task}: the registry began an upload without saying where to",
                hint="something between here and the registry may take headers away; try again from elsewhere",
            )
        return self._client.url(location, asked=asked)

    def _put(self, blob: Blob, address: str, count: Callable[[int], None]) -> None:
        """Send the blob whole: some registries refuse chunks over 4 MiB."""
        self._client.call(
            "PUT",
            f"{address}{'&' if urlsplit(address).query else '?'}digest={blob.digest}",
            expect=_STORED,
            headers={"content-type": "application/octet-stream"},
            body=blob.data,
            sent=count,
        )
