"""Schemas to the table of XML nodes; contractctl/encodings/xml.py specifies it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contractctl.contract.model import Schema
from contractctl.contract.references import referenced_definition
from contractctl.core.json import Json, is_array, is_object, object_at, text_at
from contractctl.core.records import dataclass
from contractctl.mock.readings import Readings

_MOST_NODES: Final = 50_000
_CHOICES: Final = ("anyOf", "oneOf")
_KINDS: Final = frozenset({"attribute", "text", "cdata", "none"})


@dataclass(frozen=True, slots=True)
class _Part:
    """A schema that applies to a value.

    `speaks` is whether its `xml` object is the value's own, `chosen` whether it is one of several alternatives,
    `component` the name of the component that it is.
    """

    schema: Mapping[str, Json]
    speaks: bool
    chosen: bool
    component: str = ""


class XmlNodes:
    """Derives nodes from the schemas of one contract; schemas asked for again have the same node."""

    __slots__ = ("_definitions", "_known", "_nodes", "_readings", "_waiting")

    def __init__(self, definitions: Mapping[str, Schema], readings: Readings) -> None:
        self._definitions = definitions
        self._readings = readings
        self._nodes: list[dict[str, Json]] = []
        self._known: dict[object, int] = {}
        self._waiting: list[tuple[int, tuple[_Part, ...]]] = []

    @property
    def record(self) -> Sequence[Json]:
        """The table, as far as it was asked for."""
        return self._nodes

    def root(self, schema: Schema) -> int:
        """Return the node of the root element of a body."""
        key = ("root", _identity(schema.value))
        if key not in self._known:
            parts = tuple(self._parts((schema.value,)))
            node = self._node((schema.value,), parts)
            if "name" in node:
                node["names"] = [node["name"]]
            elif name := next(_components(parts), ""):
                node["name"] = name
            self._known[key] = self._add(node, parts)
            self._finish()
        return self._known[key]

    def _finish(self) -> None:
        """Complete the nodes that wait; a loop, for chains of references are as long as they like."""
        while self._waiting:
            number, parts = self._waiting.pop()
            self._nodes[number].update(self._structure(parts))

    def _number(self, schemas: Sequence[Json]) -> int:
        """Return the node of a value that all `schemas` apply to."""
        key = tuple(dict.fromkeys(map(_identity, schemas)))
        if key not in self._known:
            if len(self._nodes) >= _MOST_NODES:
                return self._leaf({})
            parts = tuple(self._parts(schemas))
            node = self._node(schemas, parts)
            self._known[key] = self._add(node, parts) if _has_structure(parts) else self._leaf(node)
        return self._known[key]

    def _leaf(self, node: dict[str, Json]) -> int:
        """Return a node without others in it; equal ones are one."""
        key = ("leaf", str(node))
        if key not in self._known:
            self._known[key] = len(self._nodes)
            self._nodes.append(node)
        return self._known[key]

    def _add(self, node: dict[str, Json], parts: tuple[_Part, ...]) -> int:
        number = len(self._nodes)
        self._nodes.append(node)
        self._waiting.append((number, parts))
        return number

    def _node(self, schemas: Sequence[Json], parts: Sequence[_Part]) -> dict[str, Json]:
        """Return a node without what is in it."""
        types = self._readings.types({"anyOf": list(schemas)})
        node: dict[str, Json] = {} if types == ("string",) else {"types": list(types)}
        spoken = [object_at(part.schema, "xml") for part in parts if part.speaks]
        for word in ("name", "prefix", "namespace"):
            if text := next((text for xml in spoken if (text := text_at(xml, word))), ""):
                node[word] = text
        told = list(dict.fromkeys(_alternative_names(parts)))
        if "name" not in node and told and all(told):
            node |= {"names": list(told), "alternatives": list(_alternatives(parts))}
        kind = next((kind for xml in spoken if (kind := _kind(xml))), "")
        if kind == "attribute" and set(types) <= {"object", "null"}:
            # No attribute holds an object; an element does.
            return node
        if kind == "attribute" or (kind in _KINDS and "array" not in types):
            node["node"] = kind
        elif "array" in types and (kind == "element" or any(xml.get("wrapped") is True for xml in spoken)):
            node["wrapped"] = True
        return node

    def _structure(self, parts: tuple[_Part, ...]) -> dict[str, Json]:
        """Return what is in a node."""
        members: dict[str, list[Json]] = {}
        others: list[Json] = []
        items: list[Json] = []
        first: list[list[Json]] = []
        for part in parts:
            for name, member in object_at(part.schema, "properties").items():
                members.setdefault(name, []).append(member)
            others.extend(object_at(part.schema, "patternProperties").values())
            others.extend(_schemas(part.schema, "additionalProperties"))
            items.extend(_schemas(part.schema, "items"))
            for index, item in enumerate(_listed(part.schema, "prefixItems")):
                first.extend([] for _ in range(index + 1 - len(first)))
                first[index].append(item)
        structure: dict[str, Json] = {}
        if members:
            numbers = {name: self._number(schemas) for name, schemas in members.items()}
            structure["members"] = dict(numbers)
            if always := [name for name in _required(parts) if self._is_loose_array(numbers.get(name))]:
                structure["always"] = list(always)
        if others:
            structure["additional"] = self._number(others)
        if items:
            structure["items"] = self._number(items)
        if first:
            structure["first"] = [self._number(schemas) for schemas in first]
        return structure

    def _is_loose_array(self, number: int | None) -> bool:
        node = {} if number is None else self._nodes[number]
        types = node.get("types")
        is_array_first = is_array(types) and types[0] == "array"
        return is_array_first and not node.get("wrapped") and node.get("node") != "attribute"

    def _parts(self, schemas: Sequence[Json]) -> Iterator[_Part]:
        """Yield the schemas that may apply to one value, each once: themselves, their targets, their branches."""
        waiting = [(schema, True, False, "") for schema in reversed(schemas)]
        entered: set[str] = set()
        while waiting:
            schema, speaks, chosen, component = waiting.pop()
            if not is_object(schema):
                continue
            yield _Part(schema, speaks, chosen, component)
            below: list[tuple[Json, bool, bool, str]] = []
            reference = schema.get("$ref")
            if isinstance(reference, str) and reference not in entered:
                entered.add(reference)
                key = referenced_definition(reference)
                target = self._definitions.get(key)
                below.extend([(target.value, speaks, chosen, key)] if target else ())
            merged = _listed(schema, "allOf")
            # `allOf` of one is how OpenAPI 3.0 says something beside a reference.
            below.extend((branch, speaks and len(merged) == 1, chosen, "") for branch in merged)
            for keyword in _CHOICES:
                below.extend((branch, False, True, "") for branch in _listed(schema, keyword))
            below.extend((schema[keyword], False, True, "") for keyword in ("then", "else") if keyword in schema)
            waiting.extend(reversed(below))


def _alternative_names(parts: Sequence[_Part]) -> Iterator[str]:
    """Yield the names of alternatives; an empty one means that any will do.

    What has no name of its own may be called as its component is, which only OpenAPI 3.2 says, and few follow.
    """
    for part in parts:
        if part.chosen and not part.speaks and (part.component or "xml" in part.schema):
            yield text_at(object_at(part.schema, "xml"), "name")


def _alternatives(parts: Sequence[_Part]) -> Iterator[Json]:
    """Yield name, required members and fixed members of the alternatives, by which one is told from the others."""
    for part in parts:
        if part.chosen and not part.speaks and (name := text_at(object_at(part.schema, "xml"), "name")):
            merged = [part.schema, *(branch for branch in _listed(part.schema, "allOf") if is_object(branch))]
            members = [item for schema in merged for item in object_at(schema, "properties").items()]
            fixed = {member: values for member, schema in members if (values := _fixed(schema))}
            yield [name, [required for schema in merged for required in _listed(schema, "required")], fixed]


def _fixed(schema: Json) -> Sequence[Json]:
    if not is_object(schema):
        return []
    return [schema["const"]] if "const" in schema else _listed(schema, "enum")


def _components(parts: Sequence[_Part]) -> Iterator[str]:
    """Yield what a root element without a name is called: its component (OpenAPI 3.2.0 §4.26.1, examples of 3.0)."""
    yield from (part.component for part in parts if part.speaks and part.component)
    yield from (part.component for part in parts if part.chosen and part.component)


def _kind(xml: Mapping[str, Json]) -> str:
    """Return the `nodeType` that an `xml` object asks for; empty where it asks for none."""
    return text_at(xml, "nodeType") or ("attribute" if xml.get("attribute") is True else "")


def _required(parts: Sequence[_Part]) -> Iterator[str]:
    names = (name for part in parts if not part.chosen for name in _listed(part.schema, "required"))
    yield from dict.fromkeys(name for name in names if isinstance(name, str))


def _has_structure(parts: Sequence[_Part]) -> bool:
    words = ("properties", "patternProperties", "additionalProperties", "items", "prefixItems")
    return any(word in part.schema for part in parts for word in words)


def _schemas(schema: Mapping[str, Json], keyword: str) -> Sequence[Json]:
    value = schema.get(keyword)
    return [value] if is_object(value) else []


def _listed(schema: Mapping[str, Json], keyword: str) -> Sequence[Json]:
    value = schema.get(keyword)
    return value if is_array(value) else []


def _identity(schema: Json) -> object:
    """Return what equal references share; other schemas are themselves."""
    if is_object(schema) and schema.keys() == {"$ref"}:
        return str(schema["$ref"])
    return id(schema)
