"""Values from schemas: what they look like, that they are valid, and that they are the same everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contractctl.synth import GaveUp, Unsatisfiable, synthesize
from tests.synth.test_complement import DIFFERENCES

TREE: dict[str, Any] = {
    "$ref": "#/$defs/Tree",
    "$defs": {
        "Tree": {
            "type": "object",
            "required": ["id", "children"],
            "properties": {
                "id": {"type": "integer"},
                "parent": {"$ref": "#/$defs/Tree"},
                "next": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
                "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
            },
        }
    },
}

PET_OR_CAR: dict[str, Any] = {
    "oneOf": [{"$ref": "#/$defs/Car"}, {"$ref": "#/$defs/Pet"}],
    "discriminator": {"propertyName": "kind", "mapping": {"car": "#/$defs/Car"}},
    "$defs": {
        "Car": {"type": "object", "properties": {"kind": {"type": "string"}, "wheels": {"const": 4}}},
        "Pet": {"type": "object", "required": ["kind", "tail"], "properties": {"kind": {}, "tail": {"const": True}}},
    },
}

VALUES = [
    pytest.param({"const": {"a": [1, None]}}, {"a": [1, None]}, id="const is the value"),
    pytest.param({"enum": ["b", "a"]}, "b", id="the first of enum"),
    pytest.param({"type": "string", "examples": ["x", "y"], "default": "z"}, "x", id="examples come before default"),
    pytest.param({"type": "integer", "example": 7, "default": 8}, 7, id="the OpenAPI example counts"),
    pytest.param({"type": "integer", "default": 8, "minimum": 1}, 8, id="default comes before synthesis"),
    pytest.param(
        {"type": "integer", "default": 0, "minimum": 1}, 1, id="a default that is out of bounds is passed over"
    ),
    pytest.param(
        {"type": "string", "format": "date", "example": "soon"},
        "2024-01-15",
        id="an example that the format refuses is passed over",
    ),
    pytest.param({"type": ["null", "boolean"]}, True, id="null is the last resort"),
    pytest.param(
        {"type": "number", "multipleOf": 0.01, "exclusiveMinimum": 0, "maximum": 0.015},
        0.01,
        id="multiples are decimal",
    ),
    pytest.param({"type": "integer", "multipleOf": 7, "minimum": 15}, 21, id="a multiple within bounds"),
    pytest.param({"type": "integer", "minimum": 9007199254740993}, 9007199254740993, id="integers over 2^53 are exact"),
    pytest.param(
        {"type": "number", "exclusiveMinimum": 1.0, "exclusiveMaximum": 1.001}, 1.0005, id="between close bounds"
    ),
    pytest.param({"allOf": [{"minimum": 3, "type": "number"}, {"type": "integer"}]}, 3, id="allOf is a conjunction"),
    pytest.param(
        {"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": True, "minItems": 3},
        ["a", "b", "c"],
        id="distinct items",
    ),
    pytest.param({"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": False}, [1, 2], id="a tuple"),
    pytest.param(
        {"type": "array", "contains": {"const": "x"}, "prefixItems": [{"type": "integer"}]},
        [1, "x"],
        id="contains stands behind the prefix",
    ),
    pytest.param(
        {
            "if": {"properties": {"a": {"const": 1}}},
            "then": {"required": ["a", "b"]},
            "properties": {"b": {"const": 2}},
        },
        {"b": 2, "a": 1},
        id="if and then",
    ),
    pytest.param(
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"const": 1}},
            "dependentRequired": {"a": ["b"]},
            "additionalProperties": {"const": 2},
        },
        {"a": 1, "b": 2},
        id="a dependent member",
    ),
    pytest.param(
        {"type": "object", "additionalProperties": {"type": "integer"}}, {"key1": 1}, id="a map shows one entry"
    ),
    pytest.param(
        {"type": "object", "properties": {"a": {"type": "integer"}, "b": False}},
        {"a": 1},
        id="an impossible optional member is left out",
    ),
    pytest.param({"type": "object"}, {}, id="no unknown members are made up"),
    pytest.param({"not": {"type": "object"}}, "text 1", id="not an object"),
    pytest.param({"oneOf": [{"type": "integer"}, {"type": "number"}]}, 6.16, id="exactly one branch"),
    pytest.param(TREE, {"id": 1, "next": None, "children": []}, id="recursion is cut where the schema allows it"),
    pytest.param(PET_OR_CAR, {"kind": "car", "wheels": 4}, id="the discriminator names its branch"),
]


@pytest.mark.parametrize(("schema", "value"), VALUES)
def test_the_value_of_a_schema(schema: Any, value: Any) -> None:
    assert synthesize(schema) == value


PATTERNS = [
    r"^[A-Z]{3}-\d{4,6}$",
    r"^(?:red|green|blue)$",
    r"^[^\s@]+@[^\s@]+\.[a-z]{2,}$",
    r"^\+?[1-9]\d{1,14}$",
    r"[a-f0-9]{8}",
    r"^v(\d+)\.(\d+)(?:-(?<tag>[a-z]+))?$",
    r"^\p{Lu}\p{L}*$",
    r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$",
    r"^[ -~]{1,5}$",
    r"^\u0041\x42\/$",
    r"\b[a-f0-9]{8}\b",
    r"^(?=.*x)(?!y)[xz]{3}$",
    r"^(?<year>\d{4})(?<!0000)$",
    "^$",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_texts_match_their_pattern(pattern: str) -> None:
    assert jsonschema_rs.is_valid({"pattern": pattern}, synthesize({"type": "string", "pattern": pattern}))


def test_a_pattern_is_stretched_to_the_shortest_length() -> None:
    value = synthesize({"type": "string", "pattern": "^[a-z]+-[0-9]+$", "minLength": 40, "maxLength": 40})
    assert isinstance(value, str)
    assert len(value) == 40


def test_members_look_like_their_names() -> None:
    names = ("id", "email", "firstName", "created_at", "updatedAt", "homepageUrl", "city")
    schema = {"type": "array", "items": {"properties": {name: {"type": "string"} for name in names}}}
    assert synthesize(schema)[0] == {  # type: ignore[index, call-overload]  # JSON of any shape
        "id": "1",
        "email": "ada@example.com",
        "firstName": "Ada",
        "created_at": "2024-01-15T09:30:00Z",
        "updatedAt": "2024-02-14T09:30:00Z",
        "homepageUrl": "https://example.com/1",
        "city": "Berlin",
    }


def test_identifiers_count_up() -> None:
    schema = {"type": "array", "minItems": 3, "items": {"properties": {"id": {"type": "integer"}}}}
    assert synthesize(schema) == [{"id": 1}, {"id": 2}, {"id": 3}]


def test_the_shape_min_has_required_members_only() -> None:
    schema = {"required": ["a"], "properties": {"a": {"type": "array", "items": {}}, "b": {"type": "string"}}}
    assert synthesize(schema, shape="min") == {"a": []}


def test_another_seed_gives_another_value() -> None:
    assert (
        len({json.dumps(synthesize({"type": "string", "pattern": "^[a-z]{12}$"}, seed=seed)) for seed in range(9)}) == 9
    )


CONTRADICTIONS = [
    pytest.param(False, id="false"),
    pytest.param({"type": "integer", "minimum": 3, "maximum": 2}, id="bounds that cross"),
    pytest.param({"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2}, id="no integer between"),
    pytest.param({"type": "number", "multipleOf": 5, "minimum": 6, "maximum": 9}, id="no multiple between"),
    pytest.param({"type": "number", "exclusiveMinimum": 1, "maximum": 1}, id="an open end on itself"),
    pytest.param({"allOf": [{"type": "string"}, {"type": "array"}]}, id="two types at once"),
    pytest.param({"enum": ["a"], "type": "integer"}, id="an enumeration of another type"),
    pytest.param({"enum": [1, 2], "minimum": 3}, id="an enumeration below the minimum"),
    pytest.param({"allOf": [{"const": 1}, {"const": True}]}, id="1 is not true"),
    pytest.param({"enum": []}, id="an empty enumeration"),
    pytest.param({"not": {}}, id="not anything"),
    pytest.param({"enum": [1, "a"], "not": {"type": ["integer", "string"]}}, id="an enumeration that is excluded"),
    pytest.param(
        {"type": "object", "required": ["a"], "properties": {"a": False}}, id="a required member that cannot be"
    ),
    pytest.param(
        {"type": "object", "required": ["a"], "additionalProperties": False}, id="a required member that may not be"
    ),
    pytest.param({"type": "object", "required": ["a", "b"], "maxProperties": 1}, id="more required than allowed"),
    pytest.param({"type": "array", "minItems": 1, "items": False}, id="an item that cannot be"),
    pytest.param({"type": "array", "minItems": 2, "maxItems": 1}, id="item counts that cross"),
    pytest.param({"type": "string", "minLength": 2, "maxLength": 1}, id="lengths that cross"),
    pytest.param(
        {"type": "array", "prefixItems": [{"type": "string"}], "maxItems": 1, "contains": {"type": "integer"}},
        id="contains against the only position",
    ),
    pytest.param({"anyOf": [False, {"allOf": [{"type": "null"}, {"type": "string"}]}]}, id="no branch is possible"),
    pytest.param(
        {
            "oneOf": [{"$ref": "#/$defs/A"}, {"title": "A", "type": "object"}],
            "$defs": {"A": {"type": "object", "description": "the same"}},
        },
        id="branches of oneOf that say the same",
    ),
]


@pytest.mark.parametrize("schema", CONTRADICTIONS)
def test_a_contradiction_is_proved(schema: Any) -> None:
    with pytest.raises(Unsatisfiable):
        synthesize(schema)


SATISFIABLE_TRAPS = [
    pytest.param({"required": ["a"], "dependentSchemas": {"a": False}}, id="only an object has members to depend on"),
    pytest.param({"required": ["a"], "dependencies": {"a": False}}, id="and so it is with dependencies"),
    pytest.param(
        {
            "type": "object",
            "required": ["a", "b"],
            "anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}],
            "unevaluatedProperties": False,
        },
        id="both branches together evaluate what neither does alone",
    ),
    pytest.param(
        {"$ref": "#/$defs/A", "$defs": {"A": {"required": ["a"], "properties": {"a": {"$ref": "#/$defs/A"}}}}},
        id="endless for objects, fine for the rest",
    ),
    pytest.param({"type": "string", "pattern": "^(?=x)"}, id="a pattern beyond the generator"),
    pytest.param({"$ref": "https://example.com/schema"}, id="a reference to elsewhere"),
    pytest.param({"type": "nonsense"}, id="no schema at all"),
    pytest.param({"type": "string", "minLength": 10**9}, id="a text of a gigabyte"),
    pytest.param({"type": "string", "pattern": "^(){1000000000}a$"}, id="nothing, a milliard times"),
    pytest.param({"allOf": [{"minLength": number} for number in range(1000)]}, id="a thousand parts"),
    pytest.param(
        {"$ref": "#/$defs/0", "$defs": {**{str(n): {"$ref": f"#/$defs/{n + 1}"} for n in range(1000)}, "1000": {}}},
        id="a chain of a thousand references",
    ),
]


@pytest.mark.parametrize("schema", SATISFIABLE_TRAPS)
def test_no_proof_is_claimed_where_there_is_none(schema: Any) -> None:
    try:
        value = synthesize(schema)
    except GaveUp:
        return
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(value)


def scalars() -> st.SearchStrategy[Any]:
    return st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=3) | st.just(0.5)


def schemas() -> st.SearchStrategy[Any]:
    """Schemas over few names and small numbers, so that keywords meet and contradict each other."""
    name = st.sampled_from("abc")
    small = st.integers(0, 3)
    types = st.sampled_from(("object", "array", "string", "integer", "number", "boolean", "null"))
    leaf = st.fixed_dictionaries(
        {},
        optional={
            "type": types | st.lists(types, min_size=1, max_size=3, unique=True),
            "enum": st.lists(scalars(), min_size=1, max_size=3),
            "const": scalars(),
            "default": scalars(),
            "examples": st.lists(scalars(), max_size=2),
            "minimum": st.integers(-3, 3),
            "exclusiveMaximum": st.integers(-3, 6),
            "multipleOf": st.sampled_from((0.1, 0.25, 2, 3)),
            "minLength": small,
            "maxLength": small,
            "pattern": st.sampled_from(("^a+$", "b", "^[ab]{2}$", "^(a|bb)$")),
            "format": st.sampled_from(("email", "date-time", "uuid", "int32")),
            "required": st.lists(name, max_size=2, unique=True),
            "minItems": small,
            "maxItems": small,
            "maxProperties": small,
            "minProperties": small,
            "uniqueItems": st.booleans(),
        },
    )

    def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        some = st.lists(inner, min_size=1, max_size=3)
        extra = st.fixed_dictionaries(
            {},
            optional={
                "properties": st.dictionaries(name, inner, max_size=3),
                "additionalProperties": inner,
                "unevaluatedProperties": inner,
                "dependentRequired": st.dictionaries(name, st.lists(name, max_size=2, unique=True), max_size=1),
                "dependentSchemas": st.dictionaries(name, inner, max_size=1),
                "propertyNames": inner,
                "items": inner,
                "prefixItems": some,
                "contains": inner,
                "allOf": some,
                "anyOf": some,
                "oneOf": some,
                "not": inner,
                "if": inner,
                "then": inner,
                "else": inner,
                "$ref": st.sampled_from(("#", "#/$defs/D")),
            },
        )
        return st.builds(lambda one, other: {**one, **other}, leaf, extra)

    plain = st.recursive(leaf | st.booleans(), larger, max_leaves=8)
    return st.builds(
        lambda root, target: {**root, "$defs": {"D": target}}, plain.filter(lambda s: s not in (True, False)), plain
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(schema=schemas(), seed=st.integers(0, 3))
def test_every_value_validates(schema: Any, seed: int) -> None:
    try:
        value = synthesize(schema, seed=seed)
    except (GaveUp, Unsatisfiable):
        return
    assert jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    schema=schemas(),
    value=st.recursive(
        scalars(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
        max_leaves=5,
    ),
)
def test_what_is_called_unsatisfiable_has_no_value(schema: Any, value: Any) -> None:
    try:
        synthesize(schema)
    except GaveUp:
        return
    except Unsatisfiable:
        assert not jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value)


PROGRAM = """
import json, sys
from contractctl.synth import GaveUp, Unsatisfiable, synthesize
from tests.synth.test_complement import DIFFERENCES
for schema in json.load(sys.stdin):
    for seed in (0, 5):
        try:
            print(json.dumps(synthesize(schema, seed=seed)))
        except (GaveUp, Unsatisfiable) as error:
            print(type(error).__name__, error)
"""


def test_values_are_equal_under_every_hash_seed() -> None:
    collection = [case.values[0] for case in (*VALUES, *CONTRADICTIONS)] + [{"pattern": p} for p in PATTERNS]
    collection += [{"allOf": [case.values[0], {"not": case.values[1]}]} for case in DIFFERENCES]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=json.dumps(collection),
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
