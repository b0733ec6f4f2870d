"""Compare anyOf and oneOf: which branch became which, by what the branches are and not by name or order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from contractctl.core.records import dataclass
from contractctl.diff.relation import EQUAL, INCOMPARABLE, UNKNOWN, Inclusion, Relation
from contractctl.diff.schemas.branches import Branches, choose_cells, component_of
from contractctl.diff.schemas.fragments import of_choice, of_node
from contractctl.diff.schemas.normalise import Side
from contractctl.diff.schemas.pairs import Edge, Edit, Pair, PairUp, Term, Weight
from contractctl.diff.schemas.shape import Choice, Node, Shape
from contractctl.diff.steps import Branch


@dataclass(frozen=True, slots=True)
class Candidate:
    """A branch of base against one of revision, by their numbers.

    `alike` when they look the same at first sight, `named` when they are components of one name, `plausible` when the
    one may have become the other.
    """

    row: int
    column: int
    pair: Pair
    alike: bool
    named: bool
    plausible: bool

    @property
    def relation(self) -> Relation:
        """The pair's. That open objects of other members swallow one another proves nothing."""
        return self.pair.relation if self.plausible else self.pair.relation.doubted

    @property
    def rank(self) -> tuple[bool, bool, bool, int, int]:
        """Sorts the likeliest matches first. It is the same from either side: equal ranks share no branch."""
        relation = self.pair.relation
        likeness = relation.forward + relation.backward
        return self.pair.changed, not self.alike, not self.named, -likeness, self.row + self.column


@dataclass(frozen=True, slots=True)
class Alternatives(Term):
    """Two choices. A value of base is one of revision when each branch of base is contained in one of revision.

    `apart` says for either side that no value fits two branches, which is what makes a proof about a oneOf one.
    `blurred`: something beside the choices speaks of the same properties, so nothing is proven once they differ.
    `complete` is False when there were too many branches to hold each against each.
    """

    base: Choice
    revision: Choice
    candidates: tuple[Candidate, ...]
    apart: tuple[bool, bool]
    blurred: bool
    complete: bool

    def pairs(self) -> Iterable[Pair]:
        """Return every branch against every branch that it may have become."""
        return [candidate.pair for candidate in self.candidates]

    def is_changed(self) -> bool:
        """Tell whether any branch has no unchanged counterpart, or the kind of choice changed."""
        if self.base.exclusive != self.revision.exclusive and not all(self.apart):
            return True
        if any(_compare_discriminators(self.base, self.revision)):
            return True
        same = [candidate for candidate in self.candidates if not candidate.pair.changed]
        rows, columns = {one.row for one in same}, {one.column for one in same}
        if len(rows) < len(self.base.branches) or len(columns) < len(self.revision.branches):
            return True
        return not all(self.apart) and self._counts_matter() and not self._are_permuted(same)

    def _counts_matter(self) -> bool:
        """Tell whether it makes a difference that a branch is there twice: a oneOf then refuses what fits it."""
        return self.base.exclusive or self.revision.exclusive

    def _are_permuted(self, same: Sequence[Candidate]) -> bool:
        """Tell whether each branch has an unchanged counterpart of its own."""
        rows: set[int] = set()
        columns: set[int] = set()
        for one in same:
            if one.row not in rows and one.column not in columns:
                rows.add(one.row)
                columns.add(one.column)
        return len(rows) == len(self.base.branches) == len(self.revision.branches)

    def relation(self) -> Relation:
        """And over the branches, or over what each may have become."""
        if not self.is_changed():
            return EQUAL
        forward = min((one.forward for one in self._rows()), default=Inclusion.PROVEN)
        backward = min((one.backward for one in self._columns()), default=Inclusion.PROVEN)
        return self._trusted(Relation(forward, backward))

    def edges(self) -> Iterator[Edge]:
        """Yield the ways into branches that were matched; what another branch rescues is lifted."""
        rows, columns = self._rows(), self._columns()
        doubt = self._trusted(EQUAL)
        for one in self._matches():
            lift = Relation(
                _rescue(rows[one.row].forward, one.pair.relation.forward),
                _rescue(columns[one.column].backward, one.pair.relation.backward),
            )
            yield Edge(one.pair, self._step(one.pair), Weight(lift, doubt, self.blurred))

    def _step(self, pair: Pair) -> Branch | None:
        """Return the step into a branch that may overlap with another of a oneOf; None where any step will do."""
        if all(apart or not side.exclusive for side, apart in zip((self.base, self.revision), self.apart, strict=True)):
            return None
        return Branch(of_node(pair.base), of_node(pair.revision), (of_choice(self.base), of_choice(self.revision)))

    def edits(self) -> Iterator[Edit]:
        """Yield the branches that went and came, and the turn from anyOf to oneOf."""
        matches = self._matches()
        rows, columns = self._rows(), self._columns()
        says = of_choice(self.base), of_choice(self.revision)
        for row, node in enumerate(self.base.branches):
            if all(one.row != row for one in matches):
                relation = self._trusted(Relation(rows[row].forward, Inclusion.PROVEN))
                text = f"the alternative {describe(node)} was removed"
                places = self.base.places[row], self.revision.at
                yield Edit("alternative-removed", text, relation, *places, says=says, own=(of_node(node), None))
        for column, node in enumerate(self.revision.branches):
            if all(one.column != column for one in matches):
                relation = self._trusted(Relation(Inclusion.PROVEN, columns[column].backward))
                text = f"the alternative {describe(node)} was added"
                places = self.base.at, self.revision.places[column]
                yield Edit("alternative-added", text, relation, *places, says=says, own=(None, of_node(node)))
        yield from _compare_discriminators(self.base, self.revision)
        if self.base.exclusive != self.revision.exclusive and not all(self.apart):
            before, after = (_keyword(choice) for choice in (self.base, self.revision))
            text = f"{before} became {after}, and the alternatives may overlap"
            yield Edit("alternatives-changed", text, UNKNOWN, self.base.at, self.revision.at, says=says)

    def _rows(self) -> list[Relation]:
        return self._best(len(self.base.branches), [one.row for one in self.candidates])

    def _columns(self) -> list[Relation]:
        return self._best(len(self.revision.branches), [one.column for one in self.candidates])

    def _best(self, count: int, places: Sequence[int]) -> list[Relation]:
        """Return the best answers that each branch has among its candidates."""
        best = [INCOMPARABLE if self.complete else UNKNOWN] * count
        for place, candidate in zip(places, self.candidates, strict=True):
            best[place] = best[place] | candidate.relation
        return best

    def _trusted(self, relation: Relation) -> Relation:
        """Take back the proofs that overlapping branches, or properties spoken of elsewhere, do not allow."""
        if self.blurred:
            return relation.doubted
        forward = self.revision.exclusive and not self.apart[1]
        backward = self.base.exclusive and not self.apart[0]
        doubt = Relation(
            Inclusion.OPEN if forward else Inclusion.PROVEN, Inclusion.OPEN if backward else Inclusion.PROVEN
        )
        return relation & doubt

    def _matches(self) -> list[Candidate]:
        """Match branches greedily: unchanged first, then alike, then of one name, then by what contains what."""
        ranked = sorted(self.candidates, key=attrgetter("rank"))
        taken_rows: set[int] = set()
        taken_columns: set[int] = set()
        matches: list[Candidate] = []
        for one in ranked:
            free = one.row not in taken_rows and one.column not in taken_columns
            if free and (one.plausible or not one.pair.changed):
                matches.append(one)
                taken_rows.add(one.row)
                taken_columns.add(one.column)
        return matches


def pair_up_choices(
    base: tuple[Side, Shape, Choice], revision: tuple[Side, Shape, Choice], *, pair_up: PairUp
) -> Alternatives:
    """Return the comparison of two choices; each comes with its side and the shape that it stands in."""
    (one_side, one_shape, one), (other_side, other_shape, other) = base, revision
    first, second = Branches(one_side, one), Branches(other_side, other)
    looks = list(map(first.sketch, first.shapes)), list(map(second.sketch, second.shapes))
    cells, complete = choose_cells(first, second, looks)
    candidates = tuple(
        Candidate(
            row,
            column,
            pair_up(one.branches[row], other.branches[column]),
            looks[0][row] == looks[1][column],
            component_of(one.branches[row]) == component_of(other.branches[column]) is not None,
            _is_plausible(first.shapes[row], second.shapes[column]),
        )
        for row, column in cells
    )
    apart = first.are_apart(), second.are_apart()
    blurred = _is_blurred(one_side, one_shape, other_shape) or _is_blurred(other_side, other_shape, one_shape)
    return Alternatives(one, other, candidates, apart, blurred, complete)


def _compare_discriminators(base: Choice, revision: Choice) -> Iterator[Edit]:
    """Yield what changed in how one of as many branches is selected: no schema says it, so no value shows it."""
    names = base.discriminator, revision.discriminator
    if None in names or len(base.branches) != len(revision.branches):
        return
    if names[0] != names[1]:
        text = f"the property that selects an alternative changed from `{names[0]}` to `{names[1]}`"
        kind, before, after = "discriminator-property-changed", names[0], names[1]
        yield Edit(kind, text, UNKNOWN, base.at, revision.at, before=before, after=after, is_shown=False)
    gone, come = sorted(base.selected - revision.selected), sorted(revision.selected - base.selected)
    if gone and come:
        kind, known = "discriminator-mapping-changed", ", ".join(f"`{name}`" for name in gone)
        text = f"{known} no longer selects an alternative, {', '.join(f'`{name}`' for name in come)} does"
        yield Edit(kind, text, UNKNOWN, base.at, revision.at, before=list(gone), after=list(come), is_shown=False)


def describe(node: Node) -> str:
    """Name a branch as readers know it: by its component, else by its type."""
    component = component_of(node)
    if component is not None:
        return f"`{component}`"
    value = node.parts[0].value
    title = value.get("title", value.get("type")) if not isinstance(value, bool) else None
    return f"`{title}`" if isinstance(title, str) else f"at `{node.at.pointer}`"


def _is_plausible(one: Shape, other: Shape) -> bool:
    if not one.kinds & other.kinds:
        return False
    if "object" not in one.kinds & other.kinds or not (one.properties and other.properties):
        return True
    shared = len(one.properties.keys() & other.properties.keys())
    return 2 * shared >= min(len(one.properties), len(other.properties))


def _is_blurred(side: Side, shape: Shape, other: Shape) -> bool:
    """Tell whether the schema around the choice, or another choice beside it, speaks of the same properties."""
    if len(shape.choices) > 1 or any(sealed.keyword == "unevaluatedProperties" for sealed in shape.sealed):
        return True
    return not side.mentioned(shape).isdisjoint((*shape.properties, *other.properties))


def _rescue(best: Inclusion, own: Inclusion) -> Inclusion:
    """Return what other branches make of an edit in this one."""
    return best if best > own else Inclusion.REFUTED


def _keyword(choice: Choice) -> str:
    return "oneOf" if choice.exclusive else "anyOf"
