"""Pairs of real descriptions: all are compared, each root edit is one finding, and it stands where it was made."""

from __future__ import annotations

import random
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from contractctl.api.diff import diff
from contractctl.config import Config
from contractctl.contract.build import build_contract
from contractctl.contract.model import Contract
from contractctl.core.changes import Impact
from contractctl.core.reports import DiffReport
from contractctl.diff import diff_contracts
from contractctl.diff.compare import compare
from contractctl.report.json import render
from contractctl.source.parse import parse_document
from tests.corpus.descriptions import descriptions, drawn
from tests.corpus.editing import edit
from tests.corpus.pairing import DescriptionPair, pairs
from tests.corpus.refactoring import Original, contract_of

KILOBYTE = 1_000
TODAY = date(2026, 1, 1)


def drawn_pairs() -> list[DescriptionPair]:
    """Return some 60 pairs: mostly small ones, some of many kilobytes, and versions of one API."""
    chance = random.Random(5)
    found = pairs()
    small = [one for one in found if one.kind == "release" and one.size < 150 * KILOBYTE]
    large = [one for one in found if one.kind == "release" and 150 * KILOBYTE <= one.size < 1_500 * KILOBYTE]
    versions = [one for one in found if one.kind == "version" and one.size < 1_500 * KILOBYTE]
    renamed = [one for one in found if one.kind == "renamed" and one.size < 1_500 * KILOBYTE]
    return [*chance.sample(small, 40), *chance.sample(large, 6), *chance.sample(versions, 10), *renamed[:4]]


def compared(base: Path, revision: Path) -> DiffReport:
    return diff(str(base), str(revision), config=Config(Path()))


@pytest.mark.parametrize("pair", [pytest.param(pair, id=f"{pair.kind} {pair.name}") for pair in drawn_pairs()])
def test_a_pair_is_compared_in_both_directions(pair: DescriptionPair) -> None:
    forward, backward = compared(pair.base, pair.revision), compared(pair.revision, pair.base)
    assert render(forward) == render(compared(pair.base, pair.revision))
    for report in (forward, backward):
        breaking = [one for one in report.verdicts if one.impact is Impact.BREAKING]
        assert [one.change.message for one in breaking if one.witness is None] == []
        places = [(one.change.kind, one.change.base, one.change.revision) for one in report.verdicts]
        assert len(set(places)) == len(places)
        assert [one.impact.rank for one in report.verdicts] == sorted(one.impact.rank for one in report.verdicts)
        assert [one.change for one in report.verdicts if not (one.change.base or one.change.revision)] == []


@pytest.mark.parametrize("part", range(4))
def test_nothing_differs_from_itself(part: int) -> None:
    """Both sides are read anew, so that nothing is known to be equal beforehand."""
    names = drawn(
        200, [name for name, path in descriptions().items() if path.stat().st_size < 1_000 * KILOBYTE], seed=5
    )
    files = {name: descriptions()[name] for name in names[part::4]}
    assert [name for name, file in files.items() if compare(read(file), read(file), today=TODAY)] == []


@pytest.mark.parametrize("pair", [pytest.param(pair, id=f"{pair.kind} {pair.name}") for pair in drawn_pairs()])
def test_swapping_the_sides_mirrors_what_schemas_say(pair: DescriptionPair) -> None:
    base, revision = read(pair.base), read(pair.revision)
    there = {(fact.base, fact.revision, fact.relation) for fact in compare(base, revision, today=TODAY) if fact.claims}
    back = {
        (fact.revision, fact.base, fact.relation.mirrored)
        for fact in compare(revision, base, today=TODAY)
        if fact.claims
    }
    assert there == back


def read(file: Path) -> Contract:
    return build_contract(parse_document("openapi.json", file.read_bytes())).contract


def test_an_older_release_of_github_is_compared() -> None:
    pair = next(one for one in pairs() if one.kind == "GitHub's release" and one.name == "api.github.com.json")
    report = compared(pair.base, pair.revision)
    assert 0 < sum(one.impact is Impact.BREAKING for one in report.verdicts) < len(report.verdicts) < 2_000


@cache
def original(name: str) -> Original:
    return Original(descriptions()[name].read_bytes())


@pytest.mark.parametrize("count", [1, 5, 25])
@pytest.mark.parametrize("name", ["stripe.com.json", "github", "box.com.json", "vercel.com.json"])
def test_findings_grow_with_the_edits_and_not_with_what_they_reach(name: str, count: int) -> None:
    base = original(name)
    draft = base.draft(random.Random(count))
    made = edit(draft, count)
    found = diff_contracts(base.contract, contract_of(draft.root))
    assert made == count
    assert count // 10 <= len(found) <= 2 * count  # a component may be one that nothing uses; two directions may tell
