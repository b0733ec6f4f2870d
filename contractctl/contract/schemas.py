"""Schemas of every dialect to JSON Schema 2020-12, with definitions instead of references across the description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contractctl.contract.keywords import (
    IN_PLACE_KEYWORDS,
    SCHEMA_KEYWORDS,
    SCHEMA_LIST_KEYWORDS,
    SCHEMA_MAP_KEYWORDS,
    SHAPES,
)
from contractctl.contract.model import Schema
from contractctl.contract.node import Node, Tell, malformed
from contractctl.contract.references import (
    References,
    Target,
    Unresolved,
    definition_reference,
    referenced_definition,
)
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place

_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_NAMES = frozenset(("required", "type"))
_IDENTIFIERS = frozenset(("$id", "$schema", "$anchor", "$dynamicAnchor", "$vocabulary"))


class SchemaBuilder:
    """Normalises schemas of one description and collects the definitions that their references name."""

    def __init__(self, references: References, tell: Tell) -> None:
        self._references = references
        self._tell = tell
        self._is_3_0 = references.version == "3.0"
        self._definitions: dict[str, Schema] = {}
        self._waiting: list[tuple[str, Target]] = []

    def schema(self, node: Node) -> Schema:
        """Return the normalised schema at `node`; a value that is no schema is told and accepts everything."""
        return Schema(node.at, self._normalise(node.value, node.at))

    def define(self, target: Target) -> str:
        """Note the schema at `target` as a definition to be built, and return its key."""
        key = self._references.key(target.at)
        if key not in self._definitions:
            self._definitions[key] = Schema(target.at, True)
            self._waiting.append((key, target))
        return key

    def definitions(self) -> Mapping[str, Schema]:
        """Build everything that was defined, and what that refers to, and return it by key."""
        while self._waiting:
            key, target = self._waiting.pop()
            self._definitions[key] = Schema(target.at, self._normalise(target.value, target.at))
        self._open_circles()
        return self._definitions

    def _normalise(self, value: Json, at: Place) -> Mapping[str, Json] | bool:
        if isinstance(value, bool) and not self._is_3_0:
            return value
        if not is_object(value):
            self._tell(malformed(at, "a schema must be an object" + ("" if self._is_3_0 else " or a boolean")))
            return True
        if self._is_3_0 and isinstance(value.get("$ref"), str):
            value = {"$ref": value["$ref"]}
        members: dict[str, Json] = {}
        for keyword, member in value.items():
            if keyword in _IDENTIFIERS:
                continue
            if keyword in SHAPES and not self._fits(keyword, member, at):
                continue
            members[keyword] = self._member(keyword, member, at / keyword)
        if "$ref" in members and members["$ref"] is None:
            del members["$ref"]
        return _from_3_0(members) if self._is_3_0 else members

    def _fits(self, keyword: str, value: Json, at: Place) -> bool:
        """Tell whether a keyword has a shape that means something, and report it when it has not."""
        if self._is_3_0 and keyword in _EXCLUSIVE and isinstance(value, bool):
            return True
        shape, fits = SHAPES[keyword]
        if fits(value):
            return True
        self._tell(malformed(at / keyword, f"`{keyword}` must be {shape}; it is skipped"))
        return False

    def _member(self, keyword: str, value: Json, at: Place) -> Json:
        if keyword == "$ref":
            return self._reference(value, at)
        if keyword in SCHEMA_KEYWORDS:
            return value if isinstance(value, bool) else self._normalise(value, at)
        if keyword in SCHEMA_LIST_KEYWORDS and is_array(value):
            return [self._normalise(item, at / index) for index, item in enumerate(value)]
        if keyword in SCHEMA_MAP_KEYWORDS and is_object(value):
            return {name: self._normalise(item, at / name) for name, item in value.items()}
        if keyword in _NAMES:
            return _distinct(value)
        if keyword == "dependentRequired" and is_object(value):
            return {name: _distinct(names) for name, names in value.items()}
        return value

    def _reference(self, value: Json, at: Place) -> Json:
        """Return the normalised `$ref`, or None for one that leads nowhere (which is told)."""
        try:
            target = self._references.target(str(value), at)
        except Unresolved as unresolved:
            for finding in unresolved.findings:
                self._tell(finding)
            return None
        return definition_reference(self.define(target))

    def _open_circles(self) -> None:
        """Take out references by which a schema applies itself to the same value: they have no meaning, or no end."""
        checked: set[str] = set()
        for key in self._definitions:
            path: list[tuple[str, Iterator[str]]] = [(key, self._in_place(key))]
            on_path = {key}
            while path:
                current, targets = path[-1]
                target = next(targets, None)
                if target is None or current in checked:
                    checked.add(current)
                    on_path.discard(current)
                    path.pop()
                elif target in on_path:
                    self._cut(current, target)
                elif target not in checked:
                    on_path.add(target)
                    path.append((target, self._in_place(target)))

    def _in_place(self, key: str) -> Iterator[str]:
        yield from _applied(self._definitions[key].value)

    def _cut(self, key: str, target: str) -> None:
        """Take the reference to `target` out of the definition `key`; what else it says stands."""
        schema = self._definitions[key]
        message = f"`{key}` applies itself to the same value without end, by way of `{target}`"
        hint = "take the reference out of one of the two, or put it below a property"
        self._tell(Finding("reference-circular", Severity.ERROR, message, Location(schema.at), hint))
        self._definitions[key] = Schema(schema.at, _without(schema.value, target))


def _distinct(names: Json) -> Json:
    """Return a list of names with each once: a validator refuses a schema that repeats one, and lint tells of it."""
    return list(dict.fromkeys(map(str, names))) if is_array(names) else names


def _applied(schema: Json) -> Iterator[str]:
    """Yield the definitions that a schema applies to the very value that it is applied to."""
    if not is_object(schema):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield referenced_definition(reference)
    for keyword in IN_PLACE_KEYWORDS:
        parts = schema.get(keyword)
        for part in parts if is_array(parts) else ():
            yield from _applied(part)


def _without(schema: Mapping[str, Json] | bool, target: str) -> Mapping[str, Json] | bool:
    """Return a schema that does not apply the definition `target` in place; a part that did accepts everything."""
    if isinstance(schema, bool):
        return schema
    reference = definition_reference(target)
    members = {keyword: value for keyword, value in schema.items() if (keyword, value) != ("$ref", reference)}
    for keyword in IN_PLACE_KEYWORDS & members.keys():
        parts = members[keyword]
        if is_array(parts):
            members[keyword] = [_without(part, target) if is_object(part) else part for part in parts]
    return members


def _from_3_0(members: dict[str, Json]) -> dict[str, Json]:
    """Say in 2020-12 what OpenAPI 3.0.4 §4.7.24 says with `nullable` and boolean exclusive bounds."""
    nullable = members.pop("nullable", None)
    if nullable is True and isinstance(members.get("type"), str):
        members["type"] = [members["type"], "null"]
    for exclusive, bound in _EXCLUSIVE.items():
        is_exclusive = members.get(exclusive)
        if isinstance(is_exclusive, bool):
            del members[exclusive]
            if is_exclusive and bound in members:
                members[exclusive] = members.pop(bound)
    return members
