"""Schemas for one direction: a member that does not travel that way need not be there (OpenAPI 3.1.1 §4.8.24)."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.contract.keywords import IN_PLACE_KEYWORDS, SCHEMA_KEYWORDS, SCHEMA_LIST_KEYWORDS, SCHEMA_MAP_KEYWORDS
from contractctl.contract.model import Schema
from contractctl.contract.references import referenced_definition
from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.examples.claims import Direction

_ABSENT: Mapping[Direction, tuple[str, ...]] = {
    "request": ("readOnly",),
    "response": ("writeOnly",),
    "either": ("readOnly", "writeOnly"),
}


class Directed:
    """Rewrites schemas for one direction: takes names out of `required`, and nothing else."""

    def __init__(self, definitions: Mapping[str, Schema], direction: Direction) -> None:
        self._definitions = definitions
        self._marks = _ABSENT[direction]

    def rewrite(self, schema: Json, inherited: frozenset[str] = frozenset()) -> Json:
        """Return the schema without requirements that do not hold in this direction.

        `inherited` are members that a schema around this one, by `allOf`, knows not to travel.
        """
        if not is_object(schema):
            return schema
        matters = "required" in schema or not IN_PLACE_KEYWORDS.isdisjoint(schema)
        absent = inherited | self._absent(schema, ()) if matters else inherited
        return {keyword: self._member(keyword, member, absent) for keyword, member in schema.items()}

    def _member(self, keyword: str, member: Json, absent: frozenset[str]) -> Json:
        if keyword == "required" and is_array(member):
            return [name for name in member if name not in absent]
        if keyword in SCHEMA_KEYWORDS:
            return self.rewrite(member)
        if keyword in SCHEMA_LIST_KEYWORDS and is_array(member):
            passed = frozenset[str]() if keyword == "prefixItems" else absent
            return [self.rewrite(item, passed) for item in member]
        if keyword in SCHEMA_MAP_KEYWORDS and is_object(member):
            return {name: self.rewrite(item) for name, item in member.items()}
        return member

    def _absent(self, schema: Json, path: tuple[str, ...]) -> frozenset[str]:
        """Return the names of the members of a schema, and of what it is made of, that do not travel."""
        if not is_object(schema):
            return frozenset()
        properties = schema.get("properties")
        own = {name for name, item in properties.items() if self._is_absent(item)} if is_object(properties) else set()
        parts = schema.get("allOf")
        found = frozenset(own).union(*(self._absent(part, path) for part in (parts if is_array(parts) else ())))
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in path:
            found |= self._absent(self._definition(reference), (*path, reference))
        return found

    def _is_absent(self, schema: Json) -> bool:
        for _ in range(len(self._definitions) + 1):
            if not is_object(schema):
                return False
            if any(schema.get(mark) is True for mark in self._marks):
                return True
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                return False
            schema = self._definition(reference)
        return False

    def _definition(self, reference: str) -> Json:
        found = self._definitions.get(referenced_definition(reference))
        return found.value if found else None
