"""Judge facts by one law: a request may only widen, a response may only narrow, an offer may only grow.

Guards come first: what was announced, or promised nothing, hurts nobody. Then the law, then the proof: what a schema
breaks has a witness, or it is a warning. What cannot be decided never breaks, and is never silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from contractctl.core.changes import Category, Change, Direction, Impact, Verdict
from contractctl.core.locations import Location, Place
from contractctl.diff.facts import Fact, Law
from contractctl.diff.relation import Inclusion

if TYPE_CHECKING:
    from contractctl.contract.model import Contract
    from contractctl.diff.schemas.normalise import SchemaDirection
    from contractctl.diff.witnesses.prover import Proof, Prover
    from contractctl.diff.witnesses.witness import Witnesses

_IMPACTS = {
    Inclusion.REFUTED: Impact.BREAKING,
    Inclusion.OPEN: Impact.WARNING,
    Inclusion.PROVEN: Impact.COMPATIBLE,
}
_REASONS = {
    (Law.WIDEN, Inclusion.REFUTED): "base accepts what revision refuses, and a request may only widen",
    (Law.WIDEN, Inclusion.OPEN): "not proven: it is undecided whether revision still accepts all that base does",
    (Law.WIDEN, Inclusion.PROVEN): "revision accepts all that base does, and a request may widen",
    (Law.NARROW, Inclusion.REFUTED): "revision may send what base never did, and a response may only narrow",
    (Law.NARROW, Inclusion.OPEN): "not proven: it is undecided whether revision sends only what base did",
    (Law.NARROW, Inclusion.PROVEN): "revision sends nothing that base did not, and a response may narrow",
    (Law.OFFER, Inclusion.REFUTED): "clients of base rely on what revision no longer offers",
    (Law.OFFER, Inclusion.OPEN): "not proven: it is undecided whether revision still offers what base did",
    (Law.OFFER, Inclusion.PROVEN): "revision offers all that clients of base rely on",
    (Law.NOTICE, Inclusion.REFUTED): "nothing on the wire tells the sides apart, but generated code or plans may",
    (Law.NOTICE, Inclusion.OPEN): "nothing on the wire tells the sides apart, but generated code or plans may",
    (Law.NOTICE, Inclusion.PROVEN): "nothing on the wire tells the sides apart",
}
_ANNOUNCED = "it was deprecated in base, and nothing said until when it would stay"
_SHOWN = "a value was found that shows it"
_HARMLESS = {
    Direction.REQUEST: "it is proved that no value which base accepts is refused for this by revision",
    Direction.RESPONSE: "it is proved that no value which revision sends is new to base for this",
}
_NOT_SHOWN = {
    Direction.REQUEST: "not proven: the schemas differ so that revision may accept less, but no value was found "
    "that shows it",
    Direction.RESPONSE: "not proven: the schemas differ so that revision may send more, but no value was found "
    "that shows it",
}


def judge_all(facts: Sequence[Fact], base: Contract, revision: Contract) -> list[Verdict]:
    """Return the verdict on each fact."""
    doubtful = [fact for fact in facts if _is_at_stake(fact)]
    if not doubtful:
        return [_by_law(fact) for fact in facts]
    from contractctl.diff.witnesses.parties import Parties
    from contractctl.diff.witnesses.prover import Prover
    from contractctl.diff.witnesses.witness import Witnesses

    parties = Parties(base, revision)
    prover, witnesses = Prover(parties, doubtful), Witnesses(parties)
    return [_judged(fact, prover, witnesses) for fact in facts]


def worst_first(verdict: Verdict) -> tuple[int, str, tuple[tuple[int, str], ...], str]:
    """Sort key: impact, then the place in revision (in base for what is gone), then the kind."""
    location = verdict.change.revision or verdict.change.base
    place = location.place if location else Place("")
    steps = tuple((int(token) if token.isdigit() else -1, token) for token in place.pointer.tokens)
    return verdict.impact.rank, place.uri, steps, verdict.change.kind


def _answer(fact: Fact) -> Inclusion:
    return fact.relation.backward if fact.law is Law.NARROW else fact.relation.forward


def _is_at_stake(fact: Fact) -> bool:
    """Tell whether the law alone would break or warn, so that a proof is wanted."""
    return fact.sanction is None and fact.category is Category.WIRE and _answer(fact) is not Inclusion.PROVEN


def _by_law(fact: Fact) -> Verdict:
    """Return the verdict before any proof; only what shows on the wire breaks."""
    if fact.sanction is not None:
        return Verdict(_change(fact), Impact.COMPATIBLE, fact.category, fact.sanction)
    answer = _answer(fact)
    impact = _IMPACTS[answer]
    if fact.category is not Category.WIRE and impact is Impact.BREAKING:
        impact = Impact.WARNING
    reason = _REASONS[fact.law, answer]
    if answer is Inclusion.OPEN and _was_announced(fact):
        reason = _ANNOUNCED
    return Verdict(_change(fact), impact, fact.category, reason)


def _was_announced(fact: Fact) -> bool:
    """Tell whether what went had been deprecated in base."""
    return fact.law is Law.OFFER and fact.revision is None and fact.sides[0] is not None and fact.sides[0].deprecated


def _judged(fact: Fact, prover: Prover, witnesses: Witnesses) -> Verdict:
    verdict = _by_law(fact)
    if not _is_at_stake(fact):
        return verdict
    if fact.claims and fact.direction is not Direction.NEITHER:
        proof = prover.prove(fact, is_refuted=_answer(fact) is Inclusion.REFUTED)
        return _proved(fact, fact.direction, verdict, proof, witnesses)
    if verdict.impact is Impact.BREAKING:
        return replace(verdict, witness=witnesses.of_offer(fact))
    return verdict


def _proved(fact: Fact, direction: SchemaDirection, verdict: Verdict, proof: Proof, witnesses: Witnesses) -> Verdict:
    """Let the proof decide: a value breaks, none at all is harmless, and what was not found is only a warning."""
    if proof.evidence is not None and proof.claim is not None:
        witness = witnesses.of_schema(direction, proof.claim, proof.evidence)
        reason = f"{_REASONS[fact.law, Inclusion.REFUTED]}; {_SHOWN}"
        return replace(verdict, impact=Impact.BREAKING, reason=reason, witness=witness)
    if proof.is_harmless:
        return replace(verdict, impact=Impact.COMPATIBLE, reason=_HARMLESS[direction])
    return replace(verdict, impact=Impact.WARNING, reason=_NOT_SHOWN[direction])


def _change(fact: Fact) -> Change:
    return Change(
        kind=fact.kind,
        direction=fact.direction,
        operations=fact.operations,
        message=_message(fact),
        base=_location(fact.base),
        revision=_location(fact.revision),
        before=fact.before,
        after=fact.after,
    )


def _message(fact: Fact) -> str:
    """Name the first operation, where in it, and both sides; then how many more there are."""
    first = f"`{fact.operations[0]}`" if fact.operations else ""
    where = " ".join(word for word in (first, fact.subject) if word)
    more = len(fact.operations) - 1
    others = f" (and {more} more operation{'s' if more > 1 else ''})" if more > 0 else ""
    return f"{where}: {fact.text}{others}" if where else fact.text


def _location(place: Place | None) -> Location | None:
    return None if place is None else Location(place)
