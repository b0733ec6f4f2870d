"""Laws that hold for every pair of contracts, whatever is in them besides schemas."""

from __future__ import annotations

import copy
from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contractctl.contract.model import Contract
from contractctl.core.changes import Impact
from contractctl.diff import diff_contracts
from contractctl.diff.compare import compare
from contractctl.diff.facts import Fact
from tests.diff import generated_contracts
from tests.diff.contracts import contract, with_operation

LAW = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TODAY = date(2026, 1, 1)


def _facts(base: Contract, revision: Contract) -> tuple[Fact, ...]:
    return compare(base, revision, today=TODAY)


@LAW
@given(generated_contracts.DESCRIPTIONS.map(generated_contracts.description))
def test_nothing_differs_from_itself(description: dict[str, Any]) -> None:
    assert _facts(contract(description), contract(copy.deepcopy(description))) == ()


@settings(LAW, max_examples=60)
@given(generated_contracts.pairs())
def test_swapping_the_sides_mirrors_every_fact(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    base, revision = (contract(side, uri) for side, uri in zip(pair, ("base", "revision"), strict=True))
    there = Counter((fact.base, fact.revision, fact.relation) for fact in _facts(base, revision))
    back = Counter((fact.revision, fact.base, fact.relation.mirrored) for fact in _facts(revision, base))
    assert there == back


@LAW
@given(generated_contracts.pairs())
def test_only_what_travels_breaks(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for verdict in diff_contracts(*map(contract, pair)):
        assert verdict.impact is not Impact.BREAKING or verdict.category == "wire"


QUERY = {"name": "fresh", "in": "query", "schema": {"type": "string", "pattern": "^a"}}
BODY = {"content": {"application/json": {"schema": {"type": "object", "required": ["a"]}}}}
OPTIONAL: dict[str, dict[str, Any]] = {
    "a parameter in the query": {"parameters": [QUERY]},
    "a header": {"parameters": [{**QUERY, "in": "header"}]},
    "a cookie": {"parameters": [{**QUERY, "in": "cookie"}]},
    "a body": {"requestBody": BODY},
    "a callback": {"callbacks": {"fresh": {"{$url}": {"post": {"responses": {"200": {"description": ""}}}}}}},
    "an error": {"responses": {"200": {"description": ""}, "418": {"description": ""}}},
    "a success": {"responses": {"200": {"description": ""}, "299": {"description": ""}}},
}


@pytest.mark.parametrize("added", OPTIONAL.values(), ids=OPTIONAL)
@settings(LAW, max_examples=10)
@given(operation=st.just({}) | generated_contracts.OPERATIONS)
def test_what_clients_may_leave_out_breaks_nobody(added: dict[str, Any], operation: dict[str, Any]) -> None:
    base = {key: value for key, value in operation.items() if key not in {*added, "x-stability-level"}}
    kept = {"parameters": [*operation.get("parameters", ()), *added["parameters"]]} if "parameters" in added else added
    verdicts = diff_contracts(with_operation({**base, **_before(added, operation)}), with_operation({**base, **kept}))
    assert [verdict.change.kind for verdict in verdicts if verdict.impact is not Impact.COMPATIBLE] == []


def _before(added: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Return what base has where something is added to."""
    return {"parameters": operation.get("parameters", [])} if "parameters" in added else {}
