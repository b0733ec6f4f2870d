"""Numbers within bounds, computed exactly."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from contractctl.synth.chance import Chance
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.values import Keywords, exact, text

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


def numbers(keywords: Keywords, *, integral: bool, wish: Fraction, chance: Chance) -> Iterator[int | float]:
    """Yield numbers that meet bounds and `multipleOf`, the one nearest to `wish` first, then others in no order.

    Raise Unsatisfiable when the bounds leave none, GaveUp when the ones they leave have no exact JSON number.
    """
    step = _step(keywords, integral=integral)
    lowest, highest = _bounds(keywords)
    if lowest is not None and highest is not None and lowest > highest:
        raise Unsatisfiable(f"no number is at least {lowest} and at most {highest}")
    first = None if lowest is None else math.ceil(lowest / step)
    last = None if highest is None else math.floor(highest / step)
    first, last = _open_ends(keywords, step, first, last)
    if first is not None and last is not None and first > last:
        if integral or exact(keywords, "multipleOf"):
            raise Unsatisfiable("the bounds leave no multiple")
        yield from _between(keywords, lowest, highest)
        return
    yield from _multiples(step, first, last, wish, chance)


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


def _open_ends(
    keywords: Keywords, step: Fraction, first: int | None, last: int | None
) -> tuple[int | None, int | None]:
    """Leave out an end that `exclusiveMinimum` or `exclusiveMaximum` names; keep wishes inside int32 and its like."""
    low, high = exact(keywords, "exclusiveMinimum"), exact(keywords, "exclusiveMaximum")
    if first is not None and low is not None and first * step <= low:
        first += 1
    if last is not None and high is not None and last * step >= high:
        last -= 1
    smallest, largest = _FORMATS.get(text(keywords, "format"), (None, None))
    if smallest is not None and largest is not None:
        inner_first = max(first, math.ceil(smallest / step)) if first is not None else math.ceil(smallest / step)
        inner_last = min(last, math.floor(largest / step)) if last is not None else math.floor(largest / step)
        if inner_first <= inner_last:
            return inner_first, inner_last
    return first, last


def _between(keywords: Keywords, lowest: Fraction | None, highest: Fraction | None) -> Iterator[int | float]:
    """Yield a number between two bounds that stand closer than hundredths."""
    assert lowest is not None
    assert highest is not None
    open_low = exact(keywords, "exclusiveMinimum") == lowest
    open_high = exact(keywords, "exclusiveMaximum") == highest
    if lowest == highest and (open_low or open_high):
        raise Unsatisfiable(f"no number is next to {lowest} on both sides")
    candidates = (*(() if open_low else (lowest,)), (lowest + highest) / 2, *(() if open_high else (highest,)))
    found = [number for number in map(as_json, candidates) if number is not None]
    if not found:
        raise GaveUp("no double lies between the bounds")
    yield from found


def _clamp(value: int, first: int | None, last: int | None) -> int:
    if first is not None and value < first:
        return first
    return last if last is not None and value > last else value
