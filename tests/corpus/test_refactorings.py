"""Real descriptions, refactored at many places at once, are said not to have changed in either direction."""

from __future__ import annotations

import random

import pytest

from tests.corpus.description_refactorings import ALL, TO_3_1
from tests.corpus.descriptions import descriptions, drawn, of_size
from tests.corpus.refactoring import Draft, Original, contract_of, said

MEGABYTE = 1_000_000
MIDDLING = 300_000
RARE = (b'"oneOf"', b'"anyOf"', b'"discriminator"', b'"nullable"', b'"openapi": "3.1', b'"callbacks"', b'"links"')
"""What only one description in five has."""


def names() -> list[str]:
    """Return the names of 220 descriptions: half of them have something rare, and six are large."""
    texts = {name: path.read_bytes() for name, path in descriptions().items() if path.stat().st_size < MIDDLING}
    rare = [name for name, text in texts.items() if any(word in text for word in RARE)]
    common = texts.keys() - rare
    large = drawn(6, of_size(MIDDLING, 7 * MEGABYTE), seed=3)
    return [*drawn(107, rare, seed=1), *drawn(107, common, seed=2), *large]


@pytest.mark.parametrize("name", names())
def test_a_refactored_description_has_not_changed(name: str) -> None:
    original = Original(descriptions()[name].read_bytes())
    draft = original.draft(random.Random(name))
    applied = refactor(draft)
    assert said(original.contract, contract_of(draft.root)) == [], applied


def refactor(draft: Draft) -> list[str]:
    """Apply all refactorings in a random order; half of the descriptions of OpenAPI 3.0 are made ones of 3.1 first."""
    first = [TO_3_1] if draft.chance.random() < 0.5 else []
    order = [*first, *draft.chance.sample(ALL, len(ALL))]
    return [one.name for one in order if one.apply(draft)]


def test_a_rewriting_that_says_something_else_is_told() -> None:
    original = Original(descriptions()["stripe.com.json"].read_bytes())
    draft = original.draft(random.Random(1))
    for schema in draft.all("schema"):
        schema.pop("required", None)
    assert len(said(original.contract, contract_of(draft.root))) > 100
