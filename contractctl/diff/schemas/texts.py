"""Relate texts by the patterns that they match, as regular languages."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from contractctl.diff.relation import Inclusion, Relation
from contractctl.diff.schemas.implied import matches
from contractctl.diff.schemas.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contractctl.core.json import Json

_MOST_LENGTH = 200
"""Longer bounds are left out: a walk over automata goes character by character."""


def relate_patterns(base: Shape, revision: Shape) -> Relation:
    """Relate the texts of two shapes by their patterns, within the lengths that each side bounds them to."""
    return Relation(_within(base, revision), _within(revision, base))


def keeps_length(shape: Shape, *, least: int, most: int | None) -> bool:
    """Tell whether the patterns of a shape leave no text outside of these lengths, as far as it can be found out."""
    patterns = tuple(sorted(shape.patterns))
    if not patterns or max(least, most or 0) > _MOST_LENGTH:
        return False
    shorter = least == 0 or _text(patterns, "", 0, least - 1) is None
    return shorter and (most is None or _text(patterns, "", most + 1, None) is None)


def _within(shape: Shape, other: Shape) -> Inclusion:
    """Tell whether all texts of the shape match the patterns of the other."""
    if other.patterns <= shape.patterns:
        return Inclusion.PROVEN
    found = min(_matches(shape, pattern) for pattern in sorted(other.patterns - shape.patterns))
    return Inclusion.REFUTED if found is Inclusion.OPEN and not shape.patterns else found


def _matches(shape: Shape, pattern: str) -> Inclusion:
    least, most = (shape.limits.get(keyword) for keyword in ("minLength", "maxLength"))
    shortest = int(least.value) if least is not None and least.value <= _MOST_LENGTH else 0
    longest = int(most.value) if most is not None and most.value <= _MOST_LENGTH else None
    text = _text(tuple(sorted(shape.patterns)), pattern, shortest, longest)
    if text is None:
        return Inclusion.PROVEN
    is_one = all(matches(own, text) for own in shape.patterns) and matches(pattern, text) is False
    return Inclusion.REFUTED if is_one and len(text) >= shortest else Inclusion.OPEN


def are_all(shape: Shape, values: Iterable[Json]) -> bool:
    """Tell whether the shape has no other texts than these, as far as it can be found out."""
    texts = tuple(sorted(value for value in values if isinstance(value, str)))
    patterns = tuple(sorted(shape.patterns))
    if shape.kinds != {"string"} or not patterns or max(map(len, texts), default=0) > _MOST_LENGTH:
        return False
    return _text(patterns, "", 0, None, texts) is None


@lru_cache(maxsize=2048)
def _text(
    patterns: tuple[str, ...], denied: str, least: int, most: int | None, values: tuple[str, ...] = ()
) -> str | None:
    """Return a text that matches all patterns and not the denied one, and is no value; None where there is none.

    Return the empty text, too, where the search is given up; what a text proves is to be tried.
    """
    from contractctl.synth.failures import GaveUp
    from contractctl.synth.languages import shortest_text

    try:
        return shortest_text(patterns, (denied,) if denied else (), values, least=least, most=most)
    except GaveUp:
        return ""
