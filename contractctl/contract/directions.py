"""Schemas by direction: which members travel in requests, and which in responses.

OpenAPI 3.0.4 §4.7.24 knows `readOnly` and `writeOnly` on properties: a read-only one "SHOULD NOT be sent as part of the
request", and where it is listed, "the required will take effect on the response only"; a write-only one the other way
round. OpenAPI 3.1.1 §4.8.24 takes both from JSON Schema, where they are annotations: of several that apply to one value
the behaviour is "as for a true value if any occurrence specifies a true value" (2020-12 validation §9.4). Hence:

- A member is hidden in a direction when its schema says so itself, under `allOf`, or through a `$ref`.
- What hides it may stand anywhere among the schemas that apply to the same object: beside the `required` that names it,
  in the parts of that schema and their references (`allOf`, `anyOf`, `oneOf`, `then`, `else`, `dependentSchemas`), or
  around it. An alternative counts although another may be meant: a value refused wrongly is worse than one passed.
  Nothing is taken out of `not` and `if` on account of what stands around them, because there less is more.
- What a schema hides does not reach the definitions that it refers to; they are shared with others.
- "SHOULD NOT be sent" is no fault of a documented example that holds such a member, so that by default a hidden member
  just need not be there. A mock, which writes responses itself, asks for more with `forbid`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias, TypeVar

from contractctl.contract.model import Schema, SchemaValue
from contractctl.contract.references import definition_reference
from contractctl.contract.subschemas import HOLDERS, rewritten, subschemas
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass

Direction: TypeAlias = Literal["request", "response", "either"]
"""Which way a value travels. One that may travel `either` way needs neither kind of member."""

FORBIDDEN: Final[Mapping[str, Json]] = {"not": {}}
"""The schema of a member that must not be there. Written this way it is told apart from a documented `false`."""

_FLAGS: Final[Mapping[Direction, tuple[str, ...]]] = {
    "request": ("readOnly",),
    "response": ("writeOnly",),
    "either": ("readOnly", "writeOnly"),
}
_BOTH: Final = _FLAGS["either"]
_SINGLE_PARTS: Final = frozenset(("then", "else"))
_PARTS: Final = _SINGLE_PARTS | {"allOf", "anyOf", "oneOf", "dependentSchemas"}
_CONCERNED: Final = _PARTS | {"required", "dependentRequired"}

Users: TypeAlias = Callable[[str], Iterable[str]]
"""Tells, of a definition, which others refer to it."""

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What definitions mention at any depth, by key: flags of either kind, and references as they are written."""

    flags: Mapping[str, frozenset[str]]
    references: Mapping[str, frozenset[str]]

    def users(self) -> Users:
        """Return who refers to whom."""
        users: dict[str, list[str]] = {}
        for key, found in self.references.items():
            for reference in found:
                users.setdefault(reference, []).append(key)
        return lambda key: users.get(definition_reference(key), ())


def mentions(nodes: Iterable[tuple[str, Mapping[str, Json]]]) -> Mentions:
    """Find out, of every schema at every depth with the key of the definition that it is in, what it mentions."""
    flags: dict[str, set[str]] = {}
    references: dict[str, set[str]] = {}
    for key, node in nodes:
        reference = node.get("$ref")
        if isinstance(reference, str):
            references.setdefault(key, set()).add(reference)
        for flag in _BOTH:
            if node.get(flag) is True:
                flags.setdefault(key, set()).add(flag)
    return Mentions(_frozen(flags), _frozen(references))


def _frozen(sets: Mapping[str, set[str]]) -> Mapping[str, frozenset[str]]:
    return {key: frozenset(found) for key, found in sets.items()}


class Directed:
    """The schemas of a contract as one direction sees them. Definitions that do not differ are shared by all."""

    __slots__ = ("_concerned", "_definitions", "_flagged", "_flags", "_forbid", "_hidden", "_names", "_references")

    def __init__(
        self,
        definitions: Mapping[str, Schema],
        direction: Direction,
        *,
        forbid: bool = False,
        label: str = "",
        known: Mentions | None = None,
    ) -> None:
        """Find the definitions that differ. With `forbid`, a hidden member must not be there; else it need not.

        Definitions that differ have the `label` in their names, else the direction. What is `known` of the definitions
        need not be looked for in each direction anew.
        """
        self._definitions = definitions
        self._flags = _FLAGS[direction]
        self._forbid = forbid
        known = known or mentions((key, node) for key, one in definitions.items() for node in subschemas(one.value))
        users = known.users()
        reached = _closure((key for key, flags in known.flags.items() if not flags.isdisjoint(self._flags)), users)
        # Most often few: those with a flagged member somewhere inside, and those that refer to such.
        self._concerned = {key: schema for key, schema in definitions.items() if key in reached}
        self._flagged: frozenset[str] = frozenset()
        self._flagged = self._find_flagged()
        self._hidden = self._find_hidden()
        self._references: dict[str, str] = {}
        self._names = {key: self._name(key, label or direction) for key in self._find_differing(users)}
        self._references = {definition_reference(key): definition_reference(to) for key, to in self._names.items()}

    def definitions(self) -> Iterator[tuple[str, SchemaValue]]:
        """Yield key and value of the definitions that differ in this direction, in the contract's order."""
        for key, name in self._names.items():
            yield name, self.adapt(self._definitions[key].value)

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield the key in this direction and the contract's key of the definitions that differ."""
        for key, name in self._names.items():
            yield name, key

    def adapt(self, value: SchemaValue) -> SchemaValue:
        """Return a schema as this direction sees it; itself where nothing differs. Pointers into it stay the same."""
        return value if isinstance(value, bool) else self._adapt(value, frozenset())

    def _name(self, key: str, label: str) -> str:
        name = f"{key} ({label})"
        while name in self._definitions:
            name += "'"
        return name

    def _find_flagged(self) -> frozenset[str]:
        """Return the references to definitions that hide every member which is one of them."""
        seeds = (key for key, schema in self._concerned.items() if self._hides(schema.value))
        return frozenset(map(definition_reference, _closure(seeds, _users(self._concerned, _conjuncts))))

    def _find_hidden(self) -> dict[str, set[str]]:
        """Return, by reference, the members that a definition hides of the value that it is applied to."""
        own = [(key, name) for key, schema in self._concerned.items() for name in self._hidden_by(schema.value)]
        users = _users(self._concerned, _parts)
        hidden: dict[str, set[str]] = {}
        for key, name in _closure(own, lambda pair: ((user, pair[1]) for user in users(pair[0]))):
            hidden.setdefault(definition_reference(key), set()).add(name)
        return hidden

    def _find_differing(self, users: Users) -> Iterator[str]:
        """Yield the definitions that differ themselves or refer to one that does."""
        seeds = (key for key, schema in self._concerned.items() if self.adapt(schema.value) is not schema.value)
        reached = _closure(seeds, users)
        return (key for key in self._concerned if key in reached)

    def _adapt(self, value: Mapping[str, Json], around: frozenset[str]) -> Mapping[str, Json]:
        """Return a schema as this direction sees it; `around` are the members that schemas around it hide."""
        hidden = around if _CONCERNED.isdisjoint(value) else around.union(self._all_hidden_by(value))
        changed: dict[str, Json] = {}
        for keyword, member in value.items():
            new = self._keyword(keyword, member, hidden)
            if new is not member:
                changed[keyword] = new
        return {**value, **changed} if changed else value

    def _keyword(self, keyword: str, member: Json, hidden: frozenset[str]) -> Json:
        if keyword == "$ref" and isinstance(member, str):
            return self._references.get(member, member)
        if keyword == "required":
            return _without(member, hidden)
        if keyword == "dependentRequired" and is_object(member) and hidden:
            return {name: _without(names, hidden) for name, names in member.items()}
        if keyword not in HOLDERS:
            return member
        passed = hidden if keyword in _PARTS else frozenset[str]()
        inner = rewritten(keyword, member, lambda one: self._adapt(one, passed) if is_object(one) else one)
        if keyword == "properties" and self._forbid and is_object(member) and is_object(inner):
            return self._forbidding(member, inner)
        return inner

    def _forbidding(self, documented: Mapping[str, Json], adapted: Mapping[str, Json]) -> Mapping[str, Json]:
        hidden = [name for name, member in documented.items() if self._hides(member)]
        return {**adapted, **dict.fromkeys(hidden, FORBIDDEN)} if hidden else adapted

    def _all_hidden_by(self, value: Json) -> Iterator[str]:
        """Yield the members that a schema, its parts and what they refer to hide of one value."""
        yield from self._hidden_by(value)
        if self._hidden:
            for reference in _references(_parts(value)):
                yield from self._hidden.get(reference, ())

    def _hidden_by(self, value: Json) -> Iterator[str]:
        for part in _parts(value):
            properties = part.get("properties")
            if is_object(properties):
                yield from (name for name, member in properties.items() if self._hides(member))

    def _hides(self, member: Json) -> bool:
        """Tell whether a member is hidden that has this schema."""
        if not is_object(member):
            return False
        for part in _conjuncts(member) if "allOf" in member else (member,):
            if self._is_flagged(part) or part.get("$ref") in self._flagged:
                return True
        return False

    def _is_flagged(self, schema: Mapping[str, Json]) -> bool:
        return any(schema.get(flag) is True for flag in self._flags)


def _conjuncts(value: Json) -> Iterator[Mapping[str, Json]]:
    """Yield a schema and what its `allOf` consists of; references are not followed."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if is_object(node):
            yield node
            if is_array(several := node.get("allOf")):
                waiting.extend(several)


def _parts(value: Json) -> Iterator[Mapping[str, Json]]:
    """Yield a schema and the parts that may apply to the same value; references are not followed."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if not is_object(node):
            continue
        yield node
        for keyword in _PARTS & node.keys():
            member = node[keyword]
            if keyword in _SINGLE_PARTS:
                waiting.append(member)
            elif is_array(member):
                waiting.extend(member)
            elif is_object(member):
                waiting.extend(member.values())


def _references(nodes: Iterable[Mapping[str, Json]]) -> Iterator[str]:
    """Yield what the schemas themselves refer to."""
    return (reference for node in nodes if isinstance(reference := node.get("$ref"), str))


def _users(definitions: Mapping[str, Schema], nodes: Callable[[Json], Iterable[Mapping[str, Json]]]) -> Users:
    """Return who refers to whom; of each definition only the schemas count that `nodes` finds in it."""
    users: dict[str, list[str]] = {}
    for key, schema in definitions.items():
        for reference in _references(nodes(schema.value)):
            users.setdefault(reference, []).append(key)
    return lambda key: users.get(definition_reference(key), ())


def _closure(seeds: Iterable[T], beyond: Callable[[T], Iterable[T]]) -> set[T]:
    """Return the seeds and everything beyond them; circles and long chains are as good as short ones."""
    reached: set[T] = set()
    waiting = list(seeds)
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting.extend(beyond(one))
    return reached


def _without(names: Json, hidden: frozenset[str]) -> Json:
    """Return a list of names without those that are hidden; itself where none is."""
    if not is_array(names) or hidden.isdisjoint(map(str, names)):
        return names
    return [name for name in names if name not in hidden]
