"""Which operations create, read and change what is in a collection, as the paths and schemas of a contract tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.mock.compiling import compiled, opened, told

HEAD = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
components:
  schemas:
    Thing: {type: object, required: [id, name], properties: {
      id: {type: integer, readOnly: true}, name: {type: string}, size: {type: integer},
      secret: {type: string, writeOnly: true}, createdAt: {type: string, format: date-time, readOnly: true},
      updated: {type: integer, example: 1700000000000}}}
    Job: {type: object, properties: {jobId: {type: string}, status: {type: string}}}
    Error: {type: object, properties: {message: {type: string}}}
paths:
"""
THING = "{description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}"
THINGS = (
    "{description: all, content: {application/json: {schema: "
    "{type: array, items: {$ref: '#/components/schemas/Thing'}}}}}"
)
BODY = "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}"
JOB = "{description: later, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}"


def path(template: str, *operations: str) -> str:
    names = [part.partition("}")[0] for part in template.split("{")[1:]]
    declared = ", ".join(f"{{name: {one}, in: path, required: true, schema: {{type: string}}}}" for one in names)
    return f"  {template}:\n    parameters: [{declared}]\n" + "".join(f"    {one}\n" for one in operations)


LIST = f"get: {{responses: {{'200': {THINGS}}}}}"
READ = f"get: {{responses: {{'200': {THING}}}}}"
CREATE = f"post: {{{BODY}, responses: {{'201': {THING}}}}}"
REPLACE = f"put: {{{BODY}, responses: {{'200': {THING}, '404': {{description: no}}}}}}"
PATCH = f"patch: {{{BODY}, responses: {{'200': {THING}}}}}"
DELETE = "delete: {responses: {'204': {description: gone}}}"
ALL_OF_THINGS = path("/things", LIST, CREATE)
ONE_OF_THINGS = path("/things/{thingId}", READ, REPLACE, PATCH, DELETE)


def compiled_state(paths: str, folder: Path) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Return the STATE of each operation that has one, and the COLLECTIONs."""
    with opened(compiled(HEAD + paths), folder) as bundle:
        index = bundle.index
        collections = json.loads(bundle.record(index.collections)) if index.collections else []
        operations = [bundle.operation(ref) for route in index.routes for ref in route.operations.values()]
        return {one.title: dict(one.state) for one in operations if one.state}, collections


def roles(paths: str, folder: Path) -> dict[str, str]:
    states, collections = compiled_state(paths, folder)
    return {title: f"{one['role']} {collections[one['collection']]['path']}" for title, one in states.items()}


FOUND = {
    "a collection and its items": (
        ALL_OF_THINGS + ONE_OF_THINGS,
        {
            "GET /things": "list /things",
            "POST /things": "create /things",
            "GET /things/{thingId}": "read /things",
            "PUT /things/{thingId}": "replace /things",
            "PATCH /things/{thingId}": "patch /things",
            "DELETE /things/{thingId}": "delete /things",
        },
    ),
    "one below another": (
        path("/users/{user}/things", LIST, CREATE) + path("/users/{user}/things/{thing}", READ),
        {
            "GET /users/{user}/things": "list /users/{}/things",
            "POST /users/{user}/things": "create /users/{}/things",
            "GET /users/{user}/things/{thing}": "read /users/{}/things",
        },
    ),
    "slashes at the end": (
        path("/things/", LIST, CREATE) + path("/things/{id}/", READ),
        {
            "GET /things/": "list /things",
            "POST /things/": "create /things",
            "GET /things/{id}/": "read /things",
        },
    ),
    "`.json` at the end": (
        path("/things.json", LIST) + path("/things/{id}.json", READ, DELETE),
        {
            "GET /things.json": "list /things",
            "GET /things/{id}.json": "read /things",
            "DELETE /things/{id}.json": "delete /things",
        },
    ),
    "keys in brackets": (
        path("/things", LIST) + path("/things('{id}')", READ, DELETE),
        {
            "GET /things": "list /things",
            "GET /things('{id}')": "read /things",
            "DELETE /things('{id}')": "delete /things",
        },
    ),
    "items that nothing lists": (
        path("/things/{id}", READ, DELETE),
        {"GET /things/{id}": "read /things", "DELETE /things/{id}": "delete /things"},
    ),
    "items that no path leads to": (
        path("/things", LIST, CREATE),
        {"GET /things": "list /things", "POST /things": "create /things"},
    ),
    "a PUT that names its item in the body": (
        path("/thing", f"post: {{{BODY}, responses: {{'200': {THING}}}}}", REPLACE) + path("/thing/{thingId}", READ),
        {"POST /thing": "create /thing", "PUT /thing": "replace /thing", "GET /thing/{thingId}": "read /thing"},
    ),
    "a POST that changes an item": (
        path("/things", LIST, CREATE)
        + path("/things/{thing}", READ, f"post: {{{BODY}, responses: {{'200': {THING}}}}}"),
        {
            "GET /things": "list /things",
            "POST /things": "create /things",
            "GET /things/{thing}": "read /things",
            "POST /things/{thing}": "patch /things",
        },
    ),
    "a thing that there is one of": (
        path("/me", READ, REPLACE),
        {"GET /me": "read /me", "PUT /me": "replace /me"},
    ),
    "a POST that says that it made something": (
        path("/things", LIST, f"post: {{{BODY}, responses: {{'201': {{description: made}}}}}}")
        + path("/things/{id}", READ),
        {"GET /things": "list /things", "POST /things": "create /things", "GET /things/{id}": "read /things"},
    ),
    "a POST that answers with the id alone": (
        path("/fax", f"post: {{{BODY}, responses: {{'202': {JOB}}}}}")
        + path("/fax/{jobId}", f"get: {{responses: {{'200': {JOB}}}}}"),
        {"POST /fax": "create /fax", "GET /fax/{jobId}": "read /fax"},
    ),
}


@pytest.mark.parametrize(("paths", "expected"), FOUND.values(), ids=FOUND)
def test_operations_have_roles_in_the_collection_that_their_paths_name(
    paths: str, expected: dict[str, str], tmp_path: Path
) -> None:
    assert roles(paths, tmp_path) == expected


BELOW = {
    "an action": (path("/things/{id}/cancel", f"post: {{{BODY}, responses: {{'200': {THING}}}}}"), "below"),
    "something to read": (path("/things/{id}/report", READ), "below"),
    "a list that nobody writes": (path("/things/{id}/parts", LIST), "list"),
    "one of such a list, deeper": (path("/things/{id}/parts/of/{size}", READ), "below"),
    "what says that it has none": (path("/things/{id}/raw", READ.replace("{", "{x-mock-state: off, ", 1)), None),
}


@pytest.mark.parametrize(("paths", "role"), BELOW.values(), ids=BELOW)
def test_what_lies_below_a_thing_is_there_only_while_it_is(paths: str, role: str | None, tmp_path: Path) -> None:
    states, collections = compiled_state(ALL_OF_THINGS + ONE_OF_THINGS + paths, tmp_path)
    others = [one for title, one in states.items() if title.count("/") > 2]
    assert [(one["role"], collections[one["collection"]]["above"]) for one in others] == (
        [(role, [[0, 0]])] if role else []
    )


SHOWN = {
    "the members that it names": ("properties: {id: {}, a: {}}", ["id", "a"]),
    "those of all its parts": (
        "properties: {id: {}}, allOf: [{properties: {a: {}}}, {properties: {b: {}}}]",
        ["id", "a", "b"],
    ),
    "all where it speaks of others": ("properties: {id: {}}, additionalProperties: {type: string}", None),
    "all where more may apply": ("properties: {id: {}}, if: {}, then: {properties: {a: {}}}", None),
}


@pytest.mark.parametrize(("schema", "expected"), SHOWN.values(), ids=SHOWN)
def test_an_answer_shows_of_a_thing(schema: str, expected: list[str] | None, tmp_path: Path) -> None:
    content = f"{{description: it, content: {{application/json: {{schema: {{type: object, {schema}}}}}}}}}"
    states, _ = compiled_state(path("/pets/{id}", f"get: {{responses: {{'200': {content}}}}}", DELETE), tmp_path)
    assert states["GET /pets/{id}"].get("shown") == expected


def test_a_time_that_everything_has_from_the_beginning_is_told_by_the_server(tmp_path: Path) -> None:
    time = "{type: string, format: date-time, readOnly: true}"
    times = f"startTime: {time}, endTime: {time}"
    schema = f"{{type: object, required: [id, startTime, endTime], properties: {{id: {{type: integer}}, {times}}}}}"
    read = f"get: {{responses: {{'200': {{description: it, content: {{application/json: {{schema: {schema}}}}}}}}}}}"
    _, (found,) = compiled_state(path("/calls/{id}", read, DELETE), tmp_path)
    assert found["created"] == [["startTime", "date-time"]]


NONE = {
    "an action on an item": path("/things/{id}/cancel", f"post: {{{BODY}, responses: {{'200': {THING}}}}}"),
    "a search": path("/things/search", f"post: {{{BODY}, responses: {{'200': {THINGS}}}}}"),
    "a POST that lists": path("/things", f"post: {{{BODY}, responses: {{'200': {THINGS}}}}}"),
    "something to read alone": path("/weather/{city}", READ),
    "a list alone": path("/things", LIST),
    "a report that is put": path("/report", f"put: {{{BODY}, responses: {{'200': {THING}}}}}"),
    "a file": path("/files/{id}", "get: {responses: {'200': {description: it, content: {image/png: {}}}}}", DELETE),
    "what says that it has none": path(
        "/things/{id}",
        f"get: {{x-mock-state: off, responses: {{'200': {THING}}}}}",
        "delete: {x-mock-state: off, responses: {'204': {description: gone}}}",
    ),
}


@pytest.mark.parametrize("paths", NONE.values(), ids=NONE)
def test_other_operations_have_none(paths: str, tmp_path: Path) -> None:
    assert roles(paths, tmp_path) == {}


def test_a_job_is_not_what_it_will_make(tmp_path: Path) -> None:
    later = path("/things", LIST, f"post: {{{BODY}, responses: {{'202': {JOB}}}}}") + ONE_OF_THINGS
    assert "POST /things" not in roles(later, tmp_path)


def test_a_collection_says_what_its_things_are(tmp_path: Path) -> None:
    _, (found,) = compiled_state(ALL_OF_THINGS + ONE_OF_THINGS, tmp_path)
    assert {name: value for name, value in found.items() if name not in {"list", "read", "create"}} == {
        "path": "/things",
        "owner": 0,
        "item": "/things/{thingId}",
        "id": "id",
        "types": ["integer"],
        "read_only": ["id", "createdAt"],
        "write_only": ["secret"],
        "created": [["createdAt", "date-time"]],
        "updated": [["updated", "ms"]],
    }


def test_a_collection_below_another_names_it(tmp_path: Path) -> None:
    _, found = compiled_state(ALL_OF_THINGS + ONE_OF_THINGS + path("/things/{thing}/parts", LIST, CREATE), tmp_path)
    assert [(one["path"], one["owner"], one.get("above")) for one in found] == [
        ("/things", 0, None),
        ("/things/{}/parts", 1, [[0, 0]]),
    ]


IDS = {
    "a member of the variable's name": ("{petId}", "petId: {type: string}, id: {type: integer}", "petId"),
    "another spelling of it": ("{petId}", "pet_id: {type: string}", "pet_id"),
    "`id`": ("{petId}", "name: {type: string}, id: {type: integer}", "id"),
    "the end of the variable's name": ("{petNumber}", "id: {type: integer}, number: {type: integer}", "number"),
    "the name of the thing": ("{id}", "name: {type: string}, petId: {type: integer}", "petId"),
    "`id` rather than what a thing says that is called like it": (
        "{pet}",
        "pet: {type: string}, id: {type: integer}",
        "id",
    ),
    "a name, where the variable is the thing": ("{pet}", "size: {type: integer}, slug: {type: string}", "slug"),
    "nothing that is no text or number": ("{id}", "id: {type: object}, name: {type: string}", None),
}


@pytest.mark.parametrize(("variable", "members", "expected"), IDS.values(), ids=IDS)
def test_the_id_of_a_thing_is(variable: str, members: str, expected: str | None, tmp_path: Path) -> None:
    schema = f"{{type: object, properties: {{{members}}}}}"
    content = f"{{description: it, content: {{application/json: {{schema: {schema}}}}}}}"
    read = f"get: {{responses: {{'200': {content}}}}}"
    _, (found,) = compiled_state(path(f"/pets/{variable}", read, DELETE), tmp_path)
    assert found.get("id") == expected


def test_a_thing_may_be_wrapped(tmp_path: Path) -> None:
    wrapped = "{type: object, properties: {thing: {$ref: '#/components/schemas/Thing'}}}"
    media = f"content: {{application/json: {{schema: {wrapped}}}}}"
    create = f"post: {{requestBody: {{{media}}}, responses: {{'201': {{description: it, {media}}}}}}}"
    states, _ = compiled_state(path("/things", LIST, create) + path("/things/{id}", READ), tmp_path)
    assert states["POST /things"] == {
        "role": "create",
        "collection": 0,
        "answer": ["thing"],
        "body": ["thing"],
        "shown": ["id", "name", "size", "secret", "createdAt", "updated"],
    }


def test_a_description_may_say_itself_what_an_operation_does(tmp_path: Path) -> None:
    asked = "x-mock-state: {role: delete, collection: '/things', id: name}, responses: {'204': {description: gone}}"
    states, (found,) = compiled_state(ALL_OF_THINGS + path("/things/{name}/remove", f"post: {{{asked}}}"), tmp_path)
    assert states["POST /things/{name}/remove"] == {"role": "delete", "collection": 0}
    assert (found["id"], found["types"]) == ("name", ["string"])


@pytest.mark.parametrize(
    "asked",
    ["often", "{role: forget}", "{colour: red}", "{collection: things}", "{collection: '/a/{b}/{c}/d'}"],
)
def test_what_it_says_and_nobody_understands_is_told(asked: str) -> None:
    paths = path("/things", f"get: {{x-mock-state: {asked}, responses: {{'200': {THINGS}}}}}")
    assert told(compiled(HEAD + paths)) == [("mock-setting-invalid", "/paths/~1things/get/x-mock-state")]


def test_a_contract_whose_members_are_anything_compiles(tmp_path: Path) -> None:
    odd = (
        "{type: object, properties: {id: true, createdAt: 7, updated: {type: string, format: [x]}, "
        "self: {type: string, format: {}}, name: {enum: 4}}}"
    )
    content = f"{{description: it, content: {{application/json: {{schema: {odd}}}}}}}"
    assert roles(path("/odd/{id}", f"get: {{responses: {{'200': {content}}}}}", DELETE), tmp_path) == {
        "GET /odd/{id}": "read /odd",
        "DELETE /odd/{id}": "delete /odd",
    }


PUT = f"put: {{{BODY}, responses: {{'200': {THING}}}}}"
PUT_THAT_CREATES = f"put: {{{BODY}, responses: {{'200': {THING}, '201': {THING}}}}}"
BEGINNINGS = {
    "each thing, where nothing creates any": (path("/things/{id}", READ, DELETE), True),
    "each thing, where PUT is not known to create any": (path("/things/{id}", READ, PUT), True),
    "each thing, where PUT documents that there may be none": (path("/things/{id}", READ, REPLACE), True),
    "what is documented, where PUT says that it creates": (path("/things/{id}", READ, PUT_THAT_CREATES), False),
    "what is documented, where POST creates": (path("/things", CREATE) + path("/things/{id}", READ, PUT), False),
    "what a list shows, whatever PUT says": (path("/things", LIST) + path("/things/{id}", READ, PUT), False),
}


@pytest.mark.parametrize(("paths", "expected"), BEGINNINGS.values(), ids=BEGINNINGS)
def test_at_the_beginning_there_is(paths: str, expected: bool, tmp_path: Path) -> None:
    _, (found,) = compiled_state(paths, tmp_path)
    assert found.get("open", False) is expected


CREATING = {
    "says so": (path("/things/{id}", READ, PUT_THAT_CREATES), True),
    "says so, beside POST": (path("/things", LIST, CREATE) + path("/things/{id}", READ, PUT_THAT_CREATES), True),
    "alone could": (path("/things/{id}", READ, PUT), True),
    "documents that there may be none": (path("/things/{id}", READ, REPLACE), False),
    "is beside POST": (path("/things", LIST, CREATE) + path("/things/{id}", READ, PUT), False),
}


@pytest.mark.parametrize(("paths", "expected"), CREATING.values(), ids=CREATING)
def test_what_is_not_there_is_made_by_a_put_that(paths: str, expected: bool, tmp_path: Path) -> None:
    states, _ = compiled_state(paths, tmp_path)
    assert states["PUT /things/{id}"].get("upsert", False) is expected
