"""Which paths of a description can match one request without either of them being the more concrete one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from contractctl.contract.model import Contract, Operation, Schema
from contractctl.contract.references import referenced_definition
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass
from contractctl.lint.structure.kinds import compiled
from contractctl.lint.syntax.path_templates import before_query, is_well_formed, shape, variables

_VARIABLE = "{}"
_NUMERIC = ("int32", "int64", "uint32", "uint64", "date", "date-time")  # formats whose strings begin with a digit
_UUID = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_REFERENCE_CHAIN_LIMIT = 50
_STEPS = 200_000
"""How far the search goes in one description: half a second. Real ones take a few steps a path."""


@dataclass(frozen=True, slots=True)
class _Route:
    """A path; `segments` are what stands between its slashes, with `{}` for each variable."""

    path: str
    segments: Sequence[str]
    operations: Sequence[Operation]

    @property
    def answers(self) -> frozenset[tuple[str, str]]:
        """The methods, each with the first of its servers."""
        return frozenset((one.method, one.servers[0].url if one.servers else "") for one in self.operations)

    @property
    def written(self) -> Sequence[str]:
        """The segments with the names of their variables."""
        names = iter(variables(self.path))
        pieces = (segment.split(_VARIABLE) for segment in self.segments)
        return [first + "".join(f"{{{next(names)}}}{piece}" for piece in rest) for first, *rest in pieces]

    def values(self, definitions: Mapping[str, Schema]) -> Sequence[Mapping[str, Json]]:
        """Return for each segment the schema of the variable that it is, an empty one where there is none."""
        schemas = {
            f"{{{parameter.name}}}": parameter.schema.value
            for operation in self.operations
            for parameter in operation.parameters
            if parameter.location == "path" and parameter.schema is not None
        }
        return [_meant(schemas.get(segment), definitions) for segment in self.written]


@dataclass(frozen=True, slots=True)
class Clash:
    """Two paths, the `later` one in the description first; `both` is a path that either of them matches."""

    later: str
    earlier: str
    both: str


@dataclass(slots=True)
class _Node:
    """What the paths that begin alike have for their next segments: `patterns` are those with variables."""

    literals: dict[str, _Node]
    patterns: dict[str, _Node]
    routes: list[_Route]

    def child(self, text: str) -> _Node:
        """Return what follows a segment, made when it is new."""
        children = self.patterns if _VARIABLE in text else self.literals
        return children.setdefault(text, _Node({}, {}, []))


_Step: TypeAlias = tuple[_Node, int, bool, bool]
"""A node and its depth; whether the route looked for, and the one found, was the more concrete somewhere above."""


def clashes(contract: Contract) -> Iterator[Clash]:
    """Yield each path with one before it that is ambiguous beside it (OpenAPI 3.1.1 §4.8.8.2), in order.

    Both have an operation of one method, on one server first of all, so that there is a request which both match. A
    variable is a whole segment or a part of one, and nothing that the schema of its parameter is known to exclude.
    """
    search = _Search(contract.definitions, _STEPS)
    for route in _routes(contract):
        other = search.find(route)
        if other is not None:
            yield Clash(route.path, other.path, _both(route, other))
        search.add(route)


def _routes(contract: Contract) -> Iterator[_Route]:
    operations: dict[str, list[Operation]] = {}
    for operation in contract.operations:
        operations.setdefault(operation.path, []).append(operation)
    for path, group in operations.items():
        if is_well_formed(path) and before_query(path) == path:
            yield _Route(path, shape(path).split("/"), group)


def _meant(schema: Json, definitions: Mapping[str, Schema]) -> Mapping[str, Json]:
    """Return what the references of a schema lead to, an empty schema when nobody knows."""
    for _ in range(_REFERENCE_CHAIN_LIMIT):
        reference = schema.get("$ref") if is_object(schema) else None
        if not isinstance(reference, str):
            break
        found = definitions.get(referenced_definition(reference))
        schema = found.value if found else None
    return schema if is_object(schema) else {}


class _Search:
    """The routes so far, by length, as trees of segments."""

    def __init__(self, definitions: Mapping[str, Schema], steps: int) -> None:
        self._definitions = definitions
        self._answers: dict[str, frozenset[tuple[str, str]]] = {}
        self._values: dict[str, Sequence[Mapping[str, Json]]] = {}
        self._roots: dict[int, _Node] = {}
        self._steps = steps

    def add(self, route: _Route) -> None:
        """Take in a route."""
        node = self._roots.setdefault(len(route.segments), _Node({}, {}, []))
        for segment in route.segments:
            node = node.child(segment)
        node.routes.append(route)

    def find(self, route: _Route) -> _Route | None:
        """Return a route that is ambiguous beside this one, None when there is none or the search has gone too far."""
        root = self._roots.get(len(route.segments))
        waiting: list[_Step] = [(root, 0, False, False)] if root else []
        while waiting and self._steps > 0:
            node, depth, is_more_concrete, is_less_concrete = waiting.pop()
            self._steps -= 1
            if depth < len(route.segments):
                segment = route.segments[depth]
                self._steps -= len(node.patterns) + (len(node.literals) if _VARIABLE in segment else 1)
                for text, child in _matching(node, segment):
                    more, less = (False, False) if text == segment else _order(segment, text)
                    waiting.append((child, depth + 1, is_more_concrete or more, is_less_concrete or less))
            elif is_more_concrete and is_less_concrete:
                found = next((other for other in node.routes if self._meet(route, other)), None)
                if found is not None:
                    return found
        return None

    def _meet(self, one: _Route, other: _Route) -> bool:
        """Tell whether a request exists that both answer."""
        self._steps -= len(one.segments)
        if self._answers_of(one).isdisjoint(self._answers_of(other)):
            return False
        pairs = zip(one.segments, self._values_of(other), other.segments, self._values_of(one), strict=True)
        return not any(_excludes(schema_b, a) or _excludes(schema_a, b) for a, schema_b, b, schema_a in pairs)

    def _answers_of(self, route: _Route) -> frozenset[tuple[str, str]]:
        if route.path not in self._answers:
            self._answers[route.path] = route.answers
        return self._answers[route.path]

    def _values_of(self, route: _Route) -> Sequence[Mapping[str, Json]]:
        if route.path not in self._values:
            self._values[route.path] = route.values(self._definitions)
        return self._values[route.path]


def _matching(node: _Node, text: str) -> Iterator[tuple[str, _Node]]:
    """Yield the children that a segment may share a value with."""
    if _VARIABLE in text:
        yield from ((other, child) for other, child in node.literals.items() if _overlap(text, other))
    elif text in node.literals:
        yield text, node.literals[text]
    yield from ((other, child) for other, child in node.patterns.items() if _overlap(text, other))


def _overlap(one: str, other: str) -> bool:
    """Tell whether a value is known that both segments match."""
    if one == other or _VARIABLE in (one, other):
        return True
    if _VARIABLE not in one:
        return _VARIABLE in other and _fits(one, other.split(_VARIABLE))
    return _VARIABLE not in other and _fits(other, one.split(_VARIABLE))


def _fits(value: str, pieces: Sequence[str]) -> bool:
    """Tell whether a value consists of these pieces, with something between each two."""
    first, *middle, last = pieces
    if not value.startswith(first):
        return False
    at = len(first)
    for piece in middle:
        found = value.find(piece, at + 1)
        if found < 0:
            return False
        at = found + len(piece)
    return value.endswith(last) and at < len(value) - len(last)


def _order(one: str, other: str) -> tuple[bool, bool]:
    """Tell whether one is more concrete than the other, and whether it is less so."""
    return _rank(one) < _rank(other), _rank(one) > _rank(other)


def _rank(text: str) -> int:
    """Return 0 for a literal, 1 for a literal with variables in it, 2 for a variable."""
    return 2 if text[:1] == "{" and text.find("}") == len(text) - 1 else int("{" in text)


def _excludes(schema: Mapping[str, Json], segment: str) -> bool:
    """Tell whether a segment is no value of a variable, as far as is known: patterns are taken to exclude it."""
    if not schema or _VARIABLE in segment:
        return False
    values, types = schema.get("enum"), schema.get("type")
    if is_array(values) and segment not in map(str, values):
        return True
    named = types if is_array(types) else (types,)
    if schema.get("format") in _NUMERIC or all(name in ("integer", "number", "boolean", "null") for name in named):
        return not _is_plain(segment)
    return "pattern" in schema or (schema.get("format") == "uuid" and not compiled(_UUID).fullmatch(segment))


def _is_plain(text: str) -> bool:
    """Tell whether a text may be a number, a date or a boolean."""
    return text in ("true", "false", "null") or text.lstrip("+-.")[:1].isdecimal()


def _both(one: _Route, other: _Route) -> str:
    """Return a path that both match; a variable stands where both have one."""
    return "/".join(min(pair, key=_rank) for pair in zip(one.written, other.written, strict=True))
