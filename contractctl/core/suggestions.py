"""Did you mean: the known word that a misspelt one is nearest to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from contractctl.core.records import dataclass

if TYPE_CHECKING:
    from difflib import SequenceMatcher

STEPS: Final = 1_000_000
"""How far a search may go: a second, more or less."""
_LIKENESS: Final = 0.7
_SHORT: Final = 3
_SHORT_LIKENESS: Final = 0.66
"""Of two words of three letters: one letter that is wrong, or two that changed places."""
_LONGEST: Final = 200


@dataclass(slots=True)
class _Budget:
    """What is left for comparing, in steps of about a microsecond."""

    steps: int

    def take(self, steps: int) -> bool:
        """Spend steps, and tell whether there were any left."""
        self.steps -= steps
        return self.steps >= 0


_SHARED: ContextVar[_Budget | None] = ContextVar("_SHARED", default=None)


@contextmanager
def sharing_steps(steps: int = STEPS) -> Iterator[None]:
    """Let all searches within go no farther than one: a hostile text has ten thousand words misspelt.

    What is searched for after that has no suggestion, in every run the same.
    """
    token = _SHARED.set(_Budget(steps))
    try:
        yield
    finally:
        _SHARED.reset(token)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like `word`, or None when none does, or when that would take too long.

    The order of the known words does not matter.
    """
    budget = _SHARED.get() or _Budget(STEPS)
    if len(word) > _LONGEST or not budget.take(0):
        return None
    # difflib costs 4 ms, which a description without a fault need not pay.
    from difflib import SequenceMatcher

    candidates = sorted(set(known))
    matcher = SequenceMatcher(b=word.lower())
    best, found = 0.0, None
    for candidate in candidates if budget.take(len(candidates)) else ():
        least = max(best, _SHORT_LIKENESS if len(word) == len(candidate) == _SHORT else _LIKENESS)
        if not _may_reach(least, len(word), len(candidate)):
            continue
        if not budget.take(len(word) + len(candidate)):
            return None
        likeness = _likeness(matcher, candidate.lower(), least, budget)
        if likeness >= least:
            best, found = likeness, candidate
    return found


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "did you mean `x`?", or an empty string."""
    found = nearest(word, known)
    return f"did you mean `{found}`?" if found else ""


def _may_reach(likeness: float, length: int, other: int) -> bool:
    """Tell whether words of two lengths can be that alike: twice what they share, by what they have together."""
    return 2 * min(length, other) >= likeness * (length + other)


def _likeness(matcher: SequenceMatcher[str], candidate: str, best: float, budget: _Budget) -> float:
    """Return how alike two words are, from 0 to 1; 0 where it is plain that they are less so than the best."""
    matcher.set_seq1(candidate)
    if matcher.quick_ratio() < best or not budget.take(len(candidate) * (3 + len(candidate) // 10)):
        return 0
    return matcher.ratio()
