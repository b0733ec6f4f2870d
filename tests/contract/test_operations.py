"""Operations: whole values, methods by version, layers of path items, webhooks and callbacks."""

from __future__ import annotations

import json

import pytest

from contractctl.contract.build import build_contract
from contractctl.contract.model import (
    Body,
    Callback,
    Operation,
    Parameter,
    Response,
    SchemeUse,
    SecurityRequirement,
    Server,
)
from contractctl.source.parse import parse_document
from tests.contract.descriptions import build, build_root, operation, place, told

_GET = place("/paths/~1a/get")


def titles(text: str, version: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the titles of the operations, and what was told."""
    built = build(text, version)
    return [one.title for one in built.contract.operations], told(built)


def test_an_operation_is_whole() -> None:
    found, findings = operation(
        "{operationId: get, summary: S, description: D, tags: [a, b], deprecated: true, security: [{k: []}],"
        " servers: [{url: /b}], parameters: [{name: q, in: query}], requestBody: {content: {}},"
        " responses: {'200': {description: R}}, callbacks: {done: {}}, x-a: 1, other: 2}"
    )
    assert findings == []
    assert found == Operation(
        at=_GET,
        template=place("/paths/~1a"),
        method="GET",
        path="/a",
        id="get",
        summary="S",
        description="D",
        tags=("a", "b"),
        parameters=(
            Parameter(_GET / "parameters" / 0, "q", "query", required=False, style="form", explode=True, schema=None),
        ),
        body=Body(_GET / "requestBody", required=False, content=()),
        responses=(Response(_GET / "responses" / "200", "200", "R"),),
        security=(SecurityRequirement(_GET / "security" / 0, (SchemeUse("k", ()),)),),
        servers=(Server(_GET / "servers" / 0, "/b"),),
        deprecated=True,
        callbacks=(Callback(_GET / "callbacks" / "done", "done", ()),),
        extensions={"x-a": 1},
    )


def test_an_operation_may_say_nothing() -> None:
    assert operation("{}") == (
        Operation(
            at=_GET,
            template=place("/paths/~1a"),
            method="GET",
            path="/a",
            id=None,
            summary="",
            description="",
            tags=(),
            parameters=(),
            body=None,
            responses=(),
            security=(),
            servers=(Server(place("/servers"), "/"),),
        ),
        [],
    )


EVERY = """
webhooks: {w: {post: {}}}
paths:
  x-paths: {get: {}}
  /a:
    query: {}
    trace: {}
    get: {}
    other: {}
    additionalOperations: {COPY: {}, x-own: {}, copy: {}}
"""
_OLD = ["GET /a", "TRACE /a"]


@pytest.mark.parametrize(
    ("version", "meant", "webhooks"),
    [
        pytest.param("3.0", _OLD, [], id="3.0 has neither webhooks nor QUERY"),
        pytest.param("3.1", _OLD, ["POST w"], id="3.1 has webhooks"),
        pytest.param(
            "3.2",
            [*_OLD, "QUERY /a", "COPY /a", "x-own /a", "copy /a"],
            ["POST w"],
            id="3.2 has any method, as written",
        ),
    ],
)
def test_each_version_has_methods_of_its_own(version: str, meant: list[str], webhooks: list[str]) -> None:
    contract = build(EVERY, version).contract
    assert [one.title for one in contract.operations] == meant
    assert [one.title for one in contract.webhooks] == webhooks


@pytest.mark.parametrize(
    ("item", "where"),
    [
        pytest.param("additionalOperations: {POST: {}}", "/additionalOperations/POST", id="a method with a field"),
        pytest.param("additionalOperations: {'A B': {}}", "/additionalOperations/A B", id="a method that is none"),
        pytest.param("additionalOperations: {COPY: 3}", "/additionalOperations/COPY", id="an operation that is none"),
        pytest.param("additionalOperations: []", "/additionalOperations", id="a list of operations"),
        pytest.param("query: null", "/query", id="an operation that is nothing"),
    ],
)
def test_an_operation_of_3_2_that_is_none_is_told(item: str, where: str) -> None:
    text = f"paths: {{/a: {{get: {{}}, {item}}}}}"
    assert titles(text, "3.2") == (["GET /a"], [("part-malformed", f"/paths/~1a{where}")])


LAYERS = """
paths:
  /a:
    $ref: '#/components/pathItems/A'
    get: {summary: written}
    parameters: [{name: written, in: query}]
  /b: {$ref: '#/components/pathItems/A'}
components:
  pathItems:
    A: {get: {summary: referenced}, put: {}, parameters: [{name: referenced, in: query}]}
    Alone: {get: {}}
"""


def test_a_path_item_adds_to_what_it_refers_to() -> None:
    built = build(LAYERS)
    assert [
        (one.title, one.summary, [parameter.name for parameter in one.parameters], str(one.template.pointer))
        for one in built.contract.operations
    ] == [
        ("GET /a", "written", ["written"], "/components/pathItems/A"),
        ("PUT /a", "", ["written"], "/components/pathItems/A"),
        ("GET /b", "referenced", ["referenced"], "/components/pathItems/A"),
        ("PUT /b", "", ["referenced"], "/components/pathItems/A"),
    ]
    assert told(built) == []


@pytest.mark.parametrize(
    ("item", "meant", "wrong"),
    [
        pytest.param("{$ref: '#/paths/~1a', get: {}}", ["GET /a"], "/paths/~1a", id="itself"),
        pytest.param("{$ref: 3, get: {}}", ["GET /a"], "/paths/~1a/$ref", id="a reference that is no text"),
        pytest.param("{$ref: '#/paths'}", [], None, id="something that has no methods"),
        pytest.param("{$ref: '#/info/title', get: {}}", ["GET /a"], "/info/title", id="a text"),
    ],
)
def test_what_a_path_item_refers_to_may_be_wrong(item: str, meant: list[str], wrong: str | None) -> None:
    assert titles(f"paths: {{/a: {item}}}", "3.1") == (meant, [("part-malformed", wrong)] if wrong else [])


CALLBACKS = """
security: [{k: []}]
servers: [{url: /root}]
paths:
  /a:
    post:
      callbacks:
        x-own:
          x-note: {any: 1}
          "{$request.body#/url}":
            parameters: [{name: q, in: query}]
            post: {responses: {'200': {description: R}}}
            get: {servers: [{url: /own}], security: []}
        again: {$ref: '#/components/callbacks/Ping'}
  /b: {post: {callbacks: {ping: {$ref: '#/components/callbacks/Ping'}}}}
components:
  callbacks: {Ping: {"{$request.query.u}": {$ref: '#/components/pathItems/P'}}}
  pathItems: {P: {get: {}}}
"""


def test_callbacks_are_operations_with_servers_of_their_own_and_the_security_of_all() -> None:
    built = build(CALLBACKS)
    first, second = built.contract.operations
    assert [
        (
            callback.name,
            one.title,
            [server.url for server in one.servers],
            [use.name for requirement in one.security for use in requirement.uses],
            [parameter.name for parameter in one.parameters],
        )
        for callback in (*first.callbacks, *second.callbacks)
        for one in callback.operations
    ] == [
        ("x-own", "GET {$request.body#/url}", ["/own"], [], ["q"]),
        ("x-own", "POST {$request.body#/url}", [], ["k"], ["q"]),
        ("again", "GET {$request.query.u}", [], ["k"], []),
        ("ping", "GET {$request.query.u}", [], ["k"], []),
    ]
    assert first.callbacks[0].extensions == {"x-note": {"any": 1}}
    assert first.callbacks[1].operations is second.callbacks[0].operations
    assert told(built) == []


def nesting(found: Operation) -> str:
    """Return an operation and the callbacks in it as text: `POST /a(done: POST {u}())`."""
    inner = (f"{one.name}: {', '.join(map(nesting, one.operations))}" for one in found.callbacks)
    return f"{found.title}({'; '.join(inner)})"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param(
            "paths: {/a: {post: {callbacks: {done: {'{u}': {$ref: '#/paths/~1a'}}}}}}",
            "POST /a(done: POST {u}())",
            id="by the path item that it stands in",
        ),
        pytest.param(
            "paths: {/a: {post: {callbacks: {done: {$ref: '#/components/callbacks/C'}}}}}\n"
            "components: {callbacks: {C: {'{u}': {post: {callbacks: {more: {$ref: '#/components/callbacks/C'}}}}}}}",
            "POST /a(done: POST {u}())",
            id="by its own name",
        ),
        pytest.param(
            "paths: {/a: {post: {callbacks: {done: {$ref: '#/components/callbacks/C'}}}}}\n"
            "components: {callbacks: {C: {'{u}': {post: {callbacks: {more: {$ref: '#/components/callbacks/D'}}}}},"
            " D: {'{v}': {get: {callbacks: {most: {$ref: '#/components/callbacks/C'}}}}}}}",
            "POST /a(done: POST {u}(more: GET {v}()))",
            id="by way of another",
        ),
        pytest.param(
            "paths: {/a: {post: {callbacks: {a: {'{u}': {post: {callbacks: {b: {'{v}': {get: {}}}}}}}}}}}",
            "POST /a(a: POST {u}(b: GET {v}()))",
            id="not at all",
        ),
    ],
)
def test_a_callback_that_contains_itself_is_followed_once(text: str, meant: str) -> None:
    built = build(text)
    assert (nesting(built.contract.operations[0]), told(built)) == (meant, [])


@pytest.mark.parametrize(
    ("callbacks", "where"),
    [
        pytest.param("[]", "", id="a list"),
        pytest.param("{a: 3}", "/a", id="a callback that is none"),
        pytest.param("{a: {'{u}': []}}", "/a/{u}", id="a path item that is none"),
        pytest.param("{a: {'{u}': {get: x}}}", "/a/{u}/get", id="an operation that is none"),
        pytest.param("{a: {$ref: 3}}", "/a/$ref", id="a reference that is no text"),
    ],
)
def test_what_is_wrong_with_callbacks_is_told(callbacks: str, where: str) -> None:
    found, findings = operation(f"callbacks: {callbacks}")
    assert [one for callback in found.callbacks for one in callback.operations] == []
    assert findings == [("part-malformed", f"/paths/~1a/get/callbacks{where}")]


def test_callbacks_that_lead_to_each_other_without_number_end_somewhere() -> None:
    count = 300
    callbacks = "".join(
        f"    C{n}: {{'{{u}}': {{get: {{callbacks: {{next: {{$ref: '#/components/callbacks/C{n + 1}'}}}}}}}}}}\n"
        for n in range(count)
    )
    built = build(
        "paths: {/a: {get: {callbacks: {next: {$ref: '#/components/callbacks/C0'}}}}}\n"
        f"components:\n  callbacks:\n{callbacks}    C{count}: {{}}\n"
    )
    assert nesting(built.contract.operations[0]).count("GET {u}") == 20
    assert told(built) == [("part-malformed", "/components/callbacks/C20")]


@pytest.mark.parametrize(
    ("written", "meant", "where"),
    [
        pytest.param("{tags: [a, [], 3]}", ("a", "3"), "/tags/1", id="one that is no text"),
        pytest.param("{tags: a}", (), "/tags", id="a text for a list"),
        pytest.param("{tags: null}", (), "/tags", id="nothing for a list"),
    ],
)
def test_tags_are_texts(written: str, meant: tuple[str, ...], where: str) -> None:
    found, findings = operation(written)
    assert (found.tags, findings) == (meant, [("part-malformed", f"{_GET.pointer}{where}")])


def test_references_to_path_items_do_not_expand_a_description_without_end():
    parameters = [{"name": f"p{index}", "in": "query"} for index in range(400)]
    shared = {"get": {"parameters": parameters, "responses": {}}}
    paths = {f"/{index}": {"$ref": "#/components/pathItems/A"} for index in range(400)}
    built = build_root({"openapi": "3.1.0", "paths": paths, "components": {"pathItems": {"A": shared}}})
    assert [operation.path for operation in built.contract.operations] == [f"/{index}" for index in range(250)]
    (finding,) = built.findings
    assert (str(finding.location.place.pointer), finding.message) == (
        "/paths/~1250",
        "references to path items expand the description to more than 100,000 parts; what comes after is skipped",
    )


def test_a_description_that_writes_out_what_it_has_is_never_cut():
    get = {"parameters": [{"name": f"p{index}", "in": "query"} for index in range(400)], "responses": {}}
    paths = {f"/{index}": {"get": get} for index in range(300)}
    root = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    built = build_contract(parse_document("openapi.json", json.dumps(root).encode()))
    assert (len(built.contract.operations), built.findings) == (300, ())
