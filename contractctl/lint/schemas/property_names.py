"""Which properties the schemas around a schema define: beside it, in what it refers to, and where it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.examples.inventory import Subschema
from contractctl.lint.schemas.conjunction import Meaning

_LISTS: Final = ("allOf", "anyOf", "oneOf")
_SINGLES: Final = ("then", "else", "if", "not")
IN_PLACE: Final = (*_LISTS, *_SINGLES, "dependentSchemas")
"""Keywords whose schemas apply to the value that the schema with them applies to."""
_TESTS: Final = frozenset(("not", "if", "dependentSchemas", "contains", "propertyNames"))
_OPEN: Final = ("patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames")
_MOST: Final = 200
"""Schemas that are looked at for one question; beyond them, anything may be defined."""

Spot = tuple[str, tuple[str, ...]]


class PropertyNames:
    """Answers for the schemas of one description; what they have in common is made once."""

    def __init__(self, holders: Iterable[Subschema], references: Iterable[Subschema], meaning: Meaning) -> None:
        """Take the schemas that have properties or apply others in place, and those that refer to another."""
        self._meaning = meaning
        self._at = {(schema.uri, schema.tokens): schema for schema in holders}
        self._users: dict[int, list[Subschema]] = {}
        for schema in references:
            self._users.setdefault(id(meaning(schema.value["$ref"])), []).append(schema)

    def names(self, schema: Subschema) -> frozenset[str] | None:
        """Return all names that any schema defines which may apply to the same object; None where any may be defined.

        Schemas that test (`not`, `if`) name properties for other reasons, and any may be meant there.
        """
        if _is_test(schema.tokens):
            return None
        found: set[str] = set()
        seen: set[int] = set()
        above = self._above(schema)
        if len(above) > _MOST:
            return None
        for root in (*above, *self._beside(schema)):
            if not self._collect(root.value, found, seen):
                return None
        return frozenset(found)

    def defined(self, *roots: Json) -> frozenset[str] | None:
        """Return the names that schemas define, in themselves and in what they apply in place; None as for `names`."""
        found: set[str] = set()
        seen: set[int] = set()
        return frozenset(found) if all(self._collect(root, found, seen) for root in roots) else None

    def is_extended(self, schema: Subschema) -> bool:
        """Tell whether another schema refers to this one, or to one around it, as a member of its `allOf`."""
        above = self._above(schema)
        return len(above) > _MOST or any("$ref" in one.value and one.tokens[-2:-1] == ("allOf",) for one in above)

    def _collect(self, root: Json, found: set[str], seen: set[int]) -> bool:
        """Add the names that a schema and what it applies in place define; False where that is no end of them."""
        waiting: list[Json] = [root]
        while waiting:
            schema = waiting.pop()
            if not is_object(schema) or id(schema) in seen:
                continue
            seen.add(id(schema))
            if len(seen) > _MOST or any(schema.get(keyword, False) is not False for keyword in _OPEN):
                return False
            properties = schema.get("properties")
            found.update(properties if is_object(properties) else ())
            waiting.extend(_in_place(schema))
            if "$ref" in schema:
                waiting.append(self._meaning(schema["$ref"]))
        return True

    def _above(self, schema: Subschema) -> list[Subschema]:
        """Return a schema and all that apply it in place: those that list it, those that refer to it, and so on."""
        found: dict[Spot, Subschema] = {}
        waiting = [schema]
        while waiting and len(found) <= _MOST:
            one = waiting.pop()
            if (one.uri, one.tokens) in found:
                continue
            found[one.uri, one.tokens] = one
            waiting.extend(self._users.get(id(one.value), ()))
            parent = self._holder(one)
            waiting.extend((parent,) if parent else ())
        return list(found.values())

    def _holder(self, schema: Subschema) -> Subschema | None:
        """Return the schema that applies this one in place, by `allOf` and the like."""
        tokens = schema.tokens
        if tokens[-2:-1] and tokens[-2] in (*_LISTS, "dependentSchemas"):
            return self._at.get((schema.uri, tokens[:-2]))
        if tokens and tokens[-1] in _SINGLES:
            holder = self._at.get((schema.uri, tokens[:-1]))
            return holder if holder and holder.value.get(tokens[-1]) is schema.value else None
        return None

    def _beside(self, schema: Subschema) -> Iterator[Subschema]:
        """Yield what other schemas say of the same property of the same object, with all that applies there."""
        tokens = schema.tokens
        holder = self._at.get((schema.uri, tokens[:-2])) if tokens[-2:-1] == ("properties",) else None
        waiting: list[Json] = [root.value for root in self._above(holder)] if holder else []
        seen: set[int] = set()
        while waiting and len(seen) < _MOST:
            one = waiting.pop()
            if not is_object(one) or id(one) in seen:
                continue
            seen.add(id(one))
            properties = one.get("properties")
            other = properties.get(tokens[-1]) if is_object(properties) else None
            if is_object(other) and other is not schema.value:
                yield Subschema(schema.uri, tokens, other)
            waiting.extend(_in_place(one))
            if "$ref" in one:
                waiting.append(self._meaning(one["$ref"]))


def _is_test(tokens: tuple[str, ...]) -> bool:
    return not _TESTS.isdisjoint(tokens)


def _in_place(schema: Mapping[str, Json]) -> Iterator[Json]:
    """Yield the schemas that apply to the same value; `not` defines nothing."""
    for keyword in _LISTS:
        members = schema.get(keyword)
        yield from members if is_array(members) else ()
    yield from (schema[keyword] for keyword in ("then", "else", "if") if keyword in schema)
    named = schema.get("dependentSchemas")
    yield from named.values() if is_object(named) else ()
