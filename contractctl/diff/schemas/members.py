"""Compare what two shapes say about the members of objects and the items of arrays."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from contractctl.contract.model import SchemaValue
from contractctl.diff.relation import EQUAL, NARROWS, UNKNOWN, WIDENS, Relation, related
from contractctl.diff.schemas.algebra import item_at
from contractctl.diff.schemas.fragments import of_dependency, of_member, of_node, of_others, of_patterns, of_required
from contractctl.diff.schemas.implied import is_closed, matches, member_of
from contractctl.diff.schemas.notes import compare_defaults, compare_deprecation
from contractctl.diff.schemas.pairs import DOUBTFUL, PLAIN, Difference, Edit, Member, Pair, PairUp, Reliance
from contractctl.diff.schemas.shape import Node, Part, Shape, join_nodes
from contractctl.diff.schemas.written import is_never
from contractctl.diff.steps import Item, Name, Property, Undeclared

if TYPE_CHECKING:
    from contractctl.core.locations import Place
    from contractctl.diff.schemas.normalise import Side


class MemberComparison:
    """The comparison of two shapes of one pair, member by member."""

    def __init__(self, base: Side, revision: Side, pair_up: PairUp) -> None:
        self._base = base
        self._revision = revision
        self._pair_up = pair_up

    def objects(self, base: Shape, revision: Shape) -> Iterator[Difference]:
        """Yield what differs in properties, required and what else bounds the members."""
        names = (*base.properties, *base.required, *revision.properties, *revision.required)
        for name in dict.fromkeys(names):
            yield from self._member(base, revision, name)
        yield from self._additional(base, revision)
        yield from self._patterned(base, revision)
        yield from self._names(base, revision)
        yield from self._dependencies(base, revision)

    def arrays(self, base: Shape, revision: Shape) -> Iterator[Difference]:
        """Yield what differs in the items, position by position and after the tuple."""
        most = min((one for one in map(_most_items, (base, revision)) if one is not None), default=None)
        positions = max(len(base.prefix), len(revision.prefix))
        weight = DOUBTFUL if _are_left_over(base) or _are_left_over(revision) else PLAIN
        for position in range(positions if most is None else min(positions, most)):
            pair = self._optional(base, item_at(base, position), revision, item_at(revision, position))
            yield from (Member(one, Item(position), weight) for one in pair)
        if most is None or most > positions:
            pair = self._optional(base, base.items, revision, revision.items)
            yield from (Member(one, Item(), weight) for one in pair)

    def _optional(self, base: Shape, one: Node | None, revision: Shape, other: Node | None) -> Iterator[Pair]:
        """Yield the pair of two schemas, one of which may be left out and then accepts anything."""
        if one is not None or other is not None:
            yield self._pair_up(one or anything(base.at), other or anything(revision.at))

    def _member(self, base: Shape, revision: Shape, name: str) -> Iterator[Difference]:
        before, after = _declared(base, name), _declared(revision, name)
        if before is not None and after is not None:
            pair = self._pair_up(before, after)
            yield Member(pair, Property(name))
            yield from self._notes(base, revision, name, pair)
            if (name in base.required) != (name in revision.required):
                yield _requirement(base, revision, name)
        elif before is not None:
            yield from self._removed(base, revision, name, before)
        elif after is not None:
            yield from self._added(base, revision, name, after)

    def _notes(self, base: Shape, revision: Shape, name: str, pair: Pair) -> Iterator[Edit]:
        """Yield what is said of a property beside what it may be."""
        before, after = self._base.shape(pair.base), self._revision.shape(pair.revision)
        yield from compare_deprecation(before, after, name)
        if self._base.is_inbound and name not in base.required and name not in revision.required:
            yield from compare_defaults(before, after, name)

    def _removed(self, base: Shape, revision: Shape, name: str, node: Node) -> Iterator[Difference]:
        """Yield the edit of a property that revision does not declare: it falls under what is left for such."""
        required = name in base.required
        pair = self._fallback(node, revision, name, removed=True)
        relation = related(forward=True, backward=not required)
        if self._is_doubtful(revision, name, self._revision):
            relation &= UNKNOWN
        how = "is hidden in this direction now" if name in revision.hidden else "was removed"
        text = f"{'required ' if required else ''}property `{name}` {how}"
        kind = "required-property-removed" if required else "property-removed"
        places = base.property_place(name), revision.at
        says = of_member(name, of_node(node), required=required), _left_to_others(revision, name)
        yield Edit(kind, text, relation, *places, before=name, via=pair, says=says)
        if pair is not None:
            yield Reliance(pair)

    def _added(self, base: Shape, revision: Shape, name: str, node: Node) -> Iterator[Difference]:
        required = name in revision.required
        pair = self._fallback(node, base, name, removed=False)
        relation = related(forward=not required, backward=True)
        if self._is_doubtful(base, name, self._base):
            relation &= UNKNOWN
        text = f"{'required ' if required else ''}property `{name}` was added"
        kind = "required-property-added" if required else "property-added"
        places = base.at, revision.property_place(name)
        says = _left_to_others(base, name), of_member(name, of_node(node), required=required)
        yield Edit(kind, text, relation, *places, after=name, via=pair, says=says)
        if pair is not None:
            yield Reliance(pair)

    def _fallback(self, node: Node, other: Shape, name: str, *, removed: bool) -> Pair | None:
        """Pair a property that the other side does not declare with the other side's `additionalProperties`."""
        if other.additional is None or name in other.hidden:
            return None
        return self._pair_up(node, other.additional) if removed else self._pair_up(other.additional, node)

    @staticmethod
    def _is_doubtful(shape: Shape, name: str, side: Side) -> bool:
        """Tell whether something else in the shape than its own properties may speak of the name."""
        if any(matches(pattern, name) is None for pattern in shape.pattern_properties):
            return True
        if any(one.keyword in {"unevaluatedProperties", "additionalProperties"} for one in shape.sealed):
            return True
        return shape.is_composite and name in side.mentioned(shape)

    def _additional(self, base: Shape, revision: Shape) -> Iterator[Difference]:
        one, other = base.additional, revision.additional
        before = self._base.shape(one).is_empty if one is not None else False
        after = self._revision.shape(other).is_empty if other is not None else False
        keyword = "additionalProperties"
        places = base.origin(keyword), revision.origin(keyword)
        says = of_others(base), of_others(revision)
        if before and after:
            return
        if after:
            text = "undeclared properties are no longer allowed"
            yield Edit("additional-properties-closed", text, NARROWS, *places, after=False, says=says)
        elif before:
            text = "undeclared properties are allowed now"
            yield Edit("additional-properties-opened", text, WIDENS, *places, before=False, says=says)
        elif one is not None and other is not None:
            yield Member(self._pair_up(one, other), Undeclared())
        elif other is not None:
            text = "undeclared properties must keep a schema now"
            yield Edit("additional-properties-narrowed", text, NARROWS, *places, says=says)
        elif one is not None:
            text = "undeclared properties may be anything now"
            yield Edit("additional-properties-widened", text, WIDENS, *places, says=says)

    def _patterned(self, base: Shape, revision: Shape) -> Iterator[Difference]:
        """Yield what differs in patternProperties. Patterns are told apart by their text alone."""
        for pattern, node in base.pattern_properties.items():
            other = revision.pattern_properties.get(pattern)
            if other is not None:
                yield Member(self._pair_up(node, other), Undeclared(pattern))
            else:
                yield from self._pattern_removed(base, revision, pattern, node)
        for pattern, node in revision.pattern_properties.items():
            if pattern not in base.pattern_properties:
                yield from self._pattern_added(base, revision, pattern, node)

    def _pattern_removed(self, base: Shape, revision: Shape, pattern: str, node: Node) -> Iterator[Difference]:
        if revision.additional and not revision.pattern_properties and not is_never(revision.additional):
            yield Member(self._pair_up(node, revision.additional), Undeclared(pattern))
            return
        relation = _of_lone_pattern(revision, is_trivial=self._base.is_trivial(node), is_never=is_never(node)).mirrored
        if relation != EQUAL:
            text = f"the schema for properties that match `{pattern}` was removed"
            says = of_patterns(base), of_patterns(revision)
            kind = "pattern-properties-removed"
            yield Edit(kind, text, relation, node.at, revision.at, before=pattern, says=says)

    def _pattern_added(self, base: Shape, revision: Shape, pattern: str, node: Node) -> Iterator[Difference]:
        if base.additional and not base.pattern_properties and not is_never(base.additional):
            yield Member(self._pair_up(base.additional, node), Undeclared(pattern))
            return
        relation = _of_lone_pattern(base, is_trivial=self._revision.is_trivial(node), is_never=is_never(node))
        if relation != EQUAL:
            text = f"a schema for properties that match `{pattern}` was added"
            says = of_patterns(base), of_patterns(revision)
            kind = "pattern-properties-added"
            yield Edit(kind, text, relation, base.at, node.at, after=pattern, says=says)

    def _names(self, base: Shape, revision: Shape) -> Iterator[Difference]:
        before, after = base.property_names, revision.property_names
        if before is not None or after is not None:
            pair = self._pair_up(_text(base.at, before), _text(revision.at, after))
            weight = DOUBTFUL if is_closed(base) or is_closed(revision) else PLAIN
            yield Member(pair, Name(), weight)

    def _dependencies(self, base: Shape, revision: Shape) -> Iterator[Edit]:
        for name in dict.fromkeys((*base.dependencies, *revision.dependencies)):
            before, after = (side.dependencies.get(name, frozenset()) for side in (base, revision))
            forward = after <= _brought(base, name) or not self._may_have(base, name, self._base)
            backward = before <= _brought(revision, name) or not self._may_have(revision, name, self._revision)
            if not (forward and backward):
                yield _dependency(base, revision, name, related(forward=forward, backward=backward))

    @staticmethod
    def _may_have(shape: Shape, name: str, side: Side) -> bool:
        """Tell whether a value of this side may have a member with the name: open objects have what they declare."""
        depended = name in shape.dependencies or any(name in names for names in shape.dependencies.values())
        if name in shape.required or depended or member_of(shape, name) is not None:
            return True
        if shape.additional is not None:
            return not is_never(shape.additional)
        return shape.is_composite and name in side.mentioned(shape)


def anything(at: Place) -> Node:
    """Return the schema that a place without one stands for."""
    return Node((Part(at, True),), ((True, at),))


def _text(at: Place, node: Node | None) -> Node:
    """Return what a name has to be: a text, whatever the schema for it says of other types."""
    text = Node((Part(at, {"type": "string"}),), (("name", at),))
    return text if node is None else join_nodes((node, text))


def _declared(shape: Shape, name: str) -> Node | None:
    """Return the schema of a property that the shape speaks of; one that is only required may be anything."""
    node = member_of(shape, name)
    if node is None and name in shape.required:
        return shape.additional or anything(shape.required[name])
    return node


def _of_lone_pattern(other: Shape, *, is_trivial: bool, is_never: bool) -> Relation:
    """Relate the other side's shape to one that has, beside, a schema for names that match a pattern."""
    if other.pattern_properties:
        return UNKNOWN  # the names may match another pattern too
    if other.additional is None:
        return EQUAL if is_trivial else NARROWS
    return EQUAL if is_never else WIDENS


def _most_items(shape: Shape) -> int | None:
    most = shape.limits.get("maxItems")
    return None if most is None else max(0, math.floor(most.value))


def _are_left_over(shape: Shape) -> bool:
    """Tell whether `unevaluatedItems` speaks of the items that nothing else does."""
    return any(one.keyword == "unevaluatedItems" for one in shape.sealed)


def _brought(shape: Shape, name: str) -> frozenset[str]:
    """Return all members that one brings with it, directly or through others."""
    brought: set[str] = set(shape.required)
    waiting = [name]
    while waiting:
        fresh = shape.dependencies.get(waiting.pop(), frozenset()) - brought
        brought.update(fresh)
        waiting.extend(fresh)
    return frozenset(brought)


def _requirement(base: Shape, revision: Shape, name: str) -> Edit:
    """Make the edit of a property that both sides declare and one requires; there it stands where that is said."""
    required = name in revision.required
    what, relation = ("required", NARROWS) if required else ("optional", WIDENS)
    before, after = (side.required.get(name) or side.property_place(name) for side in (base, revision))
    text = f"property `{name}` became {what}"
    says = of_required([name] if name in base.required else []), of_required([name] if required else [])
    kind = f"property-became-{what}"
    return Edit(kind, text, relation, before, after, before=not required, after=required, says=says)


def _left_to_others(shape: Shape, name: str) -> SchemaValue:
    """Return what an object says of a member that it does not declare."""
    return True if shape.additional is None or name in shape.hidden else of_member(name, of_node(shape.additional))


def _dependency(base: Shape, revision: Shape, name: str, relation: Relation) -> Edit:
    before, after = (side.dependencies.get(name, frozenset()) for side in (base, revision))
    places = base.origin("dependentRequired"), revision.origin("dependentRequired")
    text = f"with `{name}` came {_together(before)} and now comes {_together(after)}"
    kind = f"dependent-required-{_what(before, after)}"
    says = of_dependency(name, before), of_dependency(name, after)
    return Edit(kind, text, relation, *places, before=sorted(before), after=sorted(after), says=says)


def _what(before: frozenset[str], after: frozenset[str]) -> str:
    if not before:
        return "added"
    return "changed" if after else "removed"


def _together(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "nothing"
