"""What a compilation makes of callbacks, webhooks and links, and what it tells of those that lead nowhere."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import orjson
import pytest

from contractctl.mock.compile import CompiledMock
from tests.mock.compiling import compiled, opened, told

HEAD = """\
openapi: 3.1.0
info: {title: Sent, version: '1'}
paths:
  /users/{id}:
    get:
      operationId: getUser
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: as, in: query, required: true, schema: {type: string}}
      responses: {'200': {description: one}}
  /things:
    post:
      operationId: addThing
"""


def with_callbacks(callbacks: str) -> CompiledMock:
    """Compile an operation with these callbacks."""
    block = indent(dedent(callbacks), " " * 8)
    return compiled(f"{HEAD}      callbacks:\n{block}\n      responses: {{'201': {{description: made}}}}\n")


def with_links(links: str) -> CompiledMock:
    """Compile a response with these links."""
    block = indent(dedent(links), " " * 12)
    return compiled(f"{HEAD}      responses:\n        '201':\n          description: made\n          links:\n{block}\n")


def members(mock: CompiledMock, folder: Path) -> dict[str, Any]:
    """Return the OPERATION of the second path."""
    with opened(mock, folder) as bundle:
        found: dict[str, Any] = orjson.loads(bundle.record(bundle.index.routes[1].operations["POST"]))
        return found


def test_a_callback_is_written_with_what_it_carries(tmp_path: Path) -> None:
    mock = with_callbacks(
        """\
        sold:
          '{$request.body#/url}':
            post:
              parameters:
                - {name: X-Kind, in: header, required: true, schema: {const: sold}}
                - {name: Authorization, in: header, required: true, schema: {const: secret}}
                - {name: 'a b', in: query, required: true, schema: {enum: [c&d]}}
                - {name: optional, in: query, schema: {type: string}}
              requestBody:
                content: {application/json: {schema: {type: object, properties: {k: {const: 1}}, required: [k]}}}
              responses: {'204': {description: taken}, 5XX: {description: later}}
        """
    )
    (callback,) = members(mock, tmp_path)["callbacks"]
    (content,) = callback.pop("content")
    with opened(mock, tmp_path) as bundle:
        assert bundle.record(content["examples"][0]["body"]) == b'{"k":1}'
    assert callback == {
        "name": "sold",
        "method": "POST",
        "at": "openapi.yaml:17",
        "url": "{$request.body#/url}",
        "headers": [["X-Kind", "sold"]],
        "query": "a%20b=c%26d",
        "statuses": ["204", "5XX"],
    }
    assert told(mock) == []


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("/sold", "callback-url-unknown"),
        ("ftp://example.com/", "callback-url-unknown"),
        ("{url}/sold", "callback-url-unknown"),
        ("$request.body.url", "runtime-expression-invalid"),
        ("{$request.body#url}/sold", "runtime-expression-invalid"),
        ("http://example.com/{$request.query.id", "runtime-expression-invalid"),
    ],
)
def test_a_callback_that_leads_nowhere_is_told_and_left_out(key: str, rule: str, tmp_path: Path) -> None:
    mock = with_callbacks(f"sold: {{'{key}': {{post: {{responses: {{'204': {{description: ok}}}}}}}}}}")
    pointer = f"/paths/~1things/post/callbacks/sold/{key.replace('~', '~0').replace('/', '~1')}"
    assert (told(mock), "callbacks" in members(mock, tmp_path)) == ([(rule, pointer)], False)


@pytest.mark.parametrize(
    "key",
    [
        "{$request.body#/url}",
        "$request.body#/url",
        "http://localhost:9/hook",
        "HTTPS://a.example/{$request.path.x}",
        "{$url}/back",
    ],
)
def test_a_callback_that_may_lead_somewhere_is_kept(key: str, tmp_path: Path) -> None:
    mock = with_callbacks(f"sold: {{'{key}': {{post: {{responses: {{'204': {{description: ok}}}}}}}}}}")
    assert (told(mock), [one["url"] for one in members(mock, tmp_path)["callbacks"]]) == ([], [key])


def test_a_body_that_cannot_be_made_is_told_as_one_that_is_not_sent(tmp_path: Path) -> None:
    mock = with_callbacks(
        """\
        sold:
          '{$request.body#/url}':
            post:
              requestBody: {content: {application/json: {schema: false}}}
              responses: {}
        """
    )
    assert [finding.message for finding in mock.findings] == [
        "no value satisfies the schema: nothing satisfies the schema of the value; it is sent without a body"
    ]
    (callback,) = members(mock, tmp_path)["callbacks"]
    assert "examples" not in callback["content"][0]


def test_webhooks_are_one_record_of_the_index(tmp_path: Path) -> None:
    mock = compiled(
        f"{HEAD}      responses: {{}}\nwebhooks: {{a: {{post: {{responses: {{}}}}, put: {{responses: {{}}}}}}}}\n"
    )
    with opened(mock, tmp_path) as bundle:
        assert bundle.index.webhooks is not None
        sent = orjson.loads(bundle.record(bundle.index.webhooks))
    assert [(one["name"], one["method"], "url" in one) for one in sent] == [("a", "PUT", False), ("a", "POST", False)]


def test_a_link_is_written_with_what_fills_it(tmp_path: Path) -> None:
    mock = with_links("self: {operationId: getUser, parameters: {id: $response.body#/id, query.as: me, other: 1}}")
    (response,) = members(mock, tmp_path)["responses"]
    assert response["links"] == [
        {
            "name": "self",
            "path": "/users/{id}",
            "method": "GET",
            "parameters": [
                {
                    "in": "path",
                    "name": "id",
                    "value": "$response.body#/id",
                    "style": "simple",
                    "explode": False,
                    "required": True,
                },
                {"in": "query", "name": "as", "value": "me", "style": "form", "explode": True, "required": True},
            ],
        }
    ]
    assert told(mock) == []


@pytest.mark.parametrize(
    ("link", "rules"),
    [
        pytest.param("{operationId: nobody}", ["link-operation-unknown"], id="an operationId that there is not"),
        pytest.param(
            "{operationRef: '#/paths/~1users/get'}", ["link-operation-unknown"], id="a path that there is not"
        ),
        pytest.param("{operationRef: '#/users'}", ["link-operation-unknown"], id="a pointer to something else"),
        pytest.param("{}", ["link-operation-unknown"], id="nothing"),
        pytest.param("{operationRef: 'other.yaml#/paths/~1a/get'}", [], id="an operation of another description"),
        pytest.param("{operationId: getUser, parameters: {as: x}}", [], id="a variable of the path that is not given"),
        pytest.param("{operationId: getUser, parameters: {id: 5}}", [], id="a required parameter that is not given"),
        pytest.param(
            "{operationId: getUser, parameters: {id: $response.body.id, as: x}}",
            ["runtime-expression-invalid"],
            id="an expression that is none",
        ),
    ],
)
def test_a_link_that_cannot_be_followed_is_left_out(link: str, rules: list[str], tmp_path: Path) -> None:
    mock = with_links(f"next: {link}")
    (response,) = members(mock, tmp_path)["responses"]
    assert ([rule for rule, _ in told(mock)], "links" in response) == (rules, False)


def test_a_contract_without_any_pays_nothing(tmp_path: Path) -> None:
    record = members(compiled(f"{HEAD}      responses: {{'201': {{description: made}}}}\n"), tmp_path)
    assert "callbacks" not in record
    assert "links" not in record["responses"][0]
