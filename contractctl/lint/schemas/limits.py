"""The bounds that schemas set to numbers and counts, and where two of them cross."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contractctl.contract.keywords import is_number
from contractctl.core.json import Json
from contractctl.core.records import dataclass
from contractctl.lint.schemas.types import ARRAY, NUMERIC, OBJECT, STRING, allowed

_COUNTS: Final = (
    ("minLength", "maxLength", STRING),
    ("minItems", "maxItems", ARRAY),
    ("minProperties", "maxProperties", OBJECT),
    ("minContains", "maxContains", ARRAY),
)


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range, and the keyword that sets it."""

    keyword: str
    value: float
    is_exclusive: bool = False


def number(schema: Mapping[str, Json], keyword: str) -> float | None:
    """Return the number that a keyword has, None without one."""
    value = schema.get(keyword)
    return value if isinstance(value, (int, float)) and is_number(value) else None


def lower(schemas: Iterable[Mapping[str, Json]]) -> Bound | None:
    """Return the highest of the lower bounds that schemas set to numbers."""
    found = list(_bounds(schemas, "minimum", "exclusiveMinimum"))
    return max(found, key=lambda bound: (bound.value, bound.is_exclusive)) if found else None


def upper(schemas: Iterable[Mapping[str, Json]]) -> Bound | None:
    """Return the lowest of the upper bounds that schemas set to numbers."""
    found = list(_bounds(schemas, "maximum", "exclusiveMaximum"))
    return min(found, key=lambda bound: (bound.value, not bound.is_exclusive)) if found else None


def _bounds(schemas: Iterable[Mapping[str, Json]], inclusive: str, exclusive: str) -> Iterator[Bound]:
    for schema in schemas:
        for keyword in (inclusive, exclusive):
            value = number(schema, keyword)
            if value is not None:
                yield Bound(keyword, value, keyword == exclusive)


def is_crossed(low: Bound, high: Bound, *, whole: bool = False) -> bool:
    """Tell whether no number is between two bounds; with `whole`, no whole one."""
    if low.value > high.value or (low.value == high.value and (low.is_exclusive or high.is_exclusive)):
        return True
    if not whole or math.inf in (abs(low.value), abs(high.value)):  # `isfinite` refuses whole numbers beyond a float
        return False
    first = math.floor(low.value) + 1 if low.is_exclusive else math.ceil(low.value)
    last = math.ceil(high.value) - 1 if high.is_exclusive else math.floor(high.value)
    return first > last


def crossed(schema: Mapping[str, Json]) -> Iterator[tuple[Bound, Bound]]:
    """Yield the pairs of bounds of one schema between which nothing is, where its type makes them count."""
    types = allowed(schema.get("type"))
    if types & NUMERIC:
        low, high = lower((schema,)), upper((schema,))
        if low is not None and high is not None and is_crossed(low, high):
            yield low, high
    for least, most, concerned in _COUNTS:
        start, end = number(schema, least), number(schema, most)
        if start is not None and end is not None and start > end and types & concerned:
            yield Bound(least, start), Bound(most, end)
