"""Schemas of every dialect to JSON Schema 2020-12, with definitions instead of references across the description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final, TypeAlias

from contractctl.contract.circles import open_circles
from contractctl.contract.dialects import Members
from contractctl.contract.identifiers import RECURSIVE, Resource
from contractctl.contract.keywords import SCHEMA_LIST_KEYWORDS, SCHEMA_MAP_KEYWORDS, Keyword, Kind
from contractctl.contract.model import Schema, SchemaValue
from contractctl.contract.node import Node, Tell, malformed
from contractctl.contract.references import References, Target, Unresolved, definition_reference
from contractctl.contract.scopes import NOWHERE, Scope, Scopes
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.records import dataclass

# Places are made only when something is told: a node of a description has a link to what it is in.
_Path: TypeAlias = "Place | tuple[_Path, str | int]"

_MOST_SPECIALISED: Final = 1_000
"""How many definitions dynamic references may add; a hostile description could ask for any number."""
_SINGLE: Final = frozenset(("schema", "schema or boolean"))
_TURNS: Final = frozenset(("$id", "$schema", "id"))


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """The resource that a schema is in, and what its dynamic scope says; `known` are references resolved there."""

    resource: Resource
    scope: Scope
    known: dict[str, str] = field(default_factory=dict)


class SchemaBuilder:
    """Normalises schemas of one description and collects the definitions that their references name."""

    def __init__(self, references: References, tell: Tell) -> None:
        self._references = references
        self._tell = tell
        self._scopes = Scopes(references)
        self._scenes: dict[tuple[int, tuple[tuple[str, Place], ...]], _Scene] = {}
        self._plain: dict[int, _Scene] = {}
        self._definitions: dict[str, Schema] = {}
        self._keys: dict[tuple[Place, tuple[tuple[str, Place], ...]], str] = {}
        self._roots: dict[Place, Schema] = {}
        self._waiting: list[tuple[str, Target, Scope]] = []
        self._specialised = 0
        self._first = Place("")

    def schema(self, node: Node) -> Schema:
        """Return the normalised schema at `node`, the same each time that it is asked for.

        A value that is no schema is told and accepts everything.
        """
        known = self._roots.get(node.at)
        if known is None:
            value = self._normalise(node.value, node.at, self._scene(node.at, NOWHERE))
            known = self._roots[node.at] = Schema(node.at, value)
        return known

    def define(self, target: Target) -> str:
        """Note the schema at `target` as a definition to be built, and return its key."""
        return self._define(target, NOWHERE)

    @property
    def is_complete(self) -> bool:
        """Whether all is built that was defined."""
        return not self._waiting

    def definitions(self) -> Mapping[str, Schema]:
        """Build everything that was defined so far, and what that refers to, and return it by key."""
        while self._waiting:
            key, target, scope = self._waiting.pop()
            value = self._normalise(target.value, target.at, self._scene(target.at, scope))
            self._definitions[key] = Schema(target.at, value)
        for problem in self._references.problems():
            self._tell(problem)
        open_circles(self._definitions, self._tell)
        return dict(self._definitions)

    def _define(self, target: Target, scope: Scope) -> str:
        settled = NOWHERE
        if scope and self._specialised < _MOST_SPECIALISED:
            settled = self._scopes.concerning(target, scope)
        identity = (target.at, tuple(settled.items()))
        if identity not in self._keys:
            key = self._keys[identity] = self._free_key(target.at, settled)
            if settled:
                self._first = self._first if self._specialised else target.at
                self._specialised += 1
                if self._specialised == _MOST_SPECIALISED:
                    self._tell(_too_dynamic(self._first))
            self._definitions[key] = Schema(target.at, True)
            self._waiting.append((key, target, settled))
        return self._keys[identity]

    def _free_key(self, at: Place, scope: Scope) -> str:
        key = self._references.key(at)
        if scope:
            said = (
                f"{'recursive' if name == RECURSIVE else name}: {self._references.key(to)}"
                for name, to in scope.items()
            )
            key = f"{key} ({', '.join(said)})"
        while key in self._definitions:
            key += "'"
        return key

    def _scene(self, at: Place, scope: Scope) -> _Scene:
        resource = self._references.resource_at(at)
        if scope:
            return self._scene_of(resource, scope)
        if id(resource) not in self._plain:
            self._plain[id(resource)] = self._scene_of(resource, scope)
        return self._plain[id(resource)]

    def _scene_of(self, resource: Resource, scope: Scope) -> _Scene:
        scope = self._scopes.entering(resource, scope)
        identity = (id(resource), tuple(scope.items()))
        if identity not in self._scenes:
            self._scenes[identity] = _Scene(resource, scope)
        return self._scenes[identity]

    def _normalise(self, value: Json, path: _Path, scene: _Scene) -> SchemaValue:
        """Return the schema in 2020-12: the very object of the document where nothing had to be changed."""
        dialect = scene.resource.dialect
        if isinstance(value, bool) and dialect.has_booleans:
            return value
        if not is_object(value):
            due = "an object or a boolean" if dialect.has_booleans else "an object"
            self._tell(malformed(_place(path), f"a schema must be {due}"))
            return True
        if dialect.id and not _TURNS.isdisjoint(value):
            scene = self._scene(_place(path), scene.scope)
            dialect = scene.resource.dialect
        if dialect.ref_is_alone and isinstance(value.get("$ref"), str) and len(value) > 1:
            value = {"$ref": value["$ref"]}
        members = self._members(value, path, scene)
        if members is not None:
            return members
        return value

    def _members(self, value: Mapping[str, Json], path: _Path, scene: _Scene) -> Members | None:
        """Return the keywords in 2020-12, None where they are what they were.

        Of several references the first is `$ref`, the others stand under `allOf`, wherever that is written.
        """
        dialect = scene.resource.dialect
        keywords = dialect.keywords
        members: Members = {}
        further: list[Json] = []
        changed = False
        for name, member in value.items():
            keyword = keywords.get(name)
            if keyword is None:
                members[name] = member
            elif keyword.kind == "dropped" or not self._fits(name, keyword, member, path):
                changed = True
            elif keyword.kind == "value":
                members[name] = member
            elif keyword.kind == "reference":
                changed = True
                means = self._reference(name, str(member), (path, name), scene)
                if means is not None and members.setdefault("$ref", means) != means:
                    further.append({"$ref": means})
            else:
                read = members[name] = self._member(keyword.kind, member, (path, name), scene)
                changed = changed or read is not member
        if further:
            others = members.get("allOf")
            members["allOf"] = [*(others if is_array(others) else ()), *further]
        if not dialect.concerns.isdisjoint(members):
            changed = True
            for translate in dialect.translations:
                translate(members)
        return members if changed else None

    def _fits(self, name: str, keyword: Keyword, value: Json, path: _Path) -> bool:
        """Tell whether a keyword has a shape that means something, and report it when it has not."""
        if keyword.fits(value):
            return True
        self._tell(malformed(_place((path, name)), f"`{name}` must be {keyword.words}; it is skipped"))
        return False

    def _member(self, kind: Kind, value: Json, path: _Path, scene: _Scene) -> Json:
        if kind == "schema or boolean" and isinstance(value, bool):
            return value
        if kind in _SINGLE or (kind == "items" and not is_array(value)):
            return self._normalise(value, path, scene)
        if kind in {"schemas", "items"} and is_array(value):
            items = [self._normalise(item, (path, index), scene) for index, item in enumerate(value)]
            return value if all(map(_is_same, items, value)) else items
        if kind in {"named schemas", "dependencies"} and is_object(value):
            named = {
                name: item if kind == "dependencies" and is_array(item) else self._normalise(item, (path, name), scene)
                for name, item in value.items()
            }
            return value if all(map(_is_same, named.values(), value.values())) else named
        if kind == "named names" and is_object(value):
            return {name: _distinct(names) for name, names in value.items()}
        return _distinct(value)

    def _reference(self, keyword: str, reference: str, path: _Path, scene: _Scene) -> str | None:
        """Return the normalised reference, or None for one that leads to no schema (which is told)."""
        known = f"{keyword} {reference}"
        if known in scene.known:
            return scene.known[known]
        at = _place(path)
        try:
            target = self._references.target(reference, at)
        except Unresolved as unresolved:
            for finding in unresolved.findings:
                self._tell(finding)
            return None
        if self._is_no_schema(target.at):
            message = f"`{reference}` is no schema; one is due here"
            hint = "refer to a part of the right kind"
            self._tell(Finding("reference-wrong-kind", Severity.ERROR, message, Location(at), hint))
            return None
        if keyword == "$dynamicRef":
            target = self._scopes.dynamic_target(reference, target, scene.scope)
        elif keyword == "$recursiveRef":
            target = self._scopes.recursive_target(target, scene.scope)
        means = scene.known[known] = definition_reference(self._define(target, scene.scope))
        return means

    def _is_no_schema(self, at: Place) -> bool:
        return self._references.is_description(at.uri) and _is_no_schema(
            at.pointer.tokens, ("definitions",) if self._references.version_at(at.uri) == "2.0" else _COMPONENTS
        )


_COMPONENTS: Final = ("components", "schemas")


def _is_no_schema(tokens: tuple[str, ...], holder: tuple[str, ...]) -> bool:
    """Tell of a place in a description whether it is known to hold no schema: lists and objects of schemas are none.

    Places outside of the components are taken for what the reference says that they are.
    """
    if not tokens:
        return True
    if tokens[: len(holder)] != holder:
        return tokens[0] == "components" and len(tokens) <= 3 and not tokens[-1].startswith("x-")
    inner = tokens[len(holder) :]
    if not inner:
        return True
    rest = list(reversed(inner[1:]))
    while rest:
        keyword = rest.pop()
        if keyword in SCHEMA_LIST_KEYWORDS | SCHEMA_MAP_KEYWORDS:
            if not rest:
                return True
            rest.pop()
    return False


def _too_dynamic(at: Place) -> Finding:
    message = f"dynamic references ask for {_MOST_SPECIALISED:,} variants or more of schemas, this one the first"
    return malformed(at, message, "the others are read as if nothing was said around them")


def _is_same(one: Json, other: Json) -> bool:
    return one is other


def _distinct(names: Json) -> Json:
    """Return a list of names with each once: a validator refuses a schema that repeats one, and lint tells of it."""
    if not is_array(names) or len(names) < 2:
        return names
    distinct = list(dict.fromkeys(map(str, names)))
    return names if len(distinct) == len(names) else distinct


def _place(path: _Path) -> Place:
    tokens: list[str] = []
    while isinstance(path, tuple):
        path, token = path
        tokens.append(str(token))
    tokens.reverse()
    return Place(path.uri, Pointer((*path.pointer.tokens, *tokens)))
