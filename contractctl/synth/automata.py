"""Patterns as automata: what is taken on the way, and what has to hold where the way goes on without a character."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from contractctl.synth.characters import Ranges
from contractctl.synth.failures import GaveUp
from contractctl.synth.patterns import Characters, Choice, Edge, Look, Node, Repeat, Series

_MOST_STATES: Final = 3_000

Condition: TypeAlias = "Literal['start', 'end', ''] | Watch"


@dataclass(frozen=True, slots=True)
class Watch:
    """A Look as states: it is met where the way from `first` reaches `last`, ahead of here or behind."""

    first: int
    last: int
    ahead: bool
    negated: bool


@dataclass(slots=True)
class Automaton:
    """States by number, 0 the first; `free` leads on without a character, where its condition holds."""

    free: list[list[tuple[int, Condition]]] = field(default_factory=list)
    taking: list[list[tuple[Ranges, int]]] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
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
            case Characters() | Edge() | Choice() | Look():
                return self._branch(node, start)

    def _branch(self, node: Characters | Edge | Choice | Look, start: int) -> int:
        end = self.state()
        match node:
            case Characters(_, ranges):
                self.taking[start].append((ranges, end))
            case Edge():
                self.free[start].append((end, "end" if node.end else "start"))
            case Look():
                self.free[start].append((end, self._watch(node)))
            case Choice(branches):
                for branch in branches:
                    self.free[self.add(branch, start)].append((end, ""))
        return end

    def _watch(self, node: Look) -> Watch:
        first, known = self.state(), len(self.watches)
        watch = Watch(first, self.add(node.node, first), node.ahead, node.negated)
        inner = self.watches[known:]
        # What is behind is followed from the beginning of the text on, whatever comes.
        if not node.ahead and (inner or _asks_for_the_end(node.node)):
            raise GaveUp("what is looked for behind is looked for in too many ways")
        self.watches.append(watch)
        return watch

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


def automaton_of(node: Node) -> Automaton:
    """Return the automaton of a whole pattern. Raise GaveUp where it is too large."""
    made = Automaton()
    made.last = made.add(node, made.state())
    return made


def takes(taking: list[tuple[Ranges, int]], code: int) -> list[int]:
    """Return where a character leads."""
    return [target for ranges, target in taking if any(first <= code <= last for first, last in ranges)]


def _asks_for_the_end(node: Node) -> bool:
    match node:
        case Edge():
            return node.end
        case Series(parts) | Choice(parts):
            return any(map(_asks_for_the_end, parts))
        case Repeat(part) | Look(part):
            return _asks_for_the_end(part)
        case Characters():
            return False
