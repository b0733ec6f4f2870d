"""Guesses from compiled schemas: valid in every shape, the same for the same question, and hardly ever solved."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contractctl.synth import GaveUp, Plans, Shape, Solver, Unsatisfiable, synthesize
from tests.synth.test_synthesize import TREE, schemas

SHAPES: tuple[Shape | None, ...] = (None, "min", "max", "null", "edge")


def validator(schema: Any) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def guessed(schema: Any, **manner: Any) -> Any:
    """Return a value that was guessed; fail where the Solver was needed."""

    def objections(value: Any) -> Iterator[tuple[str | int, ...]]:
        pytest.fail(f"the guess was refused: {value}")

    return Plans(schema).plan(schema).value(validator(schema).is_valid, objections, **manner)


def value_of(schema: Any, **manner: Any) -> Any:
    known = validator(schema)
    return Plans(schema).plan(schema).value(known.is_valid, known.iter_errors, **manner)


PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "email": {"type": "string", "format": "email"},
        "born": {"type": ["string", "null"], "format": "date"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
PEOPLE: dict[str, Any] = {"type": "object", "properties": {"data": {"type": "array", "items": PERSON}}}

IN_SHAPES = [
    pytest.param(
        PERSON,
        {},
        {
            "id": 1,
            "name": "Ada Lovelace",
            "email": "ada@example.com",
            "born": "1990-01-23",
            "tags": ["tag", "tag 2"],
        },
        id="all members, and they fit each other",
    ),
    pytest.param(PERSON, {"shape": "min"}, {"id": 1}, id="min has required members only"),
    pytest.param(
        {"type": "array", "items": PERSON}, {"shape": "min"}, [], id="min has no items where none has to be there"
    ),
    pytest.param(
        {"type": "array", "items": {"type": "integer"}},
        {"shape": "max"},
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        id="max has long arrays",
    ),
    pytest.param(
        {"type": "array", "items": {"type": "integer"}, "maxItems": 4},
        {"shape": "max"},
        [1, 2, 3, 4],
        id="max keeps the bounds of an array",
    ),
    pytest.param(
        {"properties": {"a": {"type": ["string", "null"]}, "b": {"enum": [1, None]}, "c": {"const": 2}}},
        {"shape": "null"},
        {"a": None, "b": None, "c": 2},
        id="null is null wherever that is allowed",
    ),
    pytest.param(
        {"anyOf": [{"type": "object"}, {"type": "null"}]}, {"shape": "null"}, None, id="null may be the whole value"
    ),
    pytest.param(
        {"type": "array", "items": {"type": "integer", "format": "int32"}, "minItems": 3, "maxItems": 3},
        {"shape": "edge"},
        [2**31 - 1, -(2**31), 0],
        id="edge has the extreme numbers",
    ),
    pytest.param(
        {"type": "array", "items": {"type": "string", "maxLength": 3}, "minItems": 4, "maxItems": 4},
        {"shape": "edge"},
        ["Ünï", "", "😀🎉𝒳", "مرح"],
        id="edge has the longest and the empty text, wide characters and those from right to left",
    ),
    pytest.param(
        {"type": "array", "items": {"type": "integer"}}, {"items": 5}, [1, 2, 3, 4, 5], id="items of an array"
    ),
    pytest.param({"type": "array", "items": {"type": "integer"}}, {"items": 0}, [], id="an array without items"),
    pytest.param(
        {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3},
        {"items": 0},
        [1, 2],
        id="no fewer items than the schema asks for",
    ),
    pytest.param(
        {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3},
        {"items": 9},
        [1, 2, 3],
        id="no more items than the schema allows",
    ),
    pytest.param(
        {"properties": {"data": {"type": "array", "items": {"properties": {"ids": {"type": "array"}}}}}},
        {"items": 1},
        {"data": [{"ids": ["1", "2"]}]},
        id="items of the array that an object holds, and not of those within",
    ),
    pytest.param(
        {"type": "integer", "example": 7, "default": 8}, {"examples": False}, 1, id="examples and defaults left out"
    ),
    pytest.param(
        {"type": "array", "items": {"oneOf": [{"const": "a"}, {"const": "b"}]}},
        {"items": 4},
        ["a", "b", "a", "b"],
        id="items take the branches in turn",
    ),
    pytest.param(TREE, {}, {"id": 1, "next": None, "children": []}, id="recursion is cut where it may be"),
    pytest.param(
        {
            "oneOf": [
                {"type": "object", "properties": {"a": {}}},
                {"type": "object", "properties": {"b": {"type": "integer"}}},
                {"type": "string"},
            ],
        },
        {},
        "text 1",
        id="the branch that no other one takes too",
    ),
    pytest.param(
        {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"enum": ["a", "b", "c"]}},
        {"seed": 2},
        ["c", "a", "b"],
        id="distinct items",
    ),
    pytest.param(
        {"type": "object", "required": ["x"], "minProperties": 3, "additionalProperties": {"type": "boolean"}},
        {},
        {"x": True, "key1": True, "key2": True},
        id="members that are only counted",
    ),
    pytest.param(
        {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/json"},
        {},
        "eyJpZCI6MX0=",
        id="JSON within a text, encoded",
    ),
    pytest.param({"type": "string", "contentMediaType": "application/json"}, {}, '{"id":1}', id="JSON within a text"),
    pytest.param({"type": "string", "contentEncoding": "base16"}, {}, "636F6E74656E742031", id="hexadecimal digits"),
]


@pytest.mark.parametrize(("schema", "manner", "value"), IN_SHAPES)
def test_what_is_guessed(schema: Any, manner: Any, value: Any) -> None:
    assert guessed(schema, **manner) == value


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_solver_knows_the_shapes_too(shape: Shape | None) -> None:
    known = validator(PEOPLE)
    solver = Solver(PEOPLE, shape=shape, items=3)
    value: Any = solver.solve(PEOPLE, known.iter_errors)
    assert known.is_valid(value)
    if shape != "min":
        assert len(value["data"]) == 3
    if shape == "null":
        assert [one["born"] for one in value["data"]] == [None, None, None]
    if shape == "edge":
        assert value["data"][0]["id"] in {2**53 - 1, -(2**53) + 1, 0}


NOT_PLAIN = [
    pytest.param({"type": "array", "contains": {"const": 3}, "items": {"type": "integer"}}, id="contains"),
    pytest.param({"type": "object", "not": {"additionalProperties": {"type": "string"}}}, id="a member that must be"),
    pytest.param({"$ref": "#/$defs/A", "$defs": {"A": {"minProperties": 99}}}, id="very many members"),
]


@pytest.mark.parametrize("schema", NOT_PLAIN)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_what_is_not_plain_is_solved(schema: Any, shape: Shape | None) -> None:
    assert validator(schema).is_valid(value_of(schema, shape=shape))


def test_what_has_no_value_is_proved_once_for_all_seeds_and_shapes() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "enum": ["x"]}}}
    plan, known = Plans(schema).plan(schema), validator(schema)
    reasons = []
    for seed, shape in enumerate(SHAPES):
        with pytest.raises(Unsatisfiable) as proof:
            plan.value(known.is_valid, known.iter_errors, seed=seed, shape=shape)
        reasons.append(str(proof.value))
    assert reasons == ["no value of the enumeration is allowed"] * len(SHAPES)


def test_large_seeds_give_numbers_that_can_be_read() -> None:
    assert guessed({"type": "integer"}, seed=2**64 - 1) < 20_000


def test_a_count_of_items_is_bounded() -> None:
    assert len(guessed({"type": "array", "items": {"type": "integer"}}, items=10**9)) == 1_000


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    schema=schemas(),
    seed=st.integers(0, 2**64),
    shape=st.sampled_from(SHAPES),
    items=st.none() | st.integers(0, 5),
    examples=st.booleans(),
)
def test_values_are_valid_and_equal_for_equal_questions(
    schema: Any, seed: int, shape: Shape | None, items: int | None, examples: bool
) -> None:
    known, manner = validator(schema), {"seed": seed, "shape": shape, "items": items, "examples": examples}
    plan = Plans(schema).plan(schema)
    try:
        value = value_of(schema, **manner)
        plan.value(known.is_valid, known.iter_errors, seed=seed + 1, shape=shape)
    except (GaveUp, Unsatisfiable):
        return
    assert known.is_valid(value)
    # What was asked before makes no difference.
    assert plan.value(known.is_valid, known.iter_errors, **manner) == value


def plain_schemas() -> st.SearchStrategy[Any]:
    """Schemas as API descriptions have them: every one has values in every shape."""
    texts = st.builds(
        lambda least, more: {"type": "string", "minLength": least, "maxLength": least + more},
        st.integers(0, 40),
        st.integers(0, 40),
    )
    formats = st.sampled_from(("email", "date-time", "date", "uuid", "uri", "ipv4", "hostname", "duration", "byte"))
    leaf = st.one_of(
        texts,
        st.builds(lambda name: {"type": ["string", "null"], "format": name}, formats),
        st.builds(
            lambda low, size: {"type": "integer", "minimum": low, "maximum": low + size},
            st.integers(-(2**63), 2**63),
            st.integers(0, 2**40),
        ),
        st.builds(
            lambda low, step: {"type": "number", "minimum": low, "multipleOf": step},
            st.integers(-100, 100),
            st.sampled_from((0.01, 0.5, 3)),
        ),
        st.sampled_from(({"type": "boolean"}, {"enum": ["a", "b", None]}, {"type": "string", "pattern": "^[a-f]{4}$"})),
    )
    names = st.sampled_from(("id", "name", "email", "price", "created_at", "updatedAt", "items", "owner", "x"))

    def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        objects = st.builds(
            lambda members, needed: {"type": "object", "properties": members, "required": [*members][:needed]},
            st.dictionaries(names, inner, max_size=4),
            st.integers(0, 4),
        )
        arrays = st.builds(
            lambda items, least, more: {"type": "array", "items": items, "minItems": least, "maxItems": least + more},
            inner,
            st.integers(0, 3),
            st.integers(0, 20),
        )
        both = st.lists(objects, min_size=1, max_size=2).map(lambda parts: {"allOf": parts})
        return objects | arrays | both | inner.map(lambda one: {"anyOf": [one, {"type": "null"}]})

    return st.recursive(leaf, larger, max_leaves=8)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(schema=plain_schemas(), seed=st.integers(0, 10_006), shape=st.sampled_from(SHAPES))
def test_what_is_plain_is_guessed(schema: Any, seed: int, shape: Shape | None) -> None:
    asked: list[Any] = []

    def objections(value: Any) -> Iterator[jsonschema_rs.ValidationError]:
        asked.append(value)
        return known.iter_errors(value)

    known = validator(schema)
    try:
        Plans(schema).plan(schema).value(known.is_valid, objections, seed=seed, shape=shape)
    except (GaveUp, Unsatisfiable):
        # Two members of one name can exclude each other.
        assert "allOf" in json.dumps(schema)
        return
    assert not asked or "allOf" in json.dumps(schema)


CHOICES = [
    pytest.param({"type": "integer", "minimum": 18, "maximum": 99}, id="a bounded integer"),
    pytest.param({"type": "number", "maximum": 0}, id="a number with an end"),
    pytest.param({"type": "number", "multipleOf": 0.25}, id="a multiple"),
    pytest.param({"type": "boolean"}, id="a boolean"),
    pytest.param({"enum": ["a", "b", "c"]}, id="an enumeration"),
    pytest.param({"type": "string"}, id="a text"),
    pytest.param({"type": "string", "format": "uuid"}, id="a format"),
    pytest.param({"type": "string", "pattern": "^[a-z]{8}$"}, id="a pattern"),
    pytest.param({"type": "object", "properties": {"price": {"type": "number"}}}, id="a price"),
    pytest.param({"oneOf": [{"const": 1}, {"const": 2}]}, id="a branch"),
]


@pytest.mark.parametrize("schema", CHOICES)
def test_another_seed_gives_another_value_where_there_is_a_choice(schema: Any) -> None:
    assert len({json.dumps(guessed(schema, seed=seed)) for seed in range(4)}) > 1


PROGRAM = """
import json, sys
from contractctl.synth import synthesize
for schema in json.load(sys.stdin):
    for seed in (0, 77):
        for shape in (None, "min", "max", "null", "edge"):
            print(json.dumps(synthesize(schema, seed=seed, shape=shape)))
"""


def test_values_are_equal_under_every_hash_seed() -> None:
    collection = [PERSON, PEOPLE, TREE, *(case.values[0] for case in (*IN_SHAPES, *CHOICES))]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=json.dumps(collection),
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "4242")
    }
    assert len(outputs) == 1


def test_a_schema_of_a_thousand_members_is_guessed() -> None:
    schema = {"type": "object", "properties": {f"m{n}": {"type": "integer"} for n in range(1_000)}}
    assert len(synthesize(schema)) == 1_000  # type: ignore[arg-type]  # an object
