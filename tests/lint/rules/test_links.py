"""Rules about links and expressions: what they hit and what they leave."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from contractctl.lint.rules.links import RULES
from tests.lint.cases import HEAD_2_0, HEAD_3_0, findings, operation, pointed, reported, written

_ALL = {rule.code: rule.severity for rule in RULES}
_ID = "{name: id, in: path, required: true, schema: {}}"
_ANSWER = "responses: {'200': {description: a}}"


def _link(fields: str) -> str:
    """A link of `POST /pets` (line 4) in an API with `GET /pets/{id}`, `getPet`, at the next line."""
    responses = f"{{'201': {{description: a, links: {{a: {{{fields}}}}}}}}}"
    other = "{name: X-Trace, in: header, schema: {}}"
    return (
        f"paths:\n  /pets: {{post: {{operationId: addPet, responses: {responses}}}}}\n"
        f"  /pets/{{id}}: {{parameters: [{_ID}], get: {{operationId: getPet, parameters: [{other}], {_ANSWER}}}}}\n"
    )


def _given(value: str) -> str:
    return _link(f"operationId: getPet, parameters: {{id: {value}}}")


def _callback(key: str) -> str:
    return operation(f"callbacks: {{a: {{{key}: {{post: {{{_ANSWER}}}}}}}}}")


def _expression(text: str) -> str:
    return f"runtime-expression-invalid: `{text}` is not a runtime expression"


HITS = {
    "an operationId that no operation has": (
        _link("operationId: »getPets"),
        "link-operation-unknown: no operation has the operationId `getPets`",
    ),
    "an operationId in another case": (
        HEAD_3_0 + _link("operationId: »GetPet"),
        "link-operation-unknown: no operation has the operationId `GetPet`",
    ),
    "a shared link that nobody uses": (
        "paths: {}\ncomponents: {links: {A: {operationId: »a}}}\n",
        "link-operation-unknown: no operation has the operationId `a`",
    ),
    "a pointer without its escapes": (
        _link("operationRef: »'#/paths//pets/get'"),
        "link-operation-ref-dangling: `#/paths//pets/get` leads nowhere",
    ),
    "a pointer to a method that is not there": (
        _link("operationRef: »'#/paths/~1pets/get'"),
        "link-operation-ref-dangling: `#/paths/~1pets/get` leads nowhere",
    ),
    "a pointer to a path item": (
        _link("operationRef: »'#/paths/~1pets'"),
        "link-operation-ref-dangling: `#/paths/~1pets` does not lead to an operation",
    ),
    "a pointer to a schema": (
        _link("operationRef: »'#/components/schemas/A'") + "components: {schemas: {A: {}}}\n",
        "link-operation-ref-dangling: `#/components/schemas/A` does not lead to an operation",
    ),
    "an operationId for a pointer": (
        _link("operationRef: »'#getPet'"),
        "link-operation-ref-dangling: `#getPet` leads nowhere",
    ),
    "a parameter that the operation does not have": (
        _link("operationId: getPet, parameters: {»petId: 1}"),
        "link-parameter-unknown: the linked operation has no parameter `petId`",
    ),
    "a parameter of another location": (
        _link("operationId: getPet, parameters: {»query.id: 1}"),
        "link-parameter-unknown: the linked operation has no parameter `query.id`",
    ),
    "a parameter of an operation by reference": (
        _link("operationRef: '#/paths/~1pets~1%7Bid%7D/get', parameters: {»petId: 1}"),
        "link-parameter-unknown: the linked operation has no parameter `petId`",
    ),
    "a body without its sharp": (_given("»$response.body.id"), _expression("$response.body.id")),
    "a pointer without its slash": (_given("»'$response.body#id'"), _expression("$response.body#id")),
    "a tilde that escapes nothing": (_given("»'$response.body#/a~2'"), _expression("$response.body#/a~2")),
    "a source that is none": (_given("»$request.cookie.id"), _expression("$request.cookie.id")),
    "a message that is none": (_given("»$respnse.body#/id"), _expression("$respnse.body#/id")),
    "a header that no name is": (_given("»$request.header.a b"), _expression("$request.header.a b")),
    "a dot too many": (_given("»$statusCode.a"), _expression("$statusCode.a")),
    "another case": (_given("»$URL"), _expression("$URL")),
    "an expression in a text": (_given("»'a-{$request.id}'"), _expression("$request.id")),
    "a brace that is not closed": (_given("»'a-{$url'"), _expression("{$url")),
    "an expression for a body": (_link("operationId: getPet, requestBody: »$request.bdy"), _expression("$request.bdy")),
    "an expression in the key of a callback": (
        _callback("»'{$request.body.url}'"),
        _expression("$request.body.url"),
    ),
    "the second expression of a key": (
        _callback("»'https://{$request.query.host}/{$request.path}'"),
        _expression("$request.path"),
    ),
}
NO_OPS = {
    "an operationId": _link("operationId: getPet, parameters: {id: 1}"),
    "an operationId of a callback": operation("callbacks: {a: {$url: {post: {operationId: b, " + _ANSWER + "}}}}")
    + "components: {links: {A: {operationId: b}}}\n",
    "an operationId of the wrong type is another fault": _link("operationId: [a]"),
    "a pointer": _link("operationRef: '#/paths/~1pets~1{id}/get'"),
    "a pointer as a part of a URI": _link("operationRef: '#/paths/~1pets~1%7Bid%7D/get'"),
    "a pointer through the reference of a path item": _link("operationRef: '#/paths/~1a/get'")
    + "  /a: {$ref: '#/components/pathItems/A'}\ncomponents: {pathItems: {A: {get: {"
    + _ANSWER
    + "}}}}\n",
    "an operation of another API": _link("operationRef: 'https://example.com/api.yaml#/paths/~1a/get'"),
    "an operation on the same server": _link("operationRef: '//example.com/api.yaml#/paths/~1a/get'"),
    "a file when none may be read": _link("operationRef: 'other.yaml#/paths/~1a/get'"),
    "parameters by location": _link("operationId: getPet, parameters: {path.id: 1, header.x-trace: 1}"),
    "parameters of the path item": _link("operationId: getPet, parameters: {id: 1}"),
    "headers without their case": _link("operationId: getPet, parameters: {X-TRACE: 1}"),
    "a parameter of an operation that is not known is one fault only": _link(
        "operationRef: 'https://example.com/#/paths/~1a/get', parameters: {a: 1}"
    ),
    "a parameter that may be behind a reference into nothing": (
        "paths: {/a: {get: {operationId: a, parameters: [{$ref: '#/nowhere'}], " + _ANSWER + "}}}\n"
        "components: {links: {A: {operationId: a, parameters: {b: 1}}}}\n"
    ),
    "parameters of the wrong type are another fault": _link("operationId: getPet, parameters: [id]"),
    "the parts of a message": _given("$request.header.x-id"),
    "a name with anything in it": _given("'$request.query.a b/{c}'"),
    "a path parameter": _given("$request.path.id"),
    "the whole body": _given("$response.body"),
    "a pointer to the root": _given("'$response.body#'"),
    "a pointer with escapes": _given("'$response.body#/a~1b/~0/0/'"),
    "url, method and status code": _given("'{$url}-{$method}-{$statusCode}'"),
    "constants": _given("'$5, {a}, $ and {$}, $$'"),
    "constants that are no strings": _given("[$nothing]"),
    "an extension of a callback": _callback("x-$a"),
    "a key of a callback": _callback("'https://a.example/{$request.query.a}?b={$request.body#/c}'"),
    "example data looks like an expression": operation("x-a: $request.nothing"),
    "links in Swagger 2.0 are another fault": HEAD_2_0
    + "paths: {}\nresponses: {A: {description: a, links: {a: {operationId: a}}}}\n",
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_ALL) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_ALL) == []


_PETS = f"openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\npaths: {{/a: {{get: {{operationId: a, {_ANSWER}}}}}}}\n"
FILES: Mapping[str, tuple[Mapping[str, str], list[str]]] = {
    "an operation in another file": (
        {"openapi.yaml": _link("operationRef: 'pets.yaml#/paths/~1a/get'"), "pets.yaml": _PETS},
        [],
    ),
    "an operation in a fragment": (
        {"openapi.yaml": _link("operationRef: 'pets.yaml#/a'"), "pets.yaml": f"a: {{{_ANSWER}}}\n"},
        [],
    ),
    "a file that is not there": (
        {"openapi.yaml": _link("operationRef: pets.yaml#/paths/~1a/get")},
        [
            "openapi.yaml:4:101 link-operation-ref-dangling: `pets.yaml#/paths/~1a/get` leads nowhere",
        ],
    ),
    "a path item in another file": (
        {"openapi.yaml": _link("operationRef: pets.yaml#/paths/~1a"), "pets.yaml": _PETS},
        ["openapi.yaml:4:101 link-operation-ref-dangling: `pets.yaml#/paths/~1a` does not lead to an operation"],
    ),
    "a file outside of the root is another matter": (
        {"openapi.yaml": _link("operationRef: '../../../etc/hostname#/a'")},
        [],
    ),
}


@pytest.mark.parametrize(("texts", "expected"), FILES.values(), ids=FILES)
def test_a_link_into_another_file(
    texts: Mapping[str, str], expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert [line for line in reported(written(texts)) if " link-" in line] == expected
