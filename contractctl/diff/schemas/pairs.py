"""A pair of schemas: what differs right here, and the pairs below that its relation rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from contractctl.contract.model import SchemaValue
from contractctl.core.changes import Category
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.relation import EQUAL, INCOMPARABLE, UNKNOWN, Relation
from contractctl.diff.schemas.shape import EVERY_KIND, Kind, Node, Shape
from contractctl.diff.steps import Step


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference at one place, with how it relates the two sides by itself.

    `kind` has no direction in it yet. `text` says both sides of the difference. `via` is a pair of schemas that the
    relation rests on as well: a property that falls under the other side's `additionalProperties`, say. `says` is what
    base and revision say about the one thing that differs, as schemas of their own; None where only all that they say
    together tells. `own` is the part of it that one side alone has: of a sender, only that need be asked for. With
    `is_shown` False no value shows the difference: the relation is what a reader is told, such as that a default
    changed.
    """

    kind: str
    text: str
    relation: Relation
    base: Place
    revision: Place
    before: Json = None
    after: Json = None
    via: Pair | None = None
    says: tuple[SchemaValue, SchemaValue] | None = None
    own: tuple[SchemaValue | None, SchemaValue | None] = (None, None)
    category: Category = Category.WIRE
    is_shown: bool = True

    @property
    def settled(self) -> Relation:
        """The relation once all pairs are solved."""
        return self.relation if self.via is None else self.relation & self.via.relation


@dataclass(frozen=True, slots=True)
class Weight:
    """How far an edit below counts here.

    `lift` is what holds whatever the edit does: another branch accepts the values, say. `doubt` is what cannot be
    better than that: a wider branch of a oneOf may overlap with its neighbour. `blurred`: properties are spoken of
    elsewhere too, so that even an undeclared one that comes or goes is not sure to be nothing.
    """

    lift: Relation = INCOMPARABLE
    doubt: Relation = EQUAL
    blurred: bool = False

    def then(self, other: Weight) -> Weight:
        """Combine the weights along a way."""
        return Weight(self.lift | other.lift, self.doubt & other.doubt, self.blurred or other.blurred)

    def applied(self, relation: Relation) -> Relation:
        """Return what an edit with this relation means at the far end of the way."""
        return relation if relation == EQUAL and not self.blurred else (relation | self.lift) & self.doubt


PLAIN = Weight()
DOUBTFUL = Weight(UNKNOWN, UNKNOWN, blurred=True)


@dataclass(frozen=True, slots=True)
class Edge:
    """The way from a pair to one below; `step` leads to a part of the value, None to another schema of the same."""

    pair: Pair
    step: Step | None
    weight: Weight = PLAIN


class Term:
    """One of the things that a pair's relation is the conjunction of. By itself it says nothing."""

    __slots__ = ()

    def pairs(self) -> Iterable[Pair]:
        """Return the pairs that it rests on."""
        return ()

    def relation(self) -> Relation:
        """Say how the sides relate, as far as the pairs below are solved; it only falls while they are."""
        return EQUAL

    def is_changed(self) -> bool:
        """Tell whether anything below differs; once true it stays true."""
        return False

    def edges(self) -> Iterator[Edge]:
        """Yield the ways to edits below, once all pairs are solved."""
        yield from ()

    def edits(self) -> Iterator[Edit]:
        """Yield the edits that show only once all pairs are solved."""
        yield from ()


class Pair:
    """A schema of base and one of revision. Compared by identity; solved in place by `relate`."""

    __slots__ = ("base", "changed", "edits", "parents", "relation", "revision", "terms")

    def __init__(self, base: Node, revision: Node) -> None:
        self.base = base
        self.revision = revision
        self.edits: tuple[Edit, ...] = ()
        self.terms: tuple[Term, ...] = ()
        self.parents: list[Pair] = []
        self.relation = EQUAL
        self.changed = False

    def settle(self) -> bool:
        """Derive relation and change from what is below; tell whether either moved."""
        relation, changed = EQUAL, bool(self.edits)
        for edit in self.edits:
            if edit.is_shown:
                relation &= edit.settled
        for term in self.terms:
            relation &= term.relation()
            changed = changed or term.is_changed()
        moved = relation != self.relation or changed != self.changed
        self.relation, self.changed = relation, changed
        return moved

    def all_edits(self) -> Iterator[Edit]:
        """Yield the edits right here, once everything is solved."""
        yield from self.edits
        for term in self.terms:
            yield from term.edits()

    def edges(self) -> Iterator[Edge]:
        """Yield the ways to pairs below in which something changed."""
        for term in self.terms:
            for edge in term.edges():
                if edge.pair.changed:
                    yield edge


@dataclass(frozen=True, slots=True)
class Member(Term):
    """A part of the value: a property, an item. The whole relates as the part does."""

    pair: Pair
    step: Step
    weight: Weight = PLAIN

    def pairs(self) -> Iterable[Pair]:
        """Return the one pair."""
        return (self.pair,)

    def relation(self) -> Relation:
        """Give the pair's relation."""
        relation = self.pair.relation
        return self.weight.applied(relation) if self.pair.changed else relation

    def is_changed(self) -> bool:
        """Tell whether the pair is."""
        return self.pair.changed

    def edges(self) -> Iterator[Edge]:
        """Yield the way to the part."""
        yield Edge(self.pair, self.step, self.weight)


@dataclass(frozen=True, slots=True)
class Reliance(Term):
    """A pair that only an edit's relation rests on: it says nothing beyond the edit."""

    pair: Pair

    def pairs(self) -> Iterable[Pair]:
        """Return the one pair."""
        return (self.pair,)


@dataclass(frozen=True, slots=True)
class Whole(Term):
    """Subschemas that are compared as a whole: equal when nothing changed in them, else as `edit` says.

    With `opposed` the first pair stands under `not`, and its relation counts mirrored.
    """

    below: tuple[Pair, ...]
    edit: Edit
    opposed: bool = False

    def pairs(self) -> Iterable[Pair]:
        """Return the pairs below the keyword."""
        return self.below

    def relation(self) -> Relation:
        """Say equal while nothing below changed."""
        if not self.is_changed():
            return EQUAL
        return self.below[0].relation.mirrored if self.opposed else self.edit.relation

    def is_changed(self) -> bool:
        """Tell whether any pair below is."""
        return any(pair.changed for pair in self.below)

    def edits(self) -> Iterator[Edit]:
        """Yield the one edit, when something changed."""
        if self.is_changed():
            yield replace(self.edit, relation=self.relation())


Difference: TypeAlias = Edit | Term
"""What is found where two shapes differ: an edit right here, or pairs below that tell."""

PairUp: TypeAlias = Callable[[Node, Node], Pair]
"""Gives the pair of two schemas; always the same pair for the same two."""


def is_scalar(shape: Shape, kinds: frozenset[Kind] = EVERY_KIND) -> bool:
    """Tell whether only scalar values of these kinds take part, so that no open object can blur a `not`."""
    return not shape.is_composite and not shape.kinds & kinds & {"object", "array"}
