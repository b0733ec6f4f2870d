"""Sets of characters as ranges of code points: what a class of a pattern stands for, to the last one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""First and last code points, in order, apart from each other."""

# Surrogates are no characters: JSON texts here never hold one alone.
EVERY: Final[Ranges] = ((0, 0xD7FF), (0xE000, 0x10FFFF))
DIGITS: Final[Ranges] = ((0x30, 0x39),)
WORDS: Final[Ranges] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
# ECMA-262 §12.2 and §12.3: white space and line terminators.
SPACES: Final[Ranges] = (
    *((0x9, 0xD), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)),
    *((0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
_PREFERRED: Final = ((0x61, 0x7A), (0x30, 0x39), (0x41, 0x5A), (0x2D, 0x2D), (0x20, 0x7E), (0xA1, 0xFF))


def single(text: str) -> Ranges:
    """Return the set of the characters of a text."""
    return union((ord(character), ord(character)) for character in text)


def union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return the ranges in order, those that touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def others(ranges: Ranges) -> Ranges:
    """Return every character that is not in a set."""
    found: list[tuple[int, int]] = []
    for low, high in EVERY:
        at = low
        for first, last in ranges:
            if first > high or last < at:
                continue
            if first > at:
                found.append((at, first - 1))
            at = max(at, last + 1)
        if at <= high:
            found.append((at, high))
    return tuple(found)


def typical(ranges: Iterable[tuple[int, int]]) -> str:
    """Return the most usual character of a set that is not empty: a letter, a digit, else what is printed."""
    held = tuple(ranges)
    for first, last in _PREFERRED:
        inside = [max(first, low) for low, high in held if low <= last and high >= first]
        if inside:
            return chr(min(inside))
    return chr(min(low for low, _ in held))
