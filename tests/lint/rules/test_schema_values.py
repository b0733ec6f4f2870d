"""Rules about schemas that no value can satisfy: what they hit and what they leave."""

from __future__ import annotations

import pytest

from tests.lint.cases import HEAD_2_0, HEAD_3_0, findings, operation, pointed, schema


def _whole(body: str) -> str:
    """One component schema, and a mark at it."""
    return schema(body).replace("Pet:", "»Pet:")


_CLOSED = "additionalProperties: false"

HITS = {
    "a minimum over the maximum": (
        schema("{type: integer, minimum: »10, maximum: 1}"),
        "schema-bounds-crossed: `minimum` (10) is over `maximum` (1)",
    ),
    "bounds that are the same and do not count in": (
        schema("{type: number, exclusiveMinimum: »1, maximum: 1}"),
        "schema-bounds-crossed: nothing is between `exclusiveMinimum` and `maximum`, which are both 1",
    ),
    "bounds of OpenAPI 3.0 that do not count in": (
        HEAD_3_0 + schema("{type: number, minimum: »1, exclusiveMinimum: true, maximum: 1}"),
        "schema-bounds-crossed: nothing is between `exclusiveMinimum` and `maximum`, which are both 1",
    ),
    "lengths": (
        schema("{type: string, minLength: »5, maxLength: 2}"),
        "schema-bounds-crossed: `minLength` (5) is over `maxLength` (2)",
    ),
    "counts of items, of any type": (
        schema("{minItems: »5, maxItems: 2}"),
        "schema-bounds-crossed: `minItems` (5) is over `maxItems` (2)",
    ),
    "a parameter of Swagger 2.0": (
        HEAD_2_0 + operation("parameters: [{name: a, in: query, type: integer, minimum: »5, maximum: 2}]"),
        "schema-bounds-crossed: `minimum` (5) is over `maximum` (2)",
    ),
    "two types at once": (
        _whole("{allOf: [{type: string}, {type: object}]}"),
        "schema-unsatisfiable: no value fits this schema: it must be a string and an object at once",
    ),
    "a type beside a reference of another": (
        (
            "paths: {}\ncomponents: {schemas: {A: {type: string}, »B: {type: object, allOf: "
            "[{$ref: '#/components/schemas/A'}]}}}"
        ),
        "schema-unsatisfiable: no value fits this schema: it must be an object and a string at once",
    ),
    "a required property that is refused": (
        _whole(f"{{type: object, required: [id], properties: {{name: {{}}}}, {_CLOSED}}}"),
        (
            "schema-unsatisfiable: no value fits this schema: `id` is required, and `additionalProperties: false` "
            "refuses it"
        ),
    ),
    "a base that requires what the heir refuses": (
        (
            "paths: {}\ncomponents: {schemas: {A: {type: object, required: [id], properties: {id: {}}}, "
            f"»B: {{allOf: [{{$ref: '#/components/schemas/A'}}], {_CLOSED}, properties: {{name: {{}}}}}}}}}}"
        ),
        (
            "schema-unsatisfiable: no value fits this schema: `id` is required, and `additionalProperties: false` "
            "refuses it"
        ),
    ),
    "a required property whose schema is false": (
        _whole("{type: object, required: [id], properties: {id: false}}"),
        "schema-unsatisfiable: no value fits this schema: `id` is required, and its schema is `false`",
    ),
    "a required property of two types": (
        _whole(
            "{type: object, required: [id], properties: {id: {type: string}}, "
            "allOf: [{properties: {id: {type: integer}}}]}"
        ),
        (
            "schema-unsatisfiable: no value fits this schema: `id` is required, and no value fits that: it must be "
            "a string and a whole number at once"
        ),
    ),
    "enums with nothing in common": (
        _whole("{allOf: [{enum: [a, b]}, {enum: [c]}]}"),
        "schema-unsatisfiable: no value fits this schema: no value of its `enum` fits what else it asks for",
    ),
    "an empty enum": (
        _whole("{enum: []}"),
        "schema-unsatisfiable: no value fits this schema: its `enum` is empty",
    ),
    "a constant of another type": (
        _whole("{type: integer, const: '1'}"),
        "schema-unsatisfiable: no value fits this schema: its `const` does not fit what else it asks for",
    ),
    "no whole number between two bounds": (
        _whole("{type: integer, exclusiveMinimum: 1, exclusiveMaximum: 2}"),
        (
            "schema-unsatisfiable: no value fits this schema: there is no whole number between its "
            "`exclusiveMinimum` (1) and its `exclusiveMaximum` (2)"
        ),
    ),
    "more items than there may be": (
        _whole("{type: array, minItems: 2, prefixItems: [{}], items: false}"),
        "schema-unsatisfiable: no value fits this schema: it must have 2 items or more, and can have 1 at most",
    ),
    "more properties than there may be": (
        _whole(f"{{type: object, minProperties: 2, properties: {{a: {{}}}}, {_CLOSED}}}"),
        "schema-unsatisfiable: no value fits this schema: it must have 2 properties or more, and can have 1 at most",
    ),
    "what is required is refused": (
        _whole("{required: [a], properties: {a: {}}, not: {required: [a]}}"),
        "schema-unsatisfiable: no value fits this schema: its `not` refuses what it requires",
    ),
    "alternatives of another type": (
        _whole("{type: object, oneOf: [{type: string}, {type: integer}]}"),
        (
            "schema-unsatisfiable: no value fits this schema: no branch of its `oneOf` fits what else it asks for "
            "(of the first, it must be an object and a string at once)"
        ),
    ),
    "the cause is told, not what it is part of": (
        schema("{type: object, required: [a], properties: {»a: {allOf: [{type: string}, {type: integer}]}}}"),
        "schema-unsatisfiable: no value fits this schema: it must be a string and a whole number at once",
    ),
    "a circle of what is required": (
        _whole("{type: object, required: [next], properties: {next: {$ref: '#/components/schemas/Pet'}}}"),
        "schema-endless: no value of `Pet` has an end: it requires another inside (Pet.next → Pet)",
    ),
    "a value that an enum has twice": (
        schema("{type: string, enum: [a, b, »a]}"),
        "enum-duplicate: `a` is in `enum` twice",
    ),
    "a value that an enum has four times": (
        schema("{type: string, enum: [a, »a, b, a, a]}"),
        "enum-duplicate: `a` is in `enum` 4 times",
    ),
    "several values that an enum has twice": (
        schema("{enum: [{x: 1}, b, »b, {x: 1}]}"),
        'enum-duplicate: `b`, `{"x": 1}` are in `enum` more than once',
    ),
    "both bounds for one end": (
        schema("{type: number, maximum: »10, exclusiveMaximum: 10}"),
        "number-range-mixed: `maximum` has no effect beside `exclusiveMaximum`, which is narrower",
    ),
    "both bounds for one end, of which the inclusive one is narrower": (
        schema("{type: number, minimum: 3, exclusiveMinimum: »1}"),
        "number-range-mixed: `exclusiveMinimum` has no effect beside `minimum`, which is narrower",
    ),
    "a length of numbers": (
        schema("{type: integer, minLength: »1, maxLength: 3}"),
        "keyword-without-effect: `minLength`, `maxLength` have no effect on a whole number",
    ),
    "properties of a list": (
        schema("{type: array, items: {}, »properties: {a: {}}}"),
        "keyword-without-effect: `properties` has no effect on a list",
    ),
    "items of an object or null": (
        schema("{type: [object, 'null'], »items: {}}"),
        "keyword-without-effect: `items` has no effect on an object or null",
    ),
    "a consequence without a condition": (
        schema("{»then: {required: [a]}}"),
        "keyword-without-effect: `then` has no effect without `if`",
    ),
    "a count without what is counted": (
        schema("{type: array, items: {}, minContains: »2}"),
        "keyword-without-effect: `minContains` has no effect without `contains`",
    ),
}

NO_OPS = {
    "bounds that meet": schema("{type: integer, minimum: 1, maximum: 1}"),
    "bounds of OpenAPI 3.0 that meet and count in": (
        HEAD_3_0 + schema("{type: integer, minimum: 1, exclusiveMinimum: false, maximum: 1}")
    ),
    "a number between two bounds that do not count in": schema("{exclusiveMinimum: 1, exclusiveMaximum: 2}"),
    "bounds with a type beside null": schema("{type: [integer, 'null'], minimum: 1, maximum: 2}"),
    "a type and a narrower one": schema("{allOf: [{type: number}, {type: integer}]}"),
    "types that have null in common": schema("{allOf: [{type: [string, 'null']}, {type: [integer, 'null']}]}"),
    "no type, so that other values are left": schema(
        f"{{required: [id], properties: {{name: {{}}}}, {_CLOSED}}}"
    ).replace("required: [id]", "required: [name]"),
    "a required property that a pattern allows": schema(
        f"{{type: object, required: [x-id], patternProperties: {{'^x-': {{}}}}, {_CLOSED}}}"
    ),
    "a base that requires what the heir defines again": (
        "paths: {}\ncomponents: {schemas: {A: {type: object, required: [id], properties: {id: {}}}, "
        f"B: {{allOf: [{{$ref: '#/components/schemas/A'}}], {_CLOSED}, properties: {{id: {{}}}}}}}}}}"
    ),
    "a base whose properties count with unevaluatedProperties": (
        "paths: {}\ncomponents: {schemas: {A: {type: object, required: [id], properties: {id: {}}}, "
        "B: {allOf: [{$ref: '#/components/schemas/A'}], unevaluatedProperties: false}}}"
    ),
    "a property that is false and optional": schema("{type: object, properties: {id: false}}"),
    "a property that is refused by `not`": schema("{type: object, properties: {id: {not: {}}, name: {not: true}}}"),
    "an object that `not` closes in OpenAPI 3.0": (
        HEAD_3_0 + schema("{type: object, properties: {id: {type: string}}, additionalProperties: {not: {}}}")
    ),
    "a schema that is `false` by another name": schema("{not: {}}"),
    "enums with something in common": schema("{allOf: [{enum: [a, b]}, {enum: [b, c]}]}"),
    "an enum with null and a nullable type": HEAD_3_0 + schema("{type: string, nullable: true, enum: [a, null]}"),
    "one and one point zero": schema("{allOf: [{enum: [1]}, {enum: [1.0]}]}"),
    "alternatives of which one fits": schema("{type: object, oneOf: [{type: string}, {required: [a]}]}"),
    "a denial that leaves something": schema("{type: [string, integer], not: {type: string}}"),
    "a denial of a property that is not required": schema("{properties: {a: {}}, not: {required: [a]}}"),
    "a whole number between two bounds": schema("{type: integer, exclusiveMinimum: 1, maximum: 2}"),
    "a fraction between two bounds": schema("{type: number, minimum: 1.2, maximum: 1.4}"),
    "as many items as there may be": schema("{type: array, minItems: 1, prefixItems: [{}], items: false}"),
    "a list that must contain nothing": schema("{type: array, items: {}, contains: false, minContains: 0}"),
    "a circle that may be left out": schema("{type: object, properties: {next: {$ref: '#/components/schemas/Pet'}}}"),
    "a list of its own kind": schema(
        "{type: object, required: [a], properties: {a: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}"
    ),
    "true and one are different": schema("{enum: [1, true, '1']}"),
    "bounds for both ends": schema("{type: number, exclusiveMinimum: 0, maximum: 1}"),
    "a flag beside a bound of OpenAPI 3.0": HEAD_3_0 + schema("{type: number, minimum: 0, exclusiveMinimum: true}"),
    "a length of text or a number": schema("{type: [string, integer], maxLength: 3, maximum: 100}"),
    "a length without a type": schema("{maxLength: 3}"),
    "that texts, numbers and flags have no item twice": (
        schema("{properties: {a: {type: string, uniqueItems: true}, b: {type: integer, uniqueItems: true}}}")
    ),
    "the keywords of a list": schema("{type: array, items: {}, minItems: 1, uniqueItems: true}"),
    "bounds of a list of numbers inside": schema("{type: array, items: {type: integer, minimum: 1}}"),
    "a condition and its consequence": schema("{if: {required: [a]}, then: {required: [b]}}"),
    "a count and what is counted": schema("{type: array, items: {}, contains: {}, minContains: 2}"),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text) == []


TOLD_ELSEWHERE = {
    "an enum of another type": ("{type: string, enum: [1, 2]}", ["enum-type-mismatch"]),
    "an enum beyond its own bounds": (
        "{type: string, enum: [MALE, FEMALE], maxLength: 1}",
        ["enum-value-invalid", "enum-value-invalid"],
    ),
    "bounds that cross in a part": (
        "{allOf: [{type: integer, minimum: 5, maximum: 2}], type: integer}",
        ["schema-bounds-crossed"],
    ),
    "a part that is impossible": ("{allOf: [{const: 1, type: string}], type: string}", ["schema-unsatisfiable"]),
}


def test_an_empty_enum_is_told_once_where_the_version_forbids_it() -> None:
    plain, position = pointed(HEAD_3_0 + schema("{»enum: []}"))
    assert findings(plain) == [f"{position} value-not-allowed: `enum` is empty"]


@pytest.mark.parametrize(("body", "expected"), TOLD_ELSEWHERE.values(), ids=TOLD_ELSEWHERE)
def test_a_schema_is_not_said_to_be_impossible_where_the_cause_is_told(body: str, expected: list[str]) -> None:
    assert [one.split(" ")[1].removesuffix(":") for one in findings(schema(body))] == expected
