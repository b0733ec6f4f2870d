"""Schemas that only values without end satisfy: each one needs another of its kind inside.

A schema is finite when a finite value may satisfy it. That is the least solution of rules such as "an object is finite
when the schemas of all its required properties are", which are Horn clauses and solved in linear time (Dowling and
Gallier, 1984). What is not understood counts as finite. Where properties are required and no type is written, an object
is meant; strictly, anything else would be accepted there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from contractctl.contract.model import Schema, SchemaValue
from contractctl.contract.references import definition_reference
from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.examples.inventory import Subschema
from contractctl.lint.schemas.conjunction import Meaning, conjuncts
from contractctl.lint.schemas.limits import number
from contractctl.lint.schemas.types import ARRAY, EVERY, OBJECT, allowed

_Need: TypeAlias = "tuple[str, Json]"
"""A schema that must be finite, and the step to it as people write it: the property, or `items`; empty for in place."""
_Clause: TypeAlias = "Sequence[_Need]"
"""One of these must be finite."""

_BRANCHES: Final = ("anyOf", "oneOf")
_IN_PLACE: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf"))
_NAMING: Final = frozenset(("$ref", "title", "description", "summary", "deprecated", "readOnly", "writeOnly"))
_CAN_NEED: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf", "required", "minItems", "contains"))


def endless(
    definitions: Mapping[str, Schema], references: Iterable[Subschema], meaning: Meaning
) -> Iterator[list[tuple[str, str]]]:
    """Yield each circle of definitions that only values without end satisfy, each circle once.

    `references` are all schemas with a `$ref`. A circle is a list of definitions' keys, each with what leads to the
    next (`parent`, `pets.items`, empty for a reference in its own place); the last leads to the first.
    """
    candidates = recursive(definitions, references)
    settled = {id(schema.value) for key, schema in definitions.items() if key not in candidates}
    system = _System(meaning, settled)
    for key in definitions:
        if key in candidates:
            system.define(key, definitions[key].value)
    yield from system.circles()


def recursive(definitions: Mapping[str, Schema], references: Iterable[Subschema]) -> frozenset[str]:
    """Return the definitions from which references lead into a circle, whether it is required or not."""
    users = _users(definitions, references)
    needs: dict[str, int] = dict.fromkeys(definitions, 0)
    for keys in users.values():
        for key in keys:
            needs[key] += 1
    leaves = [key for key, count in needs.items() if count == 0]
    for leaf in leaves:
        for key in users.get(leaf, ()):
            needs[key] -= 1
            if needs[key] == 0:
                leaves.append(key)
    return frozenset(definitions).difference(leaves)


def _users(definitions: Mapping[str, Schema], references: Iterable[Subschema]) -> Mapping[str, set[str]]:
    """Return by definition the definitions that refer to it, from whatever depth."""
    holders: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for key, schema in definitions.items():
        holders.setdefault((schema.at.uri, schema.at.pointer.tokens), []).append(key)
    depths = sorted({len(tokens) for _, tokens in holders})
    keys = {definition_reference(key): key for key in definitions}
    users: dict[str, set[str]] = {}
    for one in references:
        reference = one.value["$ref"]
        target = keys.get(reference) if isinstance(reference, str) else None
        if target is not None:
            around = users.setdefault(target, set())
            for depth in depths:
                around.update(holders.get((one.uri, one.tokens[:depth]), ()))
    return users


class _System:
    """The clauses of every schema that something needs, and which of them are known to be finite."""

    def __init__(self, meaning: Meaning, settled: set[int]) -> None:
        """Take what references mean, and the definitions that are known to be finite."""
        self._meaning = meaning
        self._settled = settled
        self._keys: dict[int, str] = {}
        self._clauses: dict[int, list[list[tuple[str, int]]]] = {}
        self._schemas: dict[int, Mapping[str, Json]] = {}
        self._finite: set[int] = set()

    def define(self, key: str, value: SchemaValue) -> None:
        """Take in a definition, and whatever it needs."""
        if is_object(value):
            self._keys[id(value)] = key
            self._add(value)

    def circles(self) -> Iterator[list[tuple[str, str]]]:
        """Solve the clauses and walk the schemas that are left over; each has a need that is left over too."""
        self._solve()
        done: set[int] = set()
        for start in self._clauses:
            path: dict[int, str] = {}
            one = start
            while one not in self._finite and one not in done and one not in path:
                path[one], successor = self._missing(one)
                one = successor
            if one in path:
                nodes = list(path)
                yield from self._named([(node, path[node]) for node in nodes[nodes.index(one) :]])
            done.update(path)

    def _add(self, root: Mapping[str, Json]) -> None:
        waiting = [root]
        while waiting:
            schema = waiting.pop()
            if id(schema) in self._schemas:
                continue
            self._schemas[id(schema)] = schema
            clauses = self._clauses[id(schema)] = []
            for needs in _clauses(schema, self._meaning):
                inner = [(step, need) for step, need in needs if is_object(need) and self._can_need(need)]
                if len(inner) == len(needs):
                    clauses.append([(step, id(need)) for step, need in inner])
                    waiting.extend(need for _, need in inner)

    def _can_need(self, schema: Mapping[str, Json]) -> bool:
        return id(schema) not in self._settled and not _CAN_NEED.isdisjoint(schema)

    def _solve(self) -> None:
        """Mark what is finite: a schema each of whose clauses has a finite member."""
        users: dict[int, list[tuple[int, int]]] = {}
        open_clauses = {one: len(clauses) for one, clauses in self._clauses.items()}
        met: set[tuple[int, int]] = set()
        for one, clauses in self._clauses.items():
            for index, clause in enumerate(clauses):
                for _, need in clause:
                    users.setdefault(need, []).append((one, index))
        waiting = [one for one, count in open_clauses.items() if count == 0]
        while waiting:
            finite = waiting.pop()
            self._finite.add(finite)
            for user in users.get(finite, ()):
                if user not in met:
                    met.add(user)
                    open_clauses[user[0]] -= 1
                    if open_clauses[user[0]] == 0:
                        waiting.append(user[0])

    def _missing(self, one: int) -> tuple[str, int]:
        """Return the step to the first need of a schema that is not finite, and that need."""
        for clause in self._clauses[one]:
            if not any(need in self._finite for _, need in clause):
                return clause[0]
        raise AssertionError("a schema without an open clause is finite")

    def _named(self, circle: list[tuple[int, str]]) -> Iterator[list[tuple[str, str]]]:
        """Yield the circle with the steps between definitions joined, beginning with that which was taken in first.

        Hardly any has no definition in it; of that nothing is said, for it has no name.
        """
        ranks = {node: rank for rank, node in enumerate(self._keys)}
        known = [(ranks[node], index) for index, (node, _) in enumerate(circle) if node in ranks]
        if not known:
            return
        _, first = min(known)
        named: list[tuple[str, str]] = []
        for node, step in circle[first:] + circle[:first]:
            if node in self._keys:
                named.append((self._keys[node], step))
            elif step:
                key, before = named[-1]
                named[-1] = (key, f"{before}.{step}" if before else step)
        yield named


def _clauses(schema: Mapping[str, Json], meaning: Meaning) -> Iterator[_Clause]:
    """Yield what must be finite for a schema to be: of each clause, one."""
    if "$ref" in schema and schema.keys() <= _NAMING:  # what it leads to has clauses of its own
        yield [("", meaning(schema["$ref"]))]
        return
    members = (schema,) if _IN_PLACE.isdisjoint(schema) else conjuncts((schema,), meaning)[0]
    yield from ([("", meaning(member["$ref"]))] for member in members if "$ref" in member)
    for member in members:
        for keyword in _BRANCHES:
            branches = member.get(keyword)
            if is_array(branches) and branches:
                yield [("", branch) for branch in branches]
    types = EVERY
    for member in members:
        types &= allowed(member.get("type")) if "type" in member else _implied(member)
    if types == OBJECT:
        yield from ([need] for need in _properties(members))
    elif types == ARRAY:
        yield from ([("items", need)] for need in _items(members))


def _implied(schema: Mapping[str, Json]) -> int:
    """Return the types that an author had in mind who wrote none: properties that are required make an object."""
    return OBJECT if "required" in schema and "properties" in schema else EVERY


def _properties(members: Sequence[Mapping[str, Json]]) -> Iterator[_Need]:
    """Yield the schemas of the properties that are required, but for those that need nothing."""
    lists = (member["required"] for member in members if "required" in member)
    required = {name for names in lists if is_array(names) for name in names if isinstance(name, str)}
    for member in members:
        properties = member.get("properties")
        for name, need in properties.items() if is_object(properties) else ():
            if name in required and is_object(need) and not _CAN_NEED.isdisjoint(need):
                yield name, need


def _items(members: Sequence[Mapping[str, Json]]) -> Iterator[Json]:
    """Yield the schemas of the items that are required."""
    least = max((found for member in members if (found := number(member, "minItems")) is not None), default=0)
    for member in members:
        prefix = member.get("prefixItems")
        listed = list(prefix) if is_array(prefix) else []
        if least > len(listed) and "items" in member:
            listed.append(member["items"])
        yield from listed[: int(min(least, len(listed)))]
        if "contains" in member and number(member, "minContains") != 0:
            yield member["contains"]
