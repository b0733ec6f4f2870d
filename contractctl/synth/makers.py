"""What a schema compiles to: small makers that guess a value, each for a part of it.

A maker is called with a number from 0 that picks among values (it grows with an array's items), the number of values
that may still be spent on optional members here, and the run. It raises GaveUp where it has nothing to offer; who can
do without its value goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from contractctl.synth.failures import GaveUp
from contractctl.synth.manner import Manner
from contractctl.synth.values import Json, identity

_TRIES: Final = 4
_TRIALS: Final = 2
_TRIED: Final = 40
_FEWEST_TRIED: Final = 2
_MOST_NODES: Final = 20_000
_NODES_OF_ITEM: Final = 50
_SHARE_OF_ITEM: Final = 40


class Run:
    """One guess."""

    __slots__ = ("active", "base", "branches", "manner", "nodes", "tries", "varies")

    def __init__(self, seed: int, manner: Manner, *, varies: bool, tries: bool = False) -> None:
        """Begin a guess; one that `varies` takes another branch of a choice with another number.

        One that `tries` prefers the branches whose values were right in a trial.
        """
        self.tries = tries
        self.base = seed
        self.manner = manner
        self.nodes = _MOST_NODES + _NODES_OF_ITEM * (manner.items or 0)
        self.active: set[int] = set()
        self.varies = varies
        self.branches = False
        """Whether there was a choice of branches."""


Make: TypeAlias = Callable[[int, int, Run], Json]


def constant(value: Json) -> Make:
    """Return what makes one value."""
    return lambda _pick, _left, _run: value


def one_of(values: Sequence[Json]) -> Make:
    """Return what makes the values in turn; there is at least one."""
    if len(values) == 1:
        return constant(values[0])
    count = len(values)
    return lambda pick, _left, _run: values[pick % count]


def nothing(_pick: int, _left: int, _run: Run) -> Json:
    """Make no value."""
    raise GaveUp("no value was guessed")


def guarded(make: Make, key: int) -> Make:
    """Return what makes the same values, but none inside one of its own."""

    def guard(pick: int, left: int, run: Run) -> Json:
        active = run.active
        if key in active:
            raise GaveUp("the schema asks for itself without end")
        active.add(key)
        try:
            return make(pick, left, run)
        finally:
            active.discard(key)

    return guard


class Choice:
    """Several ways to a value, tried in order; `varying` is how many of the first ones take turns at being first.

    Where a run asks for it, the ways are tried first: one whose value is not right for the whole (since another branch
    of a `oneOf` takes it too, say) comes after the others, or is left to make the smallest value or a larger one.
    """

    __slots__ = ("_is_right", "_tried", "_varying", "_ways")

    def __init__(self, ways: Sequence[Make], varying: int, is_right: Callable[[Json], bool]) -> None:
        self._ways = ways
        self._varying = varying
        self._is_right = is_right
        self._tried: dict[bool, tuple[Sequence[Make], int]] = {}

    def make(self, pick: int, left: int, run: Run) -> Json:
        """Make the value of the first way that offers one."""
        ways, varying = self._known(left, run)
        first = pick % varying if run.varies else 0
        if first:
            try:
                return ways[first](pick, left, run)
            except GaveUp:
                pass
        for way in ways[:-1]:
            try:
                return way(pick, left, run)
            except GaveUp:
                continue
        return ways[-1](pick, left, run)

    def _known(self, left: int, run: Run) -> tuple[Sequence[Make], int]:
        # What is tried depends on nothing that was made before: the choices in a trial are not tried themselves.
        run.branches = run.branches or self._varying > 1
        if not run.tries or self._varying < _FEWEST_TRIED:
            return self._ways, self._varying
        large = left > 0
        if large not in self._tried:
            self._tried[large] = self._in_order(run.manner, _TRIED if large else 0)
        return self._tried[large]

    def _in_order(self, manner: Manner, left: int) -> tuple[Sequence[Make], int]:
        found: list[Make] = []
        for way in self._ways[: self._varying]:
            if self._fits(way, manner, left):
                found.append(way)
            elif self._fits(way, manner, other := 0 if left else 1):
                found.append(_sized(way, other))
        return ((*found, *self._ways), len(found)) if found else (self._ways, self._varying)

    def _fits(self, way: Make, manner: Manner, left: int) -> bool:
        """Tell whether the first values of a way are right, as far as that is plain."""
        plain = Manner(manner.shape, None, manner.examples)
        try:
            runs = [Run(pick, plain, varies=True) for pick in range(_TRIALS)]
            return all(self._is_right(way(run.base, left, run)) for run in runs)
        except GaveUp:
            return False


def _sized(way: Make, left: int) -> Make:
    return lambda pick, _left, run: way(pick, left, run)


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object that is made; without an optional one the object is made all the same."""

    name: str
    make: Make
    required: bool


Members: TypeAlias = Callable[[bool], Sequence[Member]]
"""Returns the members of an object in their order, all of them (True) or those that must be there."""


class ObjectMaker:
    """Makes objects. What their members compile to is asked for once, when the first one is made."""

    __slots__ = ("_all", "_members", "_needed")

    def __init__(self, members: Members) -> None:
        self._members = members
        self._all: list[tuple[str, Make, bool]] | None = None
        self._needed: list[tuple[str, Make, bool]] | None = None

    def make(self, pick: int, left: int, run: Run) -> Json:
        """Make an object."""
        entries = self._all if left > 0 else self._needed
        if entries is None:
            entries = self._compiled(everything=left > 0)
        size = len(entries)
        run.nodes -= size + 1
        if run.nodes < 0:
            raise GaveUp("the value is too large to guess")
        share = (left - size) // size if left > size > 0 else 0
        made: dict[str, Json] = {}
        for name, make, required in entries:
            try:
                made[name] = make(pick, share, run)
            except GaveUp:
                if required:
                    raise
        return made

    def _compiled(self, *, everything: bool) -> list[tuple[str, Make, bool]]:
        entries = [(one.name, one.make, one.required) for one in self._members(everything)]
        if everything:
            self._all = entries
        else:
            self._needed = entries
        return entries


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long an array may be; `prefix` counts its items that have schemas of their own."""

    least: int
    most: int | None
    prefix: int
    unique: bool
    at_top: bool


class ArrayMaker:
    """Makes arrays."""

    __slots__ = ("_item", "_items", "_lengths")

    def __init__(self, lengths: Lengths, item: Callable[[int], Make]) -> None:
        """Take what returns the maker of the item at an index; all behind the prefix have one."""
        self._lengths = lengths
        self._item = item
        self._items: list[Make] = []

    def make(self, pick: int, left: int, run: Run) -> Json:
        """Make an array."""
        least = self._lengths.least
        length = self._length(pick, left, run)
        run.nodes -= length + 1
        if run.nodes < 0:
            raise GaveUp("the value is too large to guess")
        share = (left - length) // length if left > length > 0 else 0
        if run.manner.items is not None and self._lengths.at_top and left > 0:
            share = max(share, _SHARE_OF_ITEM)
        seen: set[Hashable] | None = set() if self._lengths.unique else None
        made: list[Json] = []
        for index in range(length):
            try:
                make = self._maker(index)
                picked = run.base + index
                made.append(make(picked, share, run) if seen is None else _distinct(make, picked, share, run, seen))
            except GaveUp:
                if index >= least:
                    break
                raise
        return made

    def _length(self, pick: int, left: int, run: Run) -> int:
        known = self._lengths
        asked = run.manner.asked(known.least, known.most) if known.at_top else None
        if asked is not None:
            return asked
        usual = run.manner.length(left, known.prefix, pick)
        if known.most is not None and usual > known.most:
            usual = known.most
        return max(known.least, usual)

    def _maker(self, index: int) -> Make:
        at = min(index, self._lengths.prefix)
        while len(self._items) <= at:
            self._items.append(self._item(len(self._items)))
        return self._items[at]


def _distinct(make: Make, pick: int, share: int, run: Run, seen: set[Hashable]) -> Json:
    # Another run of numbers, so that a further try is not the next item's value.
    for number in (pick + step * 101 for step in range(_TRIES)):
        value = make(number, share, run)
        key = identity(value)
        if key not in seen:
            seen.add(key)
            return value
    raise GaveUp("no further distinct item was found")
