"""Schemas that go deep or round in circles are compared all the same."""

from __future__ import annotations

from typing import Any

from contractctl.contract.model import Contract
from tests.diff.contracts import diff_lines, with_schema


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _chain(length: int, last: dict[str, Any]) -> Contract:
    """Return a contract with a component that inherits from another, and so on."""
    links: dict[str, Any] = {f"c{n}": {"allOf": [_reference(f"c{n + 1}"), {"minLength": n}]} for n in range(length)}
    return with_schema(_reference("c0"), {**links, f"c{length}": last})


def test_a_chain_of_400_components_is_read_to_its_end() -> None:
    base, revision = _chain(400, {"type": "string"}), _chain(400, {"type": "string", "maxLength": 500})
    assert diff_lines(base, revision) == ["breaking request-max-length-added", "compatible response-max-length-added"]


def test_a_property_at_the_end_of_1500_components_is_read() -> None:
    def holder(last: str) -> Contract:
        links = {f"c{n}": _reference(f"c{n + 1}") for n in range(1500)}
        schema = {"type": "object", "properties": {"a": {"allOf": [_reference("c0")]}}}
        return with_schema(schema, {**links, "c1500": {"type": last}})

    found = diff_lines(holder("string"), holder("integer"))
    assert found == ["breaking request-type-changed", "breaking response-type-changed"]


def test_a_schema_nested_60_levels_deep_is_read_to_its_end() -> None:
    def nested(leaf: dict[str, Any]) -> Contract:
        schema = leaf
        for _ in range(60):
            schema = {"type": "object", "properties": {"a": schema}}
        return with_schema(schema)

    found = diff_lines(nested({"type": "string"}), nested({"type": "integer"}))
    assert found == ["breaking request-type-changed", "breaking response-type-changed"]


def test_a_schema_that_excludes_itself_is_no_circle() -> None:
    def paradox(extra: dict[str, Any]) -> Contract:
        return with_schema(_reference("A"), {"A": {"not": _reference("A"), **extra}})

    assert diff_lines(paradox({}), paradox({"description": "text"})) == []
    found = diff_lines(paradox({}), paradox({"type": "string"}))
    assert found == ["compatible response-type-narrowed", "warning request-type-narrowed"]  # it is read in part only


def test_components_that_refer_to_each_other_are_compared_once() -> None:
    def couple(size: str) -> Contract:
        one = {"type": "object", "properties": {"other": _reference("B"), "size": {"type": size}}}
        other = {"type": "object", "properties": {"others": {"type": "array", "items": _reference("A")}}}
        return with_schema(_reference("A"), {"A": one, "B": other})

    assert diff_lines(couple("number"), couple("integer")) == [
        "breaking request-type-narrowed",
        "compatible response-type-narrowed",
    ]


def test_one_of_200_alternatives_that_changed_is_told_alone() -> None:
    def union(changed: str) -> Contract:
        kinds = {f"k{n}": {"type": "string"} for n in range(200)}
        branches = [
            {"type": "object", "required": ["kind"], "properties": {"kind": {"const": kind}, "value": schema}}
            for kind, schema in {**kinds, "k7": {"type": changed}}.items()
        ]
        return with_schema({"oneOf": branches})

    found = diff_lines(union("number"), union("integer"))
    assert found == ["breaking request-type-narrowed", "compatible response-type-narrowed"]
