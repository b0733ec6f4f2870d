"""Schemas that no value satisfies. What is not understood counts as satisfiable: no claim is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import chain
from typing import Final

from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.schemas.conjunction import Meaning, conjuncts
from contractctl.lint.schemas.limits import Bound, is_crossed, lower, number, upper
from contractctl.lint.schemas.types import (
    ARRAY,
    EVERY,
    FRACTION,
    NUMERIC,
    OBJECT,
    STRING,
    allowed,
    named,
    type_of,
)

_LIST_IT: Final = "list it under `properties` beside `additionalProperties`, which sees no others"
_Objects = Sequence[Mapping[str, Json]]
_BRANCHES: Final = ("anyOf", "oneOf")
_MOST_BRANCHES: Final = 20
_MOST_VALUES: Final = 500
_DEEPEST: Final = 3
_ENDLESS: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Why no value satisfies a schema: a clause to follow "no value fits this schema:", and what to do.

    `word` is a name that may be misspelt, `known` has those that may be meant.
    """

    reason: str
    hint: str = "mend one of the two"
    word: str = ""
    known: Mapping[str, Json] = field(default_factory=dict)

    @property
    def remedy(self) -> str:
        """What to do, the name that was meant before all else."""
        return did_you_mean(self.word, self.known) or self.hint


def contradiction(schemas: Sequence[Json], meaning: Meaning, depth: int = _DEEPEST) -> Contradiction | None:
    """Return why no value satisfies all of `schemas`, None where one may.

    `depth` bounds how far into required properties and branches this looks.
    """
    members, is_false = conjuncts(schemas, meaning)
    if is_false:
        return Contradiction("a part of it is `false`", "take that part out")
    return _of(members, meaning, depth)


def _of(members: _Objects, meaning: Meaning, depth: int) -> Contradiction | None:
    types = EVERY
    for member in members:
        types &= allowed(member.get("type"))
    if not types:
        return Contradiction(f"it must be {_types_at_once(members)} at once")
    return (
        _listed(members)
        or _denied(members, types)
        or _by_type(members, types, meaning, depth)
        or _branched(members, meaning, depth)
    )


def _types_at_once(members: _Objects) -> str:
    """Name the types of two members that have none in common, else those of all."""
    nouns = {named(member["type"]): allowed(member["type"]) for member in members if "type" in member}
    for noun, bits in nouns.items():
        for other, others in nouns.items():
            if not bits & others:
                return f"{noun} and {other}"
    return ", ".join(nouns)


def _listed(members: _Objects) -> Contradiction | None:
    """Return why everything else refuses the values that `const` or the first `enum` leaves."""
    for member in members:
        values = [member["const"]] if "const" in member else member.get("enum")
        if is_array(values) and len(values) <= _MOST_VALUES:
            if any(all(admits(other, value) for other in members) for value in values):
                return None
            if not values:
                return Contradiction("its `enum` is empty", "add a value")
            if "const" in member:
                return Contradiction("its `const` does not fit what else it asks for")
            return Contradiction("no value of its `enum` fits what else it asks for")
    return None


def admits(schema: Mapping[str, Json], value: Json) -> bool:
    """Tell whether a schema may accept a value, by the keywords of its own that can be told at a glance."""
    kind = type_of(value)
    if not allowed(schema.get("type")) & kind:
        return False
    values = schema.get("enum")
    if is_array(values) and value not in values:
        return False
    if "const" in schema and schema["const"] != value:
        return False
    if isinstance(value, (int, float)) and kind & NUMERIC:
        return not _is_out(Bound("", value), lower((schema,)), upper((schema,)))
    if kind == STRING and isinstance(value, str):
        return _counts(schema, "minLength", "maxLength", len(value))
    return True


def _is_out(value: Bound, low: Bound | None, high: Bound | None) -> bool:
    return (low is not None and is_crossed(low, value)) or (high is not None and is_crossed(value, high))


def _counts(schema: Mapping[str, Json], least: str, most: str, count: int) -> bool:
    start, end = number(schema, least), number(schema, most)
    return (start is None or start <= count) and (end is None or count <= end)


def _denied(members: _Objects, types: int) -> Contradiction | None:
    """Look at what `not` refuses: everything, the only type that is left, or all objects with what is required."""
    for member in members:
        if "not" not in member:
            continue
        refused = member["not"]
        if refused is True or refused == {}:
            return Contradiction("its `not` refuses everything", "say in `not` what is refused")
        if not is_object(refused):
            continue
        if refused.keys() == {"type"} and not types & ~allowed(refused["type"]):
            return Contradiction(f"it must be {named(refused['type'])}, and its `not` refuses that")
        names = refused.get("required")
        if refused.keys() == {"required"} and is_array(names) and set(_required(members)).issuperset(map(str, names)):
            return Contradiction("its `not` refuses what it requires")
    return None


def _required(members: _Objects) -> Iterator[str]:
    for member in members:
        names = member.get("required")
        if is_array(names):
            yield from (name for name in names if isinstance(name, str))


def _by_type(members: _Objects, types: int, meaning: Meaning, depth: int) -> Contradiction | None:
    """Return why none of the types that are left is possible; None where one may be."""
    if types & ~(NUMERIC | STRING | ARRAY | OBJECT):
        return None
    found: Contradiction | None = None
    if types & NUMERIC and (found := _no_number(members, whole=not types & FRACTION)) is None:
        return None
    if types & STRING and (found := _no_string(members)) is None:
        return None
    if types & ARRAY and (found := _no_array(members)) is None:
        return None
    if types & OBJECT and (found := _no_object(members, meaning, depth)) is None:
        return None
    return found


def _no_number(members: _Objects, *, whole: bool) -> Contradiction | None:
    low, high = lower(members), upper(members)
    if low is None or high is None or not is_crossed(low, high, whole=whole):
        return None
    noun = "whole number" if whole else "number"
    return Contradiction(
        f"there is no {noun} between its `{low.keyword}` ({low.value}) and its `{high.keyword}` ({high.value})"
    )


def _no_string(members: _Objects) -> Contradiction | None:
    least, most = _range(members, "minLength", "maxLength")
    return _too_few(least, most, "characters") if least > most else None


def _range(members: _Objects, least: str, most: str) -> tuple[float, float]:
    starts = [found for member in members if (found := number(member, least)) is not None]
    ends = [found for member in members if (found := number(member, most)) is not None]
    return max(starts, default=0), min(ends, default=_ENDLESS)


def _too_few(least: float, most: float, noun: str) -> Contradiction:
    return Contradiction(f"it must have {least:g} {noun} or more, and can have {most:g} at most")


def _no_array(members: _Objects) -> Contradiction | None:
    least, most = _range(members, "minItems", "maxItems")
    for member in members:
        prefix = member.get("prefixItems")
        prefix = prefix if is_array(prefix) else ()
        if member.get("items") is False:
            most = min(most, len(prefix))
        if False in prefix:
            most = min(most, next(index for index, item in enumerate(prefix) if item is False))
        if "contains" in member:
            needed = number(member, "minContains")
            needed = 1 if needed is None else needed
            if needed and member["contains"] is False:
                return Contradiction("it must contain what `contains: false` refuses", "say what it must contain")
            least = max(least, needed)
    return _too_few(least, most, "items") if least > most else None


def _no_object(members: _Objects, meaning: Meaning, depth: int) -> Contradiction | None:
    names = list(dict.fromkeys(_required(members)))
    for name in names:
        found = _no_property(name, members, meaning, depth)
        if found is not None:
            return found
    least, most = _range(members, "minProperties", "maxProperties")
    least = max(least, len(names))
    for member in members:
        if member.get("propertyNames") is False:
            most = 0
        elif _is_closed(member):
            most = min(most, sum(schema is not False for schema in _properties(member).values()))
    return _too_few(least, most, "properties") if least > most else None


def _is_closed(schema: Mapping[str, Json]) -> bool:
    """Tell whether a schema refuses properties that it does not list."""
    return schema.get("additionalProperties") is False and "patternProperties" not in schema


def _properties(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    found = schema.get("properties")
    return found if is_object(found) else {}


def _no_property(name: str, members: _Objects, meaning: Meaning, depth: int) -> Contradiction | None:
    """Return why a property that is required cannot be there."""
    schemas: list[Json] = []
    for member in members:
        own = _properties(member)
        if name in own:
            schemas.append(own[name])
        elif _is_closed(member):
            reason = f"`{name}` is required, and `additionalProperties: false` refuses it"
            return Contradiction(reason, _LIST_IT, name, own)
    if False in schemas:
        return Contradiction(f"`{name}` is required, and its schema is `false`")
    if len(schemas) < 2 or not depth:
        return None
    inner = contradiction(schemas, meaning, depth - 1)
    if inner is None:
        return None
    return replace(inner, reason=f"`{name}` is required, and no value fits that: {inner.reason}")


def _branched(members: _Objects, meaning: Meaning, depth: int) -> Contradiction | None:
    """Look at each branch together with what stands beside it."""
    if not depth:
        return None
    groups = [(keyword, member[keyword]) for member in members for keyword in _BRANCHES if keyword in member]
    is_alone = len(groups) == 1 and all(_NARROWING.isdisjoint(member) for member in members)
    for keyword, branches in groups:
        if not is_array(branches) or not 0 < len(branches) <= _MOST_BRANCHES:
            continue
        if is_alone and any(branch is not False for branch in branches):  # what is wrong is in the branches themselves
            continue
        refusals = [contradiction([*members, branch], meaning, 0) for branch in branches]
        if all(refusals):
            first = next(refusal for refusal in refusals if refusal)
            reason = f"no branch of its `{keyword}` fits what else it asks for (of the first, {first.reason})"
            return replace(first, reason=reason)
    return None


def constituents(schema: Mapping[str, Json], meaning: Meaning) -> Iterator[Json]:
    """Yield the schemas that a contradiction in `schema` may come from; those are told of where they stand."""
    lists = (schema.get(keyword) for keyword in ("allOf", *_BRANCHES, "prefixItems"))
    yield from chain.from_iterable(members for members in lists if is_array(members))
    yield from _properties(schema).values()
    yield from (schema[keyword] for keyword in ("items", "contains") if keyword in schema)
    if "$ref" in schema:
        yield meaning(schema["$ref"])


def is_suspect(schema: Mapping[str, Json]) -> bool:
    """Tell whether a schema has anything that could contradict something else in it."""
    if not _SUSPECTS.isdisjoint(schema):
        return True
    if "required" in schema and schema.get("additionalProperties") is False:
        return True
    return "enum" in schema and not _BOUNDS.isdisjoint(schema)


_BOUNDS: Final = frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"))
_NARROWING: Final = frozenset(
    (
        *("type", "const", "enum", "not", "required", "properties", "additionalProperties", "propertyNames", "items"),
        *("prefixItems", "contains", "minItems", "maxItems", "minProperties", "maxProperties", *_BOUNDS),
    )
)
_SUSPECTS: Final = frozenset(
    (
        *("allOf", "anyOf", "oneOf", "not", "const", "minItems", "minProperties", "contains", "maxProperties"),
        *("minimum", "exclusiveMinimum"),
    )
)
