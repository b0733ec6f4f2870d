"""Regular languages: a shortest text that matches some patterns and none of others, or the proof that there is none.

The patterns are read as automata and walked side by side, length by length. One state of the walk is a set of states of
each; characters that no pattern tells apart are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, TypeAlias

from contractctl.synth.automata import Automaton, automaton_of
from contractctl.synth.characters import EVERY, typical
from contractctl.synth.failures import GaveUp
from contractctl.synth.patterns import Characters, Edge, Series, parse_pattern
from contractctl.synth.walkers import MATCHED, Walker, walker

_MOST_STEPS: Final = 100_000
_LONGEST: Final = 400

_Place: TypeAlias = tuple[int, ...]
"""Where each of the automata is."""


def shortest_text(
    patterns: Sequence[str], denied: Sequence[str], values: Sequence[str], *, least: int, most: int | None
) -> str | None:
    """Return a text that matches every pattern and none that is denied, and is none of `values`; the shortest there is.

    None is a proof that there is no such text. Where a pattern is beyond regular languages (back-references) or not
    known to the last character (Unicode properties), a text may be wrong, but a proof is not. Raise GaveUp where the
    walk is too long.
    """
    if least > _LONGEST or max(map(len, values), default=0) > _LONGEST:
        raise GaveUp("the text is too long for a walk")
    readings = [[_reading(pattern) for pattern in group] for group in (patterns, denied)]
    read = [[one for one in group if one is not None] for group in readings]
    sure = [[one for one in group if one.regular] for group in read]
    listed = [_of_values(values)] if values else []
    for wanted, excluded in (read, sure):
        machines = [[one.automaton for one in group] for group in (wanted, excluded)]
        found = _Walk(machines[0], [*machines[1], *listed], least, most).text()
        if found is not None or read == sure:
            return found
    return None


@dataclass(frozen=True, slots=True)
class _Reading:
    """The automaton of a pattern. `regular` tells that it says all that the pattern does."""

    automaton: Automaton
    regular: bool


class _Walk:
    """The search, breadth first."""

    __slots__ = ("_characters", "_least", "_machines", "_most", "_steps", "_wanted")

    def __init__(self, wanted: Sequence[Automaton], denied: Sequence[Automaton], least: int, most: int | None) -> None:
        self._wanted, self._least, self._most = len(wanted), least, most
        self._machines = tuple(map(walker, (*wanted, *denied)))
        self._characters = tuple(_typical_characters(self._machines))
        self._steps = 0

    def text(self) -> str | None:
        level = {tuple(machine.begin() for machine in self._machines): ""}
        seen: set[_Place] = set()
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

    def _next(self, level: dict[_Place, str], seen: set[_Place]) -> dict[_Place, str]:
        found: dict[_Place, str] = {}
        for at, text in level.items():
            for character in self._characters:
                self._steps += sum(machine.size(one) for machine, one in zip(self._machines, at, strict=True))
                if self._steps > _MOST_STEPS:
                    raise GaveUp("the patterns take too long a walk")
                code = ord(character)
                after = tuple(machine.step(one, code) for machine, one in zip(self._machines, at, strict=True))
                if after not in seen and after not in found and not self._is_dead(after):
                    found[after] = text + character
        return found

    def _is_dead(self, at: _Place) -> bool:
        return MATCHED in at[self._wanted :]

    def _accepts(self, at: _Place, *, empty: bool) -> bool:
        verdicts = [machine.accepts(one, empty=empty) for machine, one in zip(self._machines, at, strict=True)]
        return all(verdicts[: self._wanted]) and not any(verdicts[self._wanted :])


@lru_cache(maxsize=256)
def _reading(pattern: str) -> _Reading | None:
    """Return how a pattern is read, None for one that cannot be."""
    try:
        read = parse_pattern(pattern)
        return _Reading(automaton_of(read.node), read.regular)
    except GaveUp:
        return None


def _of_values(values: Sequence[str]) -> Automaton:
    made = Automaton()
    start = made.add(Edge(end=False), made.state())
    made.last = made.state()
    for value in values:
        spelled = Series((*(Characters(one, ((ord(one), ord(one)),)) for one in value), Edge(end=True)))
        made.free[made.add(spelled, start)].append((made.last, ""))
    return made


def _typical_characters(machines: Sequence[Walker]) -> Iterator[str]:
    """Yield one character of each kind that some automaton tells from the others, the usual ones first."""
    classes = {ranges for machine in machines for taking in machine.automaton.taking for ranges, _ in taking}
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
