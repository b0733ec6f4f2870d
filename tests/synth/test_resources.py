"""References by identifier and anchor: they lead where JSON Schema says, told by what the validator accepts."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from contractctl.synth import GaveUp, Unsatisfiable, synthesize
from contractctl.synth.resources import within_itself

NODE = {"type": "object", "required": ["data", "children"], "additionalProperties": False}
STRICT: dict[str, Any] = {
    "$id": "https://example.com/strict",
    "$dynamicAnchor": "node",
    "$ref": "tree",
    "$defs": {
        "tree": {
            "$id": "tree",
            "$dynamicAnchor": "node",
            **NODE,
            "properties": {
                "data": True,
                "children": {"items": {"$dynamicRef": "#node"}, "type": "array", "minItems": 1},
            },
        }
    },
}
FOUND: list[Any] = [
    pytest.param({"$ref": "#item", "$defs": {"A": {"$anchor": "item", "const": 7}}}, id="an anchor"),
    pytest.param(
        {"$id": "https://example.com/root", "$ref": "item", "$defs": {"A": {"$id": "item", "const": 7}}},
        id="an identifier that is relative",
    ),
    pytest.param(
        {
            "$id": "https://example.com/a/",
            "$ref": "b#/$defs/C",
            "$defs": {"B": {"$id": "b", "$defs": {"C": {"const": 7}}}},
        },
        id="a pointer into another resource",
    ),
    pytest.param(
        {"$ref": "urn:x:b#here", "$defs": {"B": {"$id": "urn:x:b", "$defs": {"C": {"$anchor": "here", "const": 7}}}}},
        id="an anchor in a resource with a URN",
    ),
    pytest.param(
        {
            "$id": "https://example.com/root",
            "$ref": "inner",
            "$defs": {"A": {"const": 6}, "B": {"$id": "inner", "$ref": "#/$defs/A", "$defs": {"A": {"const": 7}}}},
        },
        id="a pointer is read in its own resource",
    ),
    pytest.param(
        {"$dynamicRef": "#item", "$defs": {"A": {"$dynamicAnchor": "item", "const": 7}}}, id="a dynamic anchor"
    ),
    pytest.param(
        {"$ref": "#/$defs/A%25~1b", "$defs": {"A%/b": {"$ref": "#c", "$defs": {"C": {"$anchor": "c", "const": 7}}}}},
        id="a name with signs of its own",
    ),
]


@pytest.mark.parametrize("schema", FOUND)
def test_a_reference_leads_to_what_it_names(schema: Any) -> None:
    assert synthesize(schema) == 7


def test_the_outermost_resource_says_what_a_dynamic_reference_means() -> None:
    with pytest.raises(Unsatisfiable):
        synthesize(STRICT)
    open_ended = {**STRICT, "$ref": "#/$defs/leaf", "$defs": {**STRICT["$defs"], "leaf": {"const": 7}}}
    assert synthesize(open_ended) == 7


def test_a_reference_to_elsewhere_is_not_followed() -> None:
    schema: Any = {"$id": "https://example.com/root", "properties": {"a": {"$ref": "other"}}, "required": ["a"]}
    with pytest.raises(GaveUp):
        synthesize(schema)


def test_what_is_no_schema_keeps_what_looks_like_a_reference() -> None:
    schema: Any = {"$id": "https://example.com/root", "const": {"$ref": "item", "$id": "x"}}
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(synthesize(schema))


def test_a_schema_whose_references_are_pointers_stays_what_it_is() -> None:
    schema: Any = {"$ref": "#/$defs/A", "$defs": {"A": {"type": "string"}}}
    assert within_itself(schema) is schema
