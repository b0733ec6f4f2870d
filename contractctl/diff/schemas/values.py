"""Compare the types of two shapes and their enums."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from contractctl.core.json import Json, is_array
from contractctl.core.records import dataclass
from contractctl.diff.relation import EQUAL, NARROWS, WIDENS, Inclusion, Relation, related
from contractctl.diff.schemas.fragments import of_kinds, of_node, of_values
from contractctl.diff.schemas.implied import kinds_left, step_of
from contractctl.diff.schemas.keywords import listed
from contractctl.diff.schemas.pairs import Edit
from contractctl.diff.schemas.shape import EVERY_KIND, NUMBERS, Key, Kind, Node, Shape, freeze
from contractctl.diff.schemas.texts import are_all

if TYPE_CHECKING:
    from contractctl.core.locations import Place
    from contractctl.diff.schemas.membership import Membership


_MOST_INTEGERS = 100


@dataclass(frozen=True, slots=True)
class Holder:
    """A schema of one side: as it is written, as it is read, and who can be asked whether it accepts a value."""

    node: Node
    shape: Shape
    members: Membership


def is_extensible(shape: Shape) -> bool:
    """Tell whether clients were told by `x-extensible-enum` that more values may come."""
    note = shape.notes.get("x-extensible-enum")
    return note is not None and (note.value is True or is_array(note.value))


def compare_kinds(base: Shape, revision: Shape) -> Iterator[Edit]:
    """Yield the edit of the type, if there is one that the enum does not tell."""
    before, after = _lists(base, revision)
    if base.kinds == revision.kinds or not (before is None or after is None):
        return
    relation = related(forward=kinds_left(base) <= revision.kinds, backward=kinds_left(revision) <= base.kinds)
    if relation == EQUAL:
        return
    if after is not None and relation.backward is Inclusion.PROVEN:
        return  # the new enum says all of it
    if before is not None and relation.forward is Inclusion.PROVEN:
        return
    what = {WIDENS: "widened", NARROWS: "narrowed"}.get(relation, "changed")
    names = type_names(base.kinds), type_names(revision.kinds)
    text = f"the type changed from {listed(names[0])} to {listed(names[1])}"
    places = base.origin("type"), revision.origin("type")
    says = of_kinds(base.kinds), of_kinds(revision.kinds)
    yield Edit(f"type-{what}", text, relation, *places, before=names[0], after=names[1], says=says)


def compare_values(base: Holder, revision: Holder) -> Iterator[Edit]:
    """Yield the edits of the enum: values that went, values that came, or the whole of it."""
    before, after = _lists(base.shape, revision.shape)
    if not base.shape.kinds & revision.shape.kinds and (before is None or after is None):
        return  # the type says all of it
    if before is not None and after is not None:
        yield from _compare_lists(base, revision, before, after)
    elif before is not None:
        values = list(before.values())
        is_same = is_extensible(base.shape) or are_all(revision.shape, values)
        backward = Inclusion.PROVEN if is_same else Inclusion.REFUTED
        relation = Relation(revision.members.accepts_all(revision.node, values), backward)
        text = f"the enum {shown(values)} was removed"
        says = of_values(before), of_node(revision.node)
        places = _enum_place(base.shape), _enum_place(revision.shape)
        if relation != EQUAL or is_extensible(base.shape):
            yield Edit("enum-removed", text, relation, *places, before=values, says=says)
    elif after is not None:
        values = list(after.values())
        forward = Inclusion.PROVEN if are_all(base.shape, values) else Inclusion.REFUTED
        relation = Relation(forward, base.members.accepts_all(base.node, values))
        text = f"only {shown(values)} {_are(values)} allowed now"
        says = of_node(base.node), of_values(after)
        places = _enum_place(base.shape), _enum_place(revision.shape)
        if relation != EQUAL:
            yield Edit("enum-added", text, relation, *places, after=values, says=says)


def _lists(base: Shape, revision: Shape) -> tuple[Mapping[Key, Json] | None, Mapping[Key, Json] | None]:
    """Return the enums of both; beside one, null, booleans and a few integers in a row count as such."""
    if base.values is None and revision.values is None:
        return None, None
    return _list(base), _list(revision)


def _list(shape: Shape) -> Mapping[Key, Json] | None:
    if shape.values is not None or not shape.kinds <= {"null", "boolean", "integer"} or shape.is_empty:
        return shape.values
    integers = _integers(shape) if "integer" in shape.kinds else ()
    if integers is None or shape.is_composite:
        return None
    booleans: list[Json] = [False, True] if "boolean" in shape.kinds else []
    nulls: list[Json] = [None] if "null" in shape.kinds else []
    return {freeze(value): value for value in (*integers, *booleans, *nulls)}


def _integers(shape: Shape) -> Sequence[int] | None:
    """Return the integers between the bounds, None where they are too many to list."""
    least, most = shape.limits.get("minimum"), shape.limits.get("maximum")
    if least is None or most is None or not most.value - least.value <= _MOST_INTEGERS:
        return None
    step = step_of(shape) or Fraction(1)
    return range(int(least.value), int(most.value) + 1, step.numerator)


def type_names(kinds: frozenset[Kind]) -> list[str]:
    """Return the kinds as the type names of JSON Schema, sorted, null last; empty where every type goes."""
    if kinds == EVERY_KIND:
        return []
    names: set[str] = set(kinds)
    if kinds >= NUMBERS:
        names = names - NUMBERS | {"number"}
    shown = ("fraction of a number" if name == "fraction" else name for name in names)
    return sorted(shown, key=lambda name: (name == "null", name)) or ["nothing"]


def _compare_lists(
    base: Holder, revision: Holder, before: Mapping[Key, Json], after: Mapping[Key, Json]
) -> Iterator[Edit]:
    says = of_values(before), of_values(after)
    gone = [value for key, value in before.items() if key not in after]
    come = [value for key, value in after.items() if key not in before]
    if gone:
        text = f"{shown(gone)} {_are(gone)} no longer allowed"
        places = _enum_place(base.shape, base.node, gone), _enum_place(revision.shape)
        yield Edit("enum-value-removed", text, NARROWS, *places, before=gone, says=says)
    if come:
        text = f"{shown(come)} {_are(come)} allowed now"
        relation = EQUAL if is_extensible(base.shape) else WIDENS
        places = _enum_place(base.shape), _enum_place(revision.shape, revision.node, come)
        yield Edit("enum-value-added", text, relation, *places, after=come, says=says)


def _enum_place(shape: Shape, node: Node | None = None, values: Sequence[Json] = ()) -> Place:
    """Return where the enum stands; where one value is spoken of, where that does."""
    place = shape.origins.get("enum") or shape.origin("const")
    if node is None or len(values) != 1:
        return place
    key = freeze(values[0])
    for part in node.parts:
        listed = part.value.get("enum") if not isinstance(part.value, bool) else None
        if is_array(listed) and part.at / "enum" == place:
            return next((place / index for index, value in enumerate(listed) if freeze(value) == key), place)
    return place


def shown(values: list[Json]) -> str:
    """Show at most five values as JSON."""
    shown = [f"`{json.dumps(value, ensure_ascii=False)}`" for value in values[:5]]
    more = [f"{len(values) - 5} more"] if len(values) > 5 else []
    return ", ".join((*shown, *more)) or "nothing"


def _are(values: list[Json]) -> str:
    return "is" if len(values) == 1 else "are"
