"""What is said of parameters without leaving a value out."""

from __future__ import annotations

from typing import Any

import pytest

from contractctl.contract.model import Contract
from tests.diff.contracts import diff_lines, with_operation

CHANGED = ["warning request-default-changed"]
ONE, TWO = {"schema": {"default": 1}}, {"schema": {"default": 2}}
CASES: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("a default that changed", ONE, TWO, CHANGED),
    ("a default that came", {"schema": {}}, TWO, CHANGED),
    ("a default that went", ONE, {}, CHANGED),
    ("a default that stayed", ONE, {"schema": {"default": 1.0, "title": "t"}}, []),
    ("a default of what must be there", {**ONE, "required": True}, {**TWO, "required": True}, []),
]


def _with(parameter: dict[str, Any]) -> Contract:
    identifier = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return with_operation({"parameters": [identifier, {"name": "q", "in": "query", **parameter}]})


@pytest.mark.parametrize(("base", "revision", "found"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_default_of_a_parameter(base: dict[str, Any], revision: dict[str, Any], found: list[str]) -> None:
    assert diff_lines(_with(base), _with(revision)) == found
