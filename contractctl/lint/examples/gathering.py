"""Complaints about one value put together, so that what has one cause is not told a hundred times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from contractctl.lint.examples.wording import Complaint, name_of

_MOST_NAMES: Final = 10
_MOST_ALIKE: Final = 5
"""How many items of one list are told of that have the same fault. More show no reader anything."""


def gathered(complaints: Iterable[Complaint]) -> Iterator[Complaint]:
    """Yield complaints about one value, each once: one for all that an object lacks, and of many alike the first.

    The last of those that are told counts the others. What would else be taken for the same is numbered.
    """
    return _shortened(list(_told_apart(_together(complaints))))


def _together(complaints: Iterable[Complaint]) -> Iterator[Complaint]:
    """Yield those about what one object lacks as one: that is one place to mend."""
    listed = list(complaints)
    missing: dict[tuple[str, ...], dict[str, None]] = {}
    for one in listed:
        if one.missing:
            missing.setdefault(one.tokens, {})[one.missing] = None
    for one in listed:
        if not one.missing:
            yield one
        elif names := missing.pop(one.tokens, None):
            yield _lacking(one.tokens, list(names))


def _lacking(tokens: tuple[str, ...], names: list[str]) -> Complaint:
    rest = [f"{len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
    *first, last = [*(f"`{name}`" for name in names[:_MOST_NAMES]), *rest]
    said = f"{', '.join(first)} and {last}" if first else last
    them = "it" if len(names) == 1 else "them"
    hint = f"add {them}, or take {them} out of `required`"
    return Complaint(tokens, f"{name_of(tokens)} lacks {said}", f"required {' '.join(names)}", "required", hint)


def _shortened(complaints: list[Complaint]) -> Iterator[Complaint]:
    """Yield the first of those that differ in nothing but in which item of a list they are about."""
    total: dict[tuple[str, ...], int] = {}
    for one in complaints:
        total[_pattern(one)] = total.get(_pattern(one), 0) + 1
    told: dict[tuple[str, ...], int] = {}
    for one in complaints:
        pattern = _pattern(one)
        told[pattern] = told.get(pattern, 0) + 1
        left = total[pattern] - _MOST_ALIKE
        if told[pattern] == _MOST_ALIKE and left > 0:
            yield replace(one, message=f"{one.message}; {left} more {'is' if left == 1 else 'are'} like this")
        elif told[pattern] <= _MOST_ALIKE:
            yield one


def _pattern(complaint: Complaint) -> tuple[str, ...]:
    """Return what complaints that are alike have in common: the place but for numbers, and what is wrong there."""
    return (complaint.subject, *("0" if token.isdecimal() else token for token in complaint.tokens))


def _told_apart(complaints: Iterable[Complaint]) -> Iterator[Complaint]:
    said: dict[tuple[tuple[str, ...], str], dict[str, None]] = {}
    for one in complaints:
        messages = said.setdefault((one.tokens, one.subject), {})
        if one.message in messages:
            continue
        number = len(messages)
        messages[one.message] = None
        yield replace(one, subject=f"{one.subject} {number + 1}") if number else one
