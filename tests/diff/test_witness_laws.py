"""Laws of proof: a witness is accepted by one side and refused by the other, and nothing else breaks."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contractctl.core.changes import Direction, Impact, Verdict, Witness
from contractctl.diff import diff_contracts
from tests.diff import generated
from tests.diff.contracts import with_schema

LAW = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
PAIRS = st.one_of(generated.edited(), st.tuples(generated.schemas(), generated.schemas()))


def _diff(base: Any, revision: Any) -> tuple[Verdict, ...]:
    return diff_contracts(with_schema(base), with_schema(revision))


def _accepts(schema: Any, value: Any) -> bool:
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value)


def _is_confirmed(witness: Witness, base: Any, revision: Any) -> bool:
    """Ask schemas as they are written, without anything that the proof was made with."""
    schemas = {"base": base, "revision": revision}
    accepts, refuses = schemas[witness.accepted_by], schemas[witness.rejected_by]
    return _accepts(accepts, witness.value) and not _accepts(refuses, witness.value)


@LAW
@given(PAIRS)
def test_what_breaks_has_a_witness_that_one_side_accepts_and_the_other_refuses(pair: tuple[Any, Any]) -> None:
    for verdict in _diff(*pair):
        assert (verdict.impact is Impact.BREAKING) == (verdict.witness is not None)
        if verdict.witness is not None:
            assert _is_confirmed(verdict.witness, *pair)
            assert _travels_as_it_should(verdict.witness, verdict.change.direction)


def _travels_as_it_should(witness: Witness, direction: Direction) -> bool:
    """Tell whether base sends what breaks a request and revision what breaks a response, in a message that fits."""
    sender, start = {Direction.REQUEST: ("base", "POST /things"), Direction.RESPONSE: ("revision", "200")}[direction]
    message = witness.message
    assert message is not None
    found = witness.kind, witness.accepted_by, message.start, message.body
    return found == (direction, sender, start, witness.value)


@settings(LAW, max_examples=12)
@given(PAIRS)
def test_equal_contracts_give_equal_witnesses(pair: tuple[Any, Any]) -> None:
    assert _diff(*pair) == _diff(*pair)
