"""A push to a front that plays the registry, and how it ends."""

from __future__ import annotations

import traceback

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.pushing import push
from tests.image.front import Front, Reply, Rule, Seen
from tests.image.small_images import small_image

IMAGE = small_image("wire", layers=1)
ADA = Credentials("ada", "hunter2", "the test")
LOCATION = "/v2/acme/mock/blobs/uploads/1"


def registry_rule(seen: Seen, before: int) -> Reply:
    """Play an open registry that has nothing and takes everything."""
    match seen.method:
        case "GET":
            return Reply(200)
        case "HEAD":
            return Reply(404)
        case "POST":
            return Reply(202, {"Location": LOCATION})
        case _:
            return Reply(201)


def at_first(count: int, method: str, part: str, reply: Reply, after: Rule = registry_rule) -> Rule:
    """Answer the first `count` requests of a kind in another way."""

    def rule(seen: Seen, before: int) -> Reply | None:
        return reply if seen.method == method and part in seen.path and before < count else after(seen, before)

    return rule


def pushed(front: Front, pauses: list[float] | None = None, who: Credentials | None = None) -> str:
    reference = Reference(front.host, "acme/mock", "1")
    return push(IMAGE, reference, credentials=who, pause=(pauses if pauses is not None else []).append)


def refused(front: Front, pauses: list[float] | None = None, who: Credentials | None = None) -> tuple[str, str]:
    """Push in vain; returns message (without its beginning) and hint."""
    with pytest.raises(DeliveryFailure) as told:
        pushed(front, pauses, who)
    beginning = f"cannot push {front.host}/acme/mock:1: "
    assert told.value.message.startswith(beginning)
    assert "hunter2" not in "".join(traceback.format_exception(told.value))
    return told.value.message.removeprefix(beginning).replace(front.host, "HOST"), told.value.hint
