"""Schemas by direction: `readOnly` members need not be in a request, `writeOnly` ones never are in a response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

from contractctl.contract.keywords import SCHEMA_KEYWORDS, SCHEMA_LIST_KEYWORDS, SCHEMA_MAP_KEYWORDS
from contractctl.contract.model import Schema
from contractctl.contract.references import definition_reference, referenced_definition
from contractctl.core.json import Json, is_array, is_object

Direction: TypeAlias = Literal["request", "response"]
Value: TypeAlias = "Mapping[str, Json] | bool"

_FLAGS: Final[Mapping[Direction, str]] = {"request": "readOnly", "response": "writeOnly"}
_IN_PLACE: Final = ("allOf", "anyOf", "oneOf")
# What a member that must not be sent has to satisfy. Written this way it is told apart from a documented `false`.
FORBIDDEN: Final[Mapping[str, Json]] = {"not": {}}


class Directed:
    """The definitions of a contract as one direction sees them. Those that do not differ are shared by both."""

    __slots__ = ("_affected", "_definitions", "_direction", "_flag")

    def __init__(self, definitions: Mapping[str, Schema], direction: Direction) -> None:
        self._definitions = definitions
        self._direction = direction
        self._flag = _FLAGS[direction]
        self._affected = self._reaching_a_flag()

    def definitions(self) -> Iterator[tuple[str, Value]]:
        """Yield key and value of the definitions that differ in this direction."""
        for key in self._affected:
            yield self._name(key), self.adapt(self._definitions[key].value)

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield the key in this direction and the contract's key of the definitions that differ."""
        for key in self._affected:
            yield self._name(key), key

    def adapt(self, value: Value) -> Value:
        """Return a schema as this direction sees it; itself where nothing differs."""
        return self._adapt(value, frozenset())

    def _name(self, key: str) -> str:
        return f"{key} ({self._direction})"

    def _reaching_a_flag(self) -> dict[str, None]:
        """Return the keys, in the contract's order, of the definitions from which a flagged member is reached."""
        users: dict[str, list[str]] = {}
        waiting: list[str] = []
        for key, schema in self._definitions.items():
            nodes = tuple(subschemas(schema.value))
            if any(node.get(self._flag) is True for node in nodes):
                waiting.append(key)
            for target in _targets(nodes):
                users.setdefault(target, []).append(key)
        reached: set[str] = set()
        while waiting:
            key = waiting.pop()
            if key not in reached:
                reached.add(key)
                waiting.extend(users.get(key, ()))
        return dict.fromkeys(key for key in self._definitions if key in reached)

    def _adapt(self, value: Value, above: frozenset[str]) -> Value:
        if isinstance(value, bool) or not (above or self._differs(value)):
            return value
        names = above | frozenset(self._flagged_members(value, frozenset()))
        members: dict[str, Json] = {}
        for keyword, member in value.items():
            members[keyword] = self._keyword(keyword, member, names)
        return self._relax(members, value, names)

    def _keyword(self, keyword: str, member: Json, names: frozenset[str]) -> Json:
        if keyword == "$ref" and isinstance(member, str):
            key = referenced_definition(member)
            return definition_reference(self._name(key)) if key in self._affected else member
        if keyword in SCHEMA_KEYWORDS:
            return self._inner(member, frozenset())
        if keyword in SCHEMA_LIST_KEYWORDS and is_array(member):
            above = names if keyword in _IN_PLACE else frozenset[str]()
            return [self._inner(item, above) for item in member]
        if keyword in SCHEMA_MAP_KEYWORDS and is_object(member):
            return {name: self._inner(item, frozenset()) for name, item in member.items()}
        return member

    def _inner(self, value: Json, above: frozenset[str]) -> Json:
        return self._adapt(value, above) if is_object(value) else value

    def _differs(self, value: Mapping[str, Json]) -> bool:
        nodes = tuple(subschemas(value))
        return any(node.get(self._flag) is True for node in nodes) or any(t in self._affected for t in _targets(nodes))

    def _relax(self, members: dict[str, Json], original: Mapping[str, Json], names: frozenset[str]) -> Value:
        required = members.get("required")
        if is_array(required):
            members["required"] = [name for name in required if name not in names]
        properties = members.get("properties")
        if self._direction == "response" and is_object(properties):
            documented = original["properties"]
            assert is_object(documented)
            members["properties"] = {
                name: FORBIDDEN if self._is_flagged(documented[name]) else member for name, member in properties.items()
            }
        return members

    def _flagged_members(self, value: Json, entered: frozenset[str]) -> Iterator[str]:
        """Yield the flagged members that the parts of a schema which apply to one value name."""
        if not is_object(value):
            return
        properties = value.get("properties")
        if is_object(properties):
            yield from (name for name, member in properties.items() if self._is_flagged(member))
        for keyword in _IN_PLACE:
            parts = value.get(keyword)
            for part in parts if is_array(parts) else ():
                yield from self._flagged_members(part, entered)
        reference = value.get("$ref")
        if isinstance(reference, str) and reference not in entered:
            target = self._definitions.get(referenced_definition(reference))
            if target is not None:
                yield from self._flagged_members(target.value, entered | {reference})

    def _is_flagged(self, value: Json, depth: int = 0) -> bool:
        if not is_object(value) or depth > 20:
            return False
        if value.get(self._flag) is True:
            return True
        parts = value.get("allOf")
        if any(self._is_flagged(part, depth + 1) for part in (parts if is_array(parts) else ())):
            return True
        reference = value.get("$ref")
        target = self._definitions.get(referenced_definition(reference)) if isinstance(reference, str) else None
        return target is not None and self._is_flagged(target.value, depth + 1)


def subschemas(value: Json) -> Iterator[Mapping[str, Json]]:
    """Yield a schema and every schema inside it, in no particular order; references are not followed."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if not is_object(node):
            continue
        yield node
        for keyword, member in node.items():
            if keyword in SCHEMA_KEYWORDS:
                waiting.append(member)
            elif keyword in SCHEMA_LIST_KEYWORDS and is_array(member):
                waiting.extend(member)
            elif keyword in SCHEMA_MAP_KEYWORDS and is_object(member):
                waiting.extend(member.values())


def references(value: Json) -> Iterator[str]:
    """Yield the keys of the definitions that a schema refers to."""
    return _targets(subschemas(value))


def _targets(nodes: Iterator[Mapping[str, Json]] | tuple[Mapping[str, Json], ...]) -> Iterator[str]:
    for node in nodes:
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield referenced_definition(reference)
