"""Compare what two shapes say about the members of objects and the items of arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from contractctl.contract.model import SchemaValue
from contractctl.diff.algebra import item_at
from contractctl.diff.fragments import of_dependency, of_member, of_node, of_others, of_pattern, of_required
from contractctl.diff.pairs import DOUBTFUL, Edit, Member, Pair, PairUp, Reliance, Term
from contractctl.diff.relation import MAY_NARROW, NARROWS, UNKNOWN, WIDENS, Relation, related
from contractctl.diff.shape import Node, Part, Shape
from contractctl.diff.steps import Item, Name, Property, Undeclared

if TYPE_CHECKING:
    from contractctl.core.locations import Place
    from contractctl.diff.normalise import Side

Difference: TypeAlias = Edit | Term


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
        yield from _dependencies(base, revision)

    def arrays(self, base: Shape, revision: Shape) -> Iterator[Difference]:
        """Yield what differs in the items, position by position and after the tuple."""
        positions = max(len(base.prefix), len(revision.prefix))
        for position in range(positions):
            pair = self._optional(base, item_at(base, position), revision, item_at(revision, position))
            yield from (Member(one, Item(position)) for one in pair)
        pair = self._optional(base, base.items, revision, revision.items)
        yield from (Member(one, Item()) for one in pair)

    def _optional(self, base: Shape, one: Node | None, revision: Shape, other: Node | None) -> Iterator[Pair]:
        """Yield the pair of two schemas, one of which may be left out and then accepts anything."""
        if one is not None or other is not None:
            yield self._pair_up(one or anything(base.at), other or anything(revision.at))

    def _member(self, base: Shape, revision: Shape, name: str) -> Iterator[Difference]:
        before, after = _declared(base, name), _declared(revision, name)
        if before is not None and after is not None:
            yield Member(self._pair_up(before, after), Property(name))
            if (name in base.required) != (name in revision.required):
                yield _requirement(base, revision, name)
        elif before is not None:
            yield from self._removed(base, revision, name, before)
        elif after is not None:
            yield from self._added(base, revision, name, after)

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
        if shape.pattern_properties:
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
                relation = MAY_NARROW.mirrored if revision.additional is None else UNKNOWN
                text = f"the schema for properties that match `{pattern}` was removed"
                kind, gone = "pattern-properties-removed", (of_pattern(pattern, node), True)
                yield Edit(kind, text, relation, node.at, revision.at, before=pattern, says=gone)
        for pattern, node in revision.pattern_properties.items():
            if pattern not in base.pattern_properties:
                relation = MAY_NARROW if base.additional is None else UNKNOWN
                text = f"a schema for properties that match `{pattern}` was added"
                kind, come = "pattern-properties-added", (True, of_pattern(pattern, node))
                yield Edit(kind, text, relation, base.at, node.at, after=pattern, says=come)

    def _names(self, base: Shape, revision: Shape) -> Iterator[Difference]:
        pairs = self._optional(base, base.property_names, revision, revision.property_names)
        yield from (Member(pair, Name(), DOUBTFUL) for pair in pairs)


def anything(at: Place) -> Node:
    """Return the schema that a place without one stands for."""
    return Node((Part(at, True),), ((True, at),))


def _declared(shape: Shape, name: str) -> Node | None:
    """Return the schema of a property that the shape speaks of; one that is only required may be anything."""
    node = shape.properties.get(name)
    if node is None and name in shape.required:
        return shape.additional or anything(shape.required[name])
    return node


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


def _dependencies(base: Shape, revision: Shape) -> Iterator[Edit]:
    keyword = "dependentRequired"
    places = base.origin(keyword), revision.origin(keyword)
    for name in dict.fromkeys((*base.dependencies, *revision.dependencies)):
        before, after = base.dependencies.get(name, frozenset()), revision.dependencies.get(name, frozenset())
        if before != after:
            relation: Relation = related(forward=after <= before, backward=before <= after)
            text = f"with `{name}` came {_together(before)} and now comes {_together(after)}"
            kind = "dependent-required-changed"
            says = of_dependency(name, before), of_dependency(name, after)
            yield Edit(kind, text, relation, *places, before=sorted(before), after=sorted(after), says=says)


def _together(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "nothing"
