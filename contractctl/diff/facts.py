"""Facts: what differs between two contracts and for whom, before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from contractctl.core.changes import Category, Direction
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.relation import Relation


class Law(StrEnum):
    """What may happen to a set of things without breaking anybody."""

    WIDEN = "may only widen"
    NARROW = "may only narrow"
    OFFER = "may only grow"


@dataclass(frozen=True, slots=True)
class Fact:
    """One difference. `kind` carries its direction; `operations` are all that the edit reaches.

    `subject` says where in the first operation it shows, `text` what differs, with both sides. `relation` is how the
    sets of values, requests or offers of the two sides stand to each other.
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

    @property
    def key(self) -> tuple[str, Place | None, Place | None]:
        """What makes two facts one root edit: for what went or came, the side that has it decides."""
        came, went = self.kind.endswith("-added"), self.kind.endswith("-removed")
        return self.kind, None if came else self.base, None if went else self.revision


LAWS = {Direction.REQUEST: Law.WIDEN, Direction.RESPONSE: Law.NARROW}


def merge(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return one fact a root edit, with the operations of all in order; the worst relation stands."""
    merged: dict[tuple[str, Place | None, Place | None], Fact] = {}
    operations: dict[tuple[str, Place | None, Place | None], dict[str, None]] = {}
    for fact in facts:
        known = merged.setdefault(fact.key, fact)
        if known is not fact:
            merged[fact.key] = replace(known, relation=known.relation & fact.relation)
        operations.setdefault(fact.key, {}).update(dict.fromkeys(fact.operations))
    return tuple(replace(fact, operations=tuple(operations[key])) for key, fact in merged.items())
