"""Compare the schemas that a shape applies beside its own keywords: alternatives, `not`, conditions, `contains`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from contractctl.core.records import dataclass
from contractctl.diff.relation import EQUAL, MAY_NARROW, NARROWS, UNKNOWN, WIDENS, Inclusion, Relation
from contractctl.diff.schemas.alternatives import pair_up_choices
from contractctl.diff.schemas.correspondence import match
from contractctl.diff.schemas.fragments import of_choice, of_excluded, of_sealed
from contractctl.diff.schemas.keywords import kebab
from contractctl.diff.schemas.pairs import Difference, Edit, Pair, PairUp, Term, Whole, is_scalar
from contractctl.diff.schemas.shape import Choice, Sealed, Shape, writing

if TYPE_CHECKING:
    from contractctl.core.locations import Place
    from contractctl.diff.schemas.normalise import Side


class ConditionComparison:
    """The comparison of what two shapes of one pair apply to the same value."""

    def __init__(self, base: Side, revision: Side, pair_up: PairUp) -> None:
        self._base = base
        self._revision = revision
        self._pair_up = pair_up

    def differences(self, base: Shape, revision: Shape) -> Iterator[Difference]:
        """Yield what differs in the alternatives, in what is excluded, and under what conditions."""
        yield from self._choices(base, revision)
        yield from self._excluded(base, revision)
        yield from self._sealed(base, revision)

    def _choices(self, base: Shape, revision: Shape) -> Iterator[Difference]:
        found = match(base.choices, revision.choices, (_written_choice, _anything))
        for one, other in found.both:
            sides = (self._base, base, one), (self._revision, revision, other)
            yield pair_up_choices(*sides, pair_up=self._pair_up)
        for choice in found.base:
            text = "a set of alternatives was removed"
            relation = _of_conjunct(revision).mirrored
            yield Edit("alternatives-removed", text, relation, choice.at, revision.at, says=(of_choice(choice), True))
        for choice in found.revision:
            text = "a set of alternatives was added"
            relation = _of_conjunct(base)
            yield Edit("alternatives-added", text, relation, base.at, choice.at, says=(True, of_choice(choice)))

    def _excluded(self, base: Shape, revision: Shape) -> Iterator[Difference]:
        found = match(base.excluded, revision.excluded, (writing, _anything))
        for one, other in found.both:
            text = "what `not` excludes changed"
            says = of_excluded(one), of_excluded(other)
            edit = Edit("not-changed", text, UNKNOWN, base.origin("not"), revision.origin("not"), says=says)
            excluded = self._base.shape(one), self._revision.shape(other)
            kinds = base.kinds | revision.kinds
            yield Whole((self._pair_up(one, other),), edit, opposed=all(is_scalar(side, kinds) for side in excluded))
        for node in (node for node in found.base if self._base.shape(node).kinds & revision.kinds):
            yield Edit("not-removed", "`not` was removed", WIDENS, node.at, revision.at, says=(of_excluded(node), True))
        for node in (node for node in found.revision if self._revision.shape(node).kinds & base.kinds):
            yield Edit("not-added", "`not` was added", NARROWS, base.at, node.at, says=(True, of_excluded(node)))

    def _sealed(self, base: Shape, revision: Shape) -> Iterator[Difference]:
        found = match(base.sealed, revision.sealed, (_written_seal, _tag, _keyword))
        for before, after in found.both:
            yield self._changed(before, after)
        for before in found.base:
            relation = _of_seal(before, revision).mirrored
            yield _edit("removed", relation, before.keyword, (before.at, revision.at), (before, None))
        for after in found.revision:
            yield _edit("added", _of_seal(after, base), after.keyword, (base.at, after.at), (None, after))

    def _changed(self, before: Sealed, after: Sealed) -> Difference:
        edit = _edit("changed", UNKNOWN, before.keyword, (before.at, after.at), (before, after))
        pairs = tuple(self._pair_up(*nodes) for nodes in zip(before.nodes, after.nodes, strict=True))
        if before.keyword == "contains":
            plain = is_scalar(self._base.shape(before.nodes[0])) and is_scalar(self._revision.shape(after.nodes[0]))
            return Containment(pairs[0], edit, before.occurrences, after.occurrences, plain)
        return edit if before.tag != after.tag else Whole(pairs, edit)


@dataclass(frozen=True, slots=True)
class Containment(Term):
    """Two `contains`, with how many items must fit at least and at most; `plain` where only scalars can fit."""

    pair: Pair
    edit: Edit
    base: tuple[int, int | None]
    revision: tuple[int, int | None]
    plain: bool

    def pairs(self) -> Iterable[Pair]:
        """Return the pair of what is to be contained."""
        return (self.pair,)

    def relation(self) -> Relation:
        """Prove what follows from the counts and from what counts."""
        if not self.is_changed():
            return EQUAL
        items = self.pair.relation if self.plain or not self.pair.changed else UNKNOWN
        return Relation(
            _counts_within(self.base, self.revision, items), _counts_within(self.revision, self.base, items.mirrored)
        )

    def is_changed(self) -> bool:
        """Tell whether the counts differ, or what is counted."""
        return self.base != self.revision or self.pair.changed

    def edits(self) -> Iterator[Edit]:
        """Yield the one edit, when something changed."""
        if self.is_changed():
            yield replace(self.edit, relation=self.relation())


def _of_conjunct(other: Shape) -> Relation:
    """Relate the other side's shape to one with a conjunct beside: a member left to others may come under it."""
    return MAY_NARROW if other.additional is None and not other.pattern_properties else UNKNOWN


def _of_seal(sealed: Sealed, other: Shape) -> Relation:
    return MAY_NARROW if sealed.keyword == "contains" else _of_conjunct(other)


def _edit(
    what: str,
    relation: Relation,
    keyword: str,
    places: tuple[Place, Place],
    sealed: tuple[Sealed | None, Sealed | None],
) -> Edit:
    says = of_sealed(sealed[0]), of_sealed(sealed[1])
    kind, text = f"{kebab(keyword)}-{what}", f"`{keyword}` was {what}"
    before, after = says
    known = None if before is None or after is None else (before, after)
    return Edit(kind, text, relation, *places, says=known)


def _written_choice(choice: Choice) -> Hashable:
    return choice.exclusive, frozenset(map(writing, choice.branches))


def _written_seal(sealed: Sealed) -> Hashable:
    return sealed.keyword, sealed.tag, sealed.occurrences, tuple(map(writing, sealed.nodes))


def _tag(sealed: Sealed) -> Hashable:
    return sealed.keyword, sealed.tag


def _keyword(sealed: Sealed) -> Hashable:
    return None if sealed.keyword == "dependentSchemas" else sealed.keyword


def _anything(_: object) -> Hashable:
    return ""


def _counts_within(base: tuple[int, int | None], revision: tuple[int, int | None], items: Relation) -> Inclusion:
    """Tell whether arrays with as many items of base have as many of revision, which relate so."""
    least = revision[0] == 0 or (revision[0] <= base[0] and items.forward is Inclusion.PROVEN)
    within = base[1] is not None and revision[1] is not None and base[1] <= revision[1]
    most = revision[1] is None or (within and items.backward is Inclusion.PROVEN)
    return Inclusion.PROVEN if least and most else Inclusion.OPEN
