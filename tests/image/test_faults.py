"""A registry behind a front that misbehaves: what is pushed through it arrives whole, says skopeo."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.model import ImageSet
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.pushing import push
from tests.components.registry import BearerRegistry, Registry
from tests.components.skopeo import Skopeo
from tests.image.front import Front, Reply, Rule, Seen, front_of, pass_on, passed_on
from tests.image.small_images import image_of, small_layer, small_set

Asks = Callable[[Seen], bool]


def uploads(seen: Seen) -> bool:
    return seen.method == "PUT" and "/blobs/" in seen.path


def begins(seen: Seen) -> bool:
    return seen.method == "POST"


def looks(seen: Seen) -> bool:
    return seen.method == "HEAD" and "/blobs/" in seen.path


def tags(seen: Seen) -> bool:
    return seen.method == "PUT" and seen.path.endswith("/manifests/1")


@dataclass(frozen=True, slots=True)
class Fault:
    """The first `count` of certain requests, for each blob or name, are answered in another way."""

    count: int
    asks: Asks
    reply: Reply

    def rule(self) -> Rule:
        heard: Counter[str] = Counter()

        def rule(seen: Seen, before: int) -> Reply | None:
            if not self.asks(seen):
                return None
            digest = parse_qs(urlsplit(seen.path).query).get("digest", [seen.path])[0]
            heard[digest] += 1
            return self.reply if heard[digest] <= self.count else None

        return rule


NOW, LATER = "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:40 GMT"

FAULTS = {
    "503 twice where a blob is looked for": (Fault(2, looks, Reply(503)), {0.5, 1.0}),
    "503 where an upload begins": (Fault(1, begins, Reply(503)), {0.5}),
    "503 twice for the tag": (Fault(2, tags, Reply(503)), {0.5, 1.0}),
    "500 after an upload": (Fault(1, uploads, Reply(500)), {0.5}),
    "429 with seconds": (Fault(1, uploads, Reply(429, {"Retry-After": "2"})), {2.0}),
    "429 with a date": (Fault(1, tags, Reply(429, {"Retry-After": LATER, "Date": NOW})), {3.0}),
    "408 for an upload": (Fault(1, uploads, Reply(408)), {0.5}),
    "an answer that is cut": (Fault(1, uploads, Reply(201, body=b"x" * 99, cut=True)), {0.5}),
}


@pytest.fixture(params=["registry", "htpasswd_registry", "bearer_registry"])
def served(request: pytest.FixtureRequest) -> Registry | BearerRegistry:
    registry = request.getfixturevalue(request.param)
    assert isinstance(registry, Registry | BearerRegistry)
    return registry


@pytest.mark.parametrize("fault", FAULTS)
def test_an_index_of_two_platforms_arrives_through(
    fault: str, served: Registry | BearerRegistry, skopeo: Skopeo, tmp_path: Path
) -> None:
    made, pauses = FAULTS[fault]
    name, waited = fault.replace(" ", "-"), list[float]()
    images = small_set(name)
    who = Credentials(served.user, served.password, "the test") if served.user else None
    with front_of(served.host, made.rule()) as front:
        push(images, Reference(front.host, f"faults/{name}", "1"), credentials=who, pause=waited.append)
        order = [one.path.rpartition("/")[2] for one in front.seen if one.method == "PUT" and "/manifests/" in one.path]
    assert set(waited) == pauses
    assert order[:3] == [*(image.manifest.digest for image in images.images), "1"]
    assert_there(images, f"{served.host}/faults/{name}:1", skopeo, served, tmp_path / "back")


def assert_there(images: ImageSet, name: str, skopeo: Skopeo, served: Registry | BearerRegistry, folder: Path) -> None:
    """Ask skopeo: the digest, the index as it is stored, each platform, and every blob."""
    login = f"{served.user}:{served.password}" if served.user else ""
    options = ("--creds", login) if login else ()
    source = ("--src-creds", login) if login else ()
    assert skopeo.digest(f"docker://{name}", credentials=login) == images.digest
    raw = skopeo.run("inspect", "--raw", "--tls-verify=false", *options, f"docker://{name}")
    assert raw.encode() == images.manifest.data
    for image in images.images:
        chosen = ("--override-os", image.platform.os, "--override-arch", image.platform.architecture)
        config = skopeo.run(*chosen, "inspect", "--config", "--raw", "--tls-verify=false", *options, f"docker://{name}")
        assert config.encode() == image.config.data
    skopeo.run("copy", "--all", "--src-tls-verify=false", *source, f"docker://{name}", f"oci:{folder}")
    back = {f"sha256:{file.name}": file.read_bytes() for file in (folder / "blobs/sha256").iterdir()}
    assert back == {digest: blob.data for digest, blob in images.blobs().items()}


def large_image(word: str) -> ImageSet:
    """An image with a layer over 4 MiB, which does not compress."""
    return image_of((small_layer("base", {word: os.urandom(5 * 1024 * 1024)}),))


def test_an_upload_that_is_cut_in_the_middle_is_begun_anew(registry: Registry, skopeo: Skopeo) -> None:
    image, waited = large_image("cut"), list[float]()

    def hangs_up(seen: Seen, before: int) -> bool:
        large = int(seen.headers.get("content-length", "0")) > 4 * 1024 * 1024
        return uploads(seen) and large and cuts(front) <= 1

    def cuts(front: Front) -> int:
        return sum(uploads(one) and int(one.headers["content-length"]) > 4 * 1024 * 1024 for one in front.seen)

    with front_of(registry.host, pass_on, hangs_up=hangs_up) as front:
        push(image, Reference(front.host, "faults/cut", "1"), pause=waited.append)
        assert cuts(front) == 2
    assert waited == [0.5]
    assert skopeo.digest(f"docker://{registry.host}/faults/cut:1") == image.digest


def test_a_registry_that_refuses_large_pieces_gets_none(registry: Registry, skopeo: Skopeo) -> None:
    """GHCR answers 416 to a PATCH over 4 MiB; a PUT of the whole is taken."""
    image = large_image("pieces")

    def rule(seen: Seen, before: int) -> Reply | None:
        return Reply(416) if seen.method == "PATCH" else None

    with front_of(registry.host, rule) as front:
        push(image, Reference(front.host, "faults/pieces", "1"))
        sent = [one for one in front.seen if uploads(one)]
        assert front.count("PATCH") == 0
        assert {one.headers["content-length"] for one in front.seen if begins(one)} == {"0"}
    assert sorted(len(one.body) for one in sent) == sorted(
        [image.images[0].config.size, image.images[0].layers[0].blob.size]
    )
    assert skopeo.digest(f"docker://{registry.host}/faults/pieces:1") == image.digest


LOCATIONS: dict[str, Callable[[str, str], str]] = {
    "absolute": lambda location, _host: location,
    "absolute, of another host": lambda location, host: location.replace(location.split("/")[2], host),
    "relative to the host": lambda location, _host: "/" + location.split("/", 3)[3],
    "relative to where it was asked": lambda location, _host: location.rpartition("/")[2],
}


@pytest.mark.parametrize("form", LOCATIONS)
def test_the_address_of_an_upload_is_used_as_it_is(form: str, registry: Registry, skopeo: Skopeo) -> None:
    """The registry keeps the state of an upload in its query, and signs it."""
    name = form.replace(",", "").replace(" ", "-")
    images = small_set(name)

    def rule(seen: Seen, before: int) -> Reply | None:
        if not begins(seen):
            return None
        answer = passed_on(registry.host, seen)
        return replace(answer, headers={"Location": LOCATIONS[form](answer.headers["Location"], registry.host)})

    with front_of(registry.host, rule) as front:
        push(images, Reference(front.host, f"location/{name}", "1"))
        assert any(uploads(one) for one in front.seen) is (form != "absolute, of another host")
    assert skopeo.digest(f"docker://{registry.host}/location/{name}:1") == images.digest


def test_a_registry_that_answers_200_where_201_is_meant_is_understood(registry: Registry, skopeo: Skopeo) -> None:
    def rule(seen: Seen, before: int) -> Reply | None:
        if seen.method != "PUT":
            return None
        answer = passed_on(registry.host, seen)
        return replace(answer, status=200 if answer.status == 201 else answer.status)

    images = small_set("200")
    with front_of(registry.host, rule) as front:
        push(images, Reference(front.host, "faults/status", "1"))
    assert skopeo.digest(f"docker://{registry.host}/faults/status:1") == images.digest


def test_an_upload_without_an_address_is_told(registry: Registry) -> None:
    with front_of(registry.host, Fault(99, begins, Reply(202)).rule()) as front, pytest.raises(DeliveryFailure) as told:
        push(small_set("nowhere"), Reference(front.host, "faults/nowhere", "1"))
    assert told.value.message == (
        f"cannot push {front.host}/faults/nowhere:1: the registry began an upload without saying where to"
    )


def test_a_registry_that_stores_another_digest_is_told(registry: Registry) -> None:
    other = "sha256:" + "0" * 64
    rule = Fault(1, tags, Reply(201, {"Docker-Content-Digest": other})).rule()
    with front_of(registry.host, rule) as front, pytest.raises(DeliveryFailure, match=f"answered digest {other}"):
        push(small_set("other"), Reference(front.host, "faults/other", "1"))
