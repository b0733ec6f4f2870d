"""How texts are read: the types that a parameter's schema allows, found however far away they are written."""

from __future__ import annotations

import pytest

from contractctl.contract.build import build_contract
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
