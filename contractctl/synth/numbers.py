"""Numbers within bounds, computed exactly."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Final

from contractctl.synth.chance import Chance
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.values import Keywords, elements, exact, identity, text

_MOST_TRIED: Final = 1_000
_FORMATS: Final = {
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint8": (0, 2**8 - 1),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
}


def numbers(
    keywords: Keywords, denied: Sequence[Keywords] = (), *, integral: bool, wish: Fraction, chance: Chance
) -> Iterator[int | float]:
    """Yield numbers that meet bounds and `multipleOf`, the one nearest to `wish` first, then others in no order.

    None is in an `enum` or a multiple of a `multipleOf` that is denied. Raise Unsatisfiable when that leaves no
    number, GaveUp when the ones that are left have no exact JSON number.
    """
    excluded = Excluded.of(denied)
    step = _step(keywords, integral=integral)
    lowest, highest = _bounds(keywords)
    if lowest is not None and highest is not None and lowest > highest:
        raise Unsatisfiable(f"no number is at least {lowest} and at most {highest}")
    if lowest is not None and lowest == highest and (only := as_json(lowest)) is not None and not excluded.leaves(only):
        raise Unsatisfiable("the only number between the bounds is excluded")
    whole_range = _closed(keywords, step, lowest, highest)
    found: Iterator[int | float]
    if integral or exact(keywords, "multipleOf"):
        excluded.refuse_steps(step, *whole_range)
        usual = _usual(keywords, step, whole_range)
        found = chain(_multiples(step, *usual, wish, chance), _every(step, *usual), _every(step, *whole_range))
    elif _is_empty(*whole_range):
        found = _between(keywords, lowest, highest)
    else:
        usual = _usual(keywords, step, whole_range)
        found = chain(_multiples(step, *usual, wish, chance), _finer(step, *usual, wish, excluded))
        found = chain(found, _between(keywords, lowest, highest))
    yield from (number for number in found if excluded.leaves(number))


def range_of(keywords: Keywords, *, integral: bool) -> tuple[Fraction, int | None, int | None]:
    """Return a step, and the first and the last of its multiples within bounds and format, None where there is no end.

    The multiples are all that the keywords admit, except of numbers that need be no multiples: of these they are a
    choice, which can be empty (the first behind the last).
    """
    step = _step(keywords, integral=integral)
    first, last = _usual(keywords, step, _closed(keywords, step, *_bounds(keywords)))
    return step, first, last


@dataclass(frozen=True, slots=True)
class Excluded:
    """Numbers that may not be: those of a list, and multiples."""

    values: frozenset[Hashable]
    steps: tuple[Fraction, ...]

    @staticmethod
    def of(denied: Sequence[Keywords]) -> Excluded:
        """Return what is denied of numbers."""
        values = (identity(value) for keywords in denied for value in elements(keywords, "enum"))
        steps = tuple(step for keywords in denied if (step := exact(keywords, "multipleOf")))
        return Excluded(frozenset(values), steps)

    def leaves(self, number: float) -> bool:
        """Tell whether a number is not excluded."""
        value = exact({"value": number}, "value")
        multiple = value is not None and any((value / step).denominator == 1 for step in self.steps)
        return not multiple and identity(number) not in self.values

    def refuse_steps(self, step: Fraction, first: int | None, last: int | None) -> None:
        """Raise Unsatisfiable when every multiple of `step` in the range is excluded."""
        if _is_empty(first, last):
            raise Unsatisfiable("the bounds leave no multiple")
        if any((step / one).denominator == 1 for one in self.steps):
            raise Unsatisfiable("every multiple is excluded")
        if first is None or last is None or last - first > len(self.values) + _MOST_TRIED:
            return
        left = (as_json(position * step) for position in range(first, last + 1))
        if not any(number is None or self.leaves(number) for number in left):
            raise Unsatisfiable("every number between the bounds is excluded")


def _multiples(
    step: Fraction, first: int | None, last: int | None, wish: Fraction, chance: Chance
) -> Iterator[int | float]:
    start = _clamp(round(wish / step), first, last)
    width = 1000 if first is None or last is None else min(last - first + 1, 1000)
    for offset in (0, *(chance.below(width) for _ in range(8))):
        position = _clamp(start + offset, first, last)
        if offset and last is not None and start + offset > last:
            position = _clamp(start - offset, first, last)
        number = as_json(position * step)
        if number is not None:
            yield number


def _every(step: Fraction, first: int | None, last: int | None) -> Iterator[int | float]:
    """Yield the first few multiples, from the end that there is."""
    start, way = (last, -1) if first is None and last is not None else (first or 0, 1)
    for offset in range(_MOST_TRIED):
        position = start + way * offset
        if way > 0 and last is not None and position > last:
            return
        number = as_json(position * step)
        if number is not None:
            yield number


def _finer(
    step: Fraction, first: int | None, last: int | None, wish: Fraction, excluded: Excluded
) -> Iterator[int | float]:
    """Yield numbers that are no multiples of what is excluded: between those that are."""
    for size in (step, *(abs(one) for one in excluded.steps)):
        for part in (2, 3, 4, 7, 8, 16):
            fine = size / part
            low = None if first is None else math.ceil(first * step / fine)
            high = None if last is None else math.floor(last * step / fine)
            start = _clamp(math.floor(wish / fine), low, high)
            for position in (start + 1, start - 1, start, *range(start + 2, start + 12)):
                number = as_json(_clamp(position, low, high) * fine)
                if number is not None:
                    yield number


def as_json(value: Fraction) -> int | float | None:
    """Return the JSON number that is exactly `value`, or None when no double writes it."""
    if value.denominator == 1:
        return int(value)
    number = float(value)
    return number if Fraction(repr(number)) == value else None


def _bounds(keywords: Keywords) -> tuple[Fraction | None, Fraction | None]:
    lows = [exact(keywords, name) for name in ("minimum", "exclusiveMinimum")]
    highs = [exact(keywords, name) for name in ("maximum", "exclusiveMaximum")]
    return (
        max((low for low in lows if low is not None), default=None),
        min((high for high in highs if high is not None), default=None),
    )


def _step(keywords: Keywords, *, integral: bool) -> Fraction:
    multiple = exact(keywords, "multipleOf")
    if multiple:
        # A fraction in lowest terms has its integral multiples at its numerator's.
        return Fraction(multiple.numerator) if integral else multiple
    return Fraction(1) if integral else Fraction(1, 100)


def _closed(
    keywords: Keywords, step: Fraction, lowest: Fraction | None, highest: Fraction | None
) -> tuple[int | None, int | None]:
    """Return the first and the last multiple within the bounds, without an end that an exclusive bound names."""
    first = None if lowest is None else math.ceil(lowest / step)
    last = None if highest is None else math.floor(highest / step)
    low, high = exact(keywords, "exclusiveMinimum"), exact(keywords, "exclusiveMaximum")
    if first is not None and low is not None and first * step <= low:
        first += 1
    if last is not None and high is not None and last * step >= high:
        last -= 1
    return first, last


def _usual(keywords: Keywords, step: Fraction, bounds: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    """Keep inside int32 and its like, where the bounds let it."""
    first, last = bounds
    smallest, largest = _FORMATS.get(text(keywords, "format"), (None, None))
    if smallest is None or largest is None:
        return bounds
    inner_first, inner_last = math.ceil(smallest / step), math.floor(largest / step)
    inner = (
        inner_first if first is None else max(first, inner_first),
        inner_last if last is None else min(last, inner_last),
    )
    return bounds if _is_empty(*inner) else inner


def _is_empty(first: int | None, last: int | None) -> bool:
    return first is not None and last is not None and first > last


def _between(keywords: Keywords, lowest: Fraction | None, highest: Fraction | None) -> Iterator[int | float]:
    """Yield numbers between two bounds, however close they stand."""
    if lowest is None or highest is None:
        return
    open_low = exact(keywords, "exclusiveMinimum") == lowest
    open_high = exact(keywords, "exclusiveMaximum") == highest
    if lowest == highest and (open_low or open_high):
        raise Unsatisfiable(f"no number is next to {lowest} on both sides")
    inner = (lowest + (highest - lowest) * Fraction(part, 16) for part in (8, 4, 12, 2, 6, 10, 14, 1, 3, 5, 7, 9))
    candidates = (*(() if open_low else (lowest,)), *inner, *(() if open_high else (highest,)))
    found = [number for number in map(as_json, candidates) if number is not None]
    if not found:
        raise GaveUp("no double lies between the bounds")
    yield from found


def _clamp(value: int, first: int | None, last: int | None) -> int:
    if first is not None and value < first:
        return first
    return last if last is not None and value > last else value
