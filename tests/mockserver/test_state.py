"""Worlds over several requests: what was changed stays, below what is deleted nothing is left, sessions are apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.mockserver.state.patching import BadPatch, Inapplicable, merged, patched
from tests.mockserver.serving import Served, serving
from tests.mockserver.worlds import Client, connected

LAW = settings(max_examples=60, deadline=None, derandomize=True)
CONTRACT = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /users:
    get: {responses: {'200': {description: all, content: {application/json: {schema: {type: array,
      items: {$ref: '#/components/schemas/User'}}, example: [{id: 1, name: Ada}, {id: 2, name: Bo}]}}}}}
    post: &write
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
      responses: {'201': &user {description: it, content: {application/json: {schema:
        {$ref: '#/components/schemas/User'}}}}}
  /users/{user}:
    parameters: [&userId {name: user, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *user}}
    put:
      <<: *write
      responses: {'200': *user, '201': *user}
    patch: {requestBody: {content: {application/json: {schema: {type: object}}}}, responses: {'200': *user}}
    delete: {responses: {'204': {description: gone}}}
  /users/{user}/notes:
    parameters: [*userId]
    get: {responses: {'200': {description: all, content: {application/json: {schema: {type: array,
      items: {$ref: '#/components/schemas/Note'}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: {'201': &note {description: it, content: {application/json: {schema:
        {$ref: '#/components/schemas/Note'}}}}}
  /users/{user}/notes/{note}:
    parameters: [*userId, {name: note, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': *note}}
    delete: {responses: {'204': {description: gone}}}
  /users/{user}/settings:
    parameters: [*userId]
    get: {responses: {'200': &settings {description: they, content: {application/json: {schema: {type: object,
      required: [theme], properties: {theme: {type: string}}}, example: {theme: dark}}}}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object, properties: {theme: {type: string}}}}}}
      responses: {'200': *settings}
    delete: {responses: {'204': {description: gone}}}
  /events:
    get: {responses: {'200': {description: all, content: {application/json: {schema: {type: array,
      items: {$ref: '#/components/schemas/Event'}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Event'}}}}
      responses: {'201': &event {description: it, content: {application/json: {schema:
        {$ref: '#/components/schemas/Event'}}}}}
  /events/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
    get: {responses: {'200': *event}}
    put:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Event'}}}}
      responses: {'200': *event, '404': {description: no}}
components:
  schemas:
    User: {type: object, required: [id, name], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}
    Note: {type: object, required: [note, text, kind], properties: {note: {type: string, format: uuid, readOnly: true},
      text: {type: string}, kind: {type: string, enum: [long, short], readOnly: true}, mood: {type: string}}}
    Event: {type: object, required: [id, at], properties: {id: {type: string, format: uuid, readOnly: true},
      at: {type: string}, createdAt: {type: string, format: date-time, readOnly: true},
      updatedAt: {type: string, format: date-time, readOnly: true}, day: {type: string},
      self: {type: string}, href: {type: string, format: uri, readOnly: true}}}
"""


def names(client: Client, session: str) -> list[str]:
    return [user["name"] for user in client.ask("GET", "/users", session)[1]]


def test_what_is_created_can_be_read_listed_changed_and_deleted(client: Client) -> None:
    assert client.ask("POST", "/users", "whole", {"name": "Cy"}) == (201, {"name": "Cy", "id": 3})
    assert client.ask("GET", "/users/3", "whole") == (200, {"name": "Cy", "id": 3})
    assert names(client, "whole") == ["Ada", "Bo", "Cy"]
    assert client.ask("PUT", "/users/3", "whole", {"name": "Di"}) == (200, {"name": "Di", "id": 3})
    assert client.ask("PATCH", "/users/1", "whole", {"name": "Eve"}) == (200, {"name": "Eve", "id": 1})
    assert names(client, "whole") == ["Eve", "Bo", "Di"]
    assert client.ask("DELETE", "/users/3", "whole") == (204, None)
    assert client.ask("GET", "/users/3", "whole")[0] == 404
    assert client.ask("DELETE", "/users/3", "whole")[0] == 404
    assert names(client, "whole") == ["Eve", "Bo"]


def test_sessions_are_apart_and_so_are_those_who_name_none(client: Client) -> None:
    client.ask("POST", "/users", "one", {"name": "Cy"})
    client.ask("DELETE", "/users/1", "two")
    assert [names(client, session) for session in ("one", "two", "three")] == [
        ["Ada", "Bo", "Cy"],
        ["Bo"],
        ["Ada", "Bo"],
    ]


def test_an_id_that_was_deleted_is_not_given_again(client: Client) -> None:
    for wanted in (3, 4):
        assert client.ask("POST", "/users", "ids", {"name": "Cy"})[1]["id"] == wanted
        client.ask("DELETE", f"/users/{wanted}", "ids")


def test_what_was_deleted_and_is_put_again_stands_at_the_end(client: Client) -> None:
    client.ask("DELETE", "/users/1", "again")
    client.ask("POST", "/users", "again", {"name": "Cy"})
    assert client.ask("PUT", "/users/1", "again", {"name": "Ada"})[0] == 201
    assert names(client, "again") == ["Bo", "Cy", "Ada"]


def test_what_is_created_has_nothing_below_it(client: Client) -> None:
    assert len(client.ask("GET", "/users/1/notes", "below")[1]) == 5
    client.ask("POST", "/users", "below", {"name": "Cy"})
    assert client.ask("GET", "/users/3/notes", "below") == (200, [])


def test_what_is_below_a_thing_goes_with_it_and_does_not_come_back(client: Client) -> None:
    note = client.ask("POST", "/users/1/notes", "cascade", {"text": "tea"})[1]["note"]
    assert client.ask("GET", f"/users/1/notes/{note}", "cascade")[0] == 200
    client.ask("DELETE", "/users/1", "cascade")
    assert client.ask("GET", f"/users/1/notes/{note}", "cascade")[0] == 404
    assert client.ask("GET", "/users/1/settings", "cascade")[0] == 404
    client.ask("PUT", "/users/1", "cascade", {"name": "Ada"})
    assert client.ask("GET", "/users/1/notes", "cascade") == (200, [])
    assert client.ask("GET", f"/users/1/notes/{note}", "cascade")[0] == 404


def test_what_is_below_others_stays(client: Client) -> None:
    client.ask("POST", "/users/2/notes", "others", {"text": "tea"})
    client.ask("DELETE", "/users/1", "others")
    assert len(client.ask("GET", "/users/2/notes", "others")[1]) == 6


def test_required_members_that_nobody_sent_are_made_up_and_optional_ones_are_not(client: Client) -> None:
    _, made = client.ask("POST", "/users/1/notes", "made-up", {"text": "tea"})
    assert made.keys() == {"note", "text", "kind"}
    assert made["kind"] in {"long", "short"}
    assert client.ask("GET", f"/users/1/notes/{made['note']}", "made-up") == (200, made)
    assert client.ask("GET", "/users/1/notes", "made-up")[1][-1] == made


def test_equal_requests_in_another_session_get_equal_ids(client: Client) -> None:
    first, second = (client.ask("POST", "/users/1/notes", name, {"text": "tea"})[1] for name in ("left", "right"))
    assert first == second


def test_what_there_is_one_of_may_be_deleted_and_put_again(client: Client) -> None:
    assert client.ask("GET", "/users/1/settings", "single") == (200, {"theme": "dark"})
    assert client.ask("DELETE", "/users/1/settings", "single")[0] == 204
    assert client.ask("GET", "/users/1/settings", "single")[0] == 404
    assert client.ask("PUT", "/users/1/settings", "single", {"theme": "light"}) == (200, {"theme": "light"})
    assert client.ask("GET", "/users/1/settings", "single") == (200, {"theme": "light"})
    assert client.ask("GET", "/users/2/settings", "single") == (200, {"theme": "dark"})


def test_times_are_those_of_the_session(client: Client) -> None:
    client.ask("POST", "/__mock/clock", "times", {"set": "2030-01-01T00:00:00Z"})
    _, made = client.ask("POST", "/events", "times", {"at": "home"})
    assert (made["createdAt"][:16], made["updatedAt"]) == ("2030-01-01T00:00", made["createdAt"])
    client.ask("POST", "/__mock/clock", "times", {"advance": "3h"})
    _, changed = client.ask("PUT", f"/events/{made['id']}", "times", {"at": "work"})
    assert (changed["createdAt"], changed["updatedAt"][:16]) == (made["createdAt"], "2030-01-01T03:00")


def test_what_is_created_says_where_it_is(client: Client, stateful: Served) -> None:
    _, made = client.ask("POST", "/events", "selves", {"at": "home"})
    path = f"/events/{made['id']}"
    assert (made["self"], made["href"]) == (path, f"http://127.0.0.1:{stateful.port}{path}")
    assert client.ask("GET", path, "selves") == (200, made)


def test_each_change_has_another_entity_tag(client: Client) -> None:
    client.ask("GET", "/users/1", "tags")
    tags = [client.tag]
    for name in ("Cy", "Di"):
        assert client.ask("PUT", "/users/1", "tags", {"name": name}, If_Match=tags[-1])[0] == 200
        tags.append(client.tag)
    assert client.ask("PUT", "/users/1", "tags", {"name": "Eve"}, If_Match=tags[0])[0] == 412
    assert len(set(tags)) == 3
    assert client.ask("GET", "/users/1", "tags", If_None_Match=tags[-1]) == (304, None)


def test_a_client_that_accepts_no_answer_changes_nothing(client: Client) -> None:
    for method, target in (("POST", "/users"), ("PUT", "/users/1"), ("PATCH", "/users/1")):
        assert client.ask(method, target, "accept", {"name": "Cy"}, Accept="image/png")[0] == 406
    assert names(client, "accept") == ["Ada", "Bo"]


def test_a_reset_brings_the_start_back(client: Client) -> None:
    client.ask("DELETE", "/users/1", "reset")
    assert client.ask("POST", "/__mock/reset", "reset")[0] == 200
    assert names(client, "reset") == ["Ada", "Bo"]


def test_a_snapshot_of_a_world_makes_another_one(client: Client) -> None:
    client.ask("DELETE", "/users/1", "from")
    client.ask("POST", "/users", "from", {"name": "Cy"})
    _, snapshot = client.ask("GET", "/__mock/snapshot", "from")
    assert client.ask("PUT", "/__mock/snapshot", "to", snapshot)[0] < 300
    assert client.ask("GET", "/users", "to") == client.ask("GET", "/users", "from")
    assert client.ask("POST", "/users", "to", {"name": "Di"})[1]["id"] == 4


@pytest.mark.parametrize("value", ["", "0", "x\n{}", "0\n{", "-1\n{}", "--"])
def test_a_snapshot_whose_things_say_nothing_is_refused(client: Client, value: str) -> None:
    client.ask("DELETE", "/users/1", "odd-snapshot")
    _, snapshot = client.ask("GET", "/__mock/snapshot", "odd-snapshot")
    for space in snapshot["spaces"].values():
        space["values"] = dict.fromkeys(space.get("values", {}), value)
    assert client.ask("PUT", "/__mock/snapshot", "odd-snapshot", snapshot)[0] == 400
    assert names(client, "odd-snapshot") == ["Bo"]


def test_without_state_nothing_is_kept(bundle: Path) -> None:
    with serving(bundle) as served, connected([served.port]) as client:
        assert client.ask("POST", "/users", "", {"name": "Cy"})[0] == 201
        assert client.ask("DELETE", "/users/1", "")[0] == 204
        assert names(client, "") == ["Ada", "Bo"]
        assert client.ask("GET", "/users/9", "")[0] == 200


def test_contracts_below_prefixes_have_worlds_of_their_own(bundle: Path) -> None:
    with serving(f"/a={bundle}", f"/b={bundle}", "--stateful", "on") as served, connected([served.port]) as client:
        assert client.ask("POST", "/a/users", "x", {"name": "Cy"})[0] == 201
        listed = [client.ask("GET", f"/{prefix}/users", "x")[1] for prefix in "ab"]
        assert list(map(len, listed)) == [3, 2]


ODD_BODIES = [
    "null",
    "7",
    '"x"',
    "[]",
    '{"name": null}',
    '{"name": {"a": [1e400]}}',
    "{",
    '{"id": "\\ud800"}',
    "{}" * 2,
]


@pytest.mark.parametrize("body", ODD_BODIES)
@pytest.mark.parametrize("method", ["POST /users", "PUT /users/1", "PATCH /users/1", "DELETE /users/1"])
def test_whatever_is_sent_unchecked_is_answered(lenient: Client, method: str, body: str) -> None:
    verb, target = method.split()
    connection = lenient.connections[0]
    connection.request(verb, target, body.encode(), {"Content-Type": "application/json", "Mock-Session": "odd"})
    response = connection.getresponse()
    response.read()
    assert response.status < 500
    assert lenient.ask("GET", "/users", "odd")[0] == 200


@pytest.fixture(scope="module")
def lenient(bundle: Path) -> Iterator[Client]:
    with serving(bundle, "--stateful", "on", "--validate", "off") as served, connected([served.port]) as client:
        yield client


# Patches

PATCHES: dict[str, tuple[Any, Any, Any]] = {
    "a member is added": ({"a": 1}, [{"op": "add", "path": "/b", "value": 2}], {"a": 1, "b": 2}),
    "an item is added in its place": ([1, 3], [{"op": "add", "path": "/1", "value": 2}], [1, 2, 3]),
    "an item is added at the end": ([1], [{"op": "add", "path": "/-", "value": 2}], [1, 2]),
    "the whole is replaced": ({"a": 1}, [{"op": "replace", "path": "", "value": 7}], 7),
    "an item is removed": ([1, 2], [{"op": "remove", "path": "/0"}], [2]),
    "names are escaped": ({"a/b": 1, "m~n": 2}, [{"op": "remove", "path": "/a~1b"}], {"m~n": 2}),
    "a member is moved": ({"a": {"b": 1}}, [{"op": "move", "from": "/a/b", "path": "/c"}], {"a": {}, "c": 1}),
    "a member is copied": ({"a": [1]}, [{"op": "copy", "from": "/a", "path": "/b"}], {"a": [1], "b": [1]}),
    "a copy is another one": (
        {"a": [1]},
        [{"op": "copy", "from": "/a", "path": "/b"}, {"op": "add", "path": "/b/-", "value": 2}],
        {"a": [1], "b": [1, 2]},
    ),
    "an item is moved to the end ten thousand times": (
        {"a": list(range(10_001)), "b": 1},
        [{"op": "move", "from": "/a/0", "path": "/a/-"}] * 10_000,
        {"a": [10_000, *range(10_000)], "b": 1},
    ),
    "numbers are equal that are the same": ({"a": 1}, [{"op": "test", "path": "/a", "value": 1.0}], {"a": 1}),
}


@pytest.mark.parametrize(("document", "patch", "expected"), PATCHES.values(), ids=PATCHES)
def test_of_a_json_patch(document: Any, patch: Any, expected: Any) -> None:
    before = json.dumps(document)
    assert patched(document, patch) == expected
    assert json.dumps(document) == before


REFUSED: dict[str, tuple[Any, Any, type[Exception]]] = {
    "what is no list": ({}, {"op": "remove", "path": ""}, BadPatch),
    "an operation that is not known": ({}, [{"op": "forget", "path": ""}], BadPatch),
    "a path that is none": ({}, [{"op": "remove", "path": "a"}], BadPatch),
    "a bad escape": ({}, [{"op": "remove", "path": "/~2"}], BadPatch),
    "no value": ({}, [{"op": "add", "path": "/a"}], BadPatch),
    "what is not there": ({}, [{"op": "remove", "path": "/a"}], Inapplicable),
    "a place with a zero before it": ([1, 2], [{"op": "remove", "path": "/01"}], Inapplicable),
    "a place behind the end": ([1], [{"op": "add", "path": "/2", "value": 0}], Inapplicable),
    "a member of a number": ({"a": 1}, [{"op": "add", "path": "/a/b", "value": 0}], Inapplicable),
    "to move into itself": ({"a": {}}, [{"op": "move", "from": "/a", "path": "/a/b"}], Inapplicable),
    "true where 1 is": ({"a": 1}, [{"op": "test", "path": "/a", "value": True}], Inapplicable),
    "to copy until it is too large": (
        {"a": list(range(1000))},
        [{"op": "copy", "from": "", "path": f"/{number}"} for number in range(40)],
        Inapplicable,
    ),
    "to copy a long text until it is too large": (
        {"a": "x" * 100_000},
        [{"op": "copy", "from": "/a", "path": f"/{number}"} for number in range(200)],
        Inapplicable,
    ),
    "to move what is large again and again": (
        {"a": [0] * 10_000},
        [{"op": "move", "from": f"/{'ab'[turn % 2]}", "path": f"/{'ba'[turn % 2]}"} for turn in range(200)],
        Inapplicable,
    ),
    "to go deeper step by step": (
        {},
        [{"op": "add", "path": "/a" * depth, "value": {}} for depth in range(1, 300)],
        Inapplicable,
    ),
    "to go deeper by copying": ({}, [{"op": "copy", "from": "", "path": "/a"}] * 300, Inapplicable),
}


@pytest.mark.parametrize(("document", "patch", "expected"), REFUSED.values(), ids=REFUSED)
def test_refused_of_a_json_patch(document: Any, patch: Any, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        patched(document, patch)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc/~", max_size=2), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text("abc", max_size=2), JSON, max_size=4)


@LAW
@given(JSON, JSON)
def test_a_merge_patch_that_is_merged_twice_changes_nothing_more(document: Any, patch: Any) -> None:
    once = merged(document, patch)
    assert merged(once, patch) == once


@LAW
@given(OBJECTS, OBJECTS)
def test_a_merge_patch_leads_where_it_was_made_for(before: Any, after: Any) -> None:
    whole = {name: value for name, value in after.items() if value is not None and not isinstance(value, dict)}
    patch = {**dict.fromkeys(before.keys() - whole.keys()), **whole}
    assert merged(before, patch) == whole


@LAW
@given(OBJECTS, st.text("abc", max_size=2), JSON)
def test_what_is_added_and_removed_leaves_no_trace(document: Any, name: str, value: Any) -> None:
    bare = {key: member for key, member in document.items() if key != name}
    operations = [{"op": "add", "path": f"/{name}", "value": value}, {"op": "test", "path": f"/{name}", "value": value}]
    assert patched(bare, [*operations, {"op": "remove", "path": f"/{name}"}]) == bare
