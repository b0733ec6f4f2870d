"""Which paths of a description can match one request without either of them being the more concrete one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from contractctl.contract.model import Contract, Operation, Schema
from contractctl.contract.references import referenced_definition
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass
from contractctl.lint.path_templates import before_query, is_well_formed, shape, variables

_VARIABLE = "{}"
_REFERENCE_CHAIN_LIMIT = 50
_STEPS = 500_000
"""How far the search goes in one description: some 0.3 s. Real ones take a few steps a path."""

_Answers: TypeAlias = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Segment:
    """What stands between two slashes: `text` has `{}` for each variable, `written` has their names.

    `values` is the schema of a variable that is the whole segment, when it is known.
    """

    text: str
    written: str
    values: Mapping[str, Json] | None = None

    @property
    def is_literal(self) -> bool:
        """Whether there is no variable in it."""
        return _VARIABLE not in self.text


@dataclass(frozen=True, slots=True)
class _Route:
    """A path with its segments; `answers` are its methods, each with the first of its servers."""

    path: str
    segments: Sequence[_Segment]
    answers: _Answers


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
    """Yield each path with one before it that is ambiguous beside it (OpenAPI 3.1.1 §4.8.8.1), in order.

    Both have an operation of one method, on one server first of all, so that there is a request which both match. A
    variable is a whole segment or a part of one, and nothing that the schema of its parameter is known to exclude.
    """
    search = _Search(_STEPS)
    for route in _routes(contract):
        other = search.find(route)
        if other is not None:
            yield Clash(route.path, other.path, _both(route, other))
        search.add(route)


def _routes(contract: Contract) -> Iterator[_Route]:
    operations: dict[str, list[Operation]] = {}
    for operation in contract.operations:
        if is_well_formed(operation.path) and before_query(operation.path) == operation.path:
            operations.setdefault(operation.path, []).append(operation)
    for path, group in operations.items():
        answers = frozenset((one.method, one.servers[0].url if one.servers else "") for one in group)
        yield _Route(path, tuple(_segments(path, group, contract.definitions)), answers)


def _segments(path: str, operations: Iterable[Operation], definitions: Mapping[str, Schema]) -> Iterator[_Segment]:
    schemas = {
        parameter.name: parameter.schema.value
        for operation in operations
        for parameter in operation.parameters
        if parameter.location == "path" and parameter.schema is not None
    }
    names = iter(variables(path))
    for text in shape(path).split("/"):
        first, *rest = text.split(_VARIABLE)
        written = first + "".join(f"{{{next(names)}}}{piece}" for piece in rest)
        schema = schemas.get(written[1:-1]) if text == _VARIABLE else None
        yield _Segment(text, written, _meant(schema, definitions))


def _meant(schema: Json, definitions: Mapping[str, Schema]) -> Mapping[str, Json] | None:
    """Return what the references of a schema lead to."""
    for _ in range(_REFERENCE_CHAIN_LIMIT):
        if not is_object(schema):
            return None
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return schema
        found = definitions.get(referenced_definition(reference))
        schema = found.value if found else None
    return None


class _Search:
    """The routes so far, by length, as trees of segments."""

    def __init__(self, steps: int) -> None:
        self._roots: dict[int, _Node] = {}
        self._steps = steps

    def add(self, route: _Route) -> None:
        """Take in a route."""
        node = self._roots.setdefault(len(route.segments), _Node({}, {}, []))
        for segment in route.segments:
            node = node.child(segment.text)
        node.routes.append(route)

    def find(self, route: _Route) -> _Route | None:
        """Return a route that is ambiguous beside this one, None when there is none or the search has gone too far."""
        root = self._roots.get(len(route.segments))
        waiting: list[_Step] = [(root, 0, False, False)] if root else []
        while waiting and self._steps > 0:
            node, depth, is_more_concrete, is_less_concrete = waiting.pop()
            self._steps -= 1
            if depth < len(route.segments):
                for text, child in _matching(node, route.segments[depth].text):
                    self._steps -= 1
                    more, less = _order(route.segments[depth].text, text)
                    waiting.append((child, depth + 1, is_more_concrete or more, is_less_concrete or less))
            elif is_more_concrete and is_less_concrete:
                found = next((other for other in node.routes if _meet(route, other)), None)
                if found is not None:
                    return found
        return None


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
    return 2 if text == _VARIABLE else int(_VARIABLE in text)


def _meet(one: _Route, other: _Route) -> bool:
    """Tell whether a request exists that both answer."""
    if one.answers.isdisjoint(other.answers):
        return False
    pairs = zip(one.segments, other.segments, strict=True)
    return not any(_excludes(a, b) or _excludes(b, a) for a, b in pairs)


def _excludes(literal: _Segment, variable: _Segment) -> bool:
    """Tell whether a literal is no value of a variable, as far as is known: patterns are taken to exclude it."""
    schema = variable.values
    if not literal.is_literal or schema is None:
        return False
    values, types = schema.get("enum"), schema.get("type")
    if is_array(values) and literal.text not in map(str, values):
        return True
    named = types if is_array(types) else (types,)
    if all(name in ("integer", "number", "boolean", "null") for name in named):
        return not _is_plain(literal.text)
    return "pattern" in schema or (schema.get("format") == "uuid" and not _is_uuid(literal.text))


def _is_plain(text: str) -> bool:
    """Tell whether a text may be a number or a boolean."""
    return text in ("true", "false", "null") or text.lstrip("+-.")[:1].isdecimal()


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _both(one: _Route, other: _Route) -> str:
    """Return a path that both match; a variable stands where both have one."""
    pairs = zip(one.segments, other.segments, strict=True)
    return "/".join(min(pair, key=lambda segment: _rank(segment.text)).written for pair in pairs)
