"""Dynamic references (JSON Schema 2020-12 core §8.2.3.2), settled by making a definition for each way to come to one.

What `$dynamicRef` leads to depends on the resources that a validator has come through: the outermost that has the
anchor wins. A definition that is reached through others, and for which that makes a difference, becomes one of its own:
`tree` as it is, and `tree (node: strict-tree)` where `strict-tree` has said what a node is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from contractctl.contract.identifiers import RECURSIVE, Resource
from contractctl.contract.keywords import SCHEMA_MAP_KEYWORDS
from contractctl.contract.references import References, Target, Unresolved, resolve_pointer
from contractctl.contract.subschemas import HOLDERS
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place

Scope: TypeAlias = Mapping[str, Place]
"""Anchors by name, each where the outermost resource has it."""

NOWHERE: Final[Scope] = {}
_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")


class Scopes:
    """What the dynamic scope says at the schemas of one description."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._asked: dict[Place, frozenset[str]] = {}

    def entering(self, resource: Resource, scope: Scope) -> Scope:
        """Return the scope inside of a resource; what was said outside wins."""
        return {**resource.dynamic, **scope} if scope and resource.dynamic else scope or resource.dynamic

    def concerning(self, target: Target, scope: Scope) -> Scope:
        """Return what of a scope makes a difference to the schema at `target`, by name and in order."""
        own = self._references.resource_at(target.at).dynamic
        if scope is own:
            return NOWHERE
        different = {name: at for name, at in scope.items() if own.get(name) != at}
        if not different:
            return NOWHERE
        asked = self._asked_with(target, different)
        return {name: different[name] for name in sorted(different) if name in asked}

    def dynamic_target(self, reference: str, found: Target, scope: Scope) -> Target:
        """Return what a `$dynamicRef` means that leads to `found` by itself."""
        name = reference.partition("#")[2]
        resource = self._references.resource_at(found.at)
        if resource.dynamic.get(name) != found.at:
            return found
        return self._target(scope.get(name, found.at))

    def recursive_target(self, found: Target, scope: Scope) -> Target:
        """Return what the `$recursiveRef` of 2019-09 (core §8.2.4.2) means that leads to `found` by itself."""
        has_anchor = RECURSIVE in self._references.resource_at(found.at).dynamic
        return self._target(scope.get(RECURSIVE, found.at)) if has_anchor else found

    def _target(self, at: Place) -> Target:
        document = next(one for one in self._references.documents() if one.uri == at.uri)
        return Target(resolve_pointer(document.root, at.pointer), at)

    def _asked_with(self, target: Target, scope: Scope) -> frozenset[str]:
        """Return the names that are asked for from a schema on, where the scope may lead besides."""
        names = self._asked_from(target)
        waiting = [name for name in sorted(names) if name in scope]
        seen = set(waiting)
        while waiting:
            names |= self._asked_from(self._target(scope[waiting.pop()]))
            more = [name for name in sorted(names) if name in scope and name not in seen]
            seen.update(more)
            waiting.extend(more)
        return names

    def _asked_from(self, target: Target) -> frozenset[str]:
        """Return the names that dynamic references ask for in a schema and all that it may lead to."""
        if target.at not in self._asked:
            seen: set[Place] = set()
            names = self._asked[target.at] = frozenset(self._search(target, seen))
            if not names:  # nor does anything ask that was come by, and a long chain is searched once
                self._asked.update(dict.fromkeys(seen, names))
        return self._asked[target.at]

    def _search(self, start: Target, seen: set[Place]) -> Iterator[str]:
        waiting = [start]
        entered: set[int] = set()
        while waiting:
            target = waiting.pop()
            if target.at in seen:
                continue
            seen.add(target.at)
            for at, keyword, reference in _references(target):
                if keyword == "$dynamicRef":
                    yield reference.partition("#")[2]
                elif keyword == "$recursiveRef":
                    yield RECURSIVE
                waiting.extend(self._beyond(reference, at, entered))

    def _beyond(self, reference: str, at: Place, entered: set[int]) -> Iterator[Target]:
        """Yield what a reference leads to, and every dynamic anchor of the resource that it enters first by that."""
        try:
            target = self._references.target(reference, at)
        except Unresolved:
            return  # told where the schema itself is read
        yield target
        resource = self._references.resource_at(target.at)
        if id(resource) not in entered:
            entered.add(id(resource))
            yield from map(self._target, resource.dynamic.values())


def _references(target: Target) -> Iterator[tuple[Place, str, str]]:
    """Yield place, keyword and value of the references in a schema, at any depth."""
    waiting: list[tuple[Place, Json]] = [(target.at, target.value)]
    while waiting:
        at, value = waiting.pop()
        if is_array(value):
            waiting.extend((at / index, item) for index, item in enumerate(value))
        elif is_object(value):
            for keyword in _REFERENCES:
                if isinstance(reference := value.get(keyword), str):
                    yield at, keyword, reference
            waiting.extend(_inner(at, value))


def _inner(at: Place, schema: Mapping[str, Json]) -> Iterator[tuple[Place, Json]]:
    for keyword, member in schema.items():
        if keyword in HOLDERS or keyword in {"additionalItems", "dependencies"}:
            is_map = keyword in SCHEMA_MAP_KEYWORDS or keyword == "dependencies"
            if is_map and is_object(member):
                yield from ((at / keyword / name, one) for name, one in member.items())
            else:
                yield at / keyword, member
