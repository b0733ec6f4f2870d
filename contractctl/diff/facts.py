"""Facts: what differs between two contracts and for whom, before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from contractctl.contract.model import Operation, Schema, SchemaValue
from contractctl.core.changes import Category, Direction
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.carriers import Carrier
from contractctl.diff.relation import Relation
from contractctl.diff.steps import Step


class Law(StrEnum):
    """What may happen to a set of things without breaking anybody."""

    WIDEN = "may only widen"
    NARROW = "may only narrow"
    OFFER = "may only grow"
    NOTICE = "may change, and is told"


@dataclass(frozen=True, slots=True)
class Use:
    """A place in an operation where schemas of both sides travel: the whole value that `carrier` carries.

    `owner` is the title of the operation whose callback this is a part of, empty for other operations.
    """

    carrier: Carrier
    operations: tuple[Operation, Operation]
    schemas: tuple[Schema, Schema]
    owner: str = ""

    @property
    def title(self) -> str:
        """How people name the operation, as base has it; of a callback's, that of its owner."""
        return self.owner or self.operations[0].title


@dataclass(frozen=True, slots=True)
class Claim:
    """That a value shows the difference: what a witness has to be.

    `steps` lead from the whole value to the part that base and revision speak of; `says` is what they say of it there,
    with references into their own definitions.
    """

    use: Use
    steps: tuple[Step, ...]
    says: tuple[SchemaValue, SchemaValue]


@dataclass(frozen=True, slots=True)
class Fact:
    """One difference. `kind` carries its direction; `operations` are all that the edit reaches.

    `subject` says where in the first operation it shows, `text` what differs, with both sides. `relation` is how the
    sets of values, requests or offers of the two sides stand to each other. `claims` are there for what schemas say,
    one for each way in which the edit shows, the first ones; `sides` are the first operation as either side has it.
    `sanction` says why nobody may complain, whatever the law says; None where somebody may.
    """

    kind: str
    direction: Direction
    law: Law
    relation: Relation
    operations: tuple[str, ...]
    subject: str
    text: str
    base: Place | None
    revision: Place | None
    before: Json = None
    after: Json = None
    category: Category = Category.WIRE
    claims: tuple[Claim, ...] = ()
    sides: tuple[Operation | None, Operation | None] = (None, None)
    sanction: str | None = None

    @property
    def key(self) -> tuple[str, Place | None, Place | None]:
        """What makes two facts one root edit: for what went or came, the side that has it decides."""
        came, went = self.kind.endswith("-added"), self.kind.endswith("-removed")
        return self.kind, None if came else self.base, None if went else self.revision


MOST_CLAIMS = 8
"""How many ways in which an edit shows are kept: each may yield the witness."""

LAWS = {Direction.REQUEST: Law.WIDEN, Direction.RESPONSE: Law.NARROW}


def merge(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return one fact a root edit, with the operations of all in order; the worst relation stands.

    What is sanctioned counts only where all of the edit is.
    """
    merged: dict[tuple[str, Place | None, Place | None], Fact] = {}
    operations: dict[tuple[str, Place | None, Place | None], dict[str, None]] = {}
    for fact in facts:
        known = merged.setdefault(fact.key, fact)
        if known is not fact:
            merged[fact.key] = _together(known, fact)
        operations.setdefault(fact.key, {}).update(dict.fromkeys(fact.operations))
    return tuple(replace(fact, operations=tuple(operations[key])) for key, fact in merged.items())


def _together(one: Fact, other: Fact) -> Fact:
    """Return two facts of one root edit as one."""
    if (one.sanction is None) != (other.sanction is None):
        return one if one.sanction is None else other
    claims = (*one.claims, *other.claims)[:MOST_CLAIMS]
    return replace(one, relation=one.relation & other.relation, claims=claims)
