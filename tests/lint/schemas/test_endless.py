"""Schemas that only values without end satisfy: which ones, and that what is said of them is true."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.schemas.endless import endless
from contractctl.lint.subject import Subject, examine
from contractctl.source.parse import parse_document
from tests.lint.cases import document
from tests.lint.schemas.schemas import schemas, values

_NODE = "'#/components/schemas/Node'"


def _examined(text: str) -> Subject:
    return examine(document(f"paths: {{}}\ncomponents: {{schemas: {text}}}\n"))


def _circles(subject: Subject) -> list[list[tuple[str, str]]]:
    return list(endless(subject.contract.definitions, subject.index.having("$ref"), subject.index.meaning))


ENDLESS = {
    "a property that is required, of its own kind": (
        f"{{Node: {{type: object, required: [next], properties: {{next: {{$ref: {_NODE}}}}}}}}}",
        [[("Node", "next")]],
    ),
    "a list that must not be empty": (
        (
            "{Node: {type: object, required: [children], properties: "
            f"{{children: {{type: array, minItems: 1, items: {{$ref: {_NODE}}}}}}}}}}}"
        ),
        [[("Node", "children.items")]],
    ),
    "two schemas that require each other": (
        (
            "{A: {type: object, required: [b], properties: {b: {$ref: '#/components/schemas/B'}}}, "
            "B: {type: object, required: [a], properties: {a: {$ref: '#/components/schemas/A'}}}}"
        ),
        [[("A", "b"), ("B", "a")]],
    ),
    "alternatives of which each requires the whole": (
        (
            f"{{Node: {{type: object, required: [a], properties: {{a: {{oneOf: [{{$ref: {_NODE}}}, "
            f"{{type: array, minItems: 2, items: {{$ref: {_NODE}}}}}]}}}}}}}}"
        ),
        [[("Node", "a")]],
    ),
    "what is required and what it is stand in two parts": (
        f"{{Node: {{type: object, properties: {{next: {{$ref: {_NODE}}}}}, allOf: [{{required: [next]}}]}}}}",
        [[("Node", "next")]],
    ),
    "what a base requires": (
        (
            "{Base: {type: object, required: [owner], properties: {owner: {$ref: '#/components/schemas/Pet'}}}, "
            "Pet: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {name: {type: string}}}]}}"
        ),
        [[("Base", "owner"), ("Pet", "")]],
    ),
    "no type is written, but properties are required": (
        f"{{Node: {{required: [next], properties: {{next: {{$ref: {_NODE}}}}}}}}}",
        [[("Node", "next")]],
    ),
    "what uses an endless schema is not told of again": (
        (
            f"{{User: {{type: object, required: [node], properties: {{node: {{$ref: {_NODE}}}}}}}, "
            f"Node: {{type: object, required: [next], properties: {{next: {{$ref: {_NODE}}}}}}}}}"
        ),
        [[("Node", "next")]],
    ),
    "an item of its own kind that must be in a list": (
        f"{{Node: {{type: array, contains: {{$ref: {_NODE}}}}}}}",
        [[("Node", "items")]],
    ),
}
FINITE = {
    "a property that may be left out": (
        f"{{Node: {{type: object, required: [name], properties: {{name: {{type: string}}, next: {{$ref: {_NODE}}}}}}}}}"
    ),
    "a property that may be null": (
        "{Node: {type: object, required: [next], properties: "
        f"{{next: {{anyOf: [{{$ref: {_NODE}}}, {{type: 'null'}}]}}}}}}}}"
    ),
    "a list that may be empty": (
        "{Node: {type: object, required: [children], properties: "
        f"{{children: {{type: array, items: {{$ref: {_NODE}}}}}}}}}}}"
    ),
    "an alternative that ends": (
        "{Tree: {oneOf: [{$ref: '#/components/schemas/Leaf'}, {$ref: '#/components/schemas/Fork'}]}, "
        "Leaf: {type: string}, Fork: {type: object, required: [left], properties: "
        "{left: {$ref: '#/components/schemas/Tree'}}}}"
    ),
    "a schema that is null or requires itself": (
        f"{{Node: {{type: [object, 'null'], required: [next], properties: {{next: {{$ref: {_NODE}}}}}}}}}"
    ),
    "a property that is required and not defined": (
        f"{{Node: {{type: object, required: [other], properties: {{next: {{$ref: {_NODE}}}}}}}}}"
    ),
    "any number of properties": f"{{Node: {{type: object, additionalProperties: {{$ref: {_NODE}}}}}}}",
    "a list that contains none of them": f"{{Node: {{type: array, minContains: 0, contains: {{$ref: {_NODE}}}}}}}",
    "what is required only where something else is": (
        f"{{Node: {{type: object, properties: {{next: {{$ref: {_NODE}}}}}, if: {{required: [a]}}, "
        "then: {required: [next]}}}"
    ),
}


@pytest.mark.parametrize(("text", "expected"), ENDLESS.values(), ids=ENDLESS)
def test_a_circle_of_what_is_required_has_no_end(text: str, expected: list[list[tuple[str, str]]]) -> None:
    assert _circles(_examined(text)) == expected


@pytest.mark.parametrize("text", FINITE.values(), ids=FINITE)
def test_a_circle_that_can_be_left_has_an_end(text: str) -> None:
    assert _circles(_examined(text)) == []


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries({"A": schemas, "B": schemas}), st.lists(values, min_size=1, max_size=20))
def test_no_value_fits_what_is_said_to_be_endless(named: dict[str, Json], candidates: list[Json]) -> None:
    text = json.dumps({"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "components": {"schemas": named}})
    moved = text.replace("#/$defs/", "#/components/schemas/")
    subject = examine(parse_document("openapi.json", moved.encode()))
    definitions = {key: _meant(schema.value) for key, schema in subject.contract.definitions.items()}
    for circle in _circles(subject):
        schema = {"$ref": f"#/$defs/{circle[0][0]}", "$defs": definitions}
        validator = jsonschema_rs.Draft202012Validator(schema)
        assert [value for value in candidates if validator.is_valid(value)] == []


def _meant(schema: Json) -> Json:
    """The schema as its author meant it: where properties are required and no type is written, it is an object."""
    if is_array(schema):
        return [_meant(one) for one in schema]
    if not is_object(schema):
        return schema
    inner = {key: _meant(value) for key, value in schema.items()}
    return {"type": "object", **inner} if {"required", "properties"} <= inner.keys() else inner
