"""Containment of schemas by the word of a checker that is not ours: where the two differ, a value decides."""

from __future__ import annotations

from collections import Counter
from typing import Any

import jsonschema_rs
import jsonsubschema
import pytest

from contractctl.core.changes import Direction, Impact, Verdict
from contractctl.diff import diff_contracts
from contractctl.diff.relation import Inclusion
from contractctl.synth import GaveUp, Solver, Unsatisfiable
from tests.corpus.contained_pairs import pairs
from tests.diff.contracts import with_schema
from tests.diff.test_laws import relate

_PAIRS = 250
_FEWEST_AGREED = 200
_MOST_MISSED = 2


def contained(base: Any, revision: Any) -> bool | None:
    """Ask the checker; None where it stumbles, as it does over some schemas."""
    try:
        return bool(jsonsubschema.isSubschema(base, revision))
    except Exception:  # its faults are of every kind, and none is ours to name
        return None


def refuting(base: Any, revision: Any) -> list[Any]:
    """Return a value that base accepts and revision refuses; nothing where none was found."""
    one, other = (jsonschema_rs.Draft202012Validator(side) for side in (base, revision))
    apart = {"allOf": [base, {"not": revision}]}
    whole = jsonschema_rs.Draft202012Validator(apart)
    try:
        value = Solver(apart).solve(apart, whole.iter_errors)
    except (GaveUp, Unsatisfiable):
        return []
    assert (one.is_valid(value), other.is_valid(value)) == (True, False)
    return [value]


def verdicts(base: Any, revision: Any) -> list[Verdict]:
    """Return what is said of the clients of base that send this body."""
    found = diff_contracts(with_schema(base), with_schema(revision))
    return [one for one in found if one.change.direction is Direction.REQUEST]


def is_shown(verdict: Verdict, base: Any, revision: Any) -> bool:
    """Tell whether the witness is what it claims to be, by the schemas as they are written."""
    assert verdict.witness is not None
    value = verdict.witness.value
    one, other = (jsonschema_rs.Draft202012Validator(side).is_valid(value) for side in (base, revision))
    return one and not other


def compared(base: Any, revision: Any) -> str:
    """Return how the two readers stand to each other about a pair.

    `disputed` where ours is shown to be wrong, `missed` where a warning might have been a proof.
    """
    theirs, ours = contained(base, revision), relate(base, revision).forward
    if theirs is None:
        return "without an answer"
    found = verdicts(base, revision)
    impacts = {one.impact for one in found}
    if Impact.BREAKING in impacts:
        found = [one for one in found if one.impact is Impact.BREAKING]
        shown = ours is not Inclusion.PROVEN and all(is_shown(one, base, revision) for one in found)
        return ("decided" if theirs else "agreed") if shown else "disputed"
    if theirs:
        return "agreed"
    if not refuting(base, revision):
        return "decided"
    return "missed" if Impact.WARNING in impacts else "disputed"


@pytest.mark.parametrize("seed", range(4))
def test_what_another_reader_of_containment_says_holds_or_a_value_decides(seed: int) -> None:
    told = [(compared(base, revision), base, revision) for base, revision in pairs(_PAIRS, seed)]
    assert [one for one in told if one[0] == "disputed"] == []
    counted = Counter(how for how, _, _ in told)
    assert counted["agreed"] >= _FEWEST_AGREED, counted
    assert counted["missed"] <= _MOST_MISSED, counted
