"""Relate schemas: one memoised question a pair, `which side accepts more?`, solved for all pairs at once.

Pairs are first expanded as far as they differ, then solved as the greatest fixed point: a pair met again on the way
counts as equal until something says otherwise, so that recursion ends and a renamed recursive component is no change.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import orjson

from contractctl.contract.model import Schema
from contractctl.contract.references import referenced_definition
from contractctl.core.patterns import pattern
from contractctl.diff.schemas.alternatives import pair_up_choices
from contractctl.diff.schemas.conditions import ConditionComparison
from contractctl.diff.schemas.keywords import compare_limits, compare_texts
from contractctl.diff.schemas.members import MemberComparison
from contractctl.diff.schemas.normalise import SchemaDirection, Side
from contractctl.diff.schemas.notes import compare_contents, compare_extensible
from contractctl.diff.schemas.pairs import Difference, Edit, Pair, Term
from contractctl.diff.schemas.shape import EVERY_KIND, NUMBERS, Choice, Kind, Node, Part, Shape, is_bare, join_nodes
from contractctl.diff.schemas.values import Holder, compare_kinds, compare_values

if TYPE_CHECKING:
    from collections.abc import Hashable

    from contractctl.core.json import Json

_REFERENCE = pattern(rb'"\$ref":"(#/\$defs/[^"]*)"')


class SchemaRelations:
    """All pairs of schemas that were asked about in one direction. Ask for pairs, then solve once."""

    def __init__(
        self,
        base: Mapping[str, Schema],
        revision: Mapping[str, Schema],
        direction: SchemaDirection,
        *,
        twins: Twins | None = None,
    ) -> None:
        self.base = Side(base, direction)
        self.revision = Side(revision, direction)
        self._twins = twins or Twins(base, revision)
        self._members = MemberComparison(self.base, self.revision, self._pair_up)
        self._conditions = ConditionComparison(self.base, self.revision, self._pair_up)
        self._pairs: dict[tuple[Hashable, Hashable], Pair] = {}
        self._waiting: list[Pair] = []

    def pair(self, base: Schema, revision: Schema) -> Pair:
        """Return the pair of two schemas; its relation stands after `solve`."""
        return self._pair_up(self.base.node(base), self.revision.node(revision))

    def solve(self) -> None:
        """Expand every pair that was asked about, then settle them until nothing moves."""
        expanded: list[Pair] = []
        while self._waiting:
            pair = self._waiting.pop()
            self._expand(pair)
            expanded.append(pair)
        queue = deque(reversed(expanded))
        queued = set(map(id, expanded))
        while queue:
            pair = queue.popleft()
            queued.discard(id(pair))
            if pair.settle():
                fresh = [parent for parent in pair.parents if id(parent) not in queued]
                queued.update(map(id, fresh))
                queue.extend(fresh)

    def _pair_up(self, base: Node, revision: Node) -> Pair:
        key = (base.key, revision.key)
        pair = self._pairs.get(key)
        if pair is None:
            pair = self._pairs[key] = Pair(base, revision)
            if not self._twins.are_same(base, revision):
                self._waiting.append(pair)
        return pair

    def _expand(self, pair: Pair) -> None:
        """Find what differs right here, and the pairs below that the rest depends on."""
        base, revision = self.base.shape(pair.base), self.revision.shape(pair.revision)
        edits: list[Edit] = []
        terms: list[Term] = []
        for difference in self._differences(pair, base, revision):
            if isinstance(difference, Edit):
                edits.append(difference)
            else:
                terms.append(difference)
        pair.edits, pair.terms = tuple(edits), tuple(terms)
        for term in terms:
            for below in term.pairs():
                below.parents.append(pair)

    def _differences(self, pair: Pair, base: Shape, revision: Shape) -> Iterator[Difference]:
        lifted = _lift(pair, base, revision, (self.base, self.revision))
        if lifted is not None:
            one, other = lifted
            hosts = (side if side.choices else Shape(side.at) for side in (base, revision))
            sides = (self.base, next(hosts), one), (self.revision, next(hosts), other)
            yield pair_up_choices(*sides, pair_up=self._pair_up)
            return
        yield from compare_extensible(base, revision)
        yield from compare_kinds(base, revision)
        yield from compare_values(
            Holder(pair.base, base, self.base.members), Holder(pair.revision, revision, self.revision.members)
        )
        kinds = base.kinds & revision.kinds
        if not kinds or (base.values is None) != (revision.values is None):
            return
        yield from compare_limits(base, revision, kinds)
        yield from compare_texts(base, revision, kinds)
        if "string" in kinds:
            yield from compare_contents(base, revision)
        if kinds != base.kinds | revision.kinds and any(map(_is_anything, (base, revision))):
            return  # the type says it of all that is in the value
        if "object" in kinds:
            yield from self._members.objects(base, revision)
        if "array" in kinds:
            yield from self._members.arrays(base, revision)
        yield from self._conditions.differences(base, revision)


class Twins:
    """Tells quickly that two schemas are the same in writing, and so is everything that they refer to."""

    def __init__(self, base: Mapping[str, Schema], revision: Mapping[str, Schema]) -> None:
        written = _written(base), _written(revision)
        self._different = {key for key, text in written[0].items() if text is None or text != written[1].get(key)}
        self._different.update(key for key in written[1] if key not in written[0])
        self._spread(written[0])

    def are_same(self, base: Node, revision: Node) -> bool:
        """Tell whether the two are surely the same; False decides nothing."""
        if len(base.parts) != len(revision.parts):
            return False
        for one, other in zip(base.parts, revision.parts, strict=True):
            text = _text(one.value)
            if text is None or text != _text(other.value):
                return False
            if not self._different.isdisjoint(_references(text)):
                return False
        return True

    def _spread(self, written: Mapping[str, bytes | None]) -> None:
        """Mark what refers to a difference as different."""
        users: dict[str, list[str]] = {}
        for key, text in written.items():
            for target in _references(text or b""):
                users.setdefault(target, []).append(key)
        waiting = list(self._different)
        while waiting:
            fresh = [key for key in users.get(waiting.pop(), ()) if key not in self._different]
            self._different.update(fresh)
            waiting.extend(fresh)


def _written(definitions: Mapping[str, Schema]) -> dict[str, bytes | None]:
    return {key: _text(schema.value) for key, schema in definitions.items()}


def _text(value: Json) -> bytes | None:
    """Return the value in one spelling, None where orjson has none (integers over 64 bits, depth over 254)."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return None


def _references(text: bytes) -> Iterator[str]:
    """Yield the keys of the definitions that a schema in writing refers to."""
    for match in _REFERENCE.finditer(text):
        yield referenced_definition(orjson.loads(b'"' + match.group(1) + b'"'))


def _lift(pair: Pair, base: Shape, revision: Shape, sides: tuple[Side, Side]) -> tuple[Choice, Choice] | None:
    """Read a plain schema as a choice, when the other side is a choice and nothing else."""
    if base.is_empty or revision.is_empty:
        return None
    if _is_pure(base, sides[0]) and not revision.choices:
        choice = base.choices[0]
        return choice, _as_choice(pair.revision, revision, choice, [sides[0].shape(one) for one in choice.branches])
    if _is_pure(revision, sides[1]) and not base.choices:
        choice = revision.choices[0]
        return _as_choice(pair.base, base, choice, [sides[1].shape(one) for one in choice.branches]), choice
    return None


def _as_choice(node: Node, shape: Shape, other: Choice, branches: Sequence[Shape]) -> Choice:
    """Return a plain schema as a choice by type, as far as each branch of the other side falls on one part."""
    groups: list[frozenset[Kind]] = [frozenset({kind}) for kind in sorted(shape.kinds - NUMBERS)]
    groups += [NUMBERS & shape.kinds] if NUMBERS & shape.kinds else []
    for branch in branches:
        touched = [group for group in groups if group & branch.kinds]
        left = [group for group in groups if not group & branch.kinds]
        groups = [frozenset[Kind]().union(*touched), *left] if len(touched) > 1 else groups
    met = frozenset[Kind]().union(*(branch.kinds for branch in branches))
    beyond = [group for group in groups if not group & met]
    if len(beyond) > 1:
        groups = [*(group for group in groups if group & met), frozenset[Kind]().union(*beyond)]
    nodes = [node] if len(groups) == 1 else [_of_kinds(node, group) for group in groups]
    return Choice(shape.at, tuple(nodes), (shape.at,) * len(nodes), exclusive=other.exclusive)


def _of_kinds(node: Node, kinds: frozenset[Kind]) -> Node:
    """Return the schema of a node's values of some types."""
    names = sorted({"number" if kind in NUMBERS else kind for kind in kinds})
    types: list[Json] = list(names)
    return join_nodes((node, Node((Part(node.at, {"type": types}),), (("types", *names),))))


def _is_anything(shape: Shape) -> bool:
    return shape.kinds == EVERY_KIND and is_bare(shape)


def _is_pure(shape: Shape, side: Side) -> bool:
    """Tell whether the shape is one choice and says nothing beside it."""
    if len(shape.choices) != 1:
        return False
    kinds = (side.shape(node).kinds for node in shape.choices[0].branches)
    bare = replace(shape, choices=(), origins={}, notes={}, hidden=frozenset())
    return bare == Shape(shape.at, frozenset().union(*kinds))
