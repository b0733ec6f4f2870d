"""Rules about how the parts of schemas fit together: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.lint.rules import schemas
from tests.lint.cases import HEAD_2_0, HEAD_3_0, findings, pointed, schema

_ALL = {rule.code: rule.severity for rule in schemas.RULES}
_BASE = "Base: {type: object, properties: {id: {type: string}}}"


def _two(pet: str, other: str = _BASE) -> str:
    return f"paths: {{}}\ncomponents: {{schemas: {{{other}, Pet: {pet}}}}}\n"


def _undefined(name: str) -> str:
    return f"property-required-undefined: `{name}` is required, and the schema defines no such property"


HITS = {
    "an array of OpenAPI 3.0 without items": (
        HEAD_3_0 + schema("{type: array}").replace("Pet:", "»Pet:"),
        "array-items-missing: nothing says what is in the array: it has no `items`",
    ),
    "an array of anything": (
        schema("{type: [array, 'null']}").replace("Pet:", "»Pet:"),
        "array-items-unspecified: nothing says what is in the array: it has no `items`",
    ),
    "a property that is required and misspelt": (
        schema("{type: object, required: [id, »nmae], properties: {id: {}, name: {}}}"),
        _undefined("nmae"),
    ),
    "several of them": (
        schema("{required: [»a, b, c, d], properties: {e: {}}}"),
        (
            "property-required-undefined: `a`, `b`, `c` and 1 more are required, and the schema defines no such "
            "properties"
        ),
    ),
    "a property that neither the base nor its heir defines": (
        _two("{allOf: [{$ref: '#/components/schemas/Base'}, {required: [»nmae], properties: {name: {}}}]}"),
        _undefined("nmae"),
    ),
    "a property that is required of items": (
        schema("{type: array, items: {type: object, required: [»a], properties: {b: {}}}}"),
        _undefined("a"),
    ),
    "a property of OpenAPI 3.0 that may not be sent": (
        HEAD_3_0 + schema("{type: string, readOnly: true, writeOnly: »true}"),
        "read-and-write-only: `readOnly` and `writeOnly` are both true, so that it may be sent in neither direction",
    ),
    "a property that is never sent": (
        schema("{type: string, readOnly: true, writeOnly: »true}"),
        "property-never-sent: `readOnly` and `writeOnly` are both true, so that it may be sent in neither direction",
    ),
    "alternatives that are the same": (
        _two("{oneOf: [{$ref: '#/components/schemas/Base'}, {type: integer}, »{$ref: '#/components/schemas/Base'}]}"),
        "composition-duplicate: branch 3 of `oneOf` accepts what an earlier one does, so that `oneOf` refuses it",
    ),
    "alternatives that differ in words": (
        schema("{oneOf: [{type: string, title: A}, »{title: B, type: string}]}"),
        "composition-duplicate: branch 2 of `oneOf` accepts what an earlier one does, so that `oneOf` refuses it",
    ),
    "any of two that are the same": (
        schema("{anyOf: [{type: string}, »{type: string}]}"),
        "composition-duplicate: branch 2 of `anyOf` accepts what an earlier one does",
    ),
    "a single alternative": (
        schema("{»oneOf: [{type: string}]}"),
        "composition-single: `oneOf` has a single branch",
    ),
}

NO_OPS = {
    "an array with items": HEAD_3_0 + schema("{type: array, items: {}}"),
    "an array whose base has the items": HEAD_3_0
    + _two("{type: array, allOf: [{$ref: '#/components/schemas/Base'}]}", "Base: {type: array, items: {}}"),
    "an array of Swagger 2.0": HEAD_2_0 + "paths: {}\ndefinitions: {A: {type: array}}\n",
    "an array with items by position": schema("{type: array, prefixItems: [{}]}"),
    "a list of lists that is written out": schema("{type: array, enum: [[], [1]]}"),
    "a property that the base defines": _two(
        "{allOf: [{$ref: '#/components/schemas/Base'}, {required: [id], properties: {name: {}}}]}"
    ),
    "a property that is defined beside": schema("{properties: {a: {}}, allOf: [{required: [a], properties: {b: {}}}]}"),
    "a property that an alternative defines": schema(
        "{required: [a], properties: {b: {}}, oneOf: [{properties: {a: {}}}, {properties: {a: {}, c: {}}}]}"
    ),
    "a property that those who use the schema define": _two(
        "{properties: {name: {}}, allOf: [{$ref: '#/components/schemas/Named'}]}",
        "Named: {required: [name], properties: {id: {}}}",
    ),
    "alternatives that require one of two": schema(
        "{properties: {a: {}, b: {}}, anyOf: [{required: [a]}, {required: [b]}]}"
    ),
    "a property that must not be there": schema("{properties: {a: {}}, not: {required: [b], properties: {c: {}}}}"),
    "a property that is a condition": schema(
        "{properties: {a: {}}, if: {required: [b], properties: {a: {}}}, then: {}}"
    ),
    "a property of any name": schema("{required: [a], properties: {b: {}}, additionalProperties: {type: string}}"),
    "a property whose name follows a pattern": schema(
        "{required: [x-a], properties: {b: {}}, patternProperties: {'^x-': {}}}"
    ),
    "a schema that defines nothing": schema("{type: object, required: [a]}"),
    "a narrower property of a base": _two(
        "{allOf: [{$ref: '#/components/schemas/Base'}, "
        "{properties: {owner: {required: [name], properties: {id: {}}}}}]}",
        "Base: {properties: {owner: {properties: {name: {}}}}}",
    ),
    "a property named required": schema("{properties: {required: {type: array, items: {}}}}"),
    "a property that is read": schema("{type: string, readOnly: true, writeOnly: false}"),
    "alternatives that differ in format": schema(
        "{oneOf: [{type: string, format: date}, {type: string, format: date-time}]}"
    ),
    "alternatives that are alike in their keywords": schema(
        "{oneOf: [{type: string, maxLength: 1}, {type: string, maxLength: 2}]}"
    ),
    "any of two that differ in words": schema("{anyOf: [{type: string, title: A}, {type: string, title: B}]}"),
    "a single alternative with a discriminator": _two(
        "{oneOf: [{$ref: '#/components/schemas/Base'}], discriminator: {propertyName: id}}",
        "Base: {type: object, required: [id], properties: {id: {type: string}}}",
    ),
    "a single schema that all are": schema("{allOf: [{type: string}]}"),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, rules=_ALL) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, rules=_ALL) == []
