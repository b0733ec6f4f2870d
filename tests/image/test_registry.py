from __future__ import annotations

import json
import re
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.model import Blob, ImageSet
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.pushing import push
from tests.components.registry import BearerRegistry, Registry
from tests.components.skopeo import Skopeo
from tests.components.tokens import Asked
from tests.image.front import front_of, pass_on
from tests.image.reading import fetch_blob, fetch_manifest
from tests.image.small_images import image_of, small_image, small_layer

IMAGE = small_image("registry", layers=6)
WRONG = "wrong horse"


def never(seconds: float) -> None:
    raise AssertionError(f"nothing here is worth {seconds} s of waiting")


def credentials_of(registry: Registry | BearerRegistry) -> Credentials | None:
    return Credentials(registry.user, registry.password, "the test") if registry.user else None


def login_of(registry: Registry | BearerRegistry) -> str:
    return f"{registry.user}:{registry.password}" if registry.user else ""


@pytest.fixture(params=["registry", "htpasswd_registry", "bearer_registry"])
def any_registry(request: pytest.FixtureRequest) -> Registry | BearerRegistry:
    served = request.getfixturevalue(request.param)
    assert isinstance(served, Registry | BearerRegistry)
    return served


def test_a_pushed_image_is_pulled_back_by_digest(
    any_registry: Registry | BearerRegistry, skopeo: Skopeo, tmp_path: Path
) -> None:
    reference = Reference(any_registry.host, "acme/pushed", "1.4.0")
    digest = push(IMAGE, reference, ["1.4", "1"], credentials=credentials_of(any_registry), pause=never)
    assert digest == IMAGE.digest
    login = login_of(any_registry)
    for tag in ("1.4.0", "1.4", "1"):
        assert skopeo.digest(f"docker://{reference.tagged(tag)}", credentials=login) == digest
    skopeo.copy(f"docker://{reference.at(digest)}", f"oci:{tmp_path / 'back'}", source_credentials=login)
    back = {file.name: file.read_bytes() for file in (tmp_path / "back/blobs/sha256").iterdir()}
    blobs = (IMAGE.manifest, IMAGE.images[0].config, *(layer.blob for layer in IMAGE.images[0].layers))
    assert back == {blob.digest.removeprefix("sha256:"): blob.data for blob in blobs}


def test_what_was_pushed_is_read_back(any_registry: Registry | BearerRegistry) -> None:
    who = credentials_of(any_registry)
    reference = Reference(any_registry.host, "acme/read", "1")
    push(IMAGE, reference, credentials=who)
    assert fetch_manifest(reference, credentials=who) == IMAGE.manifest
    assert fetch_manifest(reference.at(IMAGE.digest), credentials=who) == IMAGE.manifest
    assert fetch_blob(reference, IMAGE.images[0].config.digest, credentials=who) == IMAGE.images[0].config.data


def test_without_a_tag_it_is_kept_by_digest(registry: Registry, skopeo: Skopeo) -> None:
    reference = Reference(registry.host, "acme/untagged")
    push(IMAGE, reference)
    assert skopeo.manifest(f"docker://{reference.at(IMAGE.digest)}") == json.loads(IMAGE.manifest.data)
    with pytest.raises(DeliveryFailure):
        fetch_manifest(reference.tagged("latest"), pause=never)


def test_pushing_it_again_sends_no_blob(any_registry: Registry | BearerRegistry) -> None:
    who = credentials_of(any_registry)
    with front_of(any_registry.host, pass_on) as front:
        push(small_image("again"), Reference(front.host, "acme/again", "1"), credentials=who)
        first = (front.count("POST"), front.count("PUT", "/blobs/"), front.count("PUT", "/manifests/"))
        front.seen.clear()
        push(small_image("again"), Reference(front.host, "acme/again", "2"), credentials=who)
        second = (front.count("POST"), front.count("PUT", "/blobs/"), front.count("PUT", "/manifests/"))
    assert (first, second) == ((3, 3, 1), (0, 0, 1))


def test_a_changed_layer_sends_that_layer_and_the_configuration(registry: Registry) -> None:
    base = small_layer("base", {"bin/python": b"elf" * 1000})
    with front_of(registry.host, pass_on) as front:
        reference = Reference(front.host, "acme/changed", "1")
        push(image_of((base, small_layer("bundle", {"bundle": b"one"}))), reference)
        front.seen.clear()
        changed = image_of((base, small_layer("bundle", {"bundle": b"two"})))
        push(changed, reference)
        sent = {one.body for one in front.seen if one.method == "PUT" and "/blobs/" in one.path}
    assert sent == {changed.images[0].config.data, changed.images[0].layers[1].blob.data}


def test_the_manifest_goes_last_and_every_blob_in_one_piece(registry: Registry) -> None:
    with front_of(registry.host, pass_on) as front:
        push(small_image("last"), Reference(front.host, "acme/last", "1"))
    puts = [one for one in front.seen if one.method == "PUT"]
    assert [one.path for one in puts].index("/v2/acme/last/manifests/1") == len(puts) - 1
    assert [one.headers["content-length"] for one in puts] == [str(len(one.body)) for one in puts]
    assert not [one for one in front.seen if one.method == "PATCH"]


def test_progress_ends_with_every_blob_whole(registry: Registry) -> None:
    heard: dict[str, list[tuple[int, int]]] = {}
    image = small_image("progress")
    for _ in range(2):
        heard.clear()
        push(
            image,
            Reference(registry.host, "acme/progress", "1"),
            progress=lambda name, sent, size: heard.setdefault(name, []).append((sent, size)),
        )
        assert {name: (steps[0], steps[-1]) for name, steps in heard.items()} == {
            name: ((0, size), (size, size))
            for name, size in [
                ("configuration", image.images[0].config.size),
                *((layer.name, layer.blob.size) for layer in image.images[0].layers),
            ]
        }


def test_one_token_serves_a_push(bearer_registry: BearerRegistry) -> None:
    bearer_registry.tokens.asked.clear()
    push(
        small_image("token", layers=8),
        Reference(bearer_registry.host, "acme/token", "1"),
        credentials=credentials_of(bearer_registry),
    )
    assert bearer_registry.tokens.asked == [Asked("ada", ("repository:acme/token:pull,push",), 200)]


HINT_WRONG = "the user name or password from the test is wrong, or the account may not do this"
HINT_LOGIN = "log in with `docker login {host}`, or give --username and --password-stdin"

REFUSALS = {
    "a wrong password, asked by Basic": (
        "htpasswd_registry",
        Credentials("ada", WRONG, "the test"),
        "the registry answered 401 Unauthorized",
        HINT_WRONG,
    ),
    "nobody, asked by Basic": (
        "htpasswd_registry",
        None,
        "the registry answered 401 Unauthorized (UNAUTHORIZED: authentication required)",
        HINT_LOGIN,
    ),
    "a wrong password at the token service": (
        "bearer_registry",
        Credentials("ada", WRONG, "the test"),
        "the token service {realm} answered 401 Unauthorized (UNAUTHORIZED: authentication required)",
        HINT_WRONG,
    ),
    "nobody, with a token without rights": (
        "bearer_registry",
        None,
        "the registry answered 401 Unauthorized",
        HINT_LOGIN,
    ),
    "a reader": (
        "bearer_registry",
        Credentials("reader", "correct horse", "the test"),
        "the registry answered 401 Unauthorized (UNAUTHORIZED: authentication required)",
        "may the account from the test push to acme/refused? ask the registry's owner",
    ),
}


@pytest.mark.parametrize(("fixture", "who", "said", "hint"), REFUSALS.values(), ids=REFUSALS)
def test_who_may_not_push_is_told_once_and_waits_for_nothing(
    fixture: str, who: Credentials | None, said: str, hint: str, request: pytest.FixtureRequest
) -> None:
    served = request.getfixturevalue(fixture)
    reference = Reference(served.host, "acme/refused", "1")
    with pytest.raises(DeliveryFailure) as told:
        push(IMAGE, reference, credentials=who, pause=never)
    message = re.sub(r"http://\S+/token", "{realm}", told.value.message)
    assert (message, told.value.hint) == (f"cannot push {reference}: {said}", hint.format(host=served.host))
    assert WRONG not in "".join(traceback.format_exception(told.value)) + repr(told.value)


def test_a_reader_may_read(bearer_registry: BearerRegistry) -> None:
    reference = Reference(bearer_registry.host, "acme/readable", "1")
    push(IMAGE, reference, credentials=credentials_of(bearer_registry))
    reader = Credentials(bearer_registry.reader, bearer_registry.password, "the test")
    assert fetch_manifest(reference, credentials=reader) == IMAGE.manifest


def test_a_name_that_is_not_there_is_told(registry: Registry) -> None:
    reference = Reference(registry.host, "acme/nothing", "1")
    with pytest.raises(DeliveryFailure) as told:
        fetch_manifest(reference, pause=never)
    assert told.value.message == (
        f"cannot read {reference}: the registry answered 404 Not Found (MANIFEST_UNKNOWN: manifest unknown)"
    )
    assert told.value.hint == "is the tag or digest right, and was it pushed to this repository?"


def test_a_manifest_that_the_registry_refuses_is_told(registry: Registry) -> None:
    manifest = json.loads(IMAGE.manifest.data)
    manifest["layers"][0]["digest"] = "sha256:" + "0" * 64
    blob = Blob.of(IMAGE.manifest.media_type, json.dumps(manifest).encode())
    lying = ImageSet((replace(IMAGE.images[0], manifest=blob),))
    reference = Reference(registry.host, "acme/lying", "1")
    with pytest.raises(DeliveryFailure) as told:
        push(lying, reference, pause=never)
    assert told.value.message == (
        f"cannot push {reference}: the registry answered 400 Bad Request "
        "(MANIFEST_BLOB_UNKNOWN: blob unknown to registry)"
    )
