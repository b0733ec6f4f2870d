"""What a walk over texts knows of one pattern: where its automaton is, character by character.

Where it is has a number, the same one whenever what can follow is the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

from contractctl.synth.automata import Automaton, Watch, takes
from contractctl.synth.failures import GaveUp

States: TypeAlias = frozenset[int]
_Position = TypeVar("_Position", bound=Hashable)

MATCHED: Final = -1
"""The pattern was found in the text already: whatever follows, it stays so."""
_MOST_THREADS: Final = 2_000


class Walker(Protocol):
    """Follows the automaton of a pattern."""

    @property
    def automaton(self) -> Automaton:
        """What is followed."""
        ...

    def begin(self) -> int:
        """Return where the walk is before the first character."""
        ...

    def step(self, at: int, code: int) -> int:
        """Return where the walk is after one more character. A match may begin after it, too."""
        ...

    def accepts(self, at: int, *, empty: bool) -> bool:
        """Tell whether a text that ends here matches; `empty` when it is the empty text."""
        ...

    def size(self, at: int) -> int:
        """Return how much there is to look at for a step from here."""
        ...


def walker(automaton: Automaton) -> Walker:
    """Return what follows an automaton."""
    return _Looking(automaton) if automaton.watches else _Plain(automaton)


class _Numbers(Generic[_Position]):
    """Positions by number."""

    __slots__ = ("_numbers", "_positions")

    def __init__(self) -> None:
        self._numbers: dict[_Position, int] = {}
        self._positions: list[_Position] = []

    def __getitem__(self, number: int) -> _Position:
        return self._positions[number]

    def of(self, position: _Position) -> int:
        number = self._numbers.setdefault(position, len(self._positions))
        if number == len(self._positions):
            self._positions.append(position)
        return number


class _Plain:
    """Follows an automaton that looks at nothing but the next character: a position is a set of its states."""

    __slots__ = ("_numbers", "automaton")

    def __init__(self, automaton: Automaton) -> None:
        self.automaton = automaton
        self._numbers: _Numbers[States] = _Numbers()

    def begin(self) -> int:
        return self._number(reached(self.automaton, (0,), at_start=True))

    def step(self, at: int, code: int) -> int:
        if at == MATCHED:
            return at
        taking = self.automaton.taking
        taken = (target for state in self._numbers[at] for target in takes(taking[state], code))
        return self._number(reached(self.automaton, (*taken, 0)))

    def accepts(self, at: int, *, empty: bool) -> bool:
        if at == MATCHED:
            return True
        return self.automaton.last in reached(self.automaton, self._numbers[at], at_start=empty, at_end=True)

    def size(self, at: int) -> int:
        return 1 if at == MATCHED else len(self._numbers[at])

    def _number(self, states: States) -> int:
        return MATCHED if self.automaton.last in states else self._numbers.of(states)


def reached(automaton: Automaton, states: Iterable[int], *, at_start: bool = False, at_end: bool = False) -> States:
    """Return the states with those that are reached without a character and without a look around."""
    found = set(states)
    waiting = list(found)
    while waiting:
        for target, condition in automaton.free[waiting.pop()]:
            holds = condition == "" or (condition == "start" and at_start) or (condition == "end" and at_end)
            if holds and target not in found:
                found.add(target)
                waiting.append(target)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Duty:
    """What the rest of the text has to match from some place before here on; with `negated`, what it must not."""

    negated: bool
    last: int
    threads: frozenset[_Thread]


@dataclass(frozen=True, slots=True)
class _Thread:
    """One way to match so far, which counts if its duties are met."""

    state: int
    duties: frozenset[_Duty] = frozenset()


@dataclass(frozen=True, slots=True)
class _Here:
    """A place in the text; `behind` has the states of each watch that looks behind."""

    behind: tuple[States, ...]
    at_start: bool = False
    at_end: bool = False


class _Looking:
    """Follows an automaton that looks around: a position is a set of threads, and what is behind."""

    __slots__ = ("_behind", "_numbers", "automaton")

    def __init__(self, automaton: Automaton) -> None:
        self.automaton = automaton
        self._behind = [watch for watch in automaton.watches if not watch.ahead]
        self._numbers: _Numbers[tuple[frozenset[_Thread], tuple[States, ...]]] = _Numbers()

    def begin(self) -> int:
        behind = tuple(reached(self.automaton, (watch.first,), at_start=True) for watch in self._behind)
        here = _Here(behind, at_start=True)
        return self._number(self._closed((_Thread(0),), here), here)

    def step(self, at: int, code: int) -> int:
        if at == MATCHED:
            return at
        threads, behind = self._numbers[at]
        here = _Here(tuple(map(self._after, self._behind, behind, [code] * len(behind))))
        moved = self._moved(threads, self.automaton.last, code, here)
        return self._number(self._closed((*moved, _Thread(0)), here), here)

    def accepts(self, at: int, *, empty: bool) -> bool:
        if at == MATCHED:
            return True
        threads, behind = self._numbers[at]
        return self._is_met(threads, self.automaton.last, _Here(behind, at_start=empty, at_end=True))

    def size(self, at: int) -> int:
        return 1 if at == MATCHED else sum(1 + len(thread.duties) for thread in self._numbers[at][0])

    def _number(self, threads: frozenset[_Thread], here: _Here) -> int:
        if _Thread(self.automaton.last) in threads:
            return MATCHED
        return self._numbers.of((threads, here.behind))

    def _after(self, watch: Watch, states: States, code: int) -> States:
        taken = (target for state in states for target in takes(self.automaton.taking[state], code))
        return reached(self.automaton, (*taken, watch.first))

    def _moved(self, threads: Iterable[_Thread], last: int, code: int, here: _Here) -> Iterator[_Thread]:
        """Yield the threads after a character; one that is at its end waits there for its duties."""
        for thread in threads:
            targets = takes(self.automaton.taking[thread.state], code)
            if thread.state == last:
                targets.append(last)
            duties = self._carried(thread.duties, code, here) if targets else None
            if duties is not None:
                yield from (_Thread(target, duties) for target in targets)

    def _carried(self, duties: Iterable[_Duty], code: int, here: _Here) -> frozenset[_Duty] | None:
        """Return the duties that are left after a character; None where one of them cannot be met."""
        left: list[_Duty] = []
        for duty in duties:
            threads = self._closed(tuple(self._moved(duty.threads, duty.last, code, here)), here)
            after = _Duty(duty.negated, duty.last, threads)
            settled = _settled(after)
            if settled is False:
                return None
            if settled is None:
                left.append(after)
        return frozenset(left)

    def _closed(self, threads: Iterable[_Thread], here: _Here) -> frozenset[_Thread]:
        """Return the threads with those that go on without a character."""
        found: set[_Thread] = set()
        waiting = list(threads)
        while waiting:
            thread = waiting.pop()
            if thread in found:
                continue
            found.add(thread)
            if len(found) > _MOST_THREADS:
                raise GaveUp("the pattern looks around in too many ways")
            for target, condition in self.automaton.free[thread.state]:
                if isinstance(condition, Watch):
                    waiting.extend(self._watched(thread, target, condition, here))
                elif condition == "" or (here.at_start if condition == "start" else here.at_end):
                    waiting.append(_Thread(target, thread.duties))
        return _needed(found)

    def _watched(self, thread: _Thread, target: int, watch: Watch, here: _Here) -> Iterator[_Thread]:
        """Yield the thread behind a look, with the duty that it leaves, if any."""
        if not watch.ahead:
            if (watch.last in here.behind[self._behind.index(watch)]) is not watch.negated:
                yield _Thread(target, thread.duties)
            return
        ahead = self._closed((_Thread(watch.first),), here)
        if here.at_end:
            if self._is_met(ahead, watch.last, here) is not watch.negated:
                yield _Thread(target, thread.duties)
            return
        duty = _Duty(watch.negated, watch.last, ahead)
        settled = _settled(duty)
        if settled is not False:
            yield _Thread(target, thread.duties if settled else thread.duties | {duty})

    def _is_met(self, threads: frozenset[_Thread], last: int, here: _Here) -> bool:
        """Tell whether threads match where the text ends."""
        return any(
            thread.state == last
            and all(self._is_met(duty.threads, duty.last, here) is not duty.negated for duty in thread.duties)
            for thread in self._closed(threads, here)
        )


def _settled(duty: _Duty) -> bool | None:
    """Tell whether a duty is met already; None where that depends on what follows."""
    if _Thread(duty.last) in duty.threads:
        return not duty.negated
    return None if duty.threads else duty.negated


def _needed(threads: set[_Thread]) -> frozenset[_Thread]:
    """Return the threads without those that have more duties than another one in the same state."""
    by_state: dict[int, list[frozenset[_Duty]]] = {}
    for thread in threads:
        by_state.setdefault(thread.state, []).append(thread.duties)
    return frozenset(
        thread for thread in threads if not any(duties < thread.duties for duties in by_state[thread.state])
    )
