"""Pulling a base image: index, manifest of each platform, configuration and layers (OCI distribution-spec v1.1)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import Self, TypeAlias

from contractctl.core.failures import DeliveryFailure
from contractctl.core.json import Json, text_at
from contractctl.core.progress import SILENCE, Steps
from contractctl.image.bases.stored import (
    DIGEST,
    Choice,
    StoredImage,
    choose_image,
    layer_descriptors,
    parse_object,
)
from contractctl.image.blobs import BlobStore, Damaged, Incoming
from contractctl.image.model import Blob, LayerBlob, Platform
from contractctl.image.reference import Reference, whole_name
from contractctl.image.registry.client import MANIFEST_TYPES, RegistryClient
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.failures import Transient
from contractctl.image.registry.parallel import in_parallel
from contractctl.image.registry.transport import LARGEST_ANSWER, Answer, HttpTransport, Transport

DOWNLOADS_AT_A_TIME = 4

LARGEST_BASE = 16 * 1024**3
"""Bytes of all layers together: what claims more is not begun, since it would fill the disk."""

_CONTENT_RANGE = re.compile(r"bytes (\d+)-")
_SHORT = 12
"""Digits of a digest by which people know a layer, as docker shows it."""

_PLATFORM_HINT = "choose a base that is made for that platform, or leave the platform out"

Moved: TypeAlias = "Callable[[str, int, int], None]"
"""`Steps.moved`."""

FindCredentials: TypeAlias = "Callable[[str], Credentials | None]"
"""Finds who we are to a registry's host; asked only once something has to be fetched."""


def pull(
    reference: Reference,
    platforms: Sequence[Platform],
    *,
    store: BlobStore,
    credentials: FindCredentials = lambda _host: None,
    transport: Transport | None = None,
    pause: Callable[[float], object] | None = None,
    progress: Steps = SILENCE,
) -> tuple[StoredImage, ...]:
    """Pull the image for each platform that a reference names (`latest` where it names neither tag nor digest).

    What `store` has is not fetched; with a digest and all of it there, the registry is not even asked. `progress`
    hears how far each layer is that has to be fetched.

    Raises:
        UsageFailure: there is no image for a platform, or one with layers that cannot be used.
        DeliveryFailure: the registry does not give it, or gives something else.
    """
    with _Repository(reference, store, credentials, transport, pause) as repository:
        top = repository.top()
        choices = [choose_image(repository, [top], platform, hint=_PLATFORM_HINT) for platform in platforms]
        found = [layer_descriptors(choice, repository.described) for choice in choices]
        wanted = {
            text_at(descriptor, "digest"): (descriptor, kind) for layers in found for descriptor, kind, _ in layers
        }
        blobs = repository.layers(list(wanted.values()), progress)
        return tuple(
            _stored(
                reference,
                text_at(top, "digest"),
                choice,
                [(blobs[text_at(one, "digest")], plain) for one, _, plain in layers],
            )
            for choice, layers in zip(choices, found, strict=True)
        )


def _stored(reference: Reference, digest: str, choice: Choice, layers: Sequence[tuple[Blob, str]]) -> StoredImage:
    packed = tuple(LayerBlob("base", blob, diff_id, reference.name) for blob, diff_id in layers)
    return StoredImage(whole_name(reference), digest, choice.platform, choice.config, packed)


class _Repository:
    """The blobs of one repository, through the store; a `Source`. It connects once something has to be fetched."""

    def __init__(
        self,
        reference: Reference,
        store: BlobStore,
        credentials: FindCredentials,
        transport: Transport | None,
        pause: Callable[[float], object] | None,
    ) -> None:
        self.described = f"the base image {reference}"
        self._reference = reference
        self._store = store
        self._credentials = credentials
        self._transport = transport
        self._opened = ExitStack()
        self._stop = threading.Event()
        self._pause = pause or self._stop.wait
        self._client: RegistryClient | None = None
        self._connecting = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def top(self) -> Mapping[str, Json]:
        """Return a descriptor of the manifest or index that the reference names."""
        if digest := self._reference.digest:
            return {"digest": digest}
        blob = self._fetch_manifest(self._reference.tag or "latest", "")
        return {"digest": blob.digest, "mediaType": blob.media_type}

    def read(self, descriptor: Mapping[str, Json]) -> bytes:
        """Return a manifest, an index or a configuration."""
        media_type, digest = text_at(descriptor, "mediaType"), self._digest(descriptor)
        if (kept := self._store.find(media_type, digest)) is not None:
            return kept.data
        if not media_type or media_type in MANIFEST_TYPES:
            return self._fetch_manifest(digest, digest).data
        return self._fetch_blob(media_type, digest, self._size(descriptor, LARGEST_ANSWER)).data

    def layers(self, wanted: Sequence[tuple[Mapping[str, Json], str]], progress: Steps) -> dict[str, Blob]:
        """Return layers by digest, fetched four at a time where the store has them not."""
        kept = in_parallel(
            [partial(self._kept, *one) for one in wanted], at_a_time=DOWNLOADS_AT_A_TIME, stop=self._stop
        )
        missing = [one for one, blob in zip(wanted, kept, strict=True) if blob is None]
        if missing:
            size = self._sum(descriptor for descriptor, _ in missing)
            progress(f"pulling {self._reference}: {len(missing)} of {len(wanted)} layers, {size / 1e6:.1f} MB")
        fetches = [partial(self._fetch_layer, *one, progress.moved) for one in missing]
        fetched = in_parallel(fetches, at_a_time=DOWNLOADS_AT_A_TIME, stop=self._stop)
        return {blob.digest: blob for blob in (*kept, *fetched) if blob is not None}

    def _kept(self, descriptor: Mapping[str, Json], media_type: str) -> Blob | None:
        return self._store.find(media_type, self._digest(descriptor))

    def _fetch_layer(self, descriptor: Mapping[str, Json], media_type: str, moved: Moved) -> Blob:
        return self._fetch_blob(media_type, self._digest(descriptor), self._size(descriptor, LARGEST_BASE), moved)

    def _fetch_manifest(self, name: str, digest: str) -> Blob:
        client = self._connected()
        headers = {"accept": MANIFEST_TYPES}
        answer = client.persist(
            lambda: client.call("GET", f"manifests/{name}", expect=frozenset({200}), headers=headers)
        )
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip()
        found = Blob.of(media_type, answer.body).digest
        client.check_digest(digest or answer.headers.get("docker-content-digest", ""), found)
        parse_object(answer.body, self.described, found)
        return self._store.keep(media_type, answer.body)

    def _fetch_blob(self, media_type: str, digest: str, size: int, moved: Moved = SILENCE.moved) -> Blob:
        """Fetch a blob of `size` bytes; one whose connection is cut goes on where it ended, if the registry can."""
        client = self._connected()

        def fill(incoming: Incoming) -> None:
            client.persist(lambda: self._fetch_rest(client, incoming, digest, size, moved))

        try:
            return self._store.receive(media_type, digest, fill)
        except Damaged as error:
            raise self._changed(digest, str(error)) from error

    def _fetch_rest(self, client: RegistryClient, incoming: Incoming, digest: str, size: int, moved: Moved) -> None:
        headers = {"accept-encoding": "identity"}
        if incoming.size:
            headers["range"] = f"bytes={incoming.size}-"
        begun = False

        def take(answer: Answer, piece: bytes) -> None:
            nonlocal begun
            if self._stop.is_set():
                raise _Stopped
            if not begun:
                begun = self._goes_on(incoming, answer)
            if incoming.size + len(piece) > size:
                raise Damaged(f"is larger than {size} bytes")
            incoming.write(piece)
            moved(digest.removeprefix("sha256:")[:_SHORT], incoming.size, size)

        expect = frozenset({200, 206, 416})
        answer = client.call("GET", f"blobs/{digest}", expect=expect, headers=headers, received=take)
        if answer.status == 416:
            incoming.restart()
            raise self._again("does not go on where the connection was cut")
        if incoming.size < size:
            raise self._again(f"ended after {incoming.size} of {size} bytes")

    def _goes_on(self, incoming: Incoming, answer: Answer) -> bool:
        """Tell that the answer's body may follow, once what came before is forgotten where it begins anew."""
        found = _CONTENT_RANGE.match(answer.headers.get("content-range", ""))
        start = int(found[1]) if found and answer.status == 206 else 0
        if start != incoming.size:
            incoming.restart()
        if start not in {0, incoming.size}:
            raise self._again("goes on elsewhere than where the connection was cut")
        return True

    def _again(self, how: str) -> Transient:
        message = f"cannot pull {self._reference}: what the registry answers {how}"
        return Transient(DeliveryFailure(message, hint="try again; if it stays so, look into the registry's log"), 0.0)

    def _changed(self, digest: str, how: str) -> DeliveryFailure:
        return DeliveryFailure(
            f"cannot pull {self._reference}: what the registry gives for {digest} {how}",
            hint="something between here and the registry changes what passes; try again from elsewhere",
        )

    def _digest(self, descriptor: Mapping[str, Json]) -> str:
        digest = text_at(descriptor, "digest")
        if not DIGEST.fullmatch(digest):
            raise DeliveryFailure(f"{self.described} is damaged: {digest!r} is not a sha256 digest")
        return digest

    def _size(self, descriptor: Mapping[str, Json], most: int) -> int:
        size = descriptor.get("size")
        if isinstance(size, int) and not isinstance(size, bool) and 0 <= size <= most:
            return size
        raise DeliveryFailure(
            f"{self.described} is damaged: {text_at(descriptor, 'digest')} has the size {size!s:.40}",
            hint=f"a size is a number of bytes, {most} at most; choose another base",
        )

    def _sum(self, descriptors: Iterable[Mapping[str, Json]]) -> int:
        size = sum(self._size(descriptor, LARGEST_BASE) for descriptor in descriptors)
        if size > LARGEST_BASE:
            message = f"{self.described} is too large: its layers have {size} bytes, and {LARGEST_BASE} are taken"
            raise DeliveryFailure(message, hint="choose a smaller base")
        return size

    def _connected(self) -> RegistryClient:
        with self._connecting:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> RegistryClient:
        if self._transport is None:
            self._transport = self._opened.enter_context(HttpTransport())
        client = RegistryClient(
            self._reference,
            task=f"pull {self._reference}",
            actions="pull",
            credentials=self._credentials(self._reference.registry),
            transport=self._transport,
            pause=self._pause,
        )
        client.connect()
        return client


class _Stopped(Exception):
    """Another download failed, or the user interrupted."""
