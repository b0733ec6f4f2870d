"""Pairs about which a checker of containment (jsonsubschema 0.0.8) says otherwise, each decided by a value or by none."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from contractctl.diff.relation import Inclusion
from tests.diff.test_laws import relate

_MAP = {"type": "object", "properties": {}, "additionalProperties": {"type": "integer"}}
_CLOSED = {"type": "object", "properties": {}, "additionalProperties": False}
_NOTHING = {**_CLOSED, "minProperties": 1}

# ruff: noqa: E501 - a pair and the value that decides it on one line read best
REFUTED: list[tuple[str, Any, Any, Any]] = [
    ("a map closed", _MAP, _CLOSED, {"a": 0}),
    ("a map closed in items", {"type": "array", "items": _MAP}, {"type": "array", "items": _CLOSED}, [{"a": 0}]),
    ("a map closed beside null", {"anyOf": [_MAP, {"type": "null"}]}, {"anyOf": [_CLOSED, {"type": "null"}]}, {"a": 0}),
    ("what is no multiple is no other type", {"not": {"type": "number", "multipleOf": 2}}, {"not": {"type": "number"}}, 1),
    ("a multiple below a bound", {"allOf": [{"type": "integer", "multipleOf": 4}, {"maximum": 3}]}, {"type": "null"}, 0),
    ("an integer that is not excluded", {"type": "integer", "not": {"enum": [1, 2]}}, {"type": "integer", "minimum": 2}, 0),
    ("a text that one of two takes", {"oneOf": [{"enum": ["a"]}, {"type": "string"}]}, {"oneOf": [{"enum": ["a"]}, {"type": "string", "pattern": "^b$"}]}, ""),
]  # fmt: skip
PROVEN: list[tuple[str, Any, Any]] = [
    ("no value is any", _NOTHING, {"type": "number"}),
    ("no member is at most three", _CLOSED, {**_CLOSED, "maxProperties": 3}),
    ("one value and a step", {"oneOf": [{"enum": [3]}, {"type": "array"}]}, {"oneOf": [{"type": "number", "multipleOf": 0.5}, {"type": "array"}]}),
    ("integers and a step", {"type": "integer", "minimum": 0}, {"anyOf": [{"type": "string"}, {"type": "number", "multipleOf": 0.5}]}),
    ("arrays, and what is said of arrays", {"type": "array", "items": {"not": {"type": "null"}}}, {"items": {"not": {"type": "null"}}}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "revision", "value"), [case[1:] for case in REFUTED], ids=[case[0] for case in REFUTED]
)
def test_a_value_decides_that_the_one_is_not_in_the_other(base: Any, revision: Any, value: Any) -> None:
    accepts, refuses = (jsonschema_rs.Draft202012Validator(side).is_valid(value) for side in (base, revision))
    assert (accepts, refuses) == (True, False)
    assert relate(base, revision).forward is not Inclusion.PROVEN


@pytest.mark.parametrize(("base", "revision"), [case[1:] for case in PROVEN], ids=[case[0] for case in PROVEN])
def test_the_one_is_in_the_other(base: Any, revision: Any) -> None:
    assert relate(base, revision).forward is Inclusion.PROVEN
