"""Makers of texts and numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final
from zlib import crc32

from contractctl.synth.chance import Chance
from contractctl.synth.expand import Form
from contractctl.synth.extremes import extreme_numbers, extreme_texts
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.makers import Make, Run, one_of
from contractctl.synth.manner import Shape
from contractctl.synth.names import is_counted, named_number, text_writer
from contractctl.synth.numbers import as_json, numbers, range_of
from contractctl.synth.texts import Rule, texts, usual_writers
from contractctl.synth.values import Json

_MOST_SOLVED: Final = 97
"""So many texts are made of a pattern before they begin again: making one takes long, and they are kept."""
_SERIES: Final = 20
_WIDE: Final = 10_000


def text_maker(form: Form, name: str, shape: Shape | None) -> Make:
    """Return what makes texts that the form admits, for a member of this name."""
    if shape == "edge" and (extremes := extreme_texts(form, name)):
        return _from(extremes, name)
    rule = Rule.of(form)
    solved = _solved(lambda pick: next(texts(form, name=name, ordinal=pick + 1, chance=Chance(name, pick))))
    if rule.patterns or rule.denies or len(rule.formats) > 1:
        return solved
    write = next(iter(usual_writers(rule, name)), None) or text_writer(name)
    least, most = rule.least, rule.most
    if least <= 0 and most is None:
        return lambda pick, _left, _run: write(pick)

    def bounded(pick: int, left: int, run: Run) -> Json:
        value = write(pick)
        return value if least <= len(value) and (most is None or len(value) <= most) else solved(pick, left, run)

    return bounded


def number_maker(form: Form, name: str, shape: Shape | None, *, integral: bool) -> Make:
    """Return what makes numbers that the form admits, for a member of this name."""
    if shape == "edge" and (extremes := extreme_numbers(form.keywords, form.denied, integral=integral)):
        return _from(extremes, name)
    step, first, last = range_of(form.keywords, integral=integral)
    if form.denied or (first is not None and last is not None and first > last):
        return _solved(lambda pick: _solved_number(form, name, pick, integral=integral))
    counted = is_counted(name)
    start = round(named_number(name, 1) / step)
    if counted and integral and step == 1 and first is None and last is None:
        return lambda pick, _left, _run: start + pick
    if not counted:
        series = [_clamped(round(named_number(name, n) / step), first, last) for n in range(1, _SERIES + 1)]
        found = [as_json(position * step) for position in dict.fromkeys(series)]
        known = tuple(number for number in found if number is not None)
        if len(known) > 1 or (known and len(set(series)) == 1 and named_number(name, 2) == named_number(name, 1)):
            return one_of(known)
    return _counting(step, _clamped(start, first, last), first, last)


def _counting(step: Fraction, start: int, first: int | None, last: int | None) -> Make:
    """Return what makes the multiples from `start` on, one apart where they are finer, and begins again at the end."""
    stride = max(1, round(1 / step))
    numerator, denominator = step.numerator, step.denominator
    if last is None:
        return lambda pick, _left, _run: _number((start + stride * pick) * numerator, denominator)
    low = first if first is not None else min(start, last - _WIDE)
    width = last - low + 1
    if width < stride * _SERIES:
        stride = 1
    return lambda pick, _left, _run: _number((low + (start - low + stride * pick) % width) * numerator, denominator)


def _number(numerator: int, denominator: int) -> int | float:
    whole, rest = divmod(numerator, denominator)
    return numerator / denominator if rest else whole


def _from(values: tuple[Json, ...], name: str) -> Make:
    # Members of different names begin differently, so that one value shows several ends.
    offset, count = crc32(name.encode("utf-8", "replace")), len(values)
    return lambda pick, _left, _run: values[(pick + offset) % count]


def _solved(solve: Callable[[int], Json]) -> Make:
    """Return what makes values that take long: each once."""
    known: dict[int, Json] = {}

    def make(pick: int, _left: int, _run: Run) -> Json:
        number = pick % _MOST_SOLVED
        if number not in known:
            try:
                known[number] = solve(number)
            except (Unsatisfiable, StopIteration) as reason:
                raise GaveUp(str(reason)) from None
        return known[number]

    return make


def _solved_number(form: Form, name: str, pick: int, *, integral: bool) -> Json:
    wish, chance = named_number(name, pick + 1), Chance(name, pick)
    return next(numbers(form.keywords, form.denied, integral=integral, wish=wish, chance=chance))


def _clamped(value: int, first: int | None, last: int | None) -> int:
    if first is not None and value < first:
        return first
    return last if last is not None and value > last else value
