"""What an edit says of either side: that, by itself, tells the sides apart by a value."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import jsonschema_rs
import pytest
import yaml

from contractctl.contract.model import Contract
from contractctl.contract.vetting import assertions
from contractctl.core.changes import Direction
from contractctl.diff.compare import compare
from contractctl.diff.facts import Claim, Fact
from contractctl.diff.kinds.catalogue import kinds
from contractctl.diff.relation import Inclusion
from tests.diff.contracts import table, with_schema

SCHEMAS = [(case["it"], case["base"], case["revision"]) for case in table("schemas.yaml")]
KINDS = [
    (kind.name, yaml.safe_load(kind.base), yaml.safe_load(kind.revision))
    for kind in kinds().values()
    if kind.part == "schema"
]
TEXTS = (
    "",
    "A",
    "a",
    "b",
    "zz",
    "abcd",
    "x" * 7,
    "x" * 11,
    "a" * 40,
    "0" * 64,
    "cat",
    "dog",
    "fish",
    "2020-01-01",
    "2020-01-01T00:00:00Z",
)
SCALARS: tuple[Any, ...] = (None, True, False, -1, 0, 1, 2, 3, 5, 8, 9, 11, 60, 99, 2**31, 1.5, *TEXTS)
NAMES = ("a", "b", "c", "id", "k", "x-a", "x-b", "abcd", "secret", "card", "address", "name", "purr")


def _objects() -> Iterator[Any]:
    yield {}
    yield from ({name: value} for name in NAMES for value in (*SCALARS, [], ["x"], {}, {"b": "x"}))
    yield from ({name: 1, other: 1} for name, other in combinations(NAMES, 2))
    yield from ({name: value} for name in ("kind", "k") for value in ("b", "c", "bird"))
    yield from (dict.fromkeys(NAMES[:count], 1) for count in range(3, 8))


def _arrays() -> Iterator[Any]:
    yield from ([value] for value in SCALARS)
    yield from (list(pair) for pair in product(("x", "a", "abcd", 1, None), repeat=2))
    yield from ([1] * count for count in range(3, 12))
    yield ["x", "x", "x", "x"]


POOL: tuple[Any, ...] = (*SCALARS, 7.5, *_objects(), *_arrays(), [], {"a": {"b": [1]}}, {"a": {"b": ["x"]}})


def _is_refuted(fact: Fact) -> bool:
    relation = fact.relation
    return Inclusion.REFUTED is (relation.forward if fact.direction is Direction.REQUEST else relation.backward)


def _is_of_overlapping(fact: Fact, claim: Claim) -> bool:
    """Tell whether a bound is claimed of alternatives that overlap as a whole: only a search tells what it does."""
    return "alternative" not in fact.kind and all(
        isinstance(one, dict) and one.keys() == {"oneOf"} for one in claim.says
    )


def _validator(schema: Any, contract: Contract) -> jsonschema_rs.Draft202012Validator:
    definitions = {key: assertions(one.value) for key, one in contract.definitions.items()}
    return jsonschema_rs.Draft202012Validator({"allOf": [schema], "$defs": definitions}, validate_formats=True)


@pytest.mark.parametrize(
    ("base", "revision"), [case[1:] for case in (*SCHEMAS, *KINDS)], ids=[case[0] for case in (*SCHEMAS, *KINDS)]
)
def test_a_value_shows_what_an_edit_says(base: Any, revision: Any) -> None:
    sides = with_schema(base), with_schema(revision)
    for fact in filter(_is_refuted, compare(*sides)):
        for claim in fact.claims:
            if _is_of_overlapping(fact, claim):
                continue
            accepts, refuses = map(_validator, claim.says, sides)
            if fact.direction is Direction.RESPONSE:
                accepts, refuses = refuses, accepts
            assert any(accepts.is_valid(value) and not refuses.is_valid(value) for value in POOL), (
                fact.kind,
                claim.says,
            )
