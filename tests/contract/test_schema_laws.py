"""Laws of normalised schemas, beside an independent reading of the versions that they were written in."""

from __future__ import annotations

import json

import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator, OAS31Validator

from contractctl.contract.build import build_contract
from contractctl.source.parse import parse_document
from contractctl.source.spec import load_description

NAMES = ("a", "b")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "ab", "abc"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=2),
    max_leaves=6,
)


def _keywords(bounds):
    return {
        "type": st.sampled_from(["string", "integer", "object", "array", "boolean"]),
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "maxLength": st.integers(0, 2),
        "minItems": st.integers(0, 2),
        "required": st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True),
        **bounds,
    }


BOUNDS_3_0 = {
    "type": st.sampled_from(["integer", "string"]),
    "nullable": st.booleans(),
    "minimum": st.integers(-2, 2),
    "exclusiveMinimum": st.booleans(),
    "maximum": st.integers(-2, 2),
    "exclusiveMaximum": st.booleans(),
}
KEYWORDS_3_0 = _keywords(BOUNDS_3_0)
KEYWORDS_3_1 = _keywords({"exclusiveMinimum": st.integers(-2, 2), "maximum": st.integers(-2, 2), "const": VALUES})


def schemas(keywords):
    """Return schemas of these keywords, nested."""
    leaf = st.fixed_dictionaries({}, optional=keywords)
    return st.recursive(
        leaf,
        lambda inner: st.builds(
            lambda one, other: {**one, **other},
            leaf,
            st.fixed_dictionaries(
                {},
                optional={
                    "items": inner,
                    "properties": st.dictionaries(st.sampled_from(NAMES), inner, max_size=2),
                    "additionalProperties": inner,
                    "allOf": st.lists(inner, min_size=1, max_size=2),
                    "anyOf": st.lists(inner, min_size=1, max_size=2),
                    "oneOf": st.lists(inner, min_size=1, max_size=2),
                    "not": inner,
                },
            ),
        ),
        max_leaves=5,
    )


def normalised(schema, version):
    """Return a schema as the contract has it; nothing may be wrong with it."""
    root = {"openapi": version, "paths": {}, "components": {"schemas": {"A": schema}}}
    built = build_contract(parse_document("openapi.json", json.dumps(root).encode()))
    assert built.findings == ()
    return built.contract.definitions["A"].value


@settings(max_examples=120)
@given(schemas(KEYWORDS_3_0), VALUES)
def test_a_schema_of_3_0_accepts_what_another_reader_of_3_0_accepts(schema, value):
    accepts = OAS30Validator(schema).is_valid(value)
    assert jsonschema_rs.Draft202012Validator(normalised(schema, "3.0.4")).is_valid(value) == accepts


@given(st.fixed_dictionaries({}, optional=BOUNDS_3_0), st.none() | st.integers(-3, 3) | st.text(max_size=1))
def test_bounds_and_null_of_3_0_are_those_of_another_reader(schema, value):
    accepts = OAS30Validator(schema).is_valid(value)
    assert jsonschema_rs.Draft202012Validator(normalised(schema, "3.0.4")).is_valid(value) == accepts


@settings(max_examples=100)
@given(schemas(KEYWORDS_3_1), VALUES)
def test_a_schema_of_3_1_accepts_what_another_reader_of_3_1_accepts(schema, value):
    accepts = OAS31Validator(schema).is_valid(value)
    assert jsonschema_rs.Draft202012Validator(normalised(schema, "3.1.1")).is_valid(value) == accepts


@given(schemas(KEYWORDS_3_0))
def test_what_is_normalised_means_itself(schema):
    once = normalised(schema, "3.0.4")
    assert normalised(once, "3.1.1") == once


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(schemas(KEYWORDS_3_1), min_size=4, max_size=4), st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_a_description_in_several_files_is_that_in_one(tmp_path_factory, parts, places):
    folder = tmp_path_factory.mktemp("split")
    whole = _written(folder / "whole", parts, [0, 0, 0, 0])
    split = _written(folder / "split", parts, places)
    assert [_resolved(split, key) for key in split] == [_resolved(whole, f"S{_number(key)}") for key in split]


def _written(folder, parts, places):
    """Write schemas that refer to each other in a ring to files 0 (the entry) to 2; return the definitions of all."""
    files = [{}, {}, {}]
    for index, (part, place) in enumerate(zip(parts, places, strict=True)):
        following = (index + 1) % len(parts)
        pointer = f"components/schemas/S{following}" if places[following] == 0 else f"S{following}"
        reference = {"$ref": f"{_name(places[following])}#/{pointer}"}
        files[place][f"S{index}"] = {"allOf": [part], "properties": {"next": reference}}
    entry = {
        f"E{index}": {"$ref": f"{_name(place)}#/{'components/schemas/' * (not place)}S{index}"}
        for index, place in enumerate(places)
    }
    folder.mkdir()
    root = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {**files[0], **entry}}}
    for number, value in enumerate([root, *files[1:]]):
        (folder / _name(number)).write_text(json.dumps(value))
    built = build_contract(load_description(_name(0), folder=folder))
    assert built.findings == ()
    return {key: schema.value for key, schema in built.contract.definitions.items() if not key.startswith("E")}


def _name(number):
    return f"file{number}.json"


def _number(key):
    return key[-1]


def _resolved(definitions, key):
    """Return a definition with the number of the schema that it refers to."""
    schema = definitions[key]
    return {**schema, "properties": {"next": _number(schema["properties"]["next"]["$ref"])}}
