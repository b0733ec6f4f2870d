"""Rules about responses: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.core.profiles import Profile
from contractctl.lint.rules import response_bodies, responses
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, findings, operation, pointed

_RULES = {rule.code: rule for rule in (*responses.RULES, *response_bodies.RULES)}
_DEFAULT = {code: rule.severity for code, rule in _RULES.items() if rule.profile is not Profile.STRICT}
_JSON = "content: {application/json: {schema: {}}}"


def _responses(responses: str) -> str:
    return f"paths: {{/a: {{get: {{operationId: a, responses: {{{responses}}}}}}}}}\n"


def _other(fields: str) -> str:
    """An operation that succeeds, and a failure with these fields."""
    return _responses(f"'200': {{description: a}}, '404': {{description: b, {fields}}}")


HITS = {
    "content of 204": (
        _responses(f"'204': {{description: a, »{_JSON}}}"),
        "response-body-unexpected: a 204 response has no content, but one is documented",
    ),
    "content of 304 in a shared response": (
        _responses("'200': {description: a}, '304': {$ref: '#/components/responses/A'}")
        + f"components: {{responses: {{A: {{description: a, »{_JSON}}}}}}}\n",
        "response-body-unexpected: a 304 response has no content, but one is documented",
    ),
    "content of 205": (
        HEAD_3_0 + _responses(f"'205': {{description: a, »{_JSON}}}"),
        "response-body-unexpected: a 205 response has no content, but one is documented",
    ),
    "content of 1XX": (
        HEAD_3_2 + _responses(f"1XX: {{description: a, »{_JSON}}}"),
        "response-body-unexpected: a 1XX response has no content, but one is documented",
    ),
    "a schema of 204 in Swagger 2.0": (
        HEAD_2_0 + _responses("'204': {description: a, »schema: {type: object}}"),
        "response-body-unexpected: a 204 response has no content, but one is documented",
    ),
    "content of 204 in a callback": (
        operation(f"callbacks: {{a: {{$url: {{post: {{responses: {{'204': {{description: a, »{_JSON}}}}}}}}}}}}}"),
        "response-body-unexpected: a 204 response has no content, but one is documented",
    ),
    "Content-Type among the headers": (
        _other("headers: {»Content-Type: {schema: {}}}"),
        "response-header-ignored: response header `Content-Type` is ignored by OpenAPI",
    ),
    "content-type of a response that nobody uses": (
        HEAD_3_0
        + "paths: {}\ncomponents: {responses: {A: {description: a, headers: {»content-type: {schema: {}}}}}}\n",
        "response-header-ignored: response header `content-type` is ignored by OpenAPI",
    ),
    "a blank in the name of a header": (
        _other("headers: {»Next page: {schema: {}}}"),
        "response-header-name-invalid: `Next page` cannot be the name of a header",
    ),
    "an empty name of a header in Swagger 2.0": (
        HEAD_2_0 + _other("headers: {»'': {type: string}}"),
        "response-header-name-invalid: `` cannot be the name of a header",
    ),
    "a colon in the name of a header of an encoding": (
        operation(
            "requestBody: {content: {multipart/form-data: {encoding: {a: {headers: {»'A:': {schema: {}}}}}}}}",
            method="post",
        ),
        "response-header-name-invalid: `A:` cannot be the name of a header",
    ),
    "no successful response": (
        "paths: {/a: {get: {operationId: a, »responses: {'404': {description: a}}}}}\n",
        "response-success-missing: `GET /a` documents no successful response",
    ),
}
NO_OPS = {
    "204 without content": _responses("'204': {description: a, headers: {A: {schema: {}}}}"),
    "204 with an empty content": _responses("'204': {description: a, content: {}}"),
    "content of 200 and default": _responses(
        f"'200': {{description: a, {_JSON}}}, default: {{description: b, {_JSON}}}"
    ),
    "examples of 204 in Swagger 2.0": HEAD_2_0 + _responses("'204': {description: a, examples: {}}"),
    "a shared response with content under 200": (
        _responses("'200': {$ref: '#/components/responses/A'}, '204': {description: a}")
        + f"components: {{responses: {{A: {{description: a, {_JSON}}}}}}}\n"
    ),
    "a 204 response that is nowhere": _responses("'204': {$ref: '#/components/responses/A'}"),
    "a 204 response of the wrong type is another fault": _responses("'204': [], '2': {}"),
    "a status code that is none is another fault": _responses(f"'1': {{{_JSON}}}, '200': {{description: a}}"),
    "headers of one's own": _other("headers: {X-A: {schema: {}}, Content-Disposition: {schema: {}}}"),
    "Content-Type in Swagger 2.0": HEAD_2_0 + _other("headers: {Content-Type: {type: string}}"),
    "headers of the wrong type are another fault": _other("headers: [Content-Type, a b]"),
    "an empty description is for strict teams": _responses("'200': {description: ''}"),
}
STRICT_HITS = {
    "no answer to a wrong request": (
        "paths: {/a: {get: {operationId: a, »responses: {'200': {description: a}, '500': {description: b}}}}}\n",
        "response-client-error-missing: `GET /a` documents no answer to a wrong request",
    ),
    "an empty description": (
        _responses("'200': {description: »''}"),
        "response-description-empty: the description of the response is empty",
    ),
    "a shared description of blanks": (
        HEAD_2_0 + "paths: {}\nresponses: {A: {description: »' '}}\n",
        "response-description-empty: the description of the response is empty",
    ),
    "a failure in JSON": (
        _responses(f"'200': {{description: a}}, »'404': {{description: b, {_JSON}}}"),
        "response-problem-details: the 404 response is JSON, but no `application/problem+json`",
    ),
    "a range of failures in JSON of another kind": (
        _responses("'200': {description: a}, »5XX: {description: b, content: {application/vnd.a+json: {}}}"),
        "response-problem-details: the 5XX response is JSON, but no `application/problem+json`",
    ),
}
STRICT_NO_OPS = {
    "an answer to a wrong request": ("response-client-error-missing", _other("x-a: 1")),
    "answers to all wrong requests": (
        "response-client-error-missing",
        _responses("'200': {description: a}, 4XX: {description: b}"),
    ),
    "an answer to everything": ("response-client-error-missing", _responses("default: {description: b}")),
    "no responses are another fault": ("response-client-error-missing", _responses("")),
    "a callback is called by the API": (
        "response-client-error-missing",
        "webhooks: {a: {post: {responses: {'200': {description: a}}}}}\n",
    ),
    "a description": ("response-description-empty", _responses("'200': {description: a}")),
    "no description is another fault": ("response-description-empty", HEAD_3_2 + _responses("'200': {summary: a}")),
    "Problem Details": ("response-problem-details", _other("content: {application/problem+json: {}}")),
    "Problem Details beside JSON": (
        "response-problem-details",
        _other("content: {application/json: {}, 'application/Problem+JSON; charset=utf-8': {}}"),
    ),
    "a failure in text": ("response-problem-details", _other("content: {text/plain: {}}")),
    "a failure without content": ("response-problem-details", _other("x-a: 1")),
    "JSON of a success and of everything else": (
        "response-problem-details",
        _responses(f"'200': {{description: a, {_JSON}}}, default: {{description: b, {_JSON}}}"),
    ),
    "Problem Details of Swagger 2.0": (
        "response-problem-details",
        HEAD_2_0 + "produces: [application/problem+json, application/json]\n" + _other("schema: {type: object}"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_DEFAULT) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_DEFAULT) == []


@pytest.mark.parametrize(("text", "expected"), STRICT_HITS.values(), ids=STRICT_HITS)
def test_what_a_strict_team_misses_is_told(text: str, expected: str) -> None:
    plain, position = pointed(text)
    code = expected.partition(":")[0]
    assert findings(plain, profiles=(), rules={code: _RULES[code].severity}) == [f"{position} {expected}"]


@pytest.mark.parametrize(("code", "text"), STRICT_NO_OPS.values(), ids=STRICT_NO_OPS)
def test_what_lacks_nothing_is_left_alone(code: str, text: str) -> None:
    assert findings(text, profiles=(), rules={code: _RULES[code].severity}) == []
