"""A tag that is a whole version stays with its digest; any other moves."""

from __future__ import annotations

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.model import ImageSet
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.pushing import push
from tests.components.registry import BearerRegistry, Registry
from tests.image.front import Front, Reply, Seen, front_of, pass_on
from tests.image.reading import fetch_manifest
from tests.image.small_images import small_image

OLD, NEW = small_image("old", layers=1), small_image("new", layers=1)
HINT = "a version names one content: give the contract another one, or move the tag with --force"


def sent(front: Front) -> int:
    return front.count("POST") + front.count("PUT")


@pytest.mark.parametrize("tag", ["1.2.3", "v1.2.3", "0.1.0", "1.2.3-rc.1", "1.2.3-b5"])
def test_a_version_is_not_moved_and_nothing_is_sent(tag: str, registry: Registry) -> None:
    with front_of(registry.host, pass_on) as front:
        reference = Reference(front.host, "moving/version", tag)
        push(OLD, reference)
        front.seen.clear()
        with pytest.raises(DeliveryFailure) as told:
            push(NEW, reference.tagged("latest"), [tag])
        assert sent(front) == 0
        assert fetch_manifest(reference).digest == OLD.digest
    assert (told.value.message, told.value.hint) == (
        f"cannot push {reference}: this version is there with digest {OLD.digest}, and the image has {NEW.digest}",
        HINT,
    )


@pytest.mark.parametrize("tag", ["1.2", "1", "latest", "main", "pr-7", "sha-1234567", "01.2.3", "1.2.3.4"])
def test_any_other_tag_is_moved(tag: str, registry: Registry) -> None:
    reference = Reference(registry.host, "moving/other", tag)
    for image in (OLD, NEW):
        push(image, reference)
        assert fetch_manifest(reference).digest == image.digest


def test_a_version_is_moved_by_force(registry: Registry) -> None:
    reference = Reference(registry.host, "moving/force", "1.2.3")
    push(OLD, reference)
    push(NEW, reference, force=True)
    assert fetch_manifest(reference).digest == NEW.digest


def test_a_version_with_the_same_digest_is_left_as_it_is(bearer_registry: BearerRegistry) -> None:
    who = Credentials(bearer_registry.user, bearer_registry.password, "the test")
    with front_of(bearer_registry.host, pass_on) as front:
        reference = Reference(front.host, "moving/same", "1.2.3")
        push(OLD, reference, credentials=who)
        front.seen.clear()
        assert push(OLD, reference, credentials=who) == OLD.digest
        assert [(one.method, one.path) for one in front.seen if "authorization" in one.headers] == [
            ("HEAD", "/v2/moving/same/manifests/1.2.3")
        ]
        push(OLD, reference, ["1.2", "1"], credentials=who)
        assert (front.count("HEAD", "/blobs/"), front.count("PUT", "/manifests/"), sent(front)) == (0, 2, 2)


def test_force_sends_again_what_a_registry_has_lost(registry: Registry) -> None:
    lost: list[str] = []

    def rule(seen: Seen, before: int) -> Reply | None:
        return Reply(404) if seen.method == "HEAD" and seen.path.rpartition("/")[2] in lost else None

    with front_of(registry.host, rule) as front:
        reference = Reference(front.host, "moving/lost", "1.2.3")
        push(OLD, reference)
        lost.append(OLD.images[0].config.digest)
        front.seen.clear()
        push(OLD, reference, force=True)
        bodies = [one.body for one in front.seen if one.method == "PUT"]
    assert bodies == [OLD.images[0].config.data, OLD.manifest.data]


@pytest.mark.parametrize("image", [OLD, NEW], ids=["the same", "another"])
def test_a_registry_that_tells_no_digest_is_asked_for_the_manifest(image: ImageSet) -> None:
    def rule(seen: Seen, before: int) -> Reply:
        if "/manifests/" in seen.path and seen.method in {"HEAD", "GET"}:
            return Reply(200, {"Content-Type": OLD.manifest.media_type}, OLD.manifest.data)
        return Reply(200)

    with front_of("", rule) as front:
        reference = Reference(front.host, "acme/mock", "1.2.3")
        if image is OLD:
            assert push(image, reference) == OLD.digest
        else:
            with pytest.raises(DeliveryFailure, match=f"{OLD.digest}, and the image has {NEW.digest}"):
                push(image, reference)
        assert sent(front) == 0
