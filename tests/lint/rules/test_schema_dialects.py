"""Rules about keywords of another version: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.lint.engine import lint_document
from contractctl.lint.rules import schema_dialects
from contractctl.lint.structure.later_keywords import later_keywords
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, document, findings, operation, pointed, schema

_DEFINITION = "paths: {}\ndefinitions: {A: {%s: {}}}"
_ALL = {rule.code: rule.severity for rule in schema_dialects.RULES}

HITS = {
    "nullable in OpenAPI 3.1": (
        schema("{type: string, nullable: »true}"),
        "nullable-ignored: `nullable` has no effect since OpenAPI 3.1: null is not accepted",
    ),
    "nullable in OpenAPI 3.2": (
        HEAD_3_2 + schema("{type: string, nullable: »true}"),
        "nullable-ignored: `nullable` has no effect since OpenAPI 3.1: null is not accepted",
    ),
    "nullable beside an enum": (
        HEAD_3_0 + schema("{nullable: »true, enum: [a, b]}"),
        "nullable-without-type: `nullable` has no effect without `type`: null is not accepted",
    ),
    "nullable beside alternatives": (
        HEAD_3_0 + schema("{nullable: »true, oneOf: [{type: string}]}"),
        (
            "nullable-without-type: `nullable` has no effect without `type`: null is not accepted, for the schemas "
            "inside refuse it"
        ),
    ),
    "nullable beside a reference": (
        HEAD_3_0 + schema("{type: object, properties: {a: {$ref: '#/components/schemas/Pet', nullable: »true}}}"),
        "nullable-without-type: `nullable` stands beside `$ref`, where it is ignored: null is not accepted",
    ),
    "nullable beside a reference of items": (
        HEAD_3_0 + schema("{type: array, items: {$ref: '#/components/schemas/Pet', nullable: »true}}"),
        "nullable-without-type: `nullable` stands beside `$ref`, where it is ignored: null is not accepted",
    ),
    "dependencies": (
        schema("{»dependencies: {a: [b]}}"),
        "keyword-outdated: `dependencies` is no keyword of JSON Schema 2020-12, and has no effect",
    ),
    "further items": (
        schema("{type: array, items: {}, »additionalItems: {}}"),
        "keyword-outdated: `additionalItems` is no keyword of JSON Schema 2020-12, and has no effect",
    ),
    "an identifier of draft 4": (
        schema("{id: »'https://example.com/pet'}"),
        "keyword-outdated: `id` is no keyword of JSON Schema 2020-12, and has no effect",
    ),
    "an example": (schema("{type: string, example: »a}"), "keyword-deprecated: `example` is deprecated"),
    "definitions": (schema("{»definitions: {a: {}}}"), "keyword-deprecated: `definitions` is deprecated"),
    "an attribute of XML": (
        HEAD_3_2 + schema("{type: string, xml: {attribute: »true}}"),
        "keyword-deprecated: `attribute` is deprecated",
    ),
    "a float of whole numbers": (
        schema("{type: integer, format: »float}"),
        "format-type-mismatch: format `float` says nothing about a whole number",
    ),
    "a short number as text": (
        schema("{type: string, format: »int32}"),
        "format-type-mismatch: format `int32` says nothing about a string",
    ),
    "a date as a number": (
        HEAD_2_0 + operation("parameters: [{name: a, in: query, type: integer, format: »date}]"),
        "format-type-mismatch: format `date` says nothing about a whole number",
    ),
}

NO_OPS = {
    "a type of null": schema("{type: [string, 'null']}"),
    "nullable that is false says what is so": schema("{type: string, nullable: false}"),
    "a property that is called nullable": schema("{properties: {nullable: {type: boolean}}}"),
    "nullable in OpenAPI 3.0": HEAD_3_0 + schema("{type: string, nullable: true}"),
    "nullable without anything that refuses null": HEAD_3_0 + schema("{nullable: true, maxLength: 3}"),
    "nullable beside an alternative that is": HEAD_3_0
    + schema("{nullable: true, oneOf: [{type: string, nullable: true}, {type: integer}]}"),
    "nullable beside an enum with null": HEAD_3_0 + schema("{nullable: true, enum: [a, null]}"),
    "nullable beside a reference to what is": (
        HEAD_3_0
        + schema("{type: object, nullable: true, properties: {a: {$ref: '#/components/schemas/Pet', nullable: true}}}")
    ),
    "nullable that is false without a type": HEAD_3_0 + schema("{nullable: false}"),
    "a reference without anything beside it": (
        HEAD_3_0 + schema("{type: object, properties: {a: {$ref: '#/components/schemas/Pet'}}}")
    ),
    "dependencies of draft 7": schema("{$schema: 'http://json-schema.org/draft-07/schema#', dependencies: {a: [b]}}"),
    "a property that is called id": schema("{properties: {id: {type: string}, dependencies: {}}}"),
    "what took the place of dependencies": schema("{dependentRequired: {a: [b]}}"),
    "examples": schema("{type: string, examples: [a]}"),
    "an example of OpenAPI 3.0": HEAD_3_0 + schema("{type: string, example: a}"),
    "an attribute of XML before OpenAPI 3.2": schema("{type: string, xml: {attribute: true}}"),
    "a node of XML": HEAD_3_2 + schema("{type: string, xml: {nodeType: attribute}}"),
    "a long number as text": schema("{type: string, format: int64}"),
    "a short number of any kind": schema("{type: number, format: int32}"),
    "a format of somebody's own": schema("{type: integer, format: money}"),
    "a format without a type": schema("{format: float}"),
    "a format of one of two types": schema("{type: [integer, string], format: date}"),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, rules=_ALL) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, rules=_ALL) == []


HINTS = {
    "a type": ("{type: string, nullable: true}", 'write `type: [string, "null"]`'),
    "no type": ("{nullable: true}", "take it out: without a type, null is accepted anyway"),
    "alternatives": (
        "{nullable: true, anyOf: [{type: string}]}",
        'write it as `anyOf` of this schema and `type: "null"`',
    ),
    "several types": ("{type: [string, integer], nullable: true}", 'add "null" to the list of types'),
    "null is among the types": ("{type: [string, 'null'], nullable: true}", "take it out: the type says so already"),
}


@pytest.mark.parametrize(("body", "expected"), HINTS.values(), ids=HINTS)
def test_the_hint_says_how_to_accept_null(body: str, expected: str) -> None:
    assert [one.hint for one in lint_document(document(schema(body)))] == [expected]


_PLACES = {"3.0": HEAD_3_0 + "paths: {}\ncomponents: {schemas: {A: {%s: {}}}}", "2.0": HEAD_2_0 + _DEFINITION}
_LATER = {
    f"{version}: {keyword}": (text % keyword, hint)
    for version, text in _PLACES.items()
    for keyword, hint in later_keywords(version).items()
    if keyword != "definitions"  # which are part of the description in 2.0
}


@pytest.mark.parametrize(("text", "expected"), _LATER.values(), ids=_LATER)
def test_the_hint_says_what_is_written_in_the_place_of_a_later_keyword(text: str, expected: str) -> None:
    found = [one for one in lint_document(document(text)) if one.rule == "field-unknown"]
    assert [one.hint for one in found] == [expected]
