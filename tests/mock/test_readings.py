"""How texts are read: the types that a parameter's schema allows, found however far away they are written."""

from __future__ import annotations

import pytest

from contractctl.contract.build import build_contract
from contractctl.core.json import is_object
from contractctl.mock.readings import Readings
from contractctl.source.parse import parse_document

LINKS = 3000


@pytest.mark.parametrize("link", ["{{$ref: '{}'}}", "{{allOf: [{{$ref: '{}'}}]}}"], ids=["references", "allOf"])
def test_a_chain_of_components_is_followed_to_its_end(link: str) -> None:
    chain = "\n".join(f"    S{n}: {link.format(f'#/components/schemas/S{n + 1}')}" for n in range(LINKS))
    text = (
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
        f"components:\n  schemas:\n{chain}\n    S{LINKS}: {{type: integer}}\n"
    )
    contract = build_contract(parse_document("openapi.yaml", text.encode())).contract
    assert Readings(contract.definitions).types(contract.definitions["S0"].value) == ("integer",)


def test_a_member_that_many_schemas_name_is_read_once() -> None:
    """Each of forty schemas has the member and is composed of the next: 40 ways to write it, at each of six levels."""
    schemas = "".join(
        f"    S{n}: {{properties: {{a: {{$ref: '#/components/schemas/S{n + 1}'}}}}, "
        f"allOf: [{{$ref: '#/components/schemas/S{n + 1}'}}]}}\n"
        for n in range(40)
    )
    text = (
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
        f"components:\n  schemas:\n{schemas}    S40: {{type: object}}\n"
    )
    contract = build_contract(parse_document("openapi.yaml", text.encode())).contract
    levels = 0
    reading = Readings(contract.definitions).reading(contract.definitions["S0"].value)
    while is_object(members := reading.get("properties")) and is_object(member := members["a"]):
        reading, levels = {**member}, levels + 1
    assert levels == 6


def test_a_schema_is_not_taken_for_one_that_was_read_and_dropped() -> None:
    readings = Readings({})
    kinds = ["integer", "boolean", "array", "object"] * 50
    assert [readings.types({"type": kind}) for kind in kinds] == [(kind,) for kind in kinds]
    assert [readings.parts({"type": kind}, 0) for kind in kinds] == [({"type": kind},) for kind in kinds]
