"""Schemas that no value satisfies: what is said of them is true."""

from __future__ import annotations

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.contract.model import SchemaValue
from contractctl.core.json import Json, is_object
from contractctl.lint.schemas.emptiness import contradiction
from tests.lint.schemas.schemas import schemas, values

_PLAIN = {"A": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}, "B": {"type": "integer"}}


def _meaning(reference: Json) -> SchemaValue:
    return _PLAIN[str(reference).removeprefix("#/$defs/")]


@settings(max_examples=40, deadline=None)
@given(schemas, st.lists(values, min_size=1, max_size=20))
def test_no_value_fits_what_is_said_to_be_unsatisfiable(schema: Json, candidates: list[Json]) -> None:
    if not is_object(schema) or contradiction((schema,), _meaning) is None:
        return
    validator = jsonschema_rs.Draft202012Validator({**schema, "$defs": _PLAIN})
    assert [value for value in candidates if validator.is_valid(value)] == []


@settings(max_examples=40, deadline=None)
@given(schemas, values)
def test_a_value_that_a_schema_accepts_is_never_said_to_contradict_it(schema: Json, value: Json) -> None:
    if contradiction((schema, {"const": value}), _meaning) is None:
        return
    assert not jsonschema_rs.Draft202012Validator({"allOf": [schema], "$defs": _PLAIN}).is_valid(value)
