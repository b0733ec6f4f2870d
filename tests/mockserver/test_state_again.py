"""What is asked again: remembered answers, entries and bodies are those of the same things, as they are now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contractctl.mockserver.state.patching import patched
from tests.mockserver.serving import bundle_of, serving
from tests.mockserver.test_state import CONTRACT
from tests.mockserver.test_state_laws import CONTRACT as PETS
from tests.mockserver.test_state_laws import Client, connected


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    path = tmp_path_factory.mktemp("again") / "shop.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with serving(path, "--stateful", "on") as served:
        yield served.port


@pytest.fixture
def client(port: int) -> Iterator[Client]:
    with connected([port]) as client:
        yield client


def names(client: Client, session: str) -> list[str]:
    return [user["name"] for user in client.ask("GET", "/users", session)[1]]


def test_what_is_read_again_after_a_change_is_the_new_one(client: Client) -> None:
    for name in ("Cy", "Di", "Cy"):
        assert client.ask("PUT", "/users/1", "read", {"name": name})[0] == 200
        assert client.ask("GET", "/users/1", "read") == (200, {"name": name, "id": 1})
        assert names(client, "read") == names(client, "read") == [name, "Bo"]
    client.ask("POST", "/__mock/reset", "read")
    assert names(client, "read") == ["Ada", "Bo"]


def test_lists_of_equal_changes_in_several_sessions_are_told_apart(client: Client) -> None:
    for session in ("left", "right"):
        client.ask("DELETE", "/users/1", session)
        assert names(client, session) == ["Bo"]
    client.ask("POST", "/users", "left", {"name": "Cy"})
    assert [names(client, session) for session in ("left", "right")] == [["Bo", "Cy"], ["Bo"]]


def test_equal_things_of_several_owners_and_sessions_are_told_apart(client: Client) -> None:
    for owner in (1, 2):
        client.ask("PUT", f"/users/{owner}/settings", "one", {"theme": "light"})
    client.ask("DELETE", "/users/2/settings", "one")
    told = [client.ask("GET", f"/users/{owner}/settings", name)[0] for owner in (1, 2) for name in ("one", "other")]
    assert told == [200, 200, 404, 200]


def test_a_condition_is_judged_although_the_answer_is_remembered(client: Client) -> None:
    assert client.ask("GET", "/users/1", "tag")[0] == client.ask("GET", "/users/1", "tag")[0] == 200
    tag = client.tag
    assert tag
    assert client.ask("GET", "/users/1", "tag", If_None_Match=tag)[0] == 304
    assert client.ask("GET", "/users/1", "tag", If_Match='"another"')[0] == 412
    assert client.ask("DELETE", "/users/1", "tag", If_Match='"another"')[0] == 412
    assert client.ask("DELETE", "/users/1", "tag", If_Match=tag)[0] == 204


def test_a_patch_that_is_applied_again_makes_the_same() -> None:
    patch = [{"op": "add", "path": "/a", "value": []}, {"op": "add", "path": "/a/-", "value": 1}]
    assert [patched({}, patch), patched({}, patch)] == [{"a": [1]}, {"a": [1]}]


def test_a_list_that_is_remembered_is_that_of_the_host_and_of_what_is_accepted(paged: Client) -> None:
    def asked(**headers: str) -> tuple[str, bytes]:
        connection = paged.connections[0]
        connection.request("GET", "/pets?limit=2", headers=headers)
        response = connection.getresponse()
        return response.headers.get("Link") or "", response.read()

    for host in ("one.example", "two.example"):
        assert f"<http://{host}/pets?" in asked(Host=host)[0]
    assert asked(Accept="application/xml")[1] != asked(Accept="application/json")[1]


@pytest.fixture
def paged(tmp_path: Path) -> Iterator[Client]:
    described = "all, headers: {Link: {schema: {type: string}}}, content: {application/xml: {schema: {type: array,"
    named = "items: {type: string}}}, application/json:"
    path = tmp_path / "pets.bundle"
    path.write_bytes(bundle_of(PETS.replace("all, content: {application/json:", f"{described} {named}", 1)))
    with serving(path, "--stateful", "on") as served, connected([served.port]) as client:
        yield client
