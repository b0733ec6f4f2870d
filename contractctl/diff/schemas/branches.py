"""The branches of a choice: what tells them apart, and which of two choices are worth holding against each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from functools import cached_property
from itertools import combinations, islice, product
from typing import TYPE_CHECKING, TypeAlias

from contractctl.diff.schemas.correspondence import match
from contractctl.diff.schemas.shape import Choice, Key, Node, Shape, writing

if TYPE_CHECKING:
    from contractctl.diff.schemas.normalise import Side

_MOST_CANDIDATES = 400
_MOST_ALIKE = 64
_MOST_APART = 60

Cell: TypeAlias = tuple[int, int]
"""A branch of base and one of revision, by their numbers."""

Looks: TypeAlias = tuple[Sequence[Hashable], Sequence[Hashable]]
"""What the branches of both sides look like, in their order."""


class Branches:
    """The branches of one choice, as they are read."""

    def __init__(self, side: Side, choice: Choice) -> None:
        self.side = side
        self.choice = choice
        self.shapes = [side.shape(node) for node in choice.branches]

    def __len__(self) -> int:
        """Return how many branches there are."""
        return len(self.shapes)

    def sketch(self, shape: Shape) -> Hashable:
        """Return what a branch looks like one level deep, by which it is known again under another name."""
        members = ((name, _look(self.side.shape(node))) for name, node in shape.properties.items())
        return _look(shape), frozenset(shape.required), frozenset(members)

    @cached_property
    def selectors(self) -> dict[str, list[frozenset[Key]]]:
        """The required members that every branch lists the values of, each with these values branch by branch."""
        shared = set(self.shapes[0].required) if self.shapes else set()
        for shape in self.shapes:
            shared &= shape.required.keys() & shape.properties.keys() if shape.kinds == {"object"} else set()
        found = ((name, [self._values(shape, name) for shape in self.shapes]) for name in sorted(shared))
        return {name: listed for name, values in found if len(listed := [one for one in values if one]) == len(values)}

    def are_apart(self) -> bool:
        """Tell whether no value fits two branches, as far as is plain; a discriminator picks one in any case."""
        if self.choice.discriminator is not None or any(map(_are_disjoint_sets, self.selectors.values())):
            return True
        return len(self) <= _MOST_APART and all(self._are_disjoint(*pair) for pair in combinations(self.shapes, 2))

    def _values(self, shape: Shape, name: str) -> frozenset[Key]:
        return frozenset(self.side.shape(shape.properties[name]).values or ())

    def _are_disjoint(self, one: Shape, other: Shape) -> bool:
        shared = one.kinds & other.kinds
        if not shared or _values_differ(one, other):
            return True
        if shared != {"object"}:
            return False
        for name in one.required.keys() & other.required.keys() & one.properties.keys() & other.properties.keys():
            first, second = self.side.shape(one.properties[name]), self.side.shape(other.properties[name])
            if not first.kinds & second.kinds or _values_differ(first, second):
                return True
        return False


def choose_cells(base: Branches, revision: Branches, looks: Looks) -> tuple[list[Cell], bool]:
    """Choose which branches to hold against which, and tell whether the others can be said to have nothing in common.

    They are those that a selecting member leaves; else those that look alike, and what is left against all.
    """
    selected = _selected(base, revision)
    if selected is not None and len(selected) <= _MOST_CANDIDATES + len(base) + len(revision):
        return selected, True
    alike, complete = _alike(base, revision, looks)
    rows, columns = {row for row, _ in alike}, {column for _, column in alike}
    rest = _rest((len(base), len(revision)), rows, columns)
    chosen = list(islice(rest, _MOST_CANDIDATES + 1))
    if len(chosen) <= _MOST_CANDIDATES:
        return alike + chosen, complete
    return alike + _of_one_name(base, revision, rows, columns), False


def _selected(base: Branches, revision: Branches) -> list[Cell] | None:
    """Return the cells whose branches share a value of a member that every branch of both sides lists."""
    name = next((name for name in base.selectors if name in revision.selectors), None)
    if name is None:
        return None
    columns: dict[Key, list[int]] = {}
    for column, values in enumerate(revision.selectors[name]):
        for value in values:
            columns.setdefault(value, []).append(column)
    cells = {
        (row, column)
        for row, values in enumerate(base.selectors[name])
        for value in values
        for column in columns.get(value, ())
    }
    return sorted(cells)


def _alike(base: Branches, revision: Branches, looks: Looks) -> tuple[list[Cell], bool]:
    """Return the cells of branches that look alike, and whether these are all: of a large group not each with each."""
    groups: dict[Hashable, tuple[list[int], list[int]]] = {}
    for side, listed in enumerate(looks):
        for index, look in enumerate(listed):
            groups.setdefault(look, ([], []))[side].append(index)
    cells: list[Cell] = []
    complete = True
    for rows, columns in groups.values():
        if len(rows) * len(columns) <= _MOST_ALIKE:
            cells += product(rows, columns)
        else:
            cells += _in_a_row(base, revision, rows, columns)
            complete = False
    return cells, complete


def _in_a_row(base: Branches, revision: Branches, rows: Sequence[int], columns: Sequence[int]) -> list[Cell]:
    """Match many branches that look alike one to one: by what is written, else by their names, else in order."""
    nodes, others = base.choice.branches, revision.choice.branches

    def written(pair: tuple[int, Node]) -> Hashable:
        return writing(pair[1])

    def named(pair: tuple[int, Node]) -> Hashable:
        return pair[1].at.pointer.tokens[-1:]

    one, other = [(row, nodes[row]) for row in rows], [(column, others[column]) for column in columns]
    found = match(one, other, (written, named, lambda _: ""))
    return [(row, column) for (row, _), (column, _) in found.both]


def _of_one_name(base: Branches, revision: Branches, rows: set[int], columns: set[int]) -> list[Cell]:
    """Return the cells of components with one name, of those that nothing was found for."""
    others = {component_of(node): column for column, node in enumerate(revision.choice.branches)}
    pairs = ((row, others.get(component_of(node))) for row, node in enumerate(base.choice.branches))
    return [
        (row, column)
        for row, column in pairs
        if column is not None and component_of(base.choice.branches[row]) and not (row in rows and column in columns)
    ]


def component_of(node: Node) -> str | None:
    """Return the name of the component that a branch is, None for one that is written in its place."""
    tokens = node.at.pointer.tokens
    in_place = len(tokens) < 2 or tokens[:-1] not in (("components", "schemas"), ("definitions",))
    return None if in_place else tokens[-1]


def _rest(counts: Cell, rows: set[int], columns: set[int]) -> Iterator[Cell]:
    """Yield the cells of branches that nothing was found for."""
    for row in range(counts[0]):
        found = row in rows
        yield from ((row, column) for column in range(counts[1]) if not found or column not in columns)


def _look(shape: Shape) -> Hashable:
    return shape.kinds, None if shape.values is None else frozenset(shape.values)


def _values_differ(one: Shape, other: Shape) -> bool:
    return one.values is not None and other.values is not None and not one.values.keys() & other.values.keys()


def _are_disjoint_sets(sets: Sequence[frozenset[Key]]) -> bool:
    return len(frozenset[Key]().union(*sets)) == sum(map(len, sets))
