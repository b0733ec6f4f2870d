"""Descriptions that were written to break whoever reads them are linted like any other."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from contractctl.core.json import Json
from contractctl.core.profiles import Profile
from contractctl.lint.engine import lint_document
from tests.lint.cases import document

HUGE = int("9" * 400)  # beyond the largest float


def described(schemas: Mapping[str, Json]) -> str:
    info = {"title": "Example", "version": "1"}
    return json.dumps({"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": schemas}})


def refused(text: str) -> list[tuple[str, str]]:
    """The rules that have something to say about schemas, with the place in them."""
    found = lint_document(document(text), profiles=(Profile.RECOMMENDED,))
    return [(one.rule, "/".join(one.location.place.pointer.tokens[2:])) for one in found]


HITS: Mapping[str, tuple[Mapping[str, Json], list[tuple[str, str]]]] = {
    "whole bounds beyond a float that cross": (
        {"A": {"type": "integer", "minimum": HUGE + 1, "maximum": HUGE}},
        [("schema-bounds-crossed", "A/minimum")],
    ),
    "whole bounds beyond a float that leave one number": (
        {"A": {"type": "integer", "minimum": HUGE, "maximum": HUGE}},
        [],
    ),
    "a whole bound beyond a float and a fraction": ({"A": {"type": "integer", "minimum": 0.5, "maximum": HUGE}}, []),
    "a circle through a reference that has nothing beside it but words": (
        {
            "A": {
                "type": "object",
                "required": ["b"],
                "properties": {"b": {"$ref": "#/components/schemas/B", "title": "B"}},
            },
            "B": {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/A"}}},
        },
        [("schema-endless", "A")],
    ),
}


@pytest.mark.parametrize(("schemas", "expected"), HITS.values(), ids=HITS)
def test_what_is_extreme_is_judged_like_the_rest(schemas: Mapping[str, Json], expected: list[tuple[str, str]]) -> None:
    assert refused(described(schemas)) == expected
