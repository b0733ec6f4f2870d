"""Questions about documents side by side, with objections of the caller's own and a counted budget."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from contractctl.synth import GaveUp, Resolve, SideBySide, Solver, Unsatisfiable, seen_from_outside

BASE: dict[str, Any] = {
    "$defs": {
        "Pet": {"type": "object", "required": ["kind"], "properties": {"kind": {"$ref": "#/$defs/Kind"}}},
        "Kind": {"enum": ["cat", "dog"], "default": {"$ref": "#/$defs/none"}},
    }
}
REVISION: dict[str, Any] = {"$defs": {"Pet": BASE["$defs"]["Pet"], "Kind": {"enum": ["dog", "emu"]}}}


def pets() -> Resolve:
    return SideBySide({"base": BASE, "revision": REVISION})


def nothing(_: object) -> list[tuple[str | int, ...]]:
    return []


def test_a_reference_leads_into_the_document_that_it_names() -> None:
    found = [Solver(pets()).solve({"$ref": f"{side}#/$defs/Pet"}, nothing) for side in ("base", "revision")]
    assert found == [{"kind": "cat"}, {"kind": "dog"}]


def test_the_definitions_of_two_documents_meet_in_one_value() -> None:
    both: Any = {"allOf": [{"$ref": "base#/$defs/Pet"}, {"$ref": "revision#/$defs/Pet"}]}
    assert Solver(pets()).solve(both, nothing) == {"kind": "dog"}


def test_a_reference_without_a_document_is_given_up() -> None:
    with pytest.raises(GaveUp, match="leads into no document"):
        Solver(pets()).solve({"$ref": "other#/$defs/Pet"}, nothing)


def test_only_references_of_schemas_are_rewritten() -> None:
    schema: Any = {"properties": {"$ref": {"$ref": "#/a"}}, "anyOf": [{"$ref": "#"}], "const": {"$ref": "#/b"}}
    assert seen_from_outside(schema, "base") == {
        "properties": {"$ref": {"$ref": "base#/a"}},
        "anyOf": [{"$ref": "base#"}],
        "const": {"$ref": "#/b"},
    }


def test_an_objection_may_be_the_path_of_what_is_wrong() -> None:
    schema: Any = {"required": ["kind"], "properties": {"kind": {"enum": ["cat", "dog"]}}}
    asked: list[Any] = []

    def objections(value: Any) -> Iterator[tuple[str | int, ...]]:
        asked.append(value)
        if value["kind"] == "cat":
            yield ("kind",)

    assert Solver(True).solve(schema, objections) == {"kind": "dog"}
    assert asked == [{"kind": "cat"}, {"kind": "dog"}]


def test_what_only_the_objections_know_is_never_proved() -> None:
    with pytest.raises(GaveUp):
        Solver(True).solve({"type": "string"}, lambda _: [()])
    with pytest.raises(Unsatisfiable):
        Solver(True).solve({"allOf": [{"type": "string"}, {"type": "null"}]}, lambda _: [()])


def test_an_objection_may_be_that_another_schema_accepts_the_value() -> None:
    other = jsonschema_rs.Draft202012Validator({"properties": {"kind": {"maxLength": 3}}})

    def objections(value: Any) -> Iterator[tuple[str | int, ...]]:
        if other.is_valid(value):
            yield ()

    schema: Any = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["cat", "hamster"]}}}
    assert Solver(True).solve(schema, objections) == {"kind": "hamster"}


def test_the_budget_is_one_for_all_attempts() -> None:
    schema: Any = {"type": "integer"}
    with pytest.raises(GaveUp, match="more than 9 values"):
        Solver(True, nodes=9).solve(schema, lambda _: [()])
    assert Solver(True, nodes=9).solve(schema, nothing) == 1
