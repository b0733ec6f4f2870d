"""Labelled pairs of schemas: the verdict in either direction, and the spellings between which nothing changes."""

from __future__ import annotations

from typing import Any

import pytest

from contractctl.contract.model import Contract
from tests.diff.contracts import diff_lines, table, with_schema

SCHEMAS = table("schemas.yaml")
SAME = table("same.yaml")


@pytest.mark.parametrize("case", SCHEMAS, ids=[case["it"] for case in SCHEMAS])
def test_schema_pair(case: dict[str, Any]) -> None:
    found = diff_lines(with_schema(case["base"]), with_schema(case["revision"]))
    expected = [
        f"{impact} {direction}-{kind}"
        for direction in ("request", "response")
        for impact, kind in (line.split() for line in case.get(direction, ()))
    ]
    assert found == sorted(expected)


def _side(case: dict[str, Any], side: str) -> Contract:
    components = case.get(f"{side}_components", case.get("components"))
    return with_schema(case[side], components, case.get(f"{side}_openapi", case.get("openapi", "3.1.0")))


@pytest.mark.parametrize("case", SAME, ids=[case["it"] for case in SAME])
def test_nothing_changes_between_two_spellings(case: dict[str, Any]) -> None:
    base, revision = _side(case, "base"), _side(case, "revision")
    assert diff_lines(base, revision) == []
    assert diff_lines(revision, base) == []
