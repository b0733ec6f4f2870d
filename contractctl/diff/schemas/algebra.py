"""Two shapes into one: `meet` for schemas that both hold, `join` for alternatives of different kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from contractctl.core.json import Json
from contractctl.diff.schemas.shape import (
    Choice,
    Key,
    Limit,
    Node,
    Sealed,
    Shape,
    distinct,
    freeze,
    is_tighter,
    join_nodes,
    writing,
)

if TYPE_CHECKING:
    from contractctl.core.locations import Place


def meet(one: Shape, other: Shape) -> Shape:
    """Return the shape of what both accept; places are those of `one` where both say the same."""
    if (one.additional and other.pattern_properties) or (other.additional and one.pattern_properties):
        one, other = _seal_additional(one), _seal_additional(other)
    return Shape(
        at=one.at,
        kinds=one.kinds & other.kinds,
        values=_meet_values(one.values, other.values),
        limits=meet_limits(one.limits, other.limits),
        multiples=one.multiples | other.multiples,
        patterns=one.patterns | other.patterns,
        formats=one.formats | other.formats,
        unique=one.unique or other.unique,
        properties=_meet_properties(one, other),
        required={**other.required, **one.required},
        hidden=one.hidden | other.hidden,
        additional=_meet_optional(one.additional, other.additional),
        pattern_properties=_meet_nodes(one.pattern_properties, other.pattern_properties),
        property_names=_meet_optional(one.property_names, other.property_names),
        dependencies=_meet_dependencies(one.dependencies, other.dependencies),
        prefix=_meet_prefix(one, other),
        items=_meet_optional(one.items, other.items),
        choices=_distinct_choices((*one.choices, *other.choices)),
        excluded=distinct((*one.excluded, *other.excluded)),
        sealed=_distinct_sealed((*one.sealed, *other.sealed)),
        notes={**other.notes, **one.notes},
        origins={**other.origins, **one.origins},
    )


def meet_all(shapes: Sequence[Shape]) -> Shape:
    """Return the shape of what all accept; there is at least one. By halves, so that many small parts are quick."""
    if len(shapes) == 1:
        return shapes[0]
    half = len(shapes) // 2
    return meet(meet_all(shapes[:half]), meet_all(shapes[half:]))


def join(one: Shape, other: Shape) -> Shape | None:
    """Return the shape of what either accepts, when nothing is accepted by both and one shape can say it; else None."""
    if one.is_composite or other.is_composite:
        return None
    if _only_null(one) or _only_null(other):
        plain, null = (other, one) if _only_null(one) else (one, other)
        return None if "null" in plain.kinds else _with_null(plain, null.at if null is one else one.at)
    if _is_list(one) and _is_list(other):
        return _join_lists(one, other)
    if one.values is not None or other.values is not None or not _are_apart(one, other):
        return None
    narrow, wide = (one, other) if "object" in one.kinds else (other, one)
    return replace(
        narrow,
        at=one.at,
        kinds=one.kinds | other.kinds,
        limits={**wide.limits, **narrow.limits},
        multiples=one.multiples | other.multiples,
        patterns=one.patterns | other.patterns,
        formats=one.formats | other.formats,
        unique=one.unique or other.unique,
        prefix=one.prefix or other.prefix,
        items=one.items or other.items,
        hidden=one.hidden | other.hidden,
        notes={**other.notes, **one.notes},
        origins={**other.origins, **one.origins},
    )


def _are_apart(one: Shape, other: Shape) -> bool:
    """Tell whether no keyword of the one would touch the kinds of the other."""
    numbers = {"integer", "fraction"}
    both = one.kinds | other.kinds
    if one.kinds & other.kinds or (one.kinds & numbers and other.kinds & numbers):
        return False
    return not (one.formats or other.formats) or not ("string" in both and both & numbers)


def _is_list(shape: Shape) -> bool:
    """Tell whether the shape is a list of scalar values and nothing else."""
    constrained = shape.patterns or shape.formats or shape.multiples or shape.is_composite
    return shape.values is not None and not constrained and not shape.kinds & {"array", "object"}


def _join_lists(one: Shape, other: Shape) -> Shape | None:
    first, second = one.values or {}, other.values or {}
    if first.keys() & second.keys():
        return None
    origins = {**other.origins, **one.origins}
    return replace(one, kinds=one.kinds | other.kinds, values={**first, **second}, origins=origins)


def _only_null(shape: Shape) -> bool:
    return shape.kinds == {"null"}


def _with_null(shape: Shape, at: Place) -> Shape:
    values = shape.values if shape.values is None else {**shape.values, freeze(None): None}
    return replace(shape, at=at, kinds=shape.kinds | {"null"}, values=values)


def _seal_additional(shape: Shape) -> Shape:
    """Keep `additionalProperties` beside foreign patterns as a conjunct of its own: no one shape can say it."""
    if shape.additional is None:
        return shape
    tag = repr(sorted((*shape.properties, *shape.pattern_properties)))
    sealed = Sealed("additionalProperties", shape.origin("additionalProperties"), tag, (shape.additional,))
    return replace(shape, additional=None, sealed=(*shape.sealed, sealed))


def _meet_values(one: Mapping[Key, Json] | None, other: Mapping[Key, Json] | None) -> Mapping[Key, Json] | None:
    if one is None or other is None:
        return other if one is None else one
    return {key: value for key, value in one.items() if key in other}


def meet_limits(one: Mapping[str, Limit], other: Mapping[str, Limit]) -> dict[str, Limit]:
    """Return the tighter bound of each keyword."""
    limits = dict(one)
    for keyword, limit in other.items():
        if keyword not in limits or is_tighter(keyword, limit, limits[keyword]):
            limits[keyword] = limit
    return limits


def _meet_properties(one: Shape, other: Shape) -> dict[str, Node]:
    """Merge the declared properties; what one side leaves to its `additional` has to satisfy that too."""
    if one.additional is None and other.additional is None and one.properties.keys().isdisjoint(other.properties):
        return {**one.properties, **other.properties}
    merged: dict[str, Node] = {}
    for name in (*one.properties, *(name for name in other.properties if name not in one.properties)):
        nodes = [
            node
            for shape in (one, other)
            if (node := shape.properties.get(name, None if name in shape.hidden else shape.additional)) is not None
        ]
        merged[name] = join_nodes(nodes)
    return merged


def _meet_optional(one: Node | None, other: Node | None) -> Node | None:
    if one is None or other is None:
        return one or other
    return join_nodes((one, other))


def _distinct_choices(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    if len(choices) < 2:
        return tuple(choices)
    found: dict[Key, Choice] = {}
    for choice in choices:
        found.setdefault((choice.exclusive, frozenset(map(writing, choice.branches))), choice)
    return tuple(found.values())


def _distinct_sealed(sealed: Sequence[Sealed]) -> tuple[Sealed, ...]:
    if len(sealed) < 2:
        return tuple(sealed)
    found: dict[Key, Sealed] = {}
    for one in sealed:
        found.setdefault((one.keyword, one.tag, one.occurrences, tuple(map(writing, one.nodes))), one)
    return tuple(found.values())


def _meet_nodes(one: Mapping[str, Node], other: Mapping[str, Node]) -> dict[str, Node]:
    shared = {name: join_nodes((node, other[name])) for name, node in one.items() if name in other}
    return {**one, **other, **shared}


def _meet_dependencies(
    one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    return {name: one.get(name, frozenset()) | other.get(name, frozenset()) for name in (*one, *other)}


def _meet_prefix(one: Shape, other: Shape) -> tuple[Node, ...]:
    """Merge tuples position by position; beyond its own tuple a side has its `items`."""
    merged: list[Node] = []
    for position in range(max(len(one.prefix), len(other.prefix))):
        nodes = [node for shape in (one, other) if (node := item_at(shape, position)) is not None]
        merged.append(join_nodes(nodes))
    return tuple(merged)


def item_at(shape: Shape, position: int) -> Node | None:
    """Return the schema of the array item at this position, counted from 0; None where anything goes."""
    return shape.prefix[position] if position < len(shape.prefix) else shape.items
