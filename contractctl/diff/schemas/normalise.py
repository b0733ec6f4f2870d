"""Read the schemas of one contract into shapes, so that two spellings of one thing become one shape."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from contractctl.contract.model import Schema
from contractctl.contract.references import referenced_definition
from contractctl.core.changes import Direction
from contractctl.core.json import Json, is_array, is_object, object_at
from contractctl.core.locations import Place
from contractctl.diff.relation import Inclusion
from contractctl.diff.schemas.algebra import join, meet, meet_all, meet_limits
from contractctl.diff.schemas.membership import Membership
from contractctl.diff.schemas.notes import CONTENTS
from contractctl.diff.schemas.shape import EVERY_KIND, Choice, Kind, Limit, Node, Note, Part, Sealed, Shape, is_bare
from contractctl.diff.schemas.tidy import tidy
from contractctl.diff.schemas.written import (
    dependencies_of,
    is_annotation,
    is_never,
    is_reference,
    is_requirement,
    kinds_of,
    limits_of,
    multiples_of,
    occurrences_of,
    origins_of,
    patterns_of,
    required_of,
    texts_of,
    values_of,
)

SchemaDirection: TypeAlias = Literal[Direction.REQUEST, Direction.RESPONSE]
"""The ways that data travel; what counts in a schema depends on it."""

_HIDING: Mapping[SchemaDirection, str] = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}
_CONTENTS = {"byte": ("contentEncoding", "base64"), "binary": ("contentMediaType", "application/octet-stream")}
"""Formats of OpenAPI 3.0, and what stands for them in 3.1 (OpenAPI 3.1.1 §4.4.2)."""

_NOTES = ("default", "deprecated", "x-extensible-enum", *CONTENTS)


class Side:
    """One side of a comparison: its definitions, and the shapes that were read from them so far."""

    def __init__(self, definitions: Mapping[str, Schema], direction: SchemaDirection) -> None:
        self.definitions = definitions
        self.members = Membership(definitions)
        self.is_inbound = direction is Direction.REQUEST
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
            shape = tidy(meet_all(list(map(self._read, below.parts))))
            self._being_read.discard(below.key)
            self._shapes[below.key] = self._enumerated(below, shape)
        return self._shapes[node.key]

    def _enumerated(self, node: Node, shape: Shape) -> Shape:
        """Let an enum say all: of its values, those are left that keep to what else the schema says."""
        if shape.values is None or not _says_more(shape):
            return shape
        answers = {key: self.members.accepts(node, value) for key, value in shape.values.items()}
        left = {key: value for key, value in shape.values.items() if answers[key] is Inclusion.PROVEN}
        if not left or Inclusion.OPEN in answers.values():
            return shape
        return tidy(Shape(shape.at, values=left, notes=shape.notes, origins=shape.origins))

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
            if "not" in part.value and not _is_double(part.value["not"]):
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
            names.update(sealed.tag for sealed in one.sealed if sealed.keyword == "dependentSchemas")
            groups = (*(choice.branches for choice in one.choices), *(sealed.nodes for sealed in one.sealed))
            for branch in (self.shape(node) for nodes in (*groups, one.excluded) for node in nodes):
                names.update(branch.properties, branch.required)
                if id(branch) not in seen:
                    seen.add(id(branch))
                    waiting.append(branch)
        return self._mentioned.setdefault(id(shape), frozenset(names))

    def _node(self, at: Place, value: Json) -> Node:
        while is_object(value) and is_reference(value):
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
        shape = meet_all([shape, *map(self.shape, self._conjuncts(part.at, part.value))])
        for choice in self._choices(part.at, part.value):
            shape = self._choose(shape, choice)
        return self._close_unevaluated(shape, part.at, part.value)

    def _own(self, at: Place, value: Mapping[str, Json]) -> Shape:
        """Read the keywords that stand in the schema itself."""
        members, hidden = self._members(at, value)
        return Shape(
            at=at,
            kinds=kinds_of(value.get("type")),
            values=values_of(value),
            limits=self._limits(at, value),
            multiples=multiples_of(value.get("multipleOf")),
            patterns=patterns_of(value.get("pattern")),
            formats=texts_of(value.get("format")) - _CONTENTS.keys(),
            unique=value.get("uniqueItems") is True,
            properties=members,
            required={name: place for name, place in required_of(at, value) if name not in hidden},
            hidden=hidden,
            additional=self._additional(at, value),
            pattern_properties=self._named(at, "patternProperties", value),
            property_names=self._optional(at, value, "propertyNames"),
            dependencies=dependencies_of(value),
            prefix=tuple(self._listed(at, "prefixItems", value)),
            items=self._optional(at, value, "items"),
            sealed=tuple(self._sealed(at, value)),
            notes=dict(_notes(at, value)),
            origins=origins_of(at, value, members),
        )

    def _limits(self, at: Place, value: Mapping[str, Json]) -> dict[str, Limit]:
        """Return the bounds; `contains` with a schema that everything fits is one on the number of items."""
        limits = dict(limits_of(at, value))
        if "contains" not in value or not self.is_trivial(self._node(at / "contains", value["contains"])):
            return limits
        least, most = occurrences_of(value)
        limits = meet_limits(limits, {"minItems": Limit(least, exclusive=False, at=at / "contains")})
        return (
            limits
            if most is None
            else meet_limits(limits, {"maxItems": Limit(most, exclusive=False, at=at / "maxContains")})
        )

    def _exclude(self, shape: Shape, at: Place, value: Mapping[str, Json]) -> Shape:
        """Add what `not` excludes: whole types by leaving them out, nothing not at all. A schema may exclude itself."""
        if "not" not in value or _is_double(value["not"]):
            return shape
        node = self._node(at / "not", value["not"])
        if node.key in self._being_read:
            return replace(shape, excluded=(node,))
        excluded = self.shape(node)
        if is_bare(excluded):
            origins = {"type": at / "not", **shape.origins}
            return replace(shape, kinds=shape.kinds - excluded.kinds, origins=origins)
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
        return self._optional(at, value, "additionalProperties")

    def _optional(self, at: Place, value: Mapping[str, Json], keyword: str) -> Node | None:
        if keyword not in value:
            return None
        node = self._node(at / keyword, value[keyword])
        return None if self.is_trivial(node) else node

    def is_trivial(self, node: Node) -> bool:
        """Tell whether the node accepts everything, as it is written and its parts are: in `allOf` or by reference."""
        waiting: list[Json] = [part.value for part in node.parts]
        followed: set[str] = set()
        while waiting:
            schema = waiting.pop()
            if not is_object(schema):
                if schema is not True:
                    return False
                continue
            for keyword, member in schema.items():
                if keyword == "allOf" and is_array(member):
                    waiting.extend(member)
                elif keyword == "$ref" and isinstance(member, str):
                    if member not in followed:
                        followed.add(member)
                        waiting.append(self.definitions[referenced_definition(member)].value)
                elif not is_annotation(keyword):
                    return False
        return True

    def _named(self, at: Place, keyword: str, value: Mapping[str, Json]) -> dict[str, Node]:
        if not is_object(members := value.get(keyword)):
            return {}
        holder = at / keyword
        return {name: self._node(holder / name, member) for name, member in members.items()}

    def _listed(self, at: Place, keyword: str, value: Mapping[str, Json]) -> Iterator[Node]:
        if is_array(members := value.get(keyword)):
            holder = at / keyword
            for index, member in enumerate(members):
                yield self._node(holder / index, member)

    def _conjuncts(self, at: Place, value: Mapping[str, Json]) -> Iterator[Node]:
        if isinstance(reference := value.get("$ref"), str):
            yield self._node(at, {"$ref": reference})
        yield from self._listed(at, "allOf", value)
        if "if" in value:
            condition = self._node(at / "if", value["if"])
            if self.is_trivial(condition) and "then" in value:
                yield self._node(at / "then", value["then"])
            if is_never(condition) and "else" in value:
                yield self._node(at / "else", value["else"])
        if is_object(excluded := value.get("not")) and _is_double(excluded):
            yield self._node(at / "not" / "not", excluded["not"])

    def _choices(self, at: Place, value: Mapping[str, Json]) -> Iterator[Choice]:
        for keyword in ("anyOf", "oneOf"):
            branches = tuple(self._listed(at, keyword, value))
            if branches:
                places = tuple(at / keyword / index for index in range(len(branches)))
                named, selected = _discriminator(value.get("discriminator"))
                yield Choice(at / keyword, branches, places, keyword == "oneOf", named, selected)

    def _choose(self, shape: Shape, choice: Choice) -> Shape:
        """Add a choice; one that is a single shape after all is merged: one branch, or branches of different kinds."""
        branches = [self.shape(node) for node in choice.branches]
        left = [index for index, branch in enumerate(branches) if not branch.is_empty]
        if not choice.exclusive:
            left = _unabsorbed(choice, branches, left)
        possible = [branches[index] for index in left]
        joined = _join_all(possible)
        if joined is not None:
            return meet(shape, replace(joined, at=shape.at))
        if not possible:
            return replace(shape, kinds=frozenset())
        kinds = frozenset[Kind]().union(*(branch.kinds for branch in possible))
        nodes, places = (choice.branches[index] for index in left), (choice.places[index] for index in left)
        kept = replace(choice, branches=tuple(nodes), places=tuple(places))
        return replace(shape, kinds=shape.kinds & kinds, choices=(*shape.choices, kept))

    def _sealed(self, at: Place, value: Mapping[str, Json]) -> Iterator[Sealed]:
        if "if" in value and ("then" in value or "else" in value):
            nodes = tuple(self._node(at / key, value.get(key, True)) for key in ("if", "then", "else"))
            is_settled = self.is_trivial(nodes[0]) or is_never(nodes[0])
            if not is_settled and not (self.is_trivial(nodes[1]) and self.is_trivial(nodes[2])):
                yield Sealed("if", at / "if", "", nodes)
        node, occurrences = self._optional(at, value, "contains"), occurrences_of(value)
        if node is not None and occurrences != (0, None):
            yield Sealed("contains", at / "contains", "", (node,), occurrences)
        for name, member in self._named(at, "dependentSchemas", value).items():
            if not self.is_trivial(member) and not is_requirement(member.parts[0].value):
                yield Sealed("dependentSchemas", at / "dependentSchemas" / name, name, (member,))

    def _close_unevaluated(self, shape: Shape, at: Place, value: Mapping[str, Json]) -> Shape:
        """Read `unevaluated…` as what is left to the rest by everything that was merged, where that is exact."""
        node = self._optional(at, value, keyword := "unevaluatedItems")
        if node is not None and shape.items is None:
            origins = {**shape.origins, "items": at / keyword}
            sealed = replace(shape, sealed=(*shape.sealed, Sealed(keyword, at / keyword, "", (node,))))
            shape = sealed if shape.is_composite else replace(shape, items=node, origins=origins)
        node = self._optional(at, value, keyword := "unevaluatedProperties")
        if node is not None and shape.additional is None:
            origins = {**shape.origins, "additionalProperties": at / keyword}
            sealed = replace(shape, sealed=(*shape.sealed, Sealed(keyword, at / keyword, "", (node,))))
            shape = sealed if shape.is_composite else replace(shape, additional=node, origins=origins)
        return shape


def _discriminator(value: Json) -> tuple[str | None, frozenset[str]]:
    """Return the property that selects a branch, and the values of it that are mapped."""
    if not is_object(value) or not isinstance(name := value.get("propertyName"), str):
        return None, frozenset()
    return name, frozenset(object_at(value, "mapping"))


def _notes(at: Place, value: Mapping[str, Json]) -> Iterator[tuple[str, Note]]:
    name = value.get("format")
    if isinstance(name, str) and name in _CONTENTS:
        keyword, content = _CONTENTS[name]
        yield keyword, Note(content, at / "format")
    yield from ((keyword, Note(value[keyword], at / keyword)) for keyword in _NOTES if keyword in value)


def _unabsorbed(choice: Choice, branches: Sequence[Shape], left: Sequence[int]) -> list[int]:
    """Return which branches of an anyOf add something: none that is there twice, none of types that another allows."""
    seen = {choice.branches[index].key: index for index in reversed(left)}
    whole = [branches[index].kinds if is_bare(branches[index]) else frozenset[Kind]() for index in left]
    kept = []
    for position, index in enumerate(left):
        kinds = branches[index].kinds
        others = (
            *(one for one in whole[:position] if kinds <= one),
            *(one for one in whole[position + 1 :] if kinds < one),
        )
        if seen[choice.branches[index].key] == index and (kinds & {"object", "array"} or not others):
            kept.append(index)
    return kept


def _is_double(excluded: Json) -> bool:
    """Tell whether what stands under `not` is another `not` and nothing else."""
    return is_object(excluded) and excluded.keys() == {"not"}


def _says_more(shape: Shape) -> bool:
    """Tell whether more than its enum bounds the values of a shape. Formats do not: an enum outdoes them."""
    texts = shape.patterns or shape.multiples or shape.is_composite
    items = shape.unique or shape.prefix or shape.items
    members = shape.properties or shape.required or shape.additional or shape.pattern_properties
    return bool(texts or items or members or shape.property_names or shape.dependencies)


def _join_all(shapes: Sequence[Shape]) -> Shape | None:
    joined: Shape | None = shapes[0] if shapes else None
    for shape in shapes[1:]:
        joined = join(joined, shape) if joined is not None else None
    return joined
