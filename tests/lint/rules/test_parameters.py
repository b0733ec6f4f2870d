"""Rules about parameters: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.core.profiles import Profile
from contractctl.lint.rules import parameter_styles, parameters
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, findings, operation, pointed

_RULES = {rule.code: rule for rule in (*parameters.RULES, *parameter_styles.RULES)}
_DEFAULT = {code: rule.severity for code, rule in _RULES.items() if rule.profile is not Profile.STRICT}


def _parameter(fields: str) -> str:
    return operation(f"parameters: [{{{fields}}}]")


def _styled(fields: str, schema: str) -> str:
    return _parameter(f"name: a, in: query, {fields}, schema: {schema}")


def _undefined(style: str, what: str) -> str:
    return f"parameter-style-undefined: style `{style}` of query parameter `a` is not defined {what}"


HITS = {
    "Accept": (
        _parameter("name: »Accept, in: header, schema: {}"),
        "parameter-header-ignored: header parameter `Accept` is ignored by OpenAPI",
    ),
    "content-type in lower case": (
        HEAD_3_0 + _parameter("name: »content-type, in: header, schema: {}"),
        "parameter-header-ignored: header parameter `content-type` is ignored by OpenAPI",
    ),
    "Authorization that nobody uses": (
        "paths: {}\ncomponents: {parameters: {A: {name: »Authorization, in: header, schema: {}}}}\n",
        "parameter-header-ignored: header parameter `Authorization` is ignored by OpenAPI",
    ),
    "a blank in the name of a header": (
        _parameter("name: »Request ID, in: header, schema: {}"),
        "parameter-name-invalid: `Request ID` cannot be the name of a header",
    ),
    "a colon after the name of a header": (
        HEAD_2_0 + _parameter("name: »'X-Id:', in: header, type: string"),
        "parameter-name-invalid: `X-Id:` cannot be the name of a header",
    ),
    "an equals sign in the name of a cookie": (
        HEAD_3_2 + _parameter("name: »'a=b', in: cookie, schema: {}"),
        "parameter-name-invalid: `a=b` cannot be the name of a cookie",
    ),
    "deepObject with an array": (
        _styled("style: »deepObject", "{type: array, items: {}}"),
        _undefined("deepObject", "for array values"),
    ),
    "deepObject with a shared string": (
        HEAD_3_0
        + _styled("style: »deepObject", "{$ref: '#/components/schemas/A'}")
        + "components: {schemas: {A: {type: string}}}\n",
        _undefined("deepObject", "for string values"),
    ),
    "deepObject that is not exploded": (
        _styled("style: deepObject, explode: »false", "{type: object}"),
        _undefined("deepObject", "with `explode: false`"),
    ),
    "spaceDelimited with a number or null": (
        _styled("style: »spaceDelimited", "{type: [number, 'null']}"),
        _undefined("spaceDelimited", "for number values"),
    ),
    "pipeDelimited that is exploded": (
        _styled("style: pipeDelimited, explode: »true", "{type: array}"),
        _undefined("pipeDelimited", "with `explode: true`"),
    ),
    "an undefined style is told once": (
        _styled("style: »pipeDelimited, explode: true", "{type: string}"),
        _undefined("pipeDelimited", "for string values"),
    ),
}
NO_OPS = {
    "a header of one's own": _parameter("name: X-Id, in: header, schema: {}"),
    "a query parameter called like a header": _parameter("name: Accept, in: query, schema: {}"),
    "headers of Swagger 2.0 count": HEAD_2_0 + _parameter("name: Authorization, in: header, type: string"),
    "a blank in the name of a query parameter": _parameter("name: 'a b', in: query, schema: {}"),
    "all characters of a token": _parameter('name: "A1!#$%&\'*+.^_`|~-", in: header, schema: {}'),
    "an empty name is another fault": "paths: {}\ncomponents: {parameters: {A: {name: '', in: header, schema: {}}}}\n",
    "a name of the wrong type is another fault": _parameter("name: [a b], in: header, schema: {}"),
    "deepObject with an object": _styled("style: deepObject, explode: true", "{type: object}"),
    "deepObject as it is written most often": _styled("style: deepObject", "{type: object}"),
    "deepObject with an object or a string": _styled("style: deepObject", "{type: [object, string]}"),
    "a type that nobody knows": _styled("style: deepObject", "{oneOf: [{type: array}]}"),
    "a schema that is nowhere": _styled("style: deepObject", "{$ref: '#/components/schemas/A'}"),
    "delimited arrays and objects": _styled("style: pipeDelimited, explode: false", "{type: [array, object]}"),
    "a form of anything": _styled("style: form, explode: true", "{type: string}"),
    "a style that does not fit the location is another fault": _parameter(
        "name: a, in: header, style: deepObject, schema: {type: array}"
    ),
    "a flag of the wrong type is another fault": _styled("style: deepObject, explode: 0", "{type: object}"),
    "a default of a required parameter is for strict teams": _parameter(
        "name: a, in: query, required: true, schema: {default: 1}"
    ),
}
STRICT_HITS = {
    "no description": (
        operation("parameters: [{name: »a, in: query, schema: {}}]"),
        "parameter-description-missing: query parameter `a` has no description",
    ),
    "a description of blanks in Swagger 2.0": (
        HEAD_2_0 + operation("parameters: [{name: »a, in: body, description: ' ', schema: {}}]"),
        "parameter-description-missing: body parameter `a` has no description",
    ),
    "a default of a required parameter": (
        _parameter("name: a, in: query, required: true, schema: {type: integer, default: »1}"),
        "parameter-required-default: query parameter `a` is required, so its default is never taken",
    ),
    "a default of a required parameter of Swagger 2.0": (
        HEAD_2_0 + _parameter("name: a, in: header, required: true, type: integer, default: »1"),
        "parameter-required-default: header parameter `a` is required, so its default is never taken",
    ),
    "an empty value": (
        _parameter("name: a, in: query, allowEmptyValue: »true, schema: {}"),
        "allow-empty-value: query parameter `a` has `allowEmptyValue`, which OpenAPI is to drop",
    ),
}
STRICT_NO_OPS = {
    "a description": ("parameter-description-missing", _parameter("name: a, in: query, description: a, schema: {}")),
    "a description of the wrong type is another fault": (
        "parameter-description-missing",
        _parameter("name: a, in: query, description: 7, schema: {}"),
    ),
    "a default of what may be left out": (
        "parameter-required-default",
        _parameter("name: a, in: query, required: false, schema: {default: 1}"),
    ),
    "a required parameter without a default": (
        "parameter-required-default",
        _parameter("name: a, in: query, required: true, schema: {type: integer}"),
    ),
    "a default of a body's schema": (
        "parameter-required-default",
        HEAD_2_0 + operation("parameters: [{name: a, in: body, required: true, schema: {default: 1}}]", method="post"),
    ),
    "a default beside a reference": (
        "parameter-required-default",
        _parameter("name: a, in: query, required: true, schema: {$ref: '#/components/schemas/A', default: 1}")
        + "components: {schemas: {A: {}}}\n",
    ),
    "no empty value": ("allow-empty-value", _parameter("name: a, in: query, allowEmptyValue: false, schema: {}")),
    "an empty value in Swagger 2.0": (
        "allow-empty-value",
        HEAD_2_0 + _parameter("name: a, in: query, allowEmptyValue: true, type: string"),
    ),
    "an empty value elsewhere is another fault": (
        "allow-empty-value",
        _parameter("name: a, in: header, allowEmptyValue: true, schema: {}"),
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


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("{name: b, in: body, schema: {}}", "fields-exclusive: a second body parameter; an operation has one at most"),
        ("{name: a, in: body, schema: {}}", "parameter-duplicate: body parameter `a` is declared twice"),
    ],
    ids=["another body", "the same body"],
)
def test_a_second_body_is_told_once(second: str, expected: str) -> None:
    head = HEAD_2_0 + "consumes: [application/json]\n"
    text = head + operation(f"parameters: [{{name: a, in: body, schema: {{}}}}, {second}]", method="post")
    assert [line.partition(" ")[2] for line in findings(text)] == [expected]
