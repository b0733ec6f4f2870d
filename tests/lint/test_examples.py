"""Examples, defaults and enums against their schemas: every error, at its place inside the value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.json import Json
from contractctl.lint.engine import lint_document
from contractctl.lint.rules import RULES
from contractctl.source.document import Document
from contractctl.source.marks import Marks
from contractctl.source.parse import parse_document
from tests.lint.cases import HEAD_3_0, findings, operation, pointed, schema

_CODES = {rule.code for rule in RULES if rule.family == "examples"}
_VAGUE = "mend the example or the schema"
_PET = (
    "{type: object, required: [id, name], properties: {id: {type: integer, readOnly: true}, "
    "name: {type: string}, key: {type: string, writeOnly: true}}}"
)


def _body(media: str, *, kind: str = "application/json") -> str:
    return operation(f"requestBody: {{content: {{{kind}: {media}}}}}", method="post")


def _told(text: str) -> list[str]:
    """What rules about examples find."""
    return [line for line in findings(text) if line.split()[1].rstrip(":") in _CODES]


def _component(kind: str, body: str) -> str:
    return f"paths: {{}}\ncomponents: {{{kind}: {{A: {body}}}}}\n"


def _answer(media: str) -> str:
    return (
        "paths: {/pets: {get: {operationId: a, responses: {'200': {description: a, content: {application/json: "
        + media
        + "}}}}}}\n"
    )


HITS = {
    "a value of another type": (
        _body("{schema: {type: integer}, example: »a}"),
        "example-invalid: example does not match its schema: it is a string, not a whole number",
    ),
    "a member of another type, deep inside": (
        _body("{schema: {items: {properties: {a: {type: boolean}}}}, example: [{a: true}, {a: »1}]}"),
        "example-invalid: example does not match its schema: `1.a` is a number, not a boolean",
    ),
    "a member that is missing is told at its object": (
        _body("{schema: {properties: {a: {required: [b]}}}, example: {»a: {}}}"),
        "example-invalid: example does not match its schema: `a` lacks `b`",
    ),
    "a member too many is told at itself": (
        _body("{schema: {properties: {a: {}}, additionalProperties: false}, example: {a: 1, b: »2}}"),
        "example-invalid: example does not match its schema: `b` is not in the schema",
    ),
    "a named example": (
        _body("{schema: {enum: [a, b]}, examples: {first: {value: a}, second: {value: »c}}}"),
        'example-invalid: example `second` does not match its schema: it is "c", not one of "a", "b"',
    ),
    "a schema by reference": (
        _body("{schema: {$ref: '#/components/schemas/A'}, example: »'12'}")
        + "components: {schemas: {A: {type: string, minLength: 3, format: x}}}",
        "example-invalid: example does not match its schema: it is shorter than 3 characters",
    ),
    "the alternative that was meant is explained": (
        _body("{schema: {anyOf: [{type: 'null'}, {type: object, properties: {a: {type: string}}}]}, example: {a: »1}}"),
        "example-invalid: example does not match its schema: `a` is a number, not a string",
    ),
    "alternatives of which none was plainly meant": (
        _body("{schema: {oneOf: [{required: [a]}, {required: [b]}]}, »example: {c: 1}}"),
        "example-invalid: example does not match its schema: it fits none of the schemas under `oneOf`",
    ),
    "a schema's own example": (
        schema("{properties: {a: {type: string, example: »1}}}"),
        "example-invalid: example does not match its schema: it is a number, not a string",
    ),
    "one of a schema's own examples": (
        schema("{type: string, examples: [a, »1]}"),
        "example-invalid: example does not match its schema: it is a number, not a string",
    ),
    "an answer without a member that is read-only but required": (
        _answer("{schema: " + _PET + ", »example: {name: a}}"),
        "example-invalid: example does not match its schema: it lacks `id`",
    ),
    "nullable makes no example valid but null": (
        HEAD_3_0 + _body("{schema: {type: string, nullable: true}, example: »1}"),
        "example-invalid: example does not match its schema: it is a number, not null or a string",
    ),
    "an exclusive bound of 3.0": (
        HEAD_3_0 + _body("{schema: {type: number, minimum: 0, exclusiveMinimum: true}, example: »0}"),
        "example-invalid: example does not match its schema: it is 0; it must be over 0",
    ),
    "an object in place of XML": (
        _body("{schema: {required: [a]}, »example: {b: 1}}", kind="application/xml"),
        "example-invalid: example does not match its schema: it lacks `a`",
    ),
    "a media type that ends in +json": (
        _body("{schema: {type: object}, example: »a}", kind="application/problem+json"),
        "example-invalid: example does not match its schema: it is a string, not an object",
    ),
    "beside a pattern that nobody can compile": (
        _body("{schema: {properties: {a: {type: string, pattern: '[\\w-.]'}, b: {type: string}}}, example: {b: »1}}"),
        "example-invalid: example does not match its schema: `b` is a number, not a string",
    ),
    "a value that is JSON as text": (
        _body("{schema: {type: object}, example: »'{\"a\": 1}'}"),
        "example-invalid: example does not match its schema: it is a string that holds JSON, not an object",
    ),
    "a pattern that only the other engine takes": (
        _body("{schema: {type: string, pattern: '^[\\w-.]+$'}, example: »a b}"),
        'example-invalid: example does not match its schema: it is "a b", which does not match `^[\\w-.]+$`',
    ),
    "the alternative that the discriminator names is explained": (
        (
            "paths: {}\ncomponents: {schemas: {Dog: {required: [n]}, Cat: {required: [m]}, Pet: {discriminator: "
            "{propertyName: k, mapping: {c: '#/components/schemas/Cat'}}, oneOf: [{$ref: '#/components/schemas/Dog'}, "
            "{$ref: '#/components/schemas/Cat'}], »example: {k: c}}}}"
        ),
        "example-invalid: example does not match its schema: it lacks `m`",
    ),
    "the alternative whose tag the value has is explained": (
        _body(
            "{schema: {anyOf: [{required: [a], properties: {k: {const: x}}}, {properties: {k: {const: y}, "
            "b: {type: string}}}]}, example: {k: y, b: »1}}"
        ),
        "example-invalid: example does not match its schema: `b` is a number, not a string",
    ),
    "more than one of the alternatives": (
        _body("{schema: {oneOf: [{type: string}, {type: integer}, {minLength: 1}]}, example: »a}"),
        (
            "example-invalid: example does not match its schema: it fits schemas 1 and 3 under `oneOf`; "
            "it may fit only one"
        ),
    ),
    "the nearest of several alternatives": (
        _body("{schema: {anyOf: [{required: [a]}, {required: [b, c]}]}, »example: {}}"),
        (
            "example-invalid: example does not match its schema: it fits none of the schemas under `anyOf`; "
            "for schema 1 of 2, it lacks `a`"
        ),
    ),
    "the nearest of several alternatives, with more than one error": (
        _body("{schema: {anyOf: [{required: [a, b]}, {required: [c, d, e]}]}, »example: {}}"),
        (
            "example-invalid: example does not match its schema: it fits none of the schemas under `anyOf`; "
            "for schema 1 of 2, it lacks `a`, and 1 more"
        ),
    ),
    "a member whose name looks like a number": (
        schema("{type: object, additionalProperties: {type: string}, example: {'007': »1}}"),
        "example-invalid: example does not match its schema: `007` is a number, not a string",
    ),
    "a name that is not allowed": (
        schema("{type: object, propertyNames: {maxLength: 1}, example: {a: 1, bc: »2}}"),
        (
            "example-invalid: example does not match its schema: the name `bc` is not allowed: "
            "it is longer than 1 character"
        ),
    ),
    "an item too many": (
        schema("{type: array, prefixItems: [{}], unevaluatedItems: false, »example: [1, 2]}"),
        "example-invalid: example does not match its schema: it has more items than the schema describes",
    ),
    "a default of another type": (
        schema("{properties: {a: {type: boolean, default: »'no'}}}"),
        "default-invalid: default does not match its schema: it is a string, not a boolean",
    ),
    "a parameter's default": (
        operation("parameters: [{name: a, in: query, schema: {enum: [b], default: »a}}]"),
        'default-invalid: default does not match its schema: it is "a", not one of "b"',
    ),
    "null as a default": (
        HEAD_3_0 + schema("{type: string, default: »null}"),
        "default-invalid: default does not match its schema: it is null, not a string",
    ),
    "an enum of another type is one fault": (
        schema("{type: integer, enum: [1, »'2', '3']}"),
        'enum-type-mismatch: "2", "3" in `enum` are not of the type `integer`',
    ),
    "an enum of 3.0 with null that is not nullable": (
        HEAD_3_0 + schema("{type: string, enum: [a, »null]}"),
        "enum-type-mismatch: null in `enum` is not of the type `string`",
    ),
}

NO_OPS = {
    "text in a media type that is not JSON": _body("{schema: {type: object}, example: <a/>}", kind="application/xml"),
    "an example that stands elsewhere": _body("{schema: {type: object}, examples: {a: {externalValue: a.json}}}"),
    "an example without a schema": _body("{example: 1}"),
    "a request without a member that is read-only": _body("{schema: " + _PET + ", example: {name: a}}"),
    "a request by reference without a member that is read-only": (
        _body("{schema: {$ref: '#/components/schemas/Pet'}, example: {name: a}}")
        + f"components: {{schemas: {{Pet: {_PET}}}}}"
    ),
    "a request whose read-only member is required elsewhere": (
        _body(
            "{schema: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [id]}]}, example: {name: a}}",
        )
        + f"components: {{schemas: {{Pet: {_PET}}}}}"
    ),
    "an answer without a member that is write-only": _answer(
        "{schema: {required: [a], properties: {a: {writeOnly: true}}}, example: {}}"
    ),
    "a schema's own example may be either way": schema(
        "{required: [a, b], properties: {a: {writeOnly: true}, b: {readOnly: true}}, example: {}}"
    ),
    "null where 3.0 is nullable": HEAD_3_0 + _body("{schema: {type: string, nullable: true}, example: null}"),
    "null where 3.1 has it as a type": _body("{schema: {type: [string, 'null']}, example: null}"),
    "a whole number with a fraction of nothing": _body("{schema: {type: integer}, example: 1.0}"),
    "a format that nobody knows": _body("{schema: {type: string, format: mood}, example: glad}"),
    "alternatives that only formats tell apart": _body(
        "{schema: {oneOf: [{type: string, format: date}, {type: string, format: uuid}]}, example: 2024-05-31}"
    ),
    "a pattern that the other engine takes, and is met": _body(
        "{schema: {type: string, pattern: '^[\\w-.]+$'}, example: a.b}"
    ),
    "a pattern that repeats a group and that only a slow engine takes": _body(
        "{schema: {type: string, pattern: '^([\\w-.]+)+$'}, example: " + "a" * 60 + "!}"
    ),
    "a value that meets its schema": _body("{schema: " + _PET + ", example: {id: 1, name: a, key: k}}"),
    "a recursive schema": (
        _body("{schema: {$ref: '#/components/schemas/Tree'}, example: {a: {a: {}}}}")
        + "components: {schemas: {Tree: {type: object, properties: {a: {$ref: '#/components/schemas/Tree'}}}}}"
    ),
    "a default that fits": schema("{type: integer, maximum: 3, default: 3}"),
    "an enum of two types": schema("{type: [string, 'null'], enum: [a, null]}"),
    "an enum without a type": schema("{enum: [a, 1, null]}"),
    "an enum of numbers": schema("{type: number, enum: [1, 2.5]}"),
    "a property named default": schema(
        "{type: object, properties: {default: {type: string}, example: {type: string}}}"
    ),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_value_that_its_schema_refuses(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert _told(plain) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_a_value_that_is_left_alone(text: str) -> None:
    assert _told(text) == []


def test_a_name_that_is_required_twice_hides_no_fault() -> None:
    text = _body("{schema: {required: [a, a], properties: {b: {type: string}}}, example: {a: 1, b: 2}}")
    assert [line.partition(" ")[2] for line in _told(text)] == [
        "example-invalid: example does not match its schema: `b` is a number, not a string",
    ]


def test_a_deep_example_hides_no_fault_beside_it() -> None:
    deep: Json = 1
    for _ in range(300):
        deep = {"a": deep}
    pet: Json = {"properties": {"b": {"type": "string", "default": 1}}, "example": deep}
    root: Json = {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "components": {"schemas": {"Pet": pet}}}
    read = Document("openapi.json", root, "", (), lambda: Marks(""))
    assert [(one.rule, str(one.location.place.pointer)) for one in lint_document(read)] == [
        ("default-invalid", "/components/schemas/Pet/properties/b/default")
    ]


def test_all_errors_of_an_example_are_told() -> None:
    text = _body(
        "{schema: {required: [a, b], properties: {c: {type: string}, d: {maximum: 1}}}, example: {c: 1, d: 2}}"
    )
    assert [line.partition(": ")[2] for line in _told(text)] == [
        "example does not match its schema: it lacks `a` and `b`",
        "example does not match its schema: `c` is a number, not a string",
        "example does not match its schema: `d` is 2, over the maximum of 1",
    ]


HINTS = {
    "a number in quotes": ("{type: integer, example: '5'}", "remove the quotes, or mend the schema"),
    "a fraction in quotes, where a whole number is due": ("{type: integer, example: '5.5'}", _VAGUE),
    "a flag in quotes": ("{type: boolean, example: 'true'}", "remove the quotes, or mend the schema"),
    "a word in place of a number": ("{type: integer, example: five}", _VAGUE),
    "a number without quotes": ("{type: string, example: 5}", "quote it, or mend the schema"),
    "a list in place of a string": ("{type: string, example: [a]}", _VAGUE),
    "a misspelt choice": ("{enum: [available, sold], example: avialable}", "did you mean `available`?"),
    "no choice": ("{enum: [available, sold], example: pending}", _VAGUE),
    "a choice that is no text": ("{enum: [1, 2], example: 3}", _VAGUE),
    "a member that is missing": ("{required: [a], example: {}}", "add it, or take it out of `required`"),
    "members that are missing": ("{required: [a, b], example: {}}", "add them, or take them out of `required`"),
    "no value": ("{type: string, example: null}", "remove it if it stands for no example, or let the schema take null"),
    "a member without a value": (
        "{properties: {a: {type: string}}, example: {a: null}}",
        "remove it, or let the schema take null",
    ),
    "nothing in place of a date": (
        "{type: string, format: date, example: ''}",
        "remove it if it stands for no example, or mend the schema",
    ),
    "several alternatives at once": (
        "{oneOf: [{type: string}, {minLength: 1}], example: a}",
        "tell the schemas apart by a required member or a constant, or use `anyOf`",
    ),
    "an enum of a list's items, beside the list": (
        "{type: array, items: {type: string}, enum: [a, b]}",
        "move `enum` into `items`, if it lists what the items may be",
    ),
    "a number among texts": ("{type: string, enum: [a, 1]}", "quote it, or mend the type"),
    "numbers among texts": ("{type: string, enum: [1, 2]}", "quote them, or mend the type"),
    "null among texts": ("{type: string, enum: [a, null]}", "take null out, or let the type be null too"),
    "texts among numbers": ("{type: integer, enum: [a, 1]}", "mend the values or the type"),
}


@pytest.mark.parametrize(("text", "hint"), HINTS.values(), ids=HINTS)
def test_hints_say_what_to_do(text: str, hint: str) -> None:
    read = parse_document("openapi.yaml", f"openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\n{schema(text)}".encode())
    assert [one.hint for one in lint_document(read) if one.rule in _CODES] == [hint]


def test_all_that_an_object_lacks_is_told_at_once_and_much_is_counted() -> None:
    names = [f"a{number}" for number in range(12)]
    text = schema(f"{{required: [{', '.join(names)}], example: {{}}}}")
    said = ", ".join(f"`{name}`" for name in names[:10])
    assert [line.partition(": ")[2] for line in _told(text)] == [
        f"example does not match its schema: it lacks {said} and 2 more"
    ]


def test_of_many_items_with_one_fault_five_are_told_and_the_others_counted() -> None:
    text = schema("{items: {type: string}, example: [1, a, 2, 3, 4, 5, b, 6, 7]}")
    assert [line.partition(": ")[2].partition(": ")[2] for line in _told(text)] == [
        "`0` is a number, not a string",
        "`2` is a number, not a string",
        "`3` is a number, not a string",
        "`4` is a number, not a string",
        "`5` is a number, not a string; 2 more are like this",
    ]


def test_items_with_faults_of_several_kinds_are_told_each() -> None:
    text = schema("{items: {type: string, maxLength: 1}, example: [1, ab, 2, abc, 3, abcd]}")
    assert len(_told(text)) == 6


def test_of_many_choices_some_are_listed_whole_and_the_others_counted() -> None:
    text = schema(f"{{enum: [{', '.join('a' * 18 + str(number) for number in range(9))}], example: b}}")
    listed = ", ".join(f'"{"a" * 18}{number}"' for number in range(3))
    assert [line.partition(": ")[2] for line in _told(text)] == [
        f'example does not match its schema: it is "b", not one of {listed} and 6 more'
    ]


def test_every_member_too_many_is_told() -> None:
    text = schema("{type: object, additionalProperties: false, example: {a: 1, b: 2}}")
    assert [line.partition(": ")[2] for line in _told(text)] == [
        "example does not match its schema: `a` is not in the schema",
        "example does not match its schema: `b` is not in the schema",
    ]


def test_two_errors_of_one_keyword_at_one_place_are_two() -> None:
    text = schema("{allOf: [{pattern: a}, {pattern: b}], example: c}")
    assert [line.partition(": ")[2] for line in _told(text)] == [
        'example does not match its schema: it is "c", which does not match `a`',
        'example does not match its schema: it is "c", which does not match `b`',
    ]


def test_all_errors_of_the_alternative_that_was_meant_are_told() -> None:
    text = schema(
        "{anyOf: [{type: string}, {type: object, required: [a], properties: {b: {maximum: 1}}}], example: {b: 2}}"
    )
    assert [line.partition(": ")[2] for line in _told(text)] == [
        "example does not match its schema: it lacks `a`",
        "example does not match its schema: `b` is 2, over the maximum of 1",
    ]


def test_an_error_that_two_schemas_share_is_one() -> None:
    text = schema("{allOf: [{required: [a]}, {required: [a]}], example: {}}")
    assert [line.partition(": ")[2] for line in _told(text)] == ["example does not match its schema: it lacks `a`"]


# The validator leaves an empty name out of the place that it tells, so that the fault is told at the object around it.
@given(names=st.lists(st.text(min_size=1, max_size=3), unique=True, min_size=1, max_size=5))
def test_each_wrong_member_is_told_at_itself_whatever_its_name(names: list[str]) -> None:
    pet: Json = {"additionalProperties": {"type": "string"}, "example": {name: [1] for name in names}}
    root: Json = {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "components": {"schemas": {"Pet": pet}}}
    read = Document("openapi.json", root, "", (), lambda: Marks(""))
    told = [one for one in lint_document(read) if one.rule == "example-invalid"]
    assert sorted(one.location.place.pointer.tokens for one in told) == sorted(
        ("components", "schemas", "Pet", "example", name) for name in names
    )
