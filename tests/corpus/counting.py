"""An independent count of what an OpenAPI 3.0 or 3.1 description holds, over its raw JSON.

Written from the specifications alone: one table says which objects stand below which, one loop walks it with its own
resolution of references. It knows nothing of contractctl, so that the two can be compared.

Two counts bracket the truth about a description with faults. The widest takes all that stands where such a thing may
stand. The narrowest is given the places that were told to be faulty, and leaves out what stands at or below them, or is
only reached through them. Whoever reads the description has to find all of the narrowest and nothing beyond the widest.

Components other than schemas count where they are used: a response that no operation refers to is promised to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

Json = object
"""What a JSON parser returns: dict, list, str, int, float, bool or None."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""OpenAPI 3.0.4 and 3.1.1 §Path Item Object."""

REFERABLE = frozenset({"parameter", "header", "request body", "response", "callback", "schema"})
"""Where the specifications write `X Object | Reference Object`. A path item has a `$ref` of its own."""

IGNORED_PARAMETERS = frozenset({"header accept", "header content-type", "header authorization"})
"""OpenAPI 3.1.1 §Parameter Object, `name`: as headers, "the parameter definition SHALL be ignored"."""


class Spot(NamedTuple):
    """A JSON Pointer (RFC 6901) and what stands there."""

    pointer: str
    node: Json


class Field(NamedTuple):
    """A field of an object: whether its value is one thing, a list or a map of things, and of which kind."""

    shape: str
    kind: str


def one(kind: str, *names: str) -> dict[str, Field]:
    return {name: Field("one", kind) for name in names}


def listed(kind: str, *names: str) -> dict[str, Field]:
    return {name: Field("list", kind) for name in names}


def mapped(kind: str, *names: str) -> dict[str, Field]:
    return {name: Field("map", kind) for name in names}


SCHEMA_30 = {
    **one("schema", "items", "not", "additionalProperties"),
    **listed("schema", "allOf", "oneOf", "anyOf"),
    **mapped("schema", "properties"),
}
"""OpenAPI 3.0.4 §Schema Object."""

SCHEMA_31 = {
    **SCHEMA_30,
    **one("schema", "unevaluatedItems", "unevaluatedProperties", "contains", "propertyNames", "contentSchema"),
    **one("schema", "if", "then", "else"),
    **listed("schema", "prefixItems"),
    **mapped("schema", "patternProperties", "dependentSchemas", "$defs", "definitions"),
}
"""JSON Schema 2020-12 §§8, 10 and 11, which OpenAPI 3.1 takes over; `definitions` stands in its meta-schema alone."""

OBJECTS: Mapping[str, Mapping[str, Field]] = {
    "description": {**one("paths", "paths"), **mapped("path item", "webhooks"), **one("components", "components")},
    "operation": {
        **one("request body", "requestBody"),
        **one("responses", "responses"),
        **mapped("callback", "callbacks"),
    },
    "parameter": {**one("schema", "schema"), **mapped("media type", "content")},
    "header": {**one("schema", "schema"), **mapped("media type", "content")},
    "request body": mapped("media type", "content"),
    "response": {**mapped("media type", "content"), **mapped("header", "headers")},
    "media type": {**one("schema", "schema"), **mapped("encoding", "encoding")},
    "encoding": mapped("header", "headers"),
    "components": mapped("schema", "schemas"),
}
"""The fields below which further objects stand, by kind of object; path items and parameters are merged by hand."""

PATTERNED = {"paths": "path item", "responses": "response", "callback": "path item"}
"""Objects that are maps themselves, and the kind of their members: a key `x-…` is an extension in them alone."""

SINCE_31 = {("description", "webhooks")}


@dataclass(frozen=True)
class Told:
    """Places that are known to be faulty: what stands at or below one of them is left out of the narrowest count."""

    places: AbstractSet[str] = frozenset()

    def covers(self, pointer: str) -> bool:
        while pointer:
            if pointer in self.places:
                return True
            pointer = pointer.rpartition("/")[0]
        return False


class Facts(NamedTuple):
    """What one operation holds: parameters as `in name`, responses by upper-case status, media types behind theirs."""

    parameters: frozenset[str]
    responses: frozenset[str]
    media_types: frozenset[str]


@dataclass(frozen=True)
class Count:
    """Everything counted, each thing by what tells it from others of its kind."""

    operations: Mapping[str, Facts]
    """By `paths METHOD /template` or `webhooks METHOD name`."""
    security_schemes: frozenset[str]
    component_schemas: frozenset[str]
    schemas: frozenset[str]
    """The JSON Pointers of all schema objects, without those that are nothing but a reference."""


@dataclass(frozen=True)
class Counter:
    """Counts one description."""

    raw: Mapping[str, Json]
    told: Told = field(default_factory=Told)

    @property
    def is_30(self) -> bool:
        return str(self.raw.get("openapi")).startswith("3.0")

    def count(self) -> Count:
        return Count(
            operations=dict(self.operations()),
            security_schemes=self.component_names("securitySchemes", (dict,)),
            component_schemas=self.component_names("schemas", (dict,) if self.is_30 else (dict, bool)),
            schemas=self.schemas(),
        )

    # Resolution of references.

    def at(self, pointer: str) -> Spot | None:
        """Return what stands at a pointer, unless nothing does or it was told to be faulty."""
        node: Json = self.raw
        for token in pointer.split("/")[1:]:
            node = member(node, unescaped(token))
            if node is MISSING:
                return None
        return None if self.told.covers(pointer) else Spot(pointer, node)

    def target(self, spot: Spot) -> Spot | None:
        """Return where a reference leads, one step; None for one that was told or that leaves the document."""
        reference = spot.node.get("$ref") if isinstance(spot.node, dict) else None
        if f"{spot.pointer}/$ref" in self.told.places:
            return None
        if not isinstance(reference, str) or not reference.startswith("#"):
            return None
        return self.at(unquote(reference[1:]))

    def resolved(self, spot: Spot | None) -> Spot | None:
        """Return the end of a chain of Reference Objects, in which all but `$ref` is ignored; None for a broken one."""
        seen: set[str] = set()
        while spot is not None and refers(spot.node):
            if spot.pointer in seen:
                return None
            seen.add(spot.pointer)
            spot = self.target(spot)
        return spot

    # The walk over everything.

    def schemas(self) -> frozenset[str]:
        seen: set[tuple[str, str]] = set()
        queue = [("description", Spot("", self.raw))]
        while queue:
            kind, spot = queue.pop()
            if not isinstance(spot.node, dict) or (kind, spot.pointer) in seen:
                continue
            seen.add((kind, spot.pointer))
            queue.extend(self.below(kind, spot))
        return frozenset(pointer for kind, pointer in seen if kind == "schema" and not self.is_reference(pointer))

    def is_reference(self, pointer: str) -> bool:
        """Whether the schema at a pointer says nothing of its own. Siblings of `$ref` count from OpenAPI 3.1 on."""
        spot = self.at(pointer)
        assert spot is not None
        assert isinstance(spot.node, dict)
        return refers(spot.node) and (self.is_30 or len(spot.node) == 1)

    def below(self, kind: str, spot: Spot) -> Iterator[tuple[str, Spot]]:
        """Yield the objects right below one, or the one that it refers to."""
        if kind in REFERABLE and refers(spot.node):
            target = self.target(spot)
            if target is not None:
                yield kind, target
            if kind != "schema" or self.is_30:
                return
        if kind == "path item":
            yield from self.below_path_item(spot)
        elif kind in PATTERNED:
            yield from ((PATTERNED[kind], child) for child in self.members(spot, extensible=True))
        else:
            for name, (shape, child_kind) in self.fields(kind).items():
                for child in self.children(spot, name, shape):
                    if not (child_kind == "header" and child.pointer.lower().endswith("/content-type")):
                        yield child_kind, child

    def below_path_item(self, item: Spot) -> Iterator[tuple[str, Spot]]:
        for _, parts, operation in self.methods(item):
            yield "operation", operation
            for parameter in self.parameters(parts, operation).values():
                yield "parameter", parameter

    def fields(self, kind: str) -> Mapping[str, Field]:
        if kind == "schema":
            return SCHEMA_30 if self.is_30 else SCHEMA_31
        fields = OBJECTS[kind]
        return {name: fields[name] for name in fields if not (self.is_30 and (kind, name) in SINCE_31)}

    def children(self, spot: Spot, name: str, shape: str) -> Iterable[Spot]:
        child = self.child(spot, name)
        if child is None:
            return ()
        if shape == "one":
            return (child,)
        if isinstance(child.node, dict if shape == "map" else list):
            return self.members(child)
        return ()

    def child(self, spot: Spot, name: str | int) -> Spot | None:
        node = member(spot.node, name)
        pointer = f"{spot.pointer}/{escaped(name)}"
        if node is MISSING or pointer in self.told.places:
            return None
        return Spot(pointer, node)

    def members(self, spot: Spot, *, extensible: bool = False) -> Iterator[Spot]:
        """Yield what stands in an object or array, in order."""
        keys: Iterable[str | int] = ()
        if isinstance(spot.node, dict):
            keys = [key for key in spot.node if not (extensible and key.startswith("x-"))]
        elif isinstance(spot.node, list):
            keys = range(len(spot.node))
        for key in keys:
            child = self.child(spot, key)
            if child is not None:
                yield child

    # Operations, one by one.

    def operations(self) -> Iterator[tuple[str, Facts]]:
        for room in ("paths",) if self.is_30 else ("paths", "webhooks"):
            top = self.child(Spot("", self.raw), room)
            if top is None:
                continue
            for item in self.members(top, extensible=room == "paths"):
                name = name_of(item)
                for method, parts, operation in self.methods(item):
                    yield f"{room} {method.upper()} {name}", self.facts(parts, operation)

    def methods(self, item: Spot) -> Iterator[tuple[str, list[Spot], Spot]]:
        """Yield the methods of a path item, which may say a part of itself and refer to the rest."""
        parts = [part for part in self.parts(item) if isinstance(part.node, dict)]
        for method in METHODS:
            for part in parts:
                operation = self.child(part, method)
                if operation is not None and isinstance(operation.node, dict):
                    yield method, parts, operation
                    break

    def parts(self, item: Spot) -> list[Spot]:
        found = [item]
        while (target := self.target(found[-1])) is not None and target not in found:
            found.append(target)
        return found

    def facts(self, parts: list[Spot], operation: Spot) -> Facts:
        responses = dict(self.responses(operation))
        media = {f"{code} {name}" for code, response in responses.items() for name in self.content(response)}
        body = self.resolved(self.child(operation, "requestBody"))
        media |= {f"request {name}" for name in self.content(body)} if body else set()
        return Facts(frozenset(self.parameters(parts, operation)), frozenset(responses), frozenset(media))

    def parameters(self, parts: list[Spot], operation: Spot) -> dict[str, Spot]:
        """Return the parameters in effect: one of the operation replaces that of its path item by `in` and `name`."""
        found = {}
        for level in (*reversed(parts), operation):
            for spot in self.children(level, "parameters", "list"):
                parameter = self.resolved(spot)
                if parameter is not None and isinstance(parameter.node, dict):
                    found[parameter_key(parameter.node.get("in"), parameter.node.get("name"))] = parameter
        return {key: spot for key, spot in found.items() if key not in IGNORED_PARAMETERS}

    def responses(self, operation: Spot) -> Iterator[tuple[str, Spot]]:
        responses = self.child(operation, "responses")
        if responses is None or not isinstance(responses.node, dict):
            return
        for spot in self.members(responses, extensible=True):
            response = self.resolved(spot)
            if response is not None and isinstance(response.node, dict):
                yield name_of(spot).upper(), response

    def content(self, spot: Spot) -> Iterator[str]:
        for media in self.children(spot, "content", "map"):
            if isinstance(media.node, dict):
                yield name_of(media)

    def component_names(self, room: str, types: tuple[type, ...]) -> frozenset[str]:
        components = self.child(Spot("", self.raw), "components")
        if components is None:
            return frozenset()
        found = self.children(components, room, "map")
        return frozenset(name_of(spot) for spot in found if isinstance(spot.node, types))


MISSING = object()


def member(node: Json, key: str | int) -> Json:
    """Return a member of an object or array; array indices may be digits, as in a pointer."""
    if isinstance(node, dict):
        return node.get(key, MISSING)
    if isinstance(node, list) and str(key).isdecimal() and int(key) < len(node):
        return node[int(key)]
    return MISSING


def refers(node: Json) -> bool:
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


def parameter_key(where: Json, name: Json) -> str:
    """Return what is unique to a parameter: location and name, that of a header without case (RFC 9110 §5.1)."""
    return f"{where} {name}".lower() if where == "header" else f"{where} {name}"


def escaped(name: str | int) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def name_of(spot: Spot) -> str:
    """Return the key or index under which something stands."""
    return unescaped(spot.pointer.rpartition("/")[2])


def unescaped(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")
