"""Regular languages: a shortest text that matches some patterns and none of others, or the proof that there is none.

The patterns are read as automata and walked side by side, length by length. One state of the walk is a set of states of
each; characters that no pattern tells apart are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from contractctl.synth.characters import EVERY, Ranges, typical
from contractctl.synth.failures import GaveUp
from contractctl.synth.patterns import Characters, Choice, Edge, Node, Repeat, Series, parse_pattern

_MOST_STATES: Final = 3_000
_MOST_STEPS: Final = 100_000
_LONGEST: Final = 400

_States: TypeAlias = frozenset[int]
_Condition: TypeAlias = Literal["start", "end", ""]
_MATCHED: Final = frozenset((-1,))
"""The pattern was found in the text already: whatever follows, it stays so."""


@dataclass(slots=True)
class _Automaton:
    """States by number, 0 the first; `free` leads on without a character, where its condition holds."""

    free: list[list[tuple[int, _Condition]]] = field(default_factory=list)
    taking: list[list[tuple[Ranges, int]]] = field(default_factory=list)
    last: int = 0

    def state(self) -> int:
        """Add a state."""
        if len(self.free) >= _MOST_STATES:
            raise GaveUp("the pattern has too many states")
        self.free.append([])
        self.taking.append([])
        return len(self.free) - 1

    def add(self, node: Node, start: int) -> int:
        """Add what takes a node from `start` on; return where it ends."""
        match node:
            case Series(parts):
                for part in parts:
                    start = self.add(part, start)
                return start
            case Repeat(part, least, most):
                return self._repeat(part, start, least, most)
            case Characters() | Edge() | Choice():
                return self._branch(node, start)

    def _branch(self, node: Characters | Edge | Choice, start: int) -> int:
        end = self.state()
        match node:
            case Characters(_, ranges):
                self.taking[start].append((ranges, end))
            case Edge():
                self.free[start].append((end, "end" if node.end else "start"))
            case Choice(branches):
                for branch in branches:
                    self.free[self.add(branch, start)].append((end, ""))
        return end

    def _repeat(self, part: Node, start: int, least: int, most: int | None) -> int:
        for _ in range(least):
            start = self.add(part, start)
        end = self.state()
        if most is None:
            loop = self.state()
            self.free[start].append((loop, ""))
            self.free[self.add(part, loop)].append((loop, ""))
            self.free[loop].append((end, ""))
            return end
        for _ in range(most - least):
            self.free[start].append((end, ""))
            start = self.add(part, start)
        self.free[start].append((end, ""))
        return end

    def closure(self, states: Sequence[int], *, at_start: bool, at_end: bool) -> _States:
        """Return the states with those that are reached without a character."""
        found = set(states)
        waiting = list(states)
        holds = {"start": at_start, "end": at_end, "": True}
        while waiting:
            for target, condition in self.free[waiting.pop()]:
                if holds[condition] and target not in found:
                    found.add(target)
                    waiting.append(target)
        return frozenset(found)

    def begin(self) -> _States:
        """Return where the walk is before the first character."""
        found = self.closure((0,), at_start=True, at_end=False)
        return _MATCHED if self.last in found else found

    def step(self, states: _States, code: int) -> _States:
        """Return where the walk is after one more character. A match may begin after it, too."""
        if states is _MATCHED:
            return states
        taken = (
            target
            for state in sorted(states)
            for ranges, target in self.taking[state]
            if any(first <= code <= last for first, last in ranges)
        )
        found = self.closure((*taken, 0), at_start=False, at_end=False)
        return _MATCHED if self.last in found else found

    def accepts(self, states: _States, *, empty: bool) -> bool:
        """Tell whether a text that ends here matches; `empty` when it is the empty text."""
        return states is _MATCHED or self.last in self.closure(tuple(states), at_start=empty, at_end=True)


def shortest_text(
    patterns: Sequence[str], denied: Sequence[str], values: Sequence[str], *, least: int, most: int | None
) -> str | None:
    """Return a text that matches every pattern and none that is denied, and is none of `values`; the shortest there is.

    None is a proof that there is no such text. A pattern beyond regular languages (look-around, back-references) is
    left out, so that a text may be wrong where a proof is not. Raise GaveUp where the walk is too long.
    """
    wanted = [found for pattern in patterns if (found := _automaton(pattern)) is not None]
    excluded = [found for pattern in denied if (found := _automaton(pattern)) is not None]
    if values:
        excluded.append(_of_values(values))
    if least > _LONGEST or max(map(len, values), default=0) > _LONGEST:
        raise GaveUp("the text is too long for a walk")
    return _Walk(wanted, excluded, least, most).text()


class _Walk:
    """The search, breadth first."""

    __slots__ = ("_characters", "_denied", "_least", "_machines", "_most", "_steps", "_wanted")

    def __init__(
        self, wanted: Sequence[_Automaton], denied: Sequence[_Automaton], least: int, most: int | None
    ) -> None:
        self._wanted, self._denied, self._least, self._most = wanted, denied, least, most
        self._machines = (*wanted, *denied)
        self._characters = tuple(_typical_characters(self._machines))
        self._steps = 0

    def text(self) -> str | None:
        level = {tuple(machine.begin() for machine in self._machines): ""}
        seen: set[tuple[_States, ...]] = set()
        length = 0
        while level:
            if length >= self._least:
                for at, text in level.items():
                    if self._accepts(at, empty=not length):
                        return text
                # A walk that is here again later has only taken longer.
                seen.update(level)
            length += 1
            if self._most is not None and length > self._most:
                return None
            level = self._next(level, seen)
        return None

    def _next(
        self, level: dict[tuple[_States, ...], str], seen: set[tuple[_States, ...]]
    ) -> dict[tuple[_States, ...], str]:
        found: dict[tuple[_States, ...], str] = {}
        for at, text in level.items():
            for character in self._characters:
                self._steps += sum(map(len, at))
                if self._steps > _MOST_STEPS:
                    raise GaveUp("the patterns take too long a walk")
                code = ord(character)
                after = tuple(machine.step(states, code) for machine, states in zip(self._machines, at, strict=True))
                if after not in seen and after not in found and not self._is_dead(after):
                    found[after] = text + character
        return found

    def _is_dead(self, at: tuple[_States, ...]) -> bool:
        return any(states is _MATCHED for states in at[len(self._wanted) :])

    def _accepts(self, at: tuple[_States, ...], *, empty: bool) -> bool:
        verdicts = [machine.accepts(states, empty=empty) for machine, states in zip(self._machines, at, strict=True)]
        return all(verdicts[: len(self._wanted)]) and not any(verdicts[len(self._wanted) :])


@lru_cache(maxsize=256)
def _automaton(pattern: str) -> _Automaton | None:
    """Return the automaton of a pattern, None where it has none."""
    try:
        read = parse_pattern(pattern)
    except GaveUp:
        return None
    if not read.regular:
        return None
    made = _Automaton()
    made.last = made.add(read.node, made.state())
    return made


def _of_values(values: Sequence[str]) -> _Automaton:
    made = _Automaton()
    start = made.add(Edge(end=False), made.state())
    made.last = made.state()
    for value in values:
        spelled = Series((*(Characters(one, ((ord(one), ord(one)),)) for one in value), Edge(end=True)))
        made.free[made.add(spelled, start)].append((made.last, ""))
    return made


def _typical_characters(machines: Sequence[_Automaton]) -> Iterator[str]:
    """Yield one character of each kind that some automaton tells from the others, the usual ones first."""
    classes = {ranges for machine in machines for taking in machine.taking for ranges, _ in taking}
    ends = {first for ranges in classes for first, _ in ranges} | {last + 1 for ranges in classes for _, last in ranges}
    cuts = sorted(ends | {first for first, _ in EVERY} | {last + 1 for _, last in EVERY})
    ordered = sorted(classes)
    kinds: dict[tuple[bool, ...], list[tuple[int, int]]] = {}
    for low, after in pairwise(cuts):
        if not any(first <= low <= last for first, last in EVERY):
            continue
        kind = tuple(any(first <= low <= last for first, last in ranges) for ranges in ordered)
        kinds.setdefault(kind, []).append((low, after - 1))
    yield from sorted((typical(ranges) for ranges in kinds.values()), key=_usualness)


def _usualness(character: str) -> tuple[bool, bool, str]:
    return not character.isascii() or not character.isprintable(), not character.isalnum(), character
