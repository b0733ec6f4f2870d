"""Schemas that allow but a few values: there is a value exactly where trying all of them finds one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import jsonschema_rs
import pytest

from contractctl.synth import GaveUp, Unsatisfiable, synthesize
from contractctl.synth.references import within
from contractctl.synth.verdicts import Judge

ATOMS: list[Any] = [None, True, False, 0, 1, 2, "", "a", "b"]
_ABSENT = object()
EVERY: list[Any] = [
    *ATOMS,
    *([*items] for length in range(3) for items in product(ATOMS, repeat=length)),
    *(
        {name: value for name, value in zip("ab", pair, strict=True) if value is not _ABSENT}
        for pair in product([_ABSENT, *ATOMS], repeat=2)
    ),
]
"""All values that LIMITS accepts."""
ATOM: list[Any] = [
    {"type": "null"},
    {"type": "boolean"},
    {"type": "integer", "minimum": 0, "maximum": 2},
    {"type": "string", "pattern": "^[ab]?$"},
]
LIMITS: Any = {
    "anyOf": [
        *ATOM,
        {"type": "array", "maxItems": 2, "items": {"anyOf": ATOM}},
        {"type": "object", "properties": {"a": {"anyOf": ATOM}, "b": {"anyOf": ATOM}}, "additionalProperties": False},
    ]
}
TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


class Drawing:
    """Draws schemas, always the same ones for a seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def schema(self, depth: int) -> Any:
        """Return a schema of one to three keywords, with others in it down to a depth."""
        if depth == 0 or self._chance.random() < 0.1:
            return self._chance.choice((True, False, *[self._plain()] * 8))
        found: dict[str, Any] = {}
        for _ in range(self._chance.choice((1, 1, 2, 2, 3))):
            found |= self._chance.choice((self._plain, self._plain, *self._composed(depth - 1)))()
        return found

    def _value(self) -> Any:
        return self._chance.choice(ATOMS if self._chance.random() < 0.7 else EVERY)

    def _plain(self) -> dict[str, Any]:
        some, small = self._chance.choice, self._chance.randint(0, 2)
        return some(
            (
                {"type": some(TYPES)},
                {"type": self._chance.sample(TYPES, 2)},
                {"const": self._value()},
                {"enum": [self._value() for _ in range(small + 1)]},
                {some(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")): some((0, 1, 2, 0.5))},
                {"multipleOf": some((1, 2, 0.5))},
                {some(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")): small},
                {"pattern": some(("^a", "b$", "^$", "a|b", "^(?!a)", "(?<!b)$"))},
                {"required": some((["a"], ["b"], ["a", "b"]))},
                {"uniqueItems": True},
                {"dependentRequired": {"a": ["b"]}},
            )
        )

    def _composed(self, depth: int) -> Iterator[Callable[[], dict[str, Any]]]:
        some = self._chance.choice
        draw = partial(self.schema, depth)
        for keyword in ("not", "items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties"):
            yield partial(lambda keyword: {keyword: some((False, draw()))}, keyword)
        for keyword in ("allOf", "anyOf", "oneOf"):
            yield partial(lambda keyword: {keyword: [draw() for _ in range(some((1, 2, 3)))]}, keyword)
        for keyword, names in (("properties", "ab"), ("patternProperties", "ab."), ("dependentSchemas", "ab")):
            yield partial(lambda keyword, names: {keyword: {some(names): draw()}}, keyword, names)
        yield lambda: {"if": draw(), "then": draw(), "else": draw()}
        yield lambda: {"prefixItems": [draw() for _ in range(some((1, 2)))]}
        yield lambda: {"contains": draw(), "minContains": some((0, 1, 2)), "maxContains": some((0, 1, 2))}
        yield lambda: {"propertyNames": some(({"const": "a"}, {"pattern": "a"}, {"not": {"const": "b"}}))}
        yield lambda: {"$ref": some(("#/$defs/X", "#/$defs/Y"))}


def _questions(seed: int, count: int) -> Iterator[Any]:
    drawing = Drawing(seed)
    for _ in range(count):
        parts = [drawing.schema(2) for _ in range(3)]
        yield {"allOf": [LIMITS, parts[0]], "$defs": {"X": parts[1], "Y": parts[2]}}


@pytest.mark.parametrize("seed", range(2))
def test_there_is_a_value_exactly_where_trying_all_of_them_finds_one(seed: int) -> None:
    given_up = 0
    for question in _questions(seed, 50):
        validator = jsonschema_rs.Draft202012Validator(question)
        try:
            assert validator.is_valid(synthesize(question)), question
        except Unsatisfiable:
            assert not any(map(validator.is_valid, EVERY)), question
        except GaveUp:
            given_up += 1
    assert given_up <= 1


@pytest.mark.parametrize("seed", range(4, 6))
def test_a_verdict_on_a_value_is_that_of_the_validator(seed: int) -> None:
    chance = random.Random(seed)
    known = 0
    for question in _questions(seed, 60):
        validator, judge = jsonschema_rs.Draft202012Validator(question), Judge(within(question))
        for value in chance.sample(EVERY, 20):
            verdict = judge.verdict(question, value)
            assert verdict in (validator.is_valid(value), None), (question, value)
            known += verdict is not None
    assert known > 0.98 * 60 * 20


def _clauses(count: int, *, seed: int) -> Any:
    """Return a schema of four members and so many clauses of three of them each."""
    chance = random.Random(seed)
    named = [f"x{at}" for at in range(4)]
    clauses = [
        {"anyOf": [{"properties": {name: {"const": chance.random() < 0.5}}} for name in chance.sample(named, 3)]}
        for _ in range(count)
    ]
    members = {name: {"type": "boolean"} for name in named}
    return {"type": "object", "properties": members, "required": named, "allOf": clauses}


@pytest.mark.parametrize("count", [pytest.param(8, id="few"), pytest.param(24, id="many")])
def test_clauses_that_force_each_other(count: int) -> None:
    schema = _clauses(count, seed=1)
    validator = jsonschema_rs.Draft202012Validator(schema)
    named = schema["required"]
    every = (dict(zip(named, values, strict=True)) for values in product((False, True), repeat=len(named)))
    if any(map(validator.is_valid, every)):
        assert validator.is_valid(synthesize(schema))
    else:
        with pytest.raises(Unsatisfiable):
            synthesize(schema)


@pytest.mark.parametrize(("least", "is_possible"), [(4, True), (5, False)])
def test_as_many_distinct_objects_as_there_are(least: int, is_possible: bool) -> None:
    members = {"a": {"enum": [1, 2]}, "b": {"enum": [1, 2]}}
    item = {"type": "object", "properties": members, "required": ["a", "b"], "additionalProperties": False}
    schema: Any = {"type": "array", "items": item, "minItems": least, "uniqueItems": True}
    if is_possible:
        assert jsonschema_rs.Draft202012Validator(schema).is_valid(synthesize(schema))
    else:
        with pytest.raises(Unsatisfiable):
            synthesize(schema)


PROVED: list[Any] = [
    pytest.param({"const": [1, 2], "unevaluatedItems": False}, id="a constant"),
    pytest.param(
        {"type": "object", "allOf": [{"properties": {"a": True}}], "required": ["b"], "unevaluatedProperties": False},
        id="a required member that nothing evaluates",
    ),
    pytest.param(
        {
            "oneOf": [
                {"properties": {"a": {"const": 1}}, "required": ["a"]},
                {"properties": {"b": True}, "required": ["b"]},
            ],
            "required": ["a", "b"],
            "type": "object",
            "unevaluatedProperties": False,
        },
        id="members of two alternatives of which one holds",
    ),
    pytest.param(
        {
            "type": "object",
            "anyOf": [{"properties": {"a": {"const": 1}}, "required": ["a"]}, {"required": ["a"]}],
            "properties": {"c": True},
            "required": ["a", "c"],
            "allOf": [{"properties": {"a": True}, "not": {"properties": {"a": {"const": 1}}}}],
            "minProperties": 3,
            "unevaluatedProperties": False,
        },
        id="more members than the branches evaluate",
    ),
    pytest.param(
        {"type": "array", "allOf": [{"prefixItems": [True]}], "minItems": 2, "unevaluatedItems": False},
        id="an item that nothing evaluates",
    ),
    pytest.param(
        {"type": "object", "not": {"maxProperties": 0}, "unevaluatedProperties": False},
        id="an exclusion evaluates nothing",
    ),
]


@pytest.mark.parametrize("schema", PROVED)
def test_what_nothing_evaluates_is_not_there(schema: Any) -> None:
    with pytest.raises(Unsatisfiable):
        synthesize(schema)


FOUND: list[Any] = [
    pytest.param(
        {
            "type": "object",
            "anyOf": [{"properties": {"a": True}}, {"properties": {"b": True}}],
            "required": ["a", "b"],
            "unevaluatedProperties": False,
        },
        id="members of two alternatives that both hold",
    ),
    pytest.param(
        {
            "allOf": [{"$ref": "#/$defs/A", "unevaluatedProperties": True}],
            "required": ["b"],
            "unevaluatedProperties": False,
            "$defs": {"A": {"type": "object", "anyOf": [{"required": ["a"]}, True]}},
        },
        id="one that evaluates all, within one that allows nothing else",
    ),
    pytest.param(
        {
            "type": "object",
            "dependentSchemas": {"a": {"properties": {"b": True}}},
            "properties": {"a": True},
            "required": ["b"],
            "unevaluatedProperties": False,
        },
        id="a member that is evaluated because of another",
    ),
    pytest.param(
        {"type": "array", "contains": {"const": 1}, "minItems": 2, "unevaluatedItems": False},
        id="items that are contained",
    ),
]


@pytest.mark.parametrize("schema", FOUND)
def test_what_something_evaluates_may_be_there(schema: Any) -> None:
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(synthesize(schema))
