"""How the text of a parameter becomes a value: the JSON types that its schema lets it stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contractctl.contract.model import Schema
from contractctl.contract.references import referenced_definition
from contractctl.core.json import Json, is_array, is_object

# Text passes for a string always, so that it comes last; then every other reading has had its chance.
_ORDER: Final = ("array", "object", "integer", "number", "boolean", "null", "string")
_DEEPEST: Final = 6
_IN_PLACE: Final = ("allOf", "anyOf", "oneOf")
_LEADING: Final = frozenset(("$ref", *_IN_PLACE))
_ANNOTATIONS: Final = {"title", "description", "default", "deprecated", "example", "examples", "externalDocs"}
_SCALARS: Final[Mapping[type, str]] = {bool: "boolean", int: "integer", float: "number", str: "string"}


class Readings:
    """Derives readings from the schemas of one contract. bundle.py of the server specifies them."""

    __slots__ = ("_definitions", "_parts", "_types")

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions
        # By identity, because schemas are read many times and hashing one costs as much as reading it; each is kept
        # beside what was read of it, so that no other takes its identity.
        self._parts: dict[int, tuple[Json, tuple[Mapping[str, Json], ...]]] = {}
        self._types: dict[int, tuple[Json, tuple[str, ...]]] = {}

    def reading(self, value: Json, depth: int = 0) -> dict[str, Json]:
        """Return the READING of a schema; `types` is always in it."""
        parts = self.parts(value, depth)
        types = self.types(value)
        reading: dict[str, Json] = {"types": list(types)}
        if depth >= _DEEPEST:
            return reading
        items = next((part["items"] for part in parts if "items" in part), None)
        if "array" in types and items is not None:
            reading["items"] = self.reading(items, depth + 1)
        if "object" in types:
            reading.update(self._members(parts, depth))
        return reading

    def types(self, value: Json) -> tuple[str, ...]:
        """Return the types that a text may stand for, in the order in which they are tried."""
        known = self._types.get(id(value))
        if known is None:
            known = self._types[id(value)] = (value, self._found_types(value))
        return known[1]

    def _found_types(self, value: Json) -> tuple[str, ...]:
        found = {name for part in self.parts(value, 0) for name in declared_types(part)}
        if "null" in found and "string" in found:
            found.discard("null")
        return tuple(name for name in _ORDER if name in found) or ("string",)

    def takes_anything(self, value: Json) -> bool:
        """Tell whether a schema asks for nothing at all, so that a name that comes again may be a list."""
        said = {keyword for part in self.parts(value, 0) for keyword in part if not keyword.startswith("x-")}
        return value is not False and said <= _ANNOTATIONS

    def _members(self, parts: tuple[Mapping[str, Json], ...], depth: int) -> dict[str, Json]:
        properties: dict[str, Json] = {}
        additional: Json = None
        for part in parts:
            documented, free = part.get("properties"), part.get("additionalProperties")
            for name, member in documented.items() if is_object(documented) else ():
                if name not in properties:
                    properties[name] = self.reading(member, depth + 1)
            if (is_object(free) or free is True) and additional is None:
                additional = self.reading(free, depth + 1)
        members: dict[str, Json] = {"properties": properties} if properties else {}
        return {**members, "additional": additional} if additional is not None else members

    def parts(self, value: Json, depth: int) -> tuple[Mapping[str, Json], ...]:
        """Return the schemas that may apply to the same value, each once: itself, its target, its branches."""
        if depth > _DEEPEST:
            return ()
        known = self._parts.get(id(value))
        if known is None:
            parts = (value,) if is_object(value) and _LEADING.isdisjoint(value) else tuple(self._found_parts(value))
            known = self._parts[id(value)] = (value, parts)
        return known[1]

    def _found_parts(self, value: Json) -> Iterator[Mapping[str, Json]]:
        waiting = [value]
        entered: set[str] = set()
        while waiting:
            node = waiting.pop()
            if not is_object(node):
                continue
            yield node
            below: list[Json] = []
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in entered:
                entered.add(reference)
                target = self._definitions.get(referenced_definition(reference))
                below.extend([target.value] if target else ())
            for keyword in _IN_PLACE:
                branches = node.get(keyword)
                below.extend(branches if is_array(branches) else ())
            waiting.extend(reversed(below))


def declared_types(schema: Mapping[str, Json]) -> Iterator[str]:
    """Yield the types that a schema, by itself, speaks of."""
    declared = schema.get("type")
    if isinstance(declared, str):
        yield declared
    elif is_array(declared):
        yield from (name for name in declared if isinstance(name, str))
    else:
        listed = schema.get("enum")
        values = [*(listed if is_array(listed) else ()), *([schema["const"]] if "const" in schema else [])]
        yield from (_SCALARS[type(value)] for value in values if type(value) in _SCALARS)
        yield from _implied(schema)


def _implied(schema: Mapping[str, Json]) -> Iterator[str]:
    if "items" in schema:
        yield "array"
    if "properties" in schema or "additionalProperties" in schema:
        yield "object"
    if any(bound in schema for bound in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")):
        yield "number"
