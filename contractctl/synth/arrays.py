"""Arrays: how many items they have, and the schema of each."""

from __future__ import annotations

from collections.abc import Hashable

from contractctl.synth.combine import conjunction
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.values import Json, Keywords, Schema, as_schema, elements, identity, whole
from contractctl.synth.where import Make, Where

_USUAL = 2
_MOST_ITEMS = 10_000
_TRIES = 12


def make_array(keywords: Keywords, where: Where, make: Make, *, effort: int) -> list[Json]:
    """Make an array: of two items where that is allowed (effort 0), else as short as can be.

    Raise Unsatisfiable when the counts, or an item that has to be there, exclude every array.
    """
    least, most = whole(keywords, "minItems") or 0, whole(keywords, "maxItems")
    holding = _holding(keywords)
    needed = max(least, holding)
    if most is not None and most < needed:
        raise Unsatisfiable(f"no array has at least {needed} and at most {most} items")
    if needed > _MOST_ITEMS:
        raise GaveUp(f"an array of {needed} items is too large to make")
    prefix = elements(keywords, "prefixItems")
    usual = max(len(prefix), _USUAL if where.allowance >= 20 else 1) if effort == 0 and where.allowance > 0 else 0
    start = len(prefix) if most is None or most >= len(prefix) + holding else 0
    needed = max(needed, start + holding if holding else 0)
    count = max(needed, usual if most is None else min(usual, most))
    return _items(keywords, where, make, count=count, needed=needed, holding=range(start, start + holding))


def _holding(keywords: Keywords) -> int:
    if "contains" not in keywords:
        return 0
    least = whole(keywords, "minContains")
    return 1 if least is None else least


def _items(keywords: Keywords, where: Where, make: Make, *, count: int, needed: int, holding: range) -> list[Json]:
    share = max(where.allowance - count, 0) // max(count, 1)
    made: list[Json] = []
    seen: set[Hashable] | None = set() if keywords.get("uniqueItems") is True else None
    for index in range(count):
        schema = _item_schema(keywords, index, holds=index in holding)
        try:
            made.append(_item(schema, where.item(index, share), make, seen))
        except (Unsatisfiable, GaveUp) as error:
            if index >= needed:
                break
            # Another position might hold it, or another branch evaluate it: nothing is proved.
            if index in holding or "unevaluatedItems" in keywords:
                raise GaveUp(str(error)) from None
            raise
    return made


def _item(schema: Schema, where: Where, make: Make, seen: set[Hashable] | None) -> Json:
    if seen is None:
        return make(schema, where)
    for attempt in range(_TRIES):
        value = make(schema, where.again(attempt))
        if (key := identity(value)) not in seen:
            seen.add(key)
            return value
    raise GaveUp("no further distinct item was found")


def _item_schema(keywords: Keywords, index: int, *, holds: bool) -> Schema:
    prefix = elements(keywords, "prefixItems")
    own = prefix[index] if index < len(prefix) else keywords.get("items", keywords.get("unevaluatedItems", True))
    return as_schema(conjunction(own, keywords["contains"]) if holds else own)
