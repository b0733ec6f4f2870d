"""Read the schemas of one contract into shapes, so that two spellings of one thing become one shape."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from typing import Literal, TypeAlias

from contractctl.contract.model import Schema
from contractctl.contract.references import referenced_definition
from contractctl.core.changes import Direction
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place
from contractctl.diff.algebra import join, meet
from contractctl.diff.shape import (
    EVERY_KIND,
    KINDS_OF_LIMIT,
    KINDS_OF_TYPE,
    Choice,
    Key,
    Kind,
    Limit,
    Node,
    Part,
    Sealed,
    Shape,
    freeze,
    tidy,
)

SchemaDirection: TypeAlias = Literal[Direction.REQUEST, Direction.RESPONSE]
"""The ways that data travel; what counts in a schema depends on it."""

_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_HIDING: Mapping[SchemaDirection, str] = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}
_MATCHES_ALL = frozenset(("", "^", "$", ".*", "^.*", "^.*$", ".*$", "^(.*)$", "(.*)"))
_ANNOTATIONS = frozenset(
    (
        *("title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "xml"),
        *("externalDocs", "discriminator", "$comment", "$defs", "definitions", "nullable", "contentMediaType"),
    )
)


class Side:
    """One side of a comparison: its definitions, and the shapes that were read from them so far."""

    def __init__(self, definitions: Mapping[str, Schema], direction: SchemaDirection) -> None:
        self.definitions = definitions
        self._hiding = _HIDING[direction]
        self._shapes: dict[Hashable, Shape] = {}
        self._being_read: set[Hashable] = set()
        self._mentioned: dict[int, frozenset[str]] = {}

    def node(self, schema: Schema) -> Node:
        """Return the schema as a node; a schema that only refers to another is that other."""
        return self._node(schema.at, schema.value)

    def shape(self, node: Node) -> Shape:
        """Return what the node accepts. Equal nodes give the same shape."""
        known = self._shapes.get(node.key)
        if known is not None:
            return known
        for below in self._bottom_up(node):
            self._being_read.add(below.key)
            shape = _finish(reduce(meet, map(self._read, below.parts)))
            self._being_read.discard(below.key)
            self._shapes[below.key] = shape
        return self._shapes[node.key]

    def _bottom_up(self, node: Node) -> Iterator[Node]:
        """Yield the node last, and before it all that it is made of: chains of components are too long to recurse."""
        waiting = [(node, self._ingredients(node))]
        seen = {node.key}
        while waiting:
            current, ingredients = waiting[-1]
            below = next((one for one in ingredients if one.key not in seen and one.key not in self._shapes), None)
            if below is None:
                waiting.pop()
                yield current
            else:
                seen.add(below.key)
                waiting.append((below, self._ingredients(below)))

    def _ingredients(self, node: Node) -> Iterator[Node]:
        """Yield the schemas that the node applies to the same value, those under `not` among them."""
        for part in node.parts:
            if isinstance(part.value, bool):
                continue
            yield from self._conjuncts(part.at, part.value)
            for choice in self._choices(part.at, part.value):
                yield from choice.branches
            if "not" in part.value:
                yield self._node(part.at / "not", part.value["not"])

    def mentioned(self, shape: Shape) -> frozenset[str]:
        """Return the properties that the choices and conditions of the shape declare, at any depth of choice."""
        if not shape.is_composite:
            return frozenset()
        if (known := self._mentioned.get(id(shape))) is not None:
            return known
        names: set[str] = set()
        waiting, seen = [shape], {id(shape)}
        while waiting:
            one = waiting.pop()
            groups = (*(choice.branches for choice in one.choices), *(sealed.nodes for sealed in one.sealed))
            for branch in (self.shape(node) for nodes in (*groups, one.excluded) for node in nodes):
                names.update(branch.properties, branch.required)
                if id(branch) not in seen:
                    seen.add(id(branch))
                    waiting.append(branch)
        return self._mentioned.setdefault(id(shape), frozenset(names))

    def _node(self, at: Place, value: Json) -> Node:
        while is_object(value) and _is_reference(value):
            target = self.definitions[referenced_definition(str(value["$ref"]))]
            at, value = target.at, target.value
        if is_object(value):
            return Node((Part(at, value),), (id(value),))
        return Node((Part(at, value is not False),), ((value is not False, at),))

    def _read(self, part: Part) -> Shape:
        """Read one schema with all that it applies to the same value."""
        if isinstance(part.value, bool):
            return Shape(part.at, EVERY_KIND if part.value else frozenset())
        shape = self._exclude(self._own(part.at, part.value), part.at, part.value)
        for conjunct in self._conjuncts(part.at, part.value):
            shape = meet(shape, self.shape(conjunct))
        for choice in self._choices(part.at, part.value):
            shape = self._choose(shape, choice)
        return self._close_unevaluated(shape, part.at, part.value)

    def _own(self, at: Place, value: Mapping[str, Json]) -> Shape:
        """Read the keywords that stand in the schema itself."""
        members, hidden = self._members(at, value)
        return Shape(
            at=at,
            kinds=_kinds(value.get("type")),
            values=_values(value),
            limits=dict(_limits(at, value)),
            multiples=_multiples(value.get("multipleOf")),
            patterns=frozenset(_texts(value.get("pattern")) - _MATCHES_ALL),
            formats=_texts(value.get("format")),
            unique=value.get("uniqueItems") is True,
            properties=members,
            required={name: place for name, place in _required(at, value) if name not in hidden},
            hidden=hidden,
            additional=self._additional(at, value),
            pattern_properties=self._named(at / "patternProperties", value.get("patternProperties")),
            property_names=self._optional(at, value, "propertyNames"),
            dependencies=_dependencies(value.get("dependentRequired")),
            prefix=tuple(self._listed(at / "prefixItems", value.get("prefixItems"))),
            items=self._optional(at, value, "items"),
            sealed=tuple(self._sealed(at, value)),
            origins=_origins(at, value, members),
        )

    def _exclude(self, shape: Shape, at: Place, value: Mapping[str, Json]) -> Shape:
        """Add what `not` excludes, unless that is everything or nothing. A schema may exclude itself."""
        if "not" not in value:
            return shape
        node = self._node(at / "not", value["not"])
        if _is_trivial(node):
            return replace(shape, kinds=frozenset())
        if node.key not in self._being_read and self.shape(node).is_empty:
            return shape
        return replace(shape, excluded=(node,))

    def _members(self, at: Place, value: Mapping[str, Json]) -> tuple[dict[str, Node], frozenset[str]]:
        """Return the properties that count in this direction, and the names of those that do not."""
        members: dict[str, Node] = {}
        hidden: set[str] = set()
        properties = value.get("properties")
        for name, member in properties.items() if is_object(properties) else ():
            if self._is_hidden(member):
                hidden.add(name)
            else:
                members[name] = self._node(at / "properties" / name, member)
        return members, frozenset(hidden)

    def _is_hidden(self, value: Json) -> bool:
        """Tell whether the schema, or one that it consists of, is marked for the other direction only.

        Chains of components are too long to recurse, and may lead back to themselves.
        """
        waiting: list[Json] = [value]
        followed: set[str] = set()
        while waiting:
            schema = waiting.pop()
            if not is_object(schema):
                continue
            if schema.get(self._hiding) is True:
                return True
            reference, parts = schema.get("$ref"), schema.get("allOf")
            if isinstance(reference, str) and reference not in followed:
                followed.add(reference)
                waiting.append(self.definitions[referenced_definition(reference)].value)
            waiting.extend(parts if is_array(parts) else ())
        return False

    def _additional(self, at: Place, value: Mapping[str, Json]) -> Node | None:
        node = self._optional(at, value, "additionalProperties")
        return None if node is None or _is_trivial(node) else node

    def _optional(self, at: Place, value: Mapping[str, Json], keyword: str) -> Node | None:
        if keyword not in value:
            return None
        node = self._node(at / keyword, value[keyword])
        return None if _is_trivial(node) else node

    def _named(self, at: Place, value: Json) -> dict[str, Node]:
        return {name: self._node(at / name, member) for name, member in value.items()} if is_object(value) else {}

    def _listed(self, at: Place, value: Json) -> Iterator[Node]:
        for index, member in enumerate(value if is_array(value) else ()):
            yield self._node(at / index, member)

    def _conjuncts(self, at: Place, value: Mapping[str, Json]) -> Iterator[Node]:
        if isinstance(reference := value.get("$ref"), str):
            yield self._node(at, {"$ref": reference})
        yield from self._listed(at / "allOf", value.get("allOf"))

    def _choices(self, at: Place, value: Mapping[str, Json]) -> Iterator[Choice]:
        discriminator = value.get("discriminator")
        selector = discriminator.get("propertyName") if is_object(discriminator) else None
        for keyword in ("anyOf", "oneOf"):
            branches = tuple(self._listed(at / keyword, value.get(keyword)))
            if branches:
                named = selector if isinstance(selector, str) else None
                places = tuple(at / keyword / index for index in range(len(branches)))
                yield Choice(at / keyword, branches, places, keyword == "oneOf", named)

    def _choose(self, shape: Shape, choice: Choice) -> Shape:
        """Add a choice; one that is a single shape after all is merged: one branch, or branches of different kinds."""
        branches = [self.shape(node) for node in choice.branches]
        possible = [branch for branch in branches if not branch.is_empty]
        joined = _join_all(possible)
        if joined is not None:
            return meet(shape, replace(joined, at=shape.at))
        if not possible:
            return replace(shape, kinds=frozenset())
        left = [index for index, branch in enumerate(branches) if not branch.is_empty]
        kinds = frozenset[Kind]().union(*(branch.kinds for branch in possible))
        nodes, places = (choice.branches[index] for index in left), (choice.places[index] for index in left)
        kept = replace(choice, branches=tuple(nodes), places=tuple(places))
        return replace(shape, kinds=shape.kinds & kinds, choices=(*shape.choices, kept))

    def _sealed(self, at: Place, value: Mapping[str, Json]) -> Iterator[Sealed]:
        if "if" in value and ("then" in value or "else" in value):
            nodes = tuple(self._node(at / key, value.get(key, True)) for key in ("if", "then", "else"))
            yield Sealed("if", at / "if", "", nodes)
        if "contains" in value:
            tag = f"{value.get('minContains', 1)}-{value.get('maxContains')}"
            yield Sealed("contains", at / "contains", tag, (self._node(at / "contains", value["contains"]),))
        for name, node in self._named(at / "dependentSchemas", value.get("dependentSchemas")).items():
            yield Sealed("dependentSchemas", at / "dependentSchemas", name, (node,))
        if (keyword := "unevaluatedItems") in value:
            yield Sealed(keyword, at / keyword, "", (self._node(at / keyword, value[keyword]),))
        for keyword in ("contentEncoding", "$dynamicRef"):
            if isinstance(text := value.get(keyword), str):
                yield Sealed(keyword, at / keyword, text, ())

    def _close_unevaluated(self, shape: Shape, at: Place, value: Mapping[str, Json]) -> Shape:
        """Read `unevaluatedProperties` as `additionalProperties` of everything that was merged, where that is exact."""
        node = self._optional(at, value, "unevaluatedProperties")
        if node is None or shape.additional is not None:
            return shape
        origins = {**shape.origins, "additionalProperties": at / "unevaluatedProperties"}
        if shape.is_composite or shape.pattern_properties:
            sealed = Sealed("unevaluatedProperties", at / "unevaluatedProperties", "", (node,))
            return replace(shape, sealed=(*shape.sealed, sealed))
        return replace(shape, additional=node, origins=origins)


def _finish(shape: Shape) -> Shape:
    """Take out what does not count in this direction, once all parts are merged, and tidy up."""
    if shape.hidden:
        properties = {name: node for name, node in shape.properties.items() if name not in shape.hidden}
        required = {name: at for name, at in shape.required.items() if name not in shape.hidden}
        shape = replace(shape, properties=properties, required=required)
    return tidy(shape)


def _origins(at: Place, value: Mapping[str, Json], members: Iterable[str]) -> dict[str, Place]:
    """Say where the keywords stand, and where each property does."""
    origins = {keyword: at / keyword for keyword in value if keyword not in _ANNOTATIONS}
    for name in members:
        origins[f"properties/{name}"] = at / "properties" / name
    return origins


def _is_reference(value: Mapping[str, Json]) -> bool:
    """Tell whether the schema is nothing but a reference."""
    return isinstance(value.get("$ref"), str) and all(key == "$ref" or _is_annotation(key) for key in value)


def _is_annotation(keyword: str) -> bool:
    return keyword in _ANNOTATIONS or keyword.startswith("x-")


def _is_trivial(node: Node) -> bool:
    """Tell whether the node accepts everything, as it is written."""
    return all(
        part.value if isinstance(part.value, bool) else all(map(_is_annotation, part.value)) for part in node.parts
    )


def _join_all(shapes: Sequence[Shape]) -> Shape | None:
    joined: Shape | None = shapes[0] if shapes else None
    for shape in shapes[1:]:
        joined = join(joined, shape) if joined is not None else None
    return joined


def _kinds(value: Json) -> frozenset[Kind]:
    names = (value,) if isinstance(value, str) else value if is_array(value) else ()
    kinds = frozenset[Kind]().union(*(KINDS_OF_TYPE.get(str(name), frozenset()) for name in names))
    return kinds or EVERY_KIND


def _values(value: Mapping[str, Json]) -> Mapping[Key, Json] | None:
    """Return the values of `enum` and `const`, or None when neither is there."""
    listed = value.get("enum")
    found: dict[Key, Json] | None = {freeze(item): item for item in listed} if is_array(listed) else None
    if "const" in value:
        constant = value["const"]
        key = freeze(constant)
        return {key: constant} if found is None or key in found else {}
    return found


def _limits(at: Place, value: Mapping[str, Json]) -> Iterator[tuple[str, Limit]]:
    for keyword in KINDS_OF_LIMIT:
        found = [(value.get(keyword), False, keyword)]
        found += [(value.get(key), True, key) for key, plain in _EXCLUSIVE.items() if plain == keyword]
        limits = [
            Limit(amount, exclusive, at / key)
            for amount, exclusive, key in found
            if isinstance(amount, int | float) and not isinstance(amount, bool)
        ]
        if limits:
            sign = 1 if keyword.startswith("min") else -1
            yield keyword, max(limits, key=lambda limit: (sign * limit.value, limit.exclusive))


def _multiples(value: Json) -> frozenset[Fraction]:
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return frozenset((Fraction(str(value)),))
    return frozenset()


def _texts(value: Json) -> frozenset[str]:
    return frozenset((value,)) if isinstance(value, str) else frozenset()


def _required(at: Place, value: Mapping[str, Json]) -> list[tuple[str, Place]]:
    """Return each required name, sorted, with the item of the list that says so."""
    names = value.get("required")
    items = enumerate(names) if is_array(names) else ()
    found = ((name, at / "required" / index) for index, name in items if isinstance(name, str))
    return sorted(found, key=lambda pair: pair[0])


def _names(value: Json) -> frozenset[str]:
    return frozenset(_strings(value)) if is_array(value) else frozenset()


def _strings(values: Iterable[Json]) -> Iterator[str]:
    return (value for value in values if isinstance(value, str))


def _dependencies(value: Json) -> dict[str, frozenset[str]]:
    return {name: _names(names) for name, names in value.items()} if is_object(value) else {}
