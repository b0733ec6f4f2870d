"""Arrays: how many items they have, and the value of each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from contractctl.synth.combine import conjunction
from contractctl.synth.complement import without
from contractctl.synth.expand import Form
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.likeness import meaning
from contractctl.synth.manner import Manner
from contractctl.synth.values import Json, Schema, as_schema, elements, identity, whole
from contractctl.synth.where import Maker, Where

_MOST_ITEMS: Final = 10_000
_TRIES: Final = 3
_MOST_SEEN: Final = 200


@dataclass(frozen=True, slots=True)
class _Count:
    """From the item `start` on, at least `least` and at most `most` items satisfy `schema`."""

    schema: Schema
    start: int = 0
    least: int = 1
    most: int | None = None


@dataclass(frozen=True, slots=True)
class _Layout:
    """What certain positions have to satisfy besides what the array says of them; `twins` hold the same value."""

    demands: Mapping[int, Sequence[Schema]]
    twins: tuple[int, int] | None = None

    @property
    def length(self) -> int:
        """The least number of items that it takes."""
        return max((*self.demands, *(self.twins or ())), default=-1) + 1


def make_array(form: Form, where: Where, maker: Maker, *, effort: int, manner: Manner) -> list[Json]:
    """Make an array: of two items, or as `manner` has it, where that is allowed (effort 0), else as short as can be.

    Raise Unsatisfiable when the counts, or an item that has to be there, exclude every array.
    """
    return _Array(form, where, maker, effort, manner).make()


class _Array:
    """An array under construction."""

    __slots__ = ("_counts", "_effort", "_form", "_least", "_maker", "_manner", "_most", "_prefix", "_repeats", "_where")

    def __init__(self, form: Form, where: Where, maker: Maker, effort: int, manner: Manner) -> None:
        self._form, self._where, self._maker, self._effort = form, where, maker, effort
        self._manner = manner
        self._least, self._most = whole(form.keywords, "minItems") or 0, whole(form.keywords, "maxItems")
        self._counts = _met(_counts(form))
        self._prefix = max((len(elements(part, "prefixItems")) for part in form.parts), default=0)
        self._repeats = any("uniqueItems" in denied for denied in form.denied)

    def make(self) -> list[Json]:
        needed = max(self._least, *(one.start + one.least for one in self._counts), 0) if self._counts else self._least
        if self._most is not None and self._most < needed:
            raise Unsatisfiable(f"no array has at least {needed} and at most {self._most} items")
        if any(one.most is not None and one.most < one.least for one in self._counts):
            raise Unsatisfiable("more items of one sort have to be there than may be")
        if needed > _MOST_ITEMS:
            raise GaveUp(f"an array of {needed} items is too large to make")
        obstacle: Exception | None = None
        for layout in self._layouts():
            try:
                return self._items(layout)
            except Unsatisfiable as proof:
                obstacle = obstacle or proof
            except GaveUp as stuck:
                obstacle = stuck
        if not self._is_complete() and not any(map(self._is_excluded, self._counts)):
            raise GaveUp("no places were found for the items that have to be there")
        raise obstacle or Unsatisfiable("there is no room for an item that has to be there")

    @property
    def _is_open(self) -> bool:
        """Whether an item may be evaluated by something that is in no part."""
        return self._form.open and "unevaluatedItems" in self._form.keywords

    def _is_complete(self) -> bool:
        """Tell whether every layout there is was tried, but for what makes no difference."""
        demanding = [one for one in self._counts if one.least]
        if self._is_open:
            # What else is evaluated depends on branches that this form did not take.
            return False
        limited = self._effort == 0 and any(one.most for one in self._counts)
        return not limited and len(demanding) + self._repeats <= 1 and all(one.least == 1 for one in demanding)

    def _is_excluded(self, count: _Count) -> bool:
        """Tell whether not one item can be what is counted, at any position."""
        if not count.least or self._is_open:
            return False
        for index in range(count.start, max(self._prefix, count.start) + 1):
            try:
                self._maker.make(
                    as_schema(conjunction(item_schema(self._form, index), count.schema)), self._where.item(index, 0)
                )
            except Unsatisfiable:
                continue
            except GaveUp:
                return False
            return False
        return True

    def _layouts(self) -> Iterator[_Layout]:
        demanding = [one for one in self._counts if one.least]
        if not demanding and not self._repeats:
            yield _Layout({})
            return
        tail = max((self._prefix, *(one.start for one in demanding)))
        if self._repeats:
            for twins in sorted(combinations(range(self._prefix + 2), 2), reverse=True):
                if self._fits(layout := _Layout(_one_after_another(demanding, tail), twins)):
                    yield layout
            return
        layouts = [_one_after_another(demanding, tail), _together(demanding, tail)]
        layouts += [_together(demanding, at) for at in reversed(range(tail))]
        layouts += [_one_after_another(demanding, at) for at in reversed(range(tail))] if len(demanding) > 1 else []
        for demands in layouts:
            above_start = all(
                at >= one.start for one in demanding for at, asked in demands.items() if one.schema in asked
            )
            if above_start and self._fits(layout := _Layout(demands)):
                yield layout

    def _fits(self, layout: _Layout) -> bool:
        return self._most is None or layout.length <= self._most

    def _items(self, layout: _Layout) -> list[Json]:
        needed = max(self._least, layout.length)
        length = self._length(needed)
        share = max(self._where.allowance - length, 0) // max(length, 1)
        unique = self._form.keywords.get("uniqueItems") is True
        seen: dict[Hashable, Json] | None = {} if unique else None
        made: list[Json] = []
        for index in range(length):
            try:
                made.append(self._item(index, layout, made, seen, share))
            except (Unsatisfiable, GaveUp):
                if index >= needed:
                    break
                raise
        return made

    def _length(self, needed: int) -> int:
        at_top = len(self._where.path) <= 1 and all(isinstance(step, str) for step in self._where.path)
        asked = self._manner.asked(needed, self._most) if at_top and self._effort == 0 else None
        if asked is not None:
            return asked
        left = self._where.allowance if self._effort == 0 else 0
        usual = self._manner.length(left, self._prefix, self._where.ordinal - 1)
        return max(needed, usual if self._most is None else min(usual, self._most))

    def _item(
        self, index: int, layout: _Layout, made: Sequence[Json], seen: dict[Hashable, Json] | None, share: int
    ) -> Json:
        if layout.twins and index == layout.twins[1]:
            return made[layout.twins[0]]
        positions = layout.twins if layout.twins and index in layout.twins else (index,)
        asked = [schema for at in positions for schema in (item_schema(self._form, at), *layout.demands.get(at, ()))]
        schema = as_schema(conjunction(*asked, *self._limits(index, layout)))
        where = self._where.item(index, share)
        return self._maker.make(schema, where) if seen is None else self._distinct(schema, where, seen)

    def _distinct(self, schema: Schema, where: Where, seen: dict[Hashable, Json]) -> Json:
        for attempt in range(_TRIES):
            value = self._maker.make(schema, where.again(attempt))
            if (key := identity(value)) not in seen:
                seen[key] = value
                return value
        if len(seen) > _MOST_SEEN:
            raise GaveUp("no further distinct item was found")
        try:
            excluded: Json = {"not": {"enum": list(seen.values())}}
            value = self._maker.make({"allOf": [schema, excluded]}, where.again(_TRIES))
        except Unsatisfiable as proof:
            if self._prefix or self._counts:
                raise GaveUp(str(proof)) from None
            raise Unsatisfiable("there are too few distinct items") from None
        seen[identity(value)] = value
        return value

    def _limits(self, index: int, layout: _Layout) -> Iterator[Schema]:
        """Yield what an item must not satisfy, so that no more do than may."""
        for one in self._counts:
            spare = one.most is not None and index >= one.start and one.schema not in layout.demands.get(index, ())
            if one.most == 0 or (spare and self._effort == 0):
                yield without(one.schema)


def item_schema(form: Form, index: int) -> Schema:
    """Return what the item at an index has to satisfy (JSON Schema 2020-12 §10.3.1)."""
    found: list[Json] = []
    covered = False
    for part in form.parts:
        prefix = elements(part, "prefixItems")
        covered = covered or index < len(prefix) or "items" in part
        found.append(prefix[index] if index < len(prefix) else part.get("items", True))
    if not covered and "unevaluatedItems" in form.keywords:
        # An item that is contained is evaluated.
        contained = [part["contains"] for part in form.parts if "contains" in part]
        otherwise = form.keywords["unevaluatedItems"]
        found.append({"anyOf": [*contained, otherwise]} if contained else otherwise)
    return as_schema(conjunction(*found))


def is_plain(form: Form) -> bool:
    """Tell whether nothing is asked of an array but how many items it has and what each one is."""
    return not any(_counts(form)) and not any("uniqueItems" in denied for denied in form.denied)


def _counts(form: Form) -> Iterator[_Count]:
    for part in form.parts:
        if "contains" in part:
            least, most = whole(part, "minContains"), whole(part, "maxContains")
            yield _Count(as_schema(part["contains"]), 0, 1 if least is None else least, most)
    for denied in form.denied:
        if "items" in denied:
            yield _Count(without(as_schema(denied["items"])), len(elements(denied, "prefixItems")))


def _met(counts: Iterable[_Count]) -> tuple[_Count, ...]:
    """Return the counts, those of the same items as one: an item that is made for one of them is there for all."""
    found: dict[Hashable, _Count] = {}
    for one in counts:
        key = meaning(one.schema), one.start
        same = found.get(key, one)
        limits = [most for most in (same.most, one.most) if most is not None]
        found[key] = replace(one, least=max(same.least, one.least), most=min(limits, default=None))
    return tuple(found.values())


def _one_after_another(counts: Sequence[_Count], start: int) -> Mapping[int, Sequence[Schema]]:
    schemas = [one.schema for one in counts for _ in range(min(one.least, _MOST_ITEMS))]
    return {start + index: (schema,) for index, schema in enumerate(schemas)}


def _together(counts: Sequence[_Count], start: int) -> Mapping[int, Sequence[Schema]]:
    found: dict[int, list[Schema]] = {}
    for one in counts:
        for index in range(one.least):
            found.setdefault(start + index, []).append(one.schema)
    return found
