"""Texts that match a pattern, with a length in bounds."""

from __future__ import annotations

from typing import Final

from contractctl.synth.chance import Chance
from contractctl.synth.failures import GaveUp
from contractctl.synth.patterns import Characters, Choice, Edge, Look, Node, Repeat, Series

_LONGEST: Final = 20_000
_MOST_STEPS: Final = 50_000
_PREFERRED: Final = "abcdefghijklmnopqrstuvwxyz"


def spell(node: Node, chance: Chance, *, least: int, most: int | None) -> str:
    """Return a text that matches `node` as a search does, of `least` to `most` code points where the pattern lets it.

    The length is a wish: the caller checks. Raise GaveUp for a text over 20 000 code points and
    for a pattern that repeats too often, be it nothing.
    """
    target = max(least, shortest(node) + 4)
    speller = _Speller(chance, target if most is None else min(target, most))
    written = speller.write(node)
    missing = least - len(written)
    if missing > 0 and not _anchored(node, end=True):
        return written + chance.pick(_PREFERRED) * missing
    if missing > 0 and not _anchored(node, end=False):
        return chance.pick(_PREFERRED) * missing + written
    return written


def shortest(node: Node) -> int:
    """Return the length of the shortest text that the node stands for."""
    match node:
        case Characters():
            return 1
        case Edge() | Look():
            return 0
        case Series(parts):
            return sum(shortest(part) for part in parts)
        case Choice(branches):
            return min(shortest(branch) for branch in branches)
        case Repeat(part, least, _):
            return least * shortest(part)


def _anchored(node: Node, *, end: bool) -> bool:
    match node:
        case Edge():
            return node.end is end
        case Series(parts) if parts:
            return _anchored(parts[-1 if end else 0], end=end)
        case Choice(branches):
            return any(_anchored(branch, end=end) for branch in branches)
        case _:
            return False


class _Speller:
    """Writes a node, stretching repetitions while `_spare` code points may still be added to the shortest text."""

    __slots__ = ("_chance", "_length", "_spare", "_steps", "_target")

    def __init__(self, chance: Chance, target: int) -> None:
        self._chance = chance
        self._target = target
        self._spare: int | None = None
        self._length = 0
        self._steps = 0

    def write(self, node: Node) -> str:
        if self._spare is None:
            self._spare = max(self._target - shortest(node), 0)
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise GaveUp("the pattern asks for too many repetitions")
        match node:
            case Edge() | Look():
                return ""
            case Characters(choices, _):
                return self._character(choices)
            case Series(parts):
                return "".join(self.write(part) for part in parts)
            case Choice(branches):
                return self.write(self._branch(branches))
            case Repeat(part, least, most):
                return self._repeat(part, least, most)

    def _character(self, choices: str) -> str:
        self._length += 1
        if self._length > _LONGEST:
            raise GaveUp("the pattern asks for a text of more than 20 000 characters")
        usual = [character for character in choices if character in _PREFERRED]
        return self._chance.pick(usual or choices)

    def _branch(self, branches: tuple[Node, ...]) -> Node:
        least = min(shortest(branch) for branch in branches)
        fitting = [branch for branch in branches if shortest(branch) - least <= (self._spare or 0)]
        chosen = self._chance.pick(fitting)
        self._spend(shortest(chosen) - least)
        return chosen

    def _repeat(self, part: Node, least: int, most: int | None) -> str:
        size = max(shortest(part), 1)
        extra = (self._spare or 0) // size
        if most is not None:
            extra = min(extra, most - least)
        extra = max(extra, 0)
        self._spend(extra * shortest(part))
        return "".join(self.write(part) for _ in range(least + extra))

    def _spend(self, count: int) -> None:
        self._spare = max((self._spare or 0) - count, 0)
