"""A description says the same in JSON and in every style of YAML."""

from __future__ import annotations

import json

import pytest

from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.source.parse import parse_document
from tests.corpus.descriptions import descriptions, drawn, of_size
from tests.corpus.yaml_writing import STYLES

MEGABYTE = 1_000_000
SMALL = drawn(294, of_size(0, MEGABYTE), seed=20260)
LARGE = drawn(6, of_size(MEGABYTE, 7 * MEGABYTE), seed=20261)
NAME = "openapi.yaml"
"""One name for both texts, so that places are equal; it lets a text that begins with a brace be JSON or YAML."""


@pytest.mark.parametrize("name", SMALL + LARGE)
def test_every_style_of_yaml_gives_the_contract_that_json_gives(name: str) -> None:
    data = descriptions()[name].read_bytes()
    original = parse_document(NAME, data)
    built = build_contract(original)
    for style, write in STYLES.items():
        copy = parse_document(NAME, write(json.loads(data)).encode())
        # The text of a value tells `1` from `1.0` and `true`, and one order of keys from another.
        assert repr(copy.root) == repr(original.root), style
        again = build_contract(copy)
        assert again.contract == built.contract, style
        assert again.findings == built.findings, style
        assert content_digest(copy) == content_digest(original), style
