"""What fails a schema: the complement of every keyword, in values that the validator confirms, and in proofs."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contractctl.synth import GaveUp, SideBySide, Solver, Unsatisfiable, synthesize
from tests.diff.generated import edited, values


def _kind(number: int) -> Any:
    """Return an alternative that a required member tells from the others."""
    return {"type": "object", "properties": {"kind": {"enum": [f"k{number}"]}}, "required": ["kind"]}


DIFFERENCES: list[Any] = [
    pytest.param({"type": "string", "maxLength": 9}, {"maxLength": 5}, id="a longer text"),
    pytest.param({"type": "string"}, {"minLength": 1}, id="the empty text"),
    pytest.param({"type": "string", "pattern": "^[a-z]+$"}, {"pattern": "^[a-y]+$"}, id="a text of a wider pattern"),
    pytest.param({"type": "string", "pattern": "^a"}, {"pattern": "z$"}, id="a text of one of two patterns"),
    pytest.param({"type": "string", "minLength": 3}, {"format": "uuid"}, id="a text without a format"),
    pytest.param({"type": "string"}, {"format": "regex"}, id="a text that is no expression"),
    pytest.param({"type": "string", "format": "date"}, {"enum": ["2024-01-15"]}, id="another date"),
    pytest.param({"type": "integer"}, {"enum": [1, 2, 3]}, id="an integer that is not listed"),
    pytest.param({"type": "number"}, {"type": "integer"}, id="a number with a fraction"),
    pytest.param({"type": "integer"}, {"multipleOf": 5}, id="no multiple"),
    pytest.param({"type": "number", "minimum": 0, "maximum": 0.01}, {"multipleOf": 0.01}, id="a finer number"),
    pytest.param({"minimum": 1, "type": "number"}, {"exclusiveMinimum": 1}, id="the bound itself"),
    pytest.param({"type": ["string", "null"]}, {"type": "string"}, id="null"),
    pytest.param({"type": "boolean"}, {"const": True}, id="the other boolean"),
    pytest.param({"enum": [{"a": 1}, {"a": 2}]}, {"properties": {"a": {"const": 1}}}, id="a listed object"),
    pytest.param({"type": "object"}, {"required": ["a"]}, id="a member that is missing"),
    pytest.param(
        {"type": "object", "properties": {"a": {"type": "integer"}}},
        {"properties": {"a": {"minimum": 3}}},
        id="a member",
    ),
    pytest.param({"properties": {"a": {}}}, {"additionalProperties": False}, id="a member that is not declared"),
    pytest.param({"type": "object"}, {"additionalProperties": {"type": "string"}}, id="an undeclared member's value"),
    pytest.param(
        {"type": "object", "required": ["x-a"]},
        {"patternProperties": {"^x-": {"type": "null"}}},
        id="a member by pattern",
    ),
    pytest.param({"type": "object"}, {"propertyNames": {"pattern": "^[a-z]+$"}}, id="a name"),
    pytest.param(
        {"type": "object", "propertyNames": {"maxLength": 2}}, {"propertyNames": {"maxLength": 1}}, id="a name of two"
    ),
    pytest.param({"type": "object"}, {"minProperties": 2}, id="too few members"),
    pytest.param({"type": "object", "minProperties": 1}, {"maxProperties": 3}, id="too many members"),
    pytest.param({"type": "object"}, {"dependentRequired": {"a": ["b"]}}, id="a member without the other"),
    pytest.param(
        {"type": "object"}, {"dependentSchemas": {"a": {"minProperties": 2}}}, id="a dependent schema that fails"
    ),
    pytest.param({"type": "array", "items": {"type": "integer"}}, {"items": {"maximum": 7}}, id="an item"),
    pytest.param({"type": "array"}, {"prefixItems": [{}, {"type": "string"}]}, id="the second item"),
    pytest.param(
        {"type": "array", "prefixItems": [{"const": 1}, {}]},
        {"prefixItems": [{}], "items": {"type": "null"}},
        id="a late item",
    ),
    pytest.param({"type": "array"}, {"contains": {"const": 1}}, id="an array without it"),
    pytest.param({"type": "array"}, {"contains": {"const": 1}, "minContains": 3}, id="too few of them"),
    pytest.param({"type": "array"}, {"contains": {"const": 1}, "maxContains": 2}, id="too many of them"),
    pytest.param({"type": "array", "items": {"enum": [1, 2]}}, {"uniqueItems": True}, id="an item twice"),
    pytest.param(
        {"type": "array", "contains": {"const": 1}}, {"items": {"const": 1}}, id="one that is and one that is not"
    ),
    pytest.param({"type": "integer"}, {"not": {"minimum": 3}}, id="not not"),
    pytest.param({}, {"allOf": [{"type": "string"}, {"maxLength": 2}]}, id="one part fails"),
    pytest.param({"type": "integer"}, {"anyOf": [{"minimum": 5}, {"maximum": 2}]}, id="every branch fails"),
    pytest.param(
        {"type": "integer", "minimum": 3}, {"oneOf": [{"minimum": 5}, {"maximum": 9}]}, id="two branches hold"
    ),
    pytest.param(
        {"type": "object", "required": ["k"]},
        {"if": {"properties": {"k": {"const": 1}}}, "then": {"required": ["a"]}, "else": {"required": ["b"]}},
        id="a condition without its consequence",
    ),
    pytest.param(
        {"type": "object", "properties": {"a": {}}}, {"unevaluatedProperties": False}, id="an unevaluated member"
    ),
    pytest.param({"type": "array"}, {"prefixItems": [{}], "unevaluatedItems": False}, id="an unevaluated item"),
    pytest.param(
        {"type": "array", "items": {"type": "string"}, "contains": {"const": "x"}},
        {"contains": {"const": "x"}, "minContains": 2},
        id="an item that is counted twice",
    ),
    pytest.param(
        {"type": "array", "contains": {"const": "x"}, "maxContains": 3},
        {"contains": {"const": "x"}, "maxContains": 2},
        id="as many items as may be",
    ),
    pytest.param(
        {"oneOf": [_kind(at) for at in range(31)]}, {"oneOf": [_kind(at) for at in range(30)]}, id="one of 31"
    ),
]


@pytest.mark.parametrize(("schema", "excluded"), DIFFERENCES)
@pytest.mark.parametrize("shape", [None, "min"])
def test_a_value_of_one_schema_and_not_of_the_other(schema: Any, excluded: Any, shape: Any) -> None:
    value: Any = synthesize({"allOf": [schema, {"not": excluded}]}, shape=shape)
    assert jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value)
    assert not jsonschema_rs.Draft202012Validator(excluded, validate_formats=True).is_valid(value)


INCLUSIONS: list[Any] = [
    pytest.param({"type": "string", "maxLength": 5}, {"maxLength": 9}, id="a length within another"),
    pytest.param({"type": "string", "pattern": "^[a-y]+$"}, {"pattern": "^[a-z]+$"}, id="a pattern within another"),
    pytest.param({"type": "string", "pattern": "^a{5,}$"}, {"minLength": 5}, id="a pattern that is long"),
    pytest.param({"type": "string"}, {"format": "int32"}, id="a format that nobody checks"),
    pytest.param({"type": "integer"}, {"multipleOf": 1}, id="integers are multiples of one"),
    pytest.param({"multipleOf": 6, "type": "number"}, {"multipleOf": 3}, id="multiples of multiples"),
    pytest.param({"type": "integer", "minimum": 1, "maximum": 3}, {"enum": [3, 2, 1]}, id="a range and its numbers"),
    pytest.param({"type": "boolean"}, {"enum": [True, False]}, id="both booleans"),
    pytest.param({"enum": [{"a": 1}]}, {"properties": {"a": {"type": "integer"}}}, id="a listed object that fits"),
    pytest.param(
        {"properties": {"a": {}}, "additionalProperties": False},
        {"propertyNames": {"enum": ["a", "b"]}},
        id="closed names",
    ),
    pytest.param(
        {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
        {"maxProperties": 1},
        id="a closed object",
    ),
    pytest.param({"type": "object", "required": ["a", "b"]}, {"minProperties": 2}, id="required members count"),
    pytest.param(
        {"patternProperties": {"^x": False}, "type": "object"}, {"not": {"required": ["xy"]}}, id="a forbidden pattern"
    ),
    pytest.param({"type": "array", "items": {"minimum": 5}}, {"items": {"minimum": 2}}, id="items within others"),
    pytest.param({"type": "array", "maxItems": 1}, {"uniqueItems": True}, id="one item is not repeated"),
    pytest.param(
        {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True}, {"maxItems": 2}, id="two booleans"
    ),
    pytest.param(
        {"type": "array", "items": {"const": 1}, "minItems": 1}, {"contains": {"const": 1}}, id="all hold one"
    ),
    pytest.param(
        {"type": "array", "prefixItems": [{"const": 1}], "items": False}, {"maxItems": 1}, id="a closed tuple"
    ),
    pytest.param(
        {"oneOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["null", "string"]}, id="oneOf of two types"
    ),
    pytest.param(
        {"if": {"type": "string"}, "then": False}, {"not": {"type": "string"}}, id="a condition that excludes"
    ),
    pytest.param(
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}, False, id="an object without an end"
    ),
    pytest.param(
        {"oneOf": [_kind(at) for at in range(6)]}, {"oneOf": [_kind(at) for at in range(7)]}, id="oneOf of more"
    ),
]


def _problem(**more: Any) -> Any:
    """Return an alternative as error answers often are: none is told from the others."""
    texts = {name: {"type": "string"} for name in ("type", "title", "detail", "instance")}
    return {"type": "object", "properties": {**texts, **more}, "required": [*texts]}


def test_alternatives_that_say_the_same_exclude_each_other() -> None:
    listed = {"type": "array", "items": {"type": "object"}}
    alternatives = [_problem(), _problem(invalid=listed), *(_problem() for _ in range(8))]
    with pytest.raises(Unsatisfiable):
        synthesize({"oneOf": alternatives})


def test_one_of_many_alternatives_that_have_most_in_common() -> None:
    alternatives = [_problem(**{f"only{at}": {"type": "integer"}}) for at in range(12)]
    schema: Any = {"oneOf": [{"allOf": [{"$ref": "#/$defs/Problem"}, one]} for one in alternatives]}
    schema["$defs"] = {"Problem": _problem()}
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(synthesize(schema))


@pytest.mark.parametrize(("schema", "other"), INCLUSIONS)
def test_an_inclusion_is_proved(schema: Any, other: Any) -> None:
    question = {**schema, "allOf": [{"not": other}]} if "$ref" in str(schema) else {"allOf": [schema, {"not": other}]}
    with pytest.raises(Unsatisfiable):
        synthesize(question)


TREE: dict[str, Any] = {
    "type": "object",
    "required": ["children"],
    "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
}
BOTH: Any = {"allOf": [{"$ref": "base#/$defs/Tree"}, {"not": {"$ref": "revision#/$defs/Node"}}]}


def trees(node: Any) -> Solver:
    return Solver(SideBySide({"base": {"$defs": {"Tree": TREE}}, "revision": {"$defs": {"Node": node}}}), shape="min")


def renamed(**other: Any) -> dict[str, Any]:
    items = {"type": "array", "items": {"$ref": "#/$defs/Node"}}
    return {**TREE, "properties": {**TREE["properties"], "children": items, **other}}


def test_a_recursive_schema_is_within_itself_under_another_name() -> None:
    with pytest.raises(Unsatisfiable):
        trees(renamed()).solve(BOTH, lambda _: [])


def test_a_recursive_schema_is_left_where_it_differs() -> None:
    assert trees(renamed(name={"maxLength": 2})).solve(BOTH, lambda _: []) == {"name": "Ada Lovelace", "children": []}


def test_an_excluded_definition_may_refer_to_itself_at_once() -> None:
    schema: Any = {"not": {"$ref": "#/$defs/A"}, "$defs": {"A": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/A"}]}}}
    try:
        assert synthesize(schema) is not None
    except GaveUp:
        return


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.data())
def test_what_one_schema_accepts_and_another_does_not_is_neither_wrong_nor_wrongly_excluded(
    data: st.DataObject,
) -> None:
    schema, other = data.draw(edited())
    for question in ({"not": schema}, {"allOf": [schema, {"not": other}]}, {"allOf": [other, {"not": schema}]}):
        validator = jsonschema_rs.Draft202012Validator(question, validate_formats=True)
        try:
            assert validator.is_valid(synthesize(question))
        except GaveUp:
            continue
        except Unsatisfiable:
            samples = [data.draw(values(side)) for side in (schema, schema, schema, other, other)]
            assert not any(map(validator.is_valid, samples))
