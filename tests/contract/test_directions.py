"""Which members of a schema travel in a direction, and what the schema asks of those that do not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from contractctl.contract.build import build_contract
from contractctl.contract.directions import Directed
from contractctl.contract.model import Contract
from contractctl.core.json import Json, is_object
from contractctl.source.parse import parse_document

CASES = yaml.safe_load(Path(__file__).with_name("directions.yaml").read_text())


def contract_of(components: Mapping[str, Json]) -> Contract:
    root = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "components": {"schemas": components}}
    return build_contract(parse_document("openapi.yaml", yaml.safe_dump(root, sort_keys=False).encode())).contract


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_a_requirement_holds_where_the_member_travels(case: dict[str, Any]) -> None:
    contract = contract_of(case["schemas"])
    directed = Directed(contract.definitions, case["direction"], forbid=case.get("forbid", False))
    own = directed.adapt(contract.definitions["A"].value)
    others = {name: value for name, value in directed.definitions() if not name.startswith("A (")}
    assert ({"A": own, **others} if others else own) == case["seen"]


def test_what_does_not_differ_is_the_same_object() -> None:
    contract = contract_of(
        {
            "A": {"properties": {"id": {"readOnly": True}, "b": {"$ref": "#/components/schemas/B"}}},
            "B": {"required": ["a"]},
        }
    )
    directed = Directed(contract.definitions, "request")
    assert list(directed.definitions()) == []
    assert all(directed.adapt(schema.value) is schema.value for schema in contract.definitions.values())


def test_a_long_chain_of_components_is_followed_to_its_end() -> None:
    length = 2_000
    chain: dict[str, Json] = {
        f"S{number}": {"required": ["id"], "allOf": [{"$ref": f"#/components/schemas/S{number + 1}"}]}
        for number in range(length)
    }
    contract = contract_of({**chain, f"S{length}": {"properties": {"id": {"readOnly": True}}}})
    adapted = dict(Directed(contract.definitions, "request").definitions())
    assert list(adapted) == [f"S{number} (request)" for number in range(length)]
    assert all(is_object(value) and value["required"] == [] for value in adapted.values())
