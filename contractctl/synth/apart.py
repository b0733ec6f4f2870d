"""Whether two schemas exclude each other at sight: by their types and enumerations, or by those of a required member.

That is how alternatives are mostly told apart, and it costs less to see than to find out by making values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contractctl.synth.combine import ANNOTATIONS
from contractctl.synth.failures import GaveUp
from contractctl.synth.references import Resolve
from contractctl.synth.shallow import admits
from contractctl.synth.values import (
    Json,
    Keywords,
    Schema,
    as_schema,
    elements,
    identity,
    members,
    strings,
    text,
    types,
)

_MOST_CONJUNCTS: Final = 24
_DEEPEST: Final = 12
_OBJECT: Final = frozenset(("object",))
# What a keyword means is in these beside it, too.
_BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "additionalProperties": ("properties", "patternProperties"),
    "items": ("prefixItems",),
    "contains": ("minContains", "maxContains"),
    "if": ("then", "else"),
}
# What these mean depends on more than the keywords beside them.
_ELSEWHERE: Final = frozenset(("$id", "$dynamicRef", "$recursiveRef", "unevaluatedItems", "unevaluatedProperties"))
_MEANINGLESS: Final = ANNOTATIONS | {"then", "else", "minContains", "maxContains"}


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen of a value: keyword sets that all apply to it. `is_none`: one of them is `false`.

    `named` are the lists of values that they leave, `declared` the members of which they say something; None for any.
    """

    parts: tuple[Keywords, ...]
    kinds: frozenset[str]
    required: frozenset[str]
    named: tuple[Sequence[Json], ...]
    declared: frozenset[str] | None
    is_none: bool = False

    @staticmethod
    def of(conjuncts: Iterable[Schema]) -> Sight:
        """Take in schemas, without what is in them."""
        found = [one for one in conjuncts if one is not True]
        parts = tuple(one for one in found if not isinstance(one, bool))
        kinds = frozenset.intersection(_kinds({}), *(_kinds(part) for part in parts if "type" in part))
        required = frozenset(name for part in parts if "required" in part for name in strings(part, "required"))
        named = tuple(_named(part) for part in parts if "const" in part or "enum" in part)
        is_closed = any(part.get("additionalProperties") is False for part in parts)
        declared = frozenset(name for part in parts if "properties" in part for name in members(part, "properties"))
        return Sight(parts, kinds, required, named, None if is_closed else declared, is_none=len(parts) < len(found))

    def member(self, name: str) -> Iterator[Schema]:
        """Yield what is said of a member, patterns of names aside."""
        for part in self.parts:
            declared = members(part, "properties") if "properties" in part else {}
            if name in declared:
                yield as_schema(declared[name])
            elif part.get("additionalProperties") is False and not members(part, "patternProperties"):
                yield False


class Sights:
    """What is seen of schemas whose references `resolve` follows; each is looked at once, and any two once together."""

    __slots__ = ("_implied", "_known", "_pairs", "_resolve")

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._known: dict[int, tuple[Schema, Sight]] = {}
        self._pairs: dict[tuple[int, int], bool] = {}
        self._implied: dict[tuple[int, int], tuple[Schema, Schema, bool]] = {}

    def are_apart(self, seen: Sight, schema: Schema) -> bool:
        """Tell whether no value that is seen so satisfies the schema. True is certain, False is not."""
        other = self._sight(schema)
        if _exclude(seen, other):
            return True
        # A value that is no object has no members to tell it by.
        is_object = seen.kinds & other.kinds == _OBJECT
        names = seen.required | other.required
        telling = names if other.declared is None else names & other.declared
        return is_object and any(self._tells(name, seen, other) for name in telling)

    def is_impossible(self, seen: Sight, way: Schema) -> bool:
        """Tell whether no value that is seen so fails in this way (`complement.ways_to_fail`). True is certain."""
        if isinstance(way, bool):
            return not way
        if "type" in way and not _kinds(way) & seen.kinds:
            return True
        needed = strings(way, "required") if "required" in way else ()
        for name, asked in members(way, "properties").items() if "properties" in way else ():
            if asked is False and name in seen.required:
                return True
            if name in needed and isinstance(asked, Mapping) and asked.keys() == {"not"}:
                excluded = as_schema(asked["not"])
                if any(self._implies(one, excluded) for one in seen.member(name)):
                    return True
        return False

    def _implies(self, one: Schema, other: Schema) -> bool:
        key = id(one), id(other)
        if key not in self._implied:
            # Both are kept, so that no others come to have their key.
            self._implied[key] = one, other, _Implication(self._sight(one), self._resolve).holds(other)
        return self._implied[key][2]

    def _sight(self, schema: Schema) -> Sight:
        if id(schema) not in self._known:
            # The schema is kept with what is seen of it, so that no other one comes to have its key.
            self._known[id(schema)] = schema, Sight.of(self._conjuncts(schema))
        return self._known[id(schema)][1]

    def _tells(self, name: str, first: Sight, second: Sight) -> bool:
        """Tell whether what the two say of a member excludes each other."""
        others = list(second.member(name))
        return bool(others) and any(self._exclude(one, other) for one in first.member(name) for other in others)

    def _exclude(self, one: Schema, other: Schema) -> bool:
        key = id(one), id(other)
        if key not in self._pairs:
            self._pairs[key] = _exclude(self._sight(one), self._sight(other))
        return self._pairs[key]

    def _conjuncts(self, schema: Schema) -> Iterator[Schema]:
        """Yield a schema with its references and its `allOf`, as far as they are plain; what is left says no less."""
        waiting: list[Schema] = [schema]
        for _ in range(_MOST_CONJUNCTS):
            if not waiting:
                return
            one = waiting.pop()
            yield one
            if isinstance(one, bool) or "$id" in one:
                continue
            waiting.extend(as_schema(part) for part in elements(one, "allOf"))
            if "$ref" in one:
                try:
                    waiting.append(self._resolve(text(one, "$ref")))
                except GaveUp:
                    # Where it leads nowhere it tells nothing here; whoever enters it says so.
                    continue


@dataclass(frozen=True, slots=True)
class _Implication:
    """Whether what is seen says all that a schema says, word for word."""

    seen: Sight
    resolve: Resolve

    def holds(self, schema: Schema, depth: int = 0) -> bool:
        """Tell whether every value that is seen so satisfies the schema. True is certain, False is not."""
        if isinstance(schema, bool) or self.seen.is_none:
            return schema is True or self.seen.is_none
        if any(part is schema for part in self.seen.parts):
            return True
        if depth > _DEEPEST or not _ELSEWHERE.isdisjoint(schema):
            return False
        return all(
            self._says(keyword, schema, depth)
            for keyword in schema
            if keyword not in _MEANINGLESS and not keyword.startswith("x-")
        )

    def _says(self, keyword: str, schema: Keywords, depth: int) -> bool:
        if keyword == "type":
            return self.seen.kinds <= _kinds(schema)
        if keyword == "allOf":
            return all(self.holds(as_schema(part), depth + 1) for part in elements(schema, keyword))
        alike = (keyword, *_BESIDE.get(keyword, ()))
        parts = [part for part in self.seen.parts if keyword in part and "$id" not in part]
        if any(all(_same(part, schema, name) for name in alike) for part in parts):
            return True
        if keyword != "$ref":
            return False
        try:
            return self.holds(self.resolve(text(schema, keyword)), depth + 1)
        except GaveUp:
            return False


def _same(one: Keywords, other: Keywords, keyword: str) -> bool:
    if keyword not in one or keyword not in other:
        return keyword not in one and keyword not in other
    return one[keyword] is other[keyword] or identity(one[keyword]) == identity(other[keyword])


def _exclude(first: Sight, second: Sight) -> bool:
    """Tell whether types or enumerations of the two have nothing in common."""
    if first.is_none or second.is_none or not first.kinds & second.kinds:
        return True
    named = (*first.named, *second.named)
    if not named:
        return False
    parts = (*first.parts, *second.parts)
    return not any(all(admits(part, value) for part in parts) for value in min(named, key=len))


def _named(part: Keywords) -> Sequence[Json]:
    return (part["const"],) if "const" in part else elements(part, "enum")


def _kinds(part: Keywords) -> frozenset[str]:
    found = frozenset(types(part))
    return found | {"integer"} if "number" in found else found
