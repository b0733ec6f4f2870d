"""Answers that are remembered are those of the same things as they are now, asked for in the same way."""

from __future__ import annotations

from typing import Any

import pytest

from contractctl.mockserver.state.patching import patched
from tests.mockserver.worlds import Client

CONTRACT = """\
openapi: 3.1.0
info: {title: Remembered, version: '1'}
paths:
  /users:
    get:
      parameters:
        - {name: offset, in: query, schema: {type: integer}}
        - {name: limit, in: query, schema: {type: integer}}
      x-mock-pagination: {total: 4}
      responses: {'200': {description: all, headers: {Link: {schema: {type: string}}}, content: {
        application/json: {schema: {type: array, items: {$ref: '#/components/schemas/User'}}},
        application/vnd.users+json: {schema: {type: object, required: [users], properties: {
          users: {type: array, items: {$ref: '#/components/schemas/User'}}}}}}}}
    post: &write
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
      responses: {'201': &user {description: it, content: {application/json: {schema:
        {$ref: '#/components/schemas/User'}}, application/vnd.user+json: {schema: {allOf: [
        {$ref: '#/components/schemas/User'}, {required: [kind], properties: {kind: {const: user}}}]}}}}}
  /users/search:
    post:
      x-mock-state: {role: list, collection: /users}
      x-mock-pagination: {total: 4}
      requestBody: {content: {application/json: {schema: {type: object, properties: {
        pageNumber: {type: integer}, pageSize: {type: integer}}}}}}
      responses: {'200': {description: all, content: {application/json: {schema: {type: object, required: [users],
        properties: {users: {type: array, items: {$ref: '#/components/schemas/User'}}}}}}}}
  /users/{user}:
    parameters: [&userId {name: user, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *user}}
    put:
      <<: *write
      responses: {'200': *user}
    delete: {responses: {'204': {description: gone}}}
  /users/{user}/settings:
    parameters: [*userId]
    get: {responses: {'200': &settings {description: they, content: {application/json: {schema: {type: object,
      required: [theme], properties: {theme: {type: string}}}, example: {theme: dark}}}}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object, properties: {theme: {type: string}}}}}}
      responses: {'200': *settings}
    delete: {responses: {'204': {description: gone}}}
components:
  schemas:
    User: {type: object, required: [id, name], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}
"""


def names(client: Client, session: str, target: str = "/users") -> list[str]:
    return [user["name"] for user in client.ask("GET", target, session)[1]]


def test_what_is_read_again_after_a_change_is_the_new_one(client: Client) -> None:
    first, *others = names(client, "read")
    for name in ("Cy", "Di", "Cy"):
        assert client.ask("PUT", "/users/1", "read", {"name": name})[0] == 200
        assert client.ask("GET", "/users/1", "read") == (200, {"name": name, "id": 1})
        assert names(client, "read") == names(client, "read") == [name, *others]
    client.ask("POST", "/__mock/reset", "read")
    assert names(client, "read") == [first, *others]


def test_a_snapshot_that_is_restored_is_what_is_read(client: Client) -> None:
    client.ask("PUT", "/users/1", "kept", {"name": "Cy"})
    kept = client.ask("GET", "/__mock/snapshot", "kept")[1]
    client.ask("PUT", "/users/1", "kept", {"name": "Di"})
    seen = [names(client, "kept")[0], client.ask("GET", "/users/1", "kept")[1]["name"]]
    assert client.ask("PUT", "/__mock/snapshot", "kept", kept)[0] == 200
    seen += [names(client, "kept")[0], client.ask("GET", "/users/1", "kept")[1]["name"]]
    assert seen == ["Di", "Di", "Cy", "Cy"]


def test_lists_of_equal_changes_in_several_sessions_are_told_apart(client: Client) -> None:
    _, *others = names(client, "neither")
    for session in ("left", "right"):
        client.ask("DELETE", "/users/1", session)
        assert names(client, session) == others
    client.ask("POST", "/users", "left", {"name": "Cy"})
    assert [names(client, session) for session in ("left", "right")] == [[*others, "Cy"], others]


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


@pytest.mark.parametrize(
    "target", [pytest.param("/users", id="all"), pytest.param("/users?limit=2&offset=2", id="a page")]
)
def test_each_gets_the_list_in_the_media_type_that_it_accepts(client: Client, target: str) -> None:
    asked = ("application/json", "application/vnd.users+json") * 2
    bare, within, *again = [client.ask("GET", target, "types", Accept=media)[1] for media in asked]
    assert {"users": bare} == within
    assert again == [bare, within]


def test_each_gets_a_thing_in_the_media_type_that_it_accepts(client: Client) -> None:
    asked = ("application/json", "application/vnd.user+json") * 2
    bare, more, *again = [client.ask("GET", "/users/1", "types", Accept=media)[1] for media in asked]
    assert {**bare, "kind": "user"} == more
    assert again == [bare, more]


def test_each_page_is_the_one_that_is_asked_for(client: Client) -> None:
    whole = names(client, "pages")
    for start in (0, 2, 0):
        assert names(client, "pages", f"/users?limit=2&offset={start}") == whole[start : start + 2]


def test_links_name_the_host_that_was_asked(client: Client) -> None:
    for host in ("one.example", "two.example", "one.example"):
        connection = client.connections[0]
        connection.request("GET", "/users?limit=2", headers={"Host": host})
        response = connection.getresponse()
        response.read()
        assert f"<http://{host}/users?" in (response.headers.get("Link") or "")


def test_a_list_that_pages_by_its_body_has_the_page_of_each_body(client: Client) -> None:
    def page(asked: Any) -> list[str]:
        return [user["name"] for user in client.ask("POST", "/users/search", "bodies", asked)[1]["users"]]

    first, second, *others = names(client, "bodies")
    bodies: tuple[Any, ...] = ({"pageNumber": 1, "pageSize": 2}, {"pageNumber": 2, "pageSize": 2}, None)
    assert [page(body) for body in bodies] == [[first, second], others, [first, second, *others]]
    assert [page(body) for body in reversed(bodies)] == [[first, second, *others], others, [first, second]]


def test_preferences_go_before_what_is_remembered(client: Client) -> None:
    assert client.ask("GET", "/users/1", "preferring")[0] == 200
    assert client.ask("GET", "/users/1", "preferring", Prefer="code=404")[0] == 404
    assert client.ask("GET", "/users?__code=404", "preferring")[0] == 404


def test_a_patch_that_is_applied_again_makes_the_same() -> None:
    patch = [{"op": "add", "path": "/a", "value": []}, {"op": "add", "path": "/a/-", "value": 1}]
    assert [patched({}, patch), patched({}, patch)] == [{"a": [1]}, {"a": [1]}]
