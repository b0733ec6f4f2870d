"""Objects: which members they have, and the value of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, count
from typing import Final

from contractctl.synth.chance import Chance
from contractctl.synth.combine import conjunction
from contractctl.synth.expand import Form
from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.matching import matches
from contractctl.synth.members import Need, needs, possible_names, property_schema, with_dependencies
from contractctl.synth.values import Json, Keywords, Schema, as_schema, members, strings, text, whole
from contractctl.synth.where import Maker, Where

_MOST_MEMBERS: Final = 2_000
_MOST_PATTERNS: Final = 3
_ANY: Final = Need(True)


def make_object(form: Form, where: Where, maker: Maker, *, effort: int, chance: Chance) -> dict[str, Json]:
    """Make an object: with all its documented members (effort 0), the required ones (1), or some (2 and on).

    Raise Unsatisfiable when a required or needed member or the counts exclude every object.
    """
    keywords = form.keywords
    least, most = whole(keywords, "minProperties") or 0, whole(keywords, "maxProperties")
    required = with_dependencies(strings(keywords, "required"), keywords)
    if most is not None and (most < least or most < len(required)):
        raise Unsatisfiable(f"an object of at most {most} members cannot have all that it needs")
    if least > _MOST_MEMBERS:
        raise GaveUp(f"an object of {least} members is too large to make")
    optional = _optional(keywords, required, where, effort, chance)
    making = _Making(form, where, maker, required=required, optional=len(optional), most=most)
    try:
        for need in needs(form):
            making.meet(need)
        making.add_required()
        making.add_optional(optional)
        making.fill(least)
    except Unsatisfiable as proof:
        # Where what else is evaluated depends on branches that this form did not take, nothing is proved.
        if "unevaluatedProperties" in keywords and form.open:
            raise GaveUp(str(proof)) from None
        raise
    return {name: making.made[name] for name in _in_order(making.made, keywords)}


def _optional(keywords: Keywords, required: Sequence[str], where: Where, effort: int, chance: Chance) -> list[str]:
    names = optional_names(keywords, required)
    if effort == 0:
        return names if where.allowance > 0 else []
    return [] if effort == 1 else [name for name in names if chance.below(2)]


def optional_names(keywords: Keywords, required: Sequence[str]) -> list[str]:
    """Return the declared members that are not required, without those that ask for others beside them."""
    dependents = members(keywords, "dependentSchemas").keys() | members(keywords, "dependentRequired").keys()
    others = dependents | set(required)
    return [name for name in members(keywords, "properties") if name not in others]


class _Making:
    """An object under construction."""

    __slots__ = ("_declared", "_form", "_maker", "_most", "_patterns", "_required", "_share", "_where", "made")

    def __init__(
        self, form: Form, where: Where, maker: Maker, *, required: Sequence[str], optional: int, most: int | None
    ) -> None:
        self._form, self._where, self._maker = form, where, maker
        self._required, self._most = required, most
        size = len(required) + optional
        self._share = max(where.allowance - size, 0) // max(size, 1)
        self._declared = tuple(members(form.keywords, "properties"))
        self._patterns = tuple(dict.fromkeys(one for part in form.parts for one in members(part, "patternProperties")))
        self.made: dict[str, Json] = {}

    def meet(self, need: Need) -> None:
        """Add the member that is needed. Raise Unsatisfiable or GaveUp where that is not possible."""
        others = bool(self.made)
        obstacle: GaveUp | None = None
        for name in self._names(need):
            if isinstance(name, GaveUp):
                obstacle = name
                continue
            if name in self.made or not self._has_room(name):
                # It might do, had another need not taken the name or the room.
                obstacle = GaveUp("no member was found for each of several needs") if others else obstacle
                continue
            try:
                schema = as_schema(conjunction(property_schema(self._form, name), need.value))
                self.made[name] = self._maker.make(schema, self._where.member(name, self._share))
                return
            except Unsatisfiable:
                continue
            except GaveUp as stuck:
                obstacle = stuck
        raise obstacle or Unsatisfiable("no member can be the one that has to be there")

    def add_required(self) -> None:
        """Add the required members that are not there."""
        for name in self._required:
            if name not in self.made:
                if not self._may_be_called(name):
                    raise Unsatisfiable(f"`{name}` is required, and no member may be called so")
                self.made[name] = self._member(name, self._share)

    def add_optional(self, names: Sequence[str]) -> None:
        """Add the members that are possible, as long as there is room."""
        for name in names:
            if name in self.made or not self._has_room(name) or not self._may_be_called(name):
                continue
            try:
                self.made[name] = self._member(name, self._share)
            except (Unsatisfiable, GaveUp):
                continue

    def fill(self, least: int) -> None:
        """Add members until there are `least`; a map of named type (`additionalProperties`) shows one entry."""
        keywords = self._form.keywords
        free = keywords.get("additionalProperties")
        is_map = isinstance(free, Mapping) and bool(free) and not self._declared and self._where.allowance > 0
        wanted = max(least, 1 if is_map and not self.made and self._most != 0 else 0)
        obstacle = GaveUp("members are there for other reasons") if any(needs(self._form)) else None
        while len(self.made) < wanted:
            try:
                self._add_any()
            except (Unsatisfiable, GaveUp) as reason:
                if len(self.made) >= least:
                    return
                raise obstacle or reason from None

    def _add_any(self) -> None:
        obstacle: GaveUp | None = None
        for name in self._names(_ANY):
            if isinstance(name, GaveUp):
                obstacle = name
            elif name not in self.made:
                try:
                    self.made[name] = self._member(name, self._where.allowance // 2)
                    return
                except Unsatisfiable:
                    continue
                except GaveUp as stuck:
                    obstacle = stuck
        raise obstacle or Unsatisfiable("an object cannot have as many members as it needs")

    def _member(self, name: str, allowance: int) -> Json:
        return self._maker.make(member_schema(self._form, name), self._where.member(name, allowance))

    def _has_room(self, name: str) -> bool:
        return self._most is None or len({*self._required, *self.made, name}) <= self._most

    def _may_be_called(self, name: str) -> bool:
        naming = self._form.keywords.get("propertyNames", True)
        return naming is True or self._maker.verdict(as_schema(naming), name) is not False

    def _names(self, need: Need) -> Iterator[str | GaveUp]:
        """Yield the names that a needed member can have; of those that make no difference one.

        A GaveUp among them says that there may be others.
        """
        known = dict.fromkeys((*self._required, *self._declared, *sorted(possible_names(self._form) or ())))
        for name in known:
            suits = need.may_be(name) and self._may_be_called(name)
            if suits and (need.naming is True or self._maker.verdict(need.naming, name) is not False):
                yield name
        patterns = tuple(dict.fromkeys((*self._patterns, *need.patterns, *filter(None, (need.pattern,)))))
        if len(patterns) > _MOST_PATTERNS:
            yield GaveUp("names may match too many patterns")
        sizes = range(len(patterns) + 1) if len(patterns) <= _MOST_PATTERNS else range(2)
        for number, chosen in enumerate(group for size in sizes for group in combinations(patterns, size)):
            if need.pattern in ("", *chosen) and not set(chosen) & set(need.patterns):
                yield from self._fresh(need, chosen, set(patterns) - set(chosen), known, number)

    def _fresh(
        self, need: Need, chosen: Sequence[str], others: set[str], known: Mapping[str, None], number: int
    ) -> Iterator[str | GaveUp]:
        """Yield a name that is not known yet, and matches the chosen patterns and no other."""
        taken = {*known, *need.declared, *self.made}
        if not chosen and need.naming is True:
            usual = next(name for at in count(1) if (name := f"key{at}") not in taken)
            if self._may_be_called(usual) and not any(matches(usual, pattern=pattern) for pattern in others):
                yield usual
                return
        asked: list[Json] = [{"pattern": pattern} for pattern in chosen]
        asked += [{"not": {"pattern": pattern}} for pattern in sorted(others)]
        asked += [need.naming, self._form.keywords.get("propertyNames", True), {"not": {"enum": sorted(taken)}}]
        try:
            made = self._maker.make({"type": "string", "allOf": asked}, self._where.naming(number))
        except Unsatisfiable:
            return
        except GaveUp as stuck:
            yield stuck
        else:
            assert isinstance(made, str)
            yield made


def member_schema(form: Form, name: str) -> Schema:
    """Return what a member has to satisfy; the one that a discriminator names prefers the name of its branch."""
    schema = property_schema(form, name)
    discriminator = members(form.keywords, "discriminator")
    if text(discriminator, "propertyName") != name or not form.entered:
        return schema
    return {"allOf": [schema], "prefer": [_label(form.entered, discriminator)]}


def _label(entered: Sequence[str], discriminator: Keywords) -> str:
    mapping = members(discriminator, "mapping")
    for reference in entered:
        for label, target in mapping.items():
            if target == reference or (isinstance(target, str) and target.split("/")[-1] == reference.split("/")[-1]):
                return label
    holder = text(discriminator, "holder")
    others = [reference for reference in entered if reference != holder]
    return (others or [holder])[0].split("/")[-1]


def _in_order(made: Mapping[str, Json], keywords: Keywords) -> list[str]:
    documented = [name for name in members(keywords, "properties") if name in made]
    return list(dict.fromkeys((*documented, *made)))
