"""Descriptions that were written to break whoever reads them are linted like any other."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from contractctl.core.json import Json
from contractctl.core.locations import Place, Pointer
from contractctl.core.profiles import Profile
from contractctl.lint.engine import lint_document
from contractctl.lint.identity import Identities
from tests.lint.cases import document

HUGE = int("9" * 400)  # beyond the largest float


def described(schemas: Mapping[str, Json]) -> str:
    info = {"title": "Example", "version": "1"}
    return json.dumps({"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": schemas}})


def refused(text: str) -> list[tuple[str, str]]:
    """The rules that have something to say about schemas, with the place in them."""
    found = lint_document(document(text), profiles=(Profile.RECOMMENDED,))
    return [(one.rule, "/".join(one.location.place.pointer.tokens[2:])) for one in found]


def _chain(keyword: str, length: int) -> dict[str, Json]:
    """Definitions of which each goes through the next one twice."""
    steps = {f"A{n}": {keyword: [{"$ref": f"#/components/schemas/A{n + 1}"}] * 2} for n in range(length)}
    return {**steps, f"A{length}": {"type": "string"}, "Use": {"$ref": "#/components/schemas/A0", "example": 5}}


def _lacking(count: int) -> dict[str, Json]:
    example: Json = {f"b{number}": 1 for number in range(count)}
    return {"A": {"type": "object", "required": [f"a{number}" for number in range(count)], "example": example}}


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
    "definitions that go through each other a few times": (_chain("allOf", 3), [("example-invalid", "Use/example")]),
    "definitions that go through each other more often than anybody waits for": (_chain("allOf", 60), []),
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


def test_a_value_that_lacks_very_much_is_refused_in_few_words() -> None:
    found = lint_document(document(described(_lacking(3000))), rules={"property-required-undefined": "off"})
    assert [(one.rule, one.message) for one in found] == [
        ("example-invalid", "example does not match its schema: it has more faults than can be listed")
    ]


def test_a_name_of_a_megabyte_is_not_repeated_in_every_message() -> None:
    text = json.dumps(
        {"openapi": "3.1.0", "info": {"title": "Example", "version": "1", "x" * 1_000_000: 1}, "paths": {}}
    )
    (found,) = lint_document(document(text))
    assert found.message.startswith("`xxx")
    assert found.message.endswith("x` is not a field of an info object")
    assert len(found.message) == 1001


def test_of_many_variables_that_no_operation_declares_the_last_one_told_counts_the_others() -> None:
    path = "".join(f"/{{a{number}}}" for number in range(60))
    info = {"title": "Example", "version": "1"}
    operation = {"operationId": "a", "responses": {"200": {"description": "A"}}}
    text = json.dumps({"openapi": "3.1.0", "info": info, "paths": {path: {"get": operation}}})
    messages = [one.message.removeprefix(f"`GET {path}` ") for one in lint_document(document(text))]
    undeclared = [f"does not declare path variable {{a{number}}}" for number in range(50)]
    assert sorted(messages) == sorted([*undeclared[:-1], f"{undeclared[-1]}, nor 10 others"])


def test_the_identity_of_a_finding_does_not_hold_a_url_of_a_megabyte() -> None:
    root: Json = {"servers": [{"url": "https://example.com/" + "a" * 1_000_000}]}
    identity = Identities().identity(Place("a.json", Pointer(("servers", "0", "url"))), root)
    assert identity.startswith("/servers/url=https:~1~1example.com~1aaa")
    assert len(identity) < 200
