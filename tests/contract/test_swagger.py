"""Swagger 2.0 in the words of OpenAPI 3: what each of its fields becomes, and where that is written."""

from __future__ import annotations

import pytest
import yaml

from contractctl.contract.model import Flow, Server
from contractctl.core.json import Json
from tests.contract.descriptions import place
from tests.contract.swagger_descriptions import build_swagger as build
from tests.contract.swagger_descriptions import swagger_operation as operation


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("", [("", "/")], id="nothing: relative to where the description is served"),
        pytest.param("basePath: /v1", [("/basePath", "/v1")], id="a base path alone is relative, too"),
        pytest.param(
            "schemes: [https]\nbasePath: /v1", [("/basePath", "/v1")], id="a scheme without a host says nothing"
        ),
        pytest.param("host: a.example", [("/host", "//a.example")], id="a host without a scheme"),
        pytest.param(
            "host: a.example:8080\nbasePath: /v1\nschemes: [https, http]",
            [("/schemes/0", "https://a.example:8080/v1"), ("/schemes/1", "http://a.example:8080/v1")],
            id="one server for each scheme",
        ),
        pytest.param(
            "host: a.example\nbasePath: /\nschemes: [wss]", [("/schemes/0", "wss://a.example")], id="a slash is no base"
        ),
        pytest.param(
            "host: a.example\nbasePath: v1", [("/host", "//a.example/v1")], id="a base path without its slash"
        ),
        pytest.param("host: a.example\nschemes: []", [("/host", "//a.example")], id="no scheme in the list of them"),
    ],
)
def test_servers_are_put_together(written: str, meant: list[tuple[str, str]]) -> None:
    built = build(f"paths: {{}}\n{written}")
    assert built.contract.servers == tuple(Server(place(pointer), url) for pointer, url in meant)
    assert built.findings == ()


@pytest.mark.parametrize(
    ("root", "own", "meant"),
    [
        pytest.param("host: a\nschemes: [https]", "[http]", [("/paths/~1a/post/schemes/0", "http://a")], id="its own"),
        pytest.param("host: a\nschemes: [https]", "[]", [("/schemes/0", "https://a")], id="none of its own"),
        pytest.param("basePath: /v", "[http]", [("/basePath", "/v")], id="a scheme alone is no address"),
    ],
)
def test_an_operation_may_have_schemes_of_its_own(root: str, own: str, meant: list[tuple[str, str]]) -> None:
    found, findings = operation(f"{{schemes: {own}, responses: {{}}}}", root)
    assert found.servers == tuple(Server(place(pointer), url) for pointer, url in meant)
    assert findings == []


@pytest.mark.parametrize(
    ("produces", "response", "meant"),
    [
        pytest.param("[a/b]", "{}", [], id="no schema, no content"),
        pytest.param("[a/b, c/d]", "{examples: {a/b: 1}}", [("a/b", [1])], id="no schema, but an example"),
        pytest.param("[]", "{examples: {a/b: 1}}", [("a/b", [1])], id="an example and nothing else"),
        pytest.param("[c/d]", "{examples: {a/b: 1}}", [], id="no schema, and an example of another type"),
        pytest.param("[a/b, c/d]", "{schema: {}}", [("a/b", []), ("c/d", [])], id="each type that is produced"),
        pytest.param("[]", "{schema: {}}", [("*/*", [])], id="nothing is said of types"),
        pytest.param("[]", "{schema: {}, examples: {a/b: 1}}", [("a/b", [1]), ("*/*", [])], id="examples say it"),
        pytest.param("[]", "{schema: {}, examples: {good: 1}}", [("*/*", [1])], id="a name that is no type"),
        pytest.param(
            "[a/b, c/d]", "{schema: {}, examples: {c/d: 1}}", [("a/b", []), ("c/d", [1])], id="an example of one"
        ),
        pytest.param("[a/b]", "{schema: {}, examples: {c/d: 1}}", [("a/b", [])], id="an example of another type"),
        pytest.param("[a/b;v=1]", "{schema: {}, examples: {A/B: 1}}", [("a/b;v=1", [1])], id="but for parameters"),
        pytest.param("[a/*]", "{schema: {}, examples: {a/b: null}}", [("a/*", [None])], id="a range"),
    ],
)
def test_responses_have_the_types_that_the_operation_produces(
    produces: str, response: str, meant: list[tuple[str, list[Json]]]
) -> None:
    fields = {"description": "D", **yaml.safe_load(response)}
    found, findings = operation(
        f"{{produces: {produces}, responses: {{'200': {yaml.safe_dump(fields, default_flow_style=True)}}}}}"
    )
    (answer,) = found.responses
    assert [(media.name, [example.value for example in media.examples]) for media in answer.content] == meant
    assert findings == []


def test_a_list_of_media_types_has_an_end() -> None:
    types = ", ".join(f"a/b{index}" for index in range(102))
    found, findings = operation(f"{{produces: [{types}], responses: {{'200': {{description: D, schema: {{}}}}}}}}")
    assert len(found.responses[0].content) == 100
    assert findings == [("part-malformed", "/paths/~1a/post/produces/100")]


def test_shared_responses_are_produced_as_each_operation_produces() -> None:
    built = build(
        """
produces: [a/b]
paths:
  /a:
    get: {responses: {'200': {$ref: '#/responses/R'}, default: {$ref: '#/responses/R'}}}
    put: {responses: {'200': {$ref: '#/responses/R'}}}
    post: {produces: [c/d], responses: {'200': {$ref: '#/responses/R'}}}
responses:
  R:
    description: D
    schema: {type: file}
    headers: {X-A: {type: array, items: {type: string}, description: E}}
    x-own: 1
"""
    )
    get, put, post = built.contract.operations
    assert get.responses[0] is put.responses[0]
    assert [(one.status, one.at) for one in get.responses] == [
        ("200", place("/responses/R")),
        ("default", place("/responses/R")),
    ]
    one, other = get.responses[0].content[0], post.responses[0].content[0]
    assert (one.at, one.name) == (place("/produces/0"), "a/b")
    assert (other.at, other.name) == (place("/paths/~1a/post/produces/0"), "c/d")
    assert one.schema is other.schema
    assert one.schema is not None
    assert (one.schema.at, one.schema.value) == (place("/responses/R/schema"), {"type": "string", "format": "binary"})
    (header,) = post.responses[0].headers
    assert (header.name, header.description, header.schema and header.schema.value) == (
        "X-A",
        "E",
        {"type": "array", "items": {"type": "string"}},
    )
    assert post.responses[0].extensions == {"x-own": 1}
    assert built.findings == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("flow: implicit, authorizationUrl: /a", ("implicit", "/a", ""), id="implicit"),
        pytest.param("flow: password, tokenUrl: /t", ("password", "", "/t"), id="password"),
        pytest.param("flow: application, tokenUrl: /t", ("clientCredentials", "", "/t"), id="application"),
        pytest.param(
            "flow: accessCode, authorizationUrl: /a, tokenUrl: /t", ("authorizationCode", "/a", "/t"), id="accessCode"
        ),
    ],
)
def test_flows_have_the_names_of_openapi_3(written: str, meant: tuple[str, str, str]) -> None:
    built = build(f"paths: {{}}\nsecurityDefinitions: {{O: {{type: oauth2, {written}, scopes: {{x-1: no, r: Read}}}}}}")
    kind, authorization, token = meant
    (scheme,) = built.contract.security_schemes
    flow = Flow(place("/securityDefinitions/O"), kind, authorization, token, "", (("r", "Read"),))
    assert (scheme.type, scheme.flows) == ("oauth2", (flow,))
    assert built.findings == ()


def test_a_method_callback_or_webhook_of_openapi_3_is_no_field() -> None:
    built = build(
        """
paths:
  /a:
    trace: {responses: {}}
    get: {callbacks: {c: {'{$request.body#/u}': {post: {}}}}, responses: {'200': {description: D, links: {l: {}}}}}
webhooks: {w: {post: {}}}
servers: [{url: /v1}]
components: {schemas: {A: {}}}
tags: [{name: t, summary: S, parent: p, kind: k}]
"""
    )
    contract = built.contract
    (found,) = contract.operations
    assert (found.method, found.callbacks, found.responses[0].links) == ("GET", (), ())
    assert (contract.webhooks, dict(contract.definitions), contract.servers) == ((), {}, (Server(place(""), "/"),))
    (tag,) = contract.tags
    assert (tag.name, tag.summary, tag.parent, tag.kind) == ("t", "", "", "")
    assert built.findings == ()
