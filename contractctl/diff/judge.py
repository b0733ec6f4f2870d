"""Judge facts by one law: a request may only widen, a response may only narrow, an offer may only grow.

What cannot be decided is a warning: it never breaks, and it is never silent.
"""

from __future__ import annotations

from contractctl.core.changes import Change, Impact, Verdict
from contractctl.core.locations import Location, Place
from contractctl.diff.facts import Fact, Law
from contractctl.diff.relation import Inclusion

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


def judge(fact: Fact) -> Verdict:
    """Return the verdict on one fact."""
    answer = fact.relation.backward if fact.law is Law.NARROW else fact.relation.forward
    return Verdict(_change(fact), _IMPACTS[answer], fact.category, _REASONS[fact.law, answer])


def worst_first(verdict: Verdict) -> tuple[int, str, tuple[tuple[int, str], ...], str]:
    """Sort key: impact, then the place in revision (in base for what is gone), then the kind."""
    location = verdict.change.revision or verdict.change.base
    place = location.place if location else Place("")
    steps = tuple((int(token) if token.isdigit() else -1, token) for token in place.pointer.tokens)
    return verdict.impact.rank, place.uri, steps, verdict.change.kind


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
