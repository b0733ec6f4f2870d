"""Pulling bases from a real registry, and from one behind a server that plays a bad wire."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Barrier, BrokenBarrierError, Event, Lock

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.bases.stored import StoredImage
from contractctl.image.blobs import BlobStore
from contractctl.image.model import OCI_MANIFEST, Blob, Platform
from contractctl.image.reference import Reference, parse_reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.fetching import pull
from contractctl.image.registry.pushing import push
from tests.components.registry import BearerRegistry, Registry
from tests.image.front import Reply, Rule, Seen, front_of, pass_on
from tests.image.hearing import Heard
from tests.image.small_images import image_of, small_image, small_layer

AMD64 = Platform("linux", "amd64")
IMAGE = small_image("pulled", layers=6)
LARGE = image_of(tuple(small_layer("base", {"large": Random(seed).randbytes(1 << 20)}) for seed in range(2)))
"""Larger than the pieces in which an answer is read."""


def pulled(reference: Reference, store: BlobStore, *platforms: Platform, **more: object) -> StoredImage:
    (image,) = pull(reference, platforms or [AMD64], store=store, **more)  # type: ignore[arg-type]  # as the caller says
    return image


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


@pytest.fixture(scope="module")
def kept(registry: Registry) -> Reference:
    reference = Reference(registry.host, "bases/python", "3")
    push(IMAGE, reference)
    return reference


@pytest.mark.parametrize("named", ["by tag", "by digest"])
def test_what_was_pushed_is_pulled_whole(named: str, kept: Reference, store: BlobStore) -> None:
    reference = kept if named == "by tag" else kept.at(IMAGE.digest)
    image = pulled(reference, store)
    assert image.layers == tuple(replace(one, name="base", origin=kept.name) for one in IMAGE.images[0].layers)
    assert [one.blob.data for one in image.layers] == [one.blob.data for one in IMAGE.images[0].layers]
    assert (image.digest, image.platform) == (IMAGE.digest, AMD64)
    assert image.name == (f"{kept.name}:3" if named == "by tag" else f"{kept.name}@{IMAGE.digest}")


def test_only_a_tag_is_asked_for_again(kept: Reference, store: BlobStore) -> None:
    with front_of(kept.registry, pass_on) as front:
        heard = Heard()
        there = replace(kept, registry=front.host)
        first = pulled(there, store, progress=heard)
        front.seen.clear()
        assert pulled(there, store, progress=heard) == first
        assert [(one.method, one.path) for one in front.seen] == [
            ("GET", "/v2/"),
            ("GET", "/v2/bases/python/manifests/3"),
        ]
        front.seen.clear()
        assert pulled(there.at(IMAGE.digest), store, progress=heard).layers == first.layers
        assert front.seen == []
    size = sum(one.blob.size for one in IMAGE.images[0].layers) / 1e6
    assert heard.steps == [f"pulling {there}: 6 of 6 layers, {size:.1f} MB"]
    assert {name: moves[-1] for name, moves in heard.moves.items()} == {
        one.blob.digest.removeprefix("sha256:")[:12]: (one.blob.size, one.blob.size) for one in IMAGE.images[0].layers
    }


def test_a_blob_that_was_damaged_in_the_cache_is_fetched_again(kept: Reference, tmp_path: Path) -> None:
    first = pulled(kept, BlobStore(tmp_path))
    damaged = first.layers[2].blob.content
    assert isinstance(damaged, Path)
    damaged.write_bytes(b"damage")
    with front_of(kept.registry, pass_on) as front:
        pulled(replace(kept, registry=front.host), BlobStore(tmp_path))
        assert [one.path.rpartition("/")[2] for one in front.seen if "/blobs/" in one.path] == [
            first.layers[2].blob.digest
        ]
    assert damaged.read_bytes() == IMAGE.images[0].layers[2].blob.data


def test_without_a_cache_it_is_in_memory(kept: Reference, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    image = pulled(kept, BlobStore(tmp_path / "file" / "blobs"))
    assert [one.blob.content for one in image.layers] == [one.blob.data for one in IMAGE.images[0].layers]


def test_credentials_are_for_the_host_of_the_base(bearer_registry: BearerRegistry, store: BlobStore) -> None:
    reference = Reference(bearer_registry.host, "bases/python", "3")
    push(IMAGE, reference, credentials=Credentials(bearer_registry.user, bearer_registry.password, "the test"))
    asked: list[str] = []

    def reader(host: str) -> Credentials:
        asked.append(host)
        return Credentials(bearer_registry.reader, bearer_registry.password, "the test")

    assert pulled(reference, store, credentials=reader).digest == IMAGE.digest
    assert pulled(reference.at(IMAGE.digest), store, credentials=reader).digest == IMAGE.digest
    assert asked == [bearer_registry.host]


def test_an_image_that_is_not_there_is_told_as_the_registry_says(registry: Registry, store: BlobStore) -> None:
    with pytest.raises(DeliveryFailure) as failure:
        pulled(Reference(registry.host, "bases/none", "3"), store)
    assert failure.value.message == (
        f"cannot pull {registry.host}/bases/none:3: the registry answered 404 Not Found "
        "(MANIFEST_UNKNOWN: manifest unknown)"
    )


def once(status: int, **headers: str) -> Rule:
    """Refuse the first request for each blob."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda seen, before: Reply(status, named) if "/blobs/" in seen.path and before < 1 else None


def cut_once(seen: Seen, before: int) -> Reply | None:
    """Cut each blob in its middle the first time; `front` passes what comes after on, Range and all."""
    if "/blobs/" not in seen.path or before:
        return None
    return Reply(200, body=BLOBS[seen.path.rpartition("/")[2]], cut=True)


def cut_and_forget(seen: Seen, before: int) -> Reply | None:
    """Cut once, then know nothing of ranges."""
    if "/blobs/" not in seen.path:
        return None
    return Reply(200, body=BLOBS[seen.path.rpartition("/")[2]], cut=before == 0)


def cut_and_refuse(seen: Seen, before: int) -> Reply | None:
    """Cut once, then take no range."""
    if "/blobs/" not in seen.path or before > 1:
        return None
    return cut_once(seen, before) if before == 0 else Reply(416)


def cut_and_miss(seen: Seen, before: int) -> Reply | None:
    """Cut once, then go on a byte too late."""
    body = BLOBS.get(seen.path.rpartition("/")[2], b"")
    if "/blobs/" not in seen.path or before > 1:
        return None
    missed = {"Content-Range": f"bytes {len(body) // 2 + 1}-{len(body) - 1}/{len(body)}"}
    return cut_once(seen, before) if before == 0 else Reply(206, missed, body[len(body) // 2 + 1 :])


BLOBS = {digest: blob.data for image in (IMAGE, LARGE) for digest, blob in image.blobs().items()}
BAD_WIRES: dict[str, tuple[Rule, int]] = {
    "busy": (once(503), 2),
    "asking for patience": (once(429, Retry_After="7"), 2),
    "cut, and going on": (cut_once, 2),
    "cut, without ranges": (cut_and_forget, 2),
    "cut, refusing ranges": (cut_and_refuse, 3),
    "cut, going on elsewhere": (cut_and_miss, 3),
}


@pytest.mark.parametrize(("rule", "requests"), BAD_WIRES.values(), ids=BAD_WIRES)
def test_a_bad_wire_is_borne(rule: Rule, requests: int, registry: Registry, store: BlobStore) -> None:
    pauses: list[float] = []
    push(LARGE, Reference(registry.host, "bases/large", "3"))
    with front_of(registry.host, rule) as front:
        image = pulled(Reference(front.host, "bases/large", "3"), store, pause=pauses.append)
        asked = [[one for one in front.seen if layer.blob.digest in one.path] for layer in image.layers]
    assert [one.blob.data for one in image.layers] == [one.blob.data for one in LARGE.images[0].layers]
    assert [len(one) for one in asked] == [requests, requests]
    assert ["range" in one.headers for ones in asked for one in ones[:2]] == [
        False,
        rule.__name__.startswith("cut"),
    ] * 2
    assert rule.__name__.startswith("cut") or set(pauses) in ({0.5}, {7.0})


def test_four_layers_at_most_travel_at_a_time(kept: Reference, store: BlobStore) -> None:
    """All six are waited for, and no more than four come until one is answered."""
    lock, four, now, most = Lock(), Barrier(4, timeout=10), [0], [0]
    layers = {one.blob.digest for one in IMAGE.images[0].layers}

    def rule(seen: Seen, before: int) -> Reply | None:
        if (digest := seen.path.rpartition("/")[2]) not in layers:
            return None
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        if most[0] < 4:
            try:
                four.wait()
            except BrokenBarrierError:
                return Reply(500)
        with lock:
            now[0] -= 1
        return Reply(200, body=BLOBS[digest])

    with front_of(kept.registry, rule) as front:
        pulled(replace(kept, registry=front.host), store)
    assert most == [4]


def test_once_a_layer_cannot_be_had_nobody_waits_for_a_silent_host(kept: Reference, store: BlobStore) -> None:
    refused, silent = (layer.blob.digest for layer in IMAGE.images[0].layers[:2])
    asked, released, answered = Event(), Event(), list[str]()

    def rule(seen: Seen, before: int) -> Reply | None:
        if silent in seen.path:
            asked.set()
            released.wait(30)
            answered.append(silent)
        if refused in seen.path:
            asked.wait(30)
            return Reply(404)
        return None

    with front_of(kept.registry, rule) as front:
        try:
            with pytest.raises(DeliveryFailure, match="404 Not Found"):
                pulled(replace(kept, registry=front.host), store)
            assert answered == []
        finally:
            released.set()


def test_what_is_not_what_its_digest_says_is_refused(kept: Reference, store: BlobStore) -> None:
    layer = IMAGE.images[0].layers[0].blob

    def rule(seen: Seen, before: int) -> Reply | None:
        return Reply(200, body=layer.data[:-1] + b"X") if layer.digest in seen.path else None

    with front_of(kept.registry, rule) as front, pytest.raises(DeliveryFailure) as failure:
        pulled(replace(kept, registry=front.host), store)
    assert f"what the registry gives for {layer.digest} has the digest sha256:" in failure.value.message
    assert store.find("", layer.digest) is None


def test_more_than_was_announced_is_not_even_read(kept: Reference, store: BlobStore) -> None:
    layer = IMAGE.images[0].layers[0].blob

    def rule(seen: Seen, before: int) -> Reply | None:
        return Reply(200, body=layer.data + b"X") if layer.digest in seen.path else None

    with front_of(kept.registry, rule) as front, pytest.raises(DeliveryFailure) as failure:
        pulled(replace(kept, registry=front.host), store)
    assert failure.value.message == (
        f"cannot pull {front.host}/bases/python:3: what the registry gives for {layer.digest} "
        f"is larger than {layer.size} bytes"
    )


def test_a_manifest_that_is_not_the_named_one_is_refused(kept: Reference, store: BlobStore) -> None:
    def rule(seen: Seen, before: int) -> Reply | None:
        return Reply(200, {"Content-Type": OCI_MANIFEST}, b"{}") if "/manifests/" in seen.path else None

    with front_of(kept.registry, rule) as front, pytest.raises(DeliveryFailure) as failure:
        pulled(replace(kept.at(IMAGE.digest), registry=front.host), store)
    assert f"the registry answered digest {Blob.of('', b'{}').digest} for {IMAGE.digest}" in failure.value.message


def test_a_redirect_to_another_host_gets_no_password(kept: Reference, store: BlobStore) -> None:
    def content(seen: Seen, before: int) -> Reply:
        return Reply(200, body=BLOBS[seen.path.rpartition("/")[2]])

    with front_of("", content) as network:

        def rule(seen: Seen, before: int) -> Reply | None:
            if "authorization" not in seen.headers:
                return Reply(401, {"WWW-Authenticate": 'Basic realm="test"'})
            blob = seen.path.rpartition("/")[2]
            return Reply(307, {"Location": f"http://{network.host}/cdn/{blob}"}) if "/blobs/" in seen.path else None

        with front_of(kept.registry, rule) as front:
            ada = Credentials("ada", "hunter2", "the test")
            image = pulled(replace(kept, registry=front.host), store, credentials=lambda _host: ada)
        assert image.digest == IMAGE.digest
        assert len(network.seen) == len(image.layers) + 1
        assert [one for one in network.seen if "authorization" in one.headers] == []


def test_nobody_at_the_registry_is_told_at_once(store: BlobStore) -> None:
    with pytest.raises(DeliveryFailure) as failure:
        pulled(parse_reference("127.0.0.1:1/bases/python:3"), store)
    assert (
        failure.value.message == "cannot pull 127.0.0.1:1/bases/python:3: cannot reach 127.0.0.1:1: connection refused"
    )
