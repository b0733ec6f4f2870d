"""Blobs that another repository of the same registry holds are mounted from there, not sent."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from contractctl.image.model import ImageSet
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.pushing import push
from contractctl.image.registry.uploading import parcels_of
from tests.components.registry import BearerRegistry, Registry
from tests.components.skopeo import Skopeo
from tests.components.tokens import Asked
from tests.image.front import Front, Reply, Seen, front_of, pass_on
from tests.image.small_images import image_of, small_image, small_layer


def based_on(origin: str, *, word: str) -> ImageSet:
    """An image of a layer that came from `origin` and one that was made here."""
    pulled = replace(small_layer("base", {"bin/python": word.encode() * 1000}), origin=origin)
    return image_of((pulled, small_layer("bundle", {"bundle": word.encode()})))


def mounts(front: Front) -> list[tuple[str, str]]:
    """What was asked to be mounted, and from where."""
    asked = [parse_qs(urlsplit(one.path).query) for one in front.seen if one.method == "POST" and "?" in one.path]
    return sorted((query["mount"][0], query["from"][0]) for query in asked)


def never(seconds: float) -> None:
    raise AssertionError(f"nothing here is worth {seconds} s of waiting")


ORIGINS = {
    "another repository of the registry": ("r.example:5000/lib/python", "r.example:5000", ("lib/python",)),
    "the same repository": ("r.example/acme/mock", "r.example", ()),
    "another registry": ("docker.io/library/python", "r.example", ()),
    "the same host, another port": ("r.example:5000/lib/python", "r.example", ()),
    "Docker Hub by its own name": ("docker.io/library/python", "docker.io", ("library/python",)),
    "Docker Hub by an older name": ("index.docker.io/library/python", "docker.io", ("library/python",)),
    "Docker Hub by the host that answers": ("registry-1.docker.io/acme/base", "docker.io", ("acme/base",)),
    "Docker Hub without a name": ("python", "docker.io", ("library/python",)),
    "nowhere: it was made here": ("", "r.example", ()),
}


@pytest.mark.parametrize(("origin", "registry", "neighbours"), ORIGINS.values(), ids=ORIGINS)
def test_a_layer_may_come_from_where_it_was_pulled(origin: str, registry: str, neighbours: tuple[str, ...]) -> None:
    base, bundle, configuration = parcels_of(based_on(origin, word="a"), Reference(registry, "acme/mock"))
    assert (base.neighbours, bundle.neighbours, configuration.neighbours) == (neighbours, (), ())


def test_where_all_of_it_was_pushed_to_is_asked_first() -> None:
    here = Reference("r.example", "acme/mock")
    held_by = [here, Reference("r.example", "acme/first"), Reference("other.example", "acme/second")]
    parcels = parcels_of(based_on("r.example/lib/python", word="a"), here, held_by)
    assert [one.neighbours for one in parcels] == [("acme/first", "lib/python"), ("acme/first",), ("acme/first",)]


@pytest.fixture(params=["registry", "htpasswd_registry", "bearer_registry"])
def served(request: pytest.FixtureRequest) -> Registry | BearerRegistry:
    registry = request.getfixturevalue(request.param)
    assert isinstance(registry, Registry | BearerRegistry)
    return registry


def test_a_pulled_layer_is_mounted_and_the_rest_is_sent(served: Registry | BearerRegistry, skopeo: Skopeo) -> None:
    who = Credentials(served.user, served.password, "the test") if served.user else None
    with front_of(served.host, pass_on) as front:
        image = based_on(f"{front.host}/mount/python", word="pulled")
        base, bundle = image.images[0].layers
        push(image_of((base,)), Reference(front.host, "mount/python", "3"), credentials=who)
        front.seen.clear()
        push(image, Reference(front.host, "mount/mock", "1"), credentials=who, pause=never)
        sent = {one.body for one in front.seen if one.method == "PUT" and "/blobs/" in one.path}
        assert mounts(front) == [(base.blob.digest, "mount/python")]
    assert sent == {bundle.blob.data, image.images[0].config.data}
    login = f"{served.user}:{served.password}" if served.user else ""
    assert skopeo.digest(f"docker://{served.host}/mount/mock:1", credentials=login) == image.digest


def test_a_second_repository_mounts_all_from_the_first(served: Registry | BearerRegistry, skopeo: Skopeo) -> None:
    who = Credentials(served.user, served.password, "the test") if served.user else None
    image = small_image("second")
    with front_of(served.host, pass_on) as front:
        first, second = (Reference(front.host, f"mount/{name}", "1") for name in ("first", "second"))
        push(image, first, credentials=who)
        front.seen.clear()
        push(image, second, credentials=who, held_by=[first], pause=never)
        assert (front.count("POST"), front.count("PUT", "/blobs/"), front.count("PUT", "/manifests/")) == (3, 0, 1)
    login = f"{served.user}:{served.password}" if served.user else ""
    assert skopeo.digest(f"docker://{served.host}/mount/second:1", credentials=login) == image.digest


def test_one_token_is_asked_to_push_here_and_pull_there(bearer_registry: BearerRegistry) -> None:
    who = Credentials(bearer_registry.user, bearer_registry.password, "the test")
    image = based_on(f"{bearer_registry.host}/scope/python", word="scope")
    push(image_of(image.images[0].layers[:1]), Reference(bearer_registry.host, "scope/python", "3"), credentials=who)
    bearer_registry.tokens.asked.clear()
    push(image, Reference(bearer_registry.host, "scope/mock", "1"), credentials=who, pause=never)
    scopes = ("repository:scope/mock:pull,push", "repository:scope/python:pull")
    assert bearer_registry.tokens.asked == [Asked("ada", scopes, 200)]


REFUSALS = {
    "starts an upload instead": (Reply(202, {"Location": "/v2/acme/mock/blobs/uploads/mounted"}), 2),
    "may not be read": (Reply(401, body=b'{"errors": [{"code": "UNAUTHORIZED"}]}'), 1),
    "is forbidden": (Reply(403), 1),
    "is not there": (Reply(404), 1),
    "cannot be mounted from": (Reply(405), 1),
}


@pytest.mark.parametrize(("reply", "asked"), REFUSALS.values(), ids=REFUSALS)
def test_what_a_neighbour_does_not_give_is_sent(reply: Reply, asked: int) -> None:
    """A neighbour that refuses is left alone after that; threads that ask at the same time may each hear it."""

    def rule(seen: Seen, before: int) -> Reply:
        match seen.method:
            case "GET":
                return Reply(200)
            case "HEAD":
                return Reply(404)
            case "POST" if "mount=" in seen.path:
                return reply
            case "POST":
                return Reply(202, {"Location": "/v2/acme/mock/blobs/uploads/plain"})
            case _:
                return Reply(201)

    image = small_image("refused", layers=1)
    with front_of("", rule) as front:
        held_by = [Reference(front.host, "acme/first")]
        assert push(image, Reference(front.host, "acme/mock", "1"), held_by=held_by, pause=never) == image.digest
        assert front.count("PUT", "/blobs/uploads/mounted" if reply.status == 202 else "/blobs/uploads/plain") == 2
        assert asked <= len(mounts(front)) <= 2


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_token_service_that_refuses_the_neighbour_grants_the_rest(status: int) -> None:
    def rule(seen: Seen, before: int) -> Reply:
        if seen.path.startswith("/token"):
            scopes = parse_qs(urlsplit(seen.path).query)["scope"]
            return Reply(status) if len(scopes) > 1 else Reply(200, body=b'{"token": "t"}')
        if seen.headers.get("authorization") != "Bearer t" or "mount=" in seen.path:
            return Reply(401, {"WWW-Authenticate": f'Bearer realm="http://{seen.headers["host"]}/token"'})
        if seen.method == "POST":
            return Reply(202, {"Location": "/v2/acme/mock/blobs/uploads/1"})
        return Reply({"HEAD": 404, "GET": 200}.get(seen.method, 201))

    image = small_image("scope", layers=1)
    with front_of("", rule) as front:
        held_by = [Reference(front.host, "acme/first")]
        assert push(image, Reference(front.host, "acme/mock", "1"), held_by=held_by, pause=never) == image.digest
        assert front.count("PUT", "/blobs/") == 2
