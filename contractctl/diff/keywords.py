"""Compare what two shapes say about a value itself: its type, its enum, its bounds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from contractctl.contract.model import SchemaValue
from contractctl.core.json import Json
from contractctl.diff.fragments import of_all, of_kinds, of_limit, of_multiples, of_values
from contractctl.diff.pairs import Edit
from contractctl.diff.relation import (
    INCOMPARABLE,
    MAY_NARROW,
    MAY_WIDEN,
    NARROWS,
    UNKNOWN,
    WIDENS,
    Inclusion,
    Relation,
    related,
)
from contractctl.diff.shape import (
    EVERY_KIND,
    KINDS_OF_LIMIT,
    NUMBERS,
    Key,
    Kind,
    Limit,
    Shape,
    freeze,
    is_lower,
    is_tighter,
    kind_of,
    measure,
    within,
)

_PARSED_APART = frozenset(
    ("date", "date-time", "time", "duration", "uuid", "email", "ipv4", "ipv6", "uri", "hostname", "json-pointer")
)
"""Formats no two of which have a value in common, as far as anybody uses them."""

_CONTAINED = {"int32": "int64", "float": "double"}


def compare_kinds(base: Shape, revision: Shape) -> Iterator[Edit]:
    """Yield the edit of the type, if there is one that the enum does not tell."""
    before, after = _lists(base, revision)
    if base.kinds == revision.kinds or not (before is None or after is None):
        return
    relation = related(forward=base.kinds <= revision.kinds, backward=revision.kinds <= base.kinds)
    if after is not None and relation.backward is Inclusion.PROVEN:
        return  # the new enum says all of it
    if before is not None and relation.forward is Inclusion.PROVEN:
        return
    what = {WIDENS: "widened", NARROWS: "narrowed"}.get(relation, "changed")
    names = type_names(base.kinds), type_names(revision.kinds)
    text = f"the type changed from {_listed(names[0])} to {_listed(names[1])}"
    places = base.origin("type"), revision.origin("type")
    says = of_kinds(base.kinds), of_kinds(revision.kinds)
    yield Edit(f"type-{what}", text, relation, *places, before=names[0], after=names[1], says=says)


def compare_values(base: Shape, revision: Shape) -> Iterator[Edit]:
    """Yield the edits of the enum: values that went, values that came, or the whole of it."""
    before, after = _lists(base, revision)
    if not base.kinds & revision.kinds and (before is None or after is None):
        return  # the type says all of it
    places = base.origin("enum"), revision.origin("enum")
    says = of_values(before), of_values(after)
    if before is not None and after is not None:
        yield from _compare_lists(base, revision, before, after)
    elif before is not None:
        values = list(before.values())
        relation = Relation(_admits_all(revision, values), Inclusion.REFUTED)
        text = f"the enum {_shown(values)} was removed"
        yield Edit("enum-removed", text, relation, *places, before=values, says=says)
    elif after is not None:
        values = list(after.values())
        relation = Relation(Inclusion.REFUTED, _admits_all(base, values))
        text = f"only {_shown(values)} is allowed now"
        yield Edit("enum-added", text, relation, *places, after=values, says=says)


def _lists(base: Shape, revision: Shape) -> tuple[Mapping[Key, Json] | None, Mapping[Key, Json] | None]:
    """Return the enums of both; beside an enum, null and booleans count as lists of their values."""
    if base.values is None and revision.values is None:
        return None, None
    return _list(base), _list(revision)


def _list(shape: Shape) -> Mapping[Key, Json] | None:
    if shape.values is not None or not shape.kinds <= {"null", "boolean"} or shape.is_empty:
        return shape.values
    booleans: list[Json] = [False, True] if "boolean" in shape.kinds else []
    nulls: list[Json] = [None] if "null" in shape.kinds else []
    return {freeze(value): value for value in (*booleans, *nulls)}


def compare_limits(base: Shape, revision: Shape, kinds: frozenset[Kind]) -> Iterator[Edit]:
    """Yield an edit for each bound that moved, came or went, of those that apply to the kinds."""
    for keyword, applies in KINDS_OF_LIMIT.items():
        before, after = base.limits.get(keyword), revision.limits.get(keyword)
        if kinds & applies and not _are_same(before, after):
            yield _limit_edit(keyword, base, revision, before, after)


def compare_texts(base: Shape, revision: Shape, kinds: frozenset[Kind]) -> Iterator[Edit]:
    """Yield the edits of pattern, format, multipleOf and uniqueItems."""
    if kinds & NUMBERS and base.multiples != revision.multiples:
        relation = related(
            forward=_divides(revision.multiples, base.multiples), backward=_divides(base.multiples, revision.multiples)
        )
        amounts = sorted(map(str, base.multiples)), sorted(map(str, revision.multiples))
        says = of_multiples(base.multiples), of_multiples(revision.multiples)
        yield _set_edit("multipleOf", (base, revision), amounts, relation, says)
    if "string" in kinds and base.patterns != revision.patterns:
        relation = _of_sets(base.patterns, revision.patterns, NARROWS)
        texts = sorted(base.patterns), sorted(revision.patterns)
        says = of_all("pattern", texts[0]), of_all("pattern", texts[1])
        yield _set_edit("pattern", (base, revision), texts, relation, says)
    if kinds & {"string", *NUMBERS} and base.formats != revision.formats:
        relation = _of_formats(base.formats, revision.formats)
        texts = sorted(base.formats), sorted(revision.formats)
        says = of_all("format", texts[0]), of_all("format", texts[1])
        yield _set_edit("format", (base, revision), texts, relation, says)
    if "array" in kinds and base.unique != revision.unique:
        what, relation = ("removed", WIDENS) if base.unique else ("added", NARROWS)
        text = "items may repeat now" if base.unique else "items must be unique now"
        places = base.origin("uniqueItems"), revision.origin("uniqueItems")
        bounds = of_all("uniqueItems", [base.unique]), of_all("uniqueItems", [revision.unique])
        kind = f"unique-items-{what}"
        yield Edit(kind, text, relation, *places, before=base.unique, after=revision.unique, says=bounds)


def type_names(kinds: frozenset[Kind]) -> list[str]:
    """Return the kinds as the type names of JSON Schema, sorted, null last; empty where every type goes."""
    if kinds == EVERY_KIND:
        return []
    names: set[str] = set(kinds)
    if kinds >= NUMBERS:
        names = names - NUMBERS | {"number"}
    shown = ("fraction of a number" if name == "fraction" else name for name in names)
    return sorted(shown, key=lambda name: (name == "null", name)) or ["nothing"]


def admits(shape: Shape, value: Json) -> Inclusion:
    """Tell whether the shape accepts the value, as far as that is plain."""
    kind = kind_of(value)
    amounts = ((keyword, limit, measure(value, keyword)) for keyword, limit in shape.limits.items())
    if kind not in shape.kinds or any(
        amount is not None and not within(limit, keyword, amount) for keyword, limit, amount in amounts
    ):
        return Inclusion.REFUTED
    if isinstance(value, int | float) and any(Fraction(str(value)) % multiple for multiple in shape.multiples):
        return Inclusion.REFUTED
    unread = shape.is_composite or kind in {"array", "object"}
    texts = (kind == "string" and shape.patterns) or (kind in {"string", *NUMBERS} and shape.formats)
    return Inclusion.OPEN if unread or texts else Inclusion.PROVEN


def _admits_all(shape: Shape, values: Iterable[Json]) -> Inclusion:
    return min((admits(shape, value) for value in values), default=Inclusion.PROVEN)


def _compare_lists(
    base: Shape, revision: Shape, before: Mapping[Key, Json], after: Mapping[Key, Json]
) -> Iterator[Edit]:
    places = base.origin("enum"), revision.origin("enum")
    says = of_values(before), of_values(after)
    gone = [value for key, value in before.items() if key not in after]
    come = [value for key, value in after.items() if key not in before]
    if gone:
        text = f"{_shown(gone)} is no longer allowed"
        yield Edit("enum-value-removed", text, NARROWS, *places, before=gone, says=says)
    if come:
        text = f"{_shown(come)} is allowed now"
        yield Edit("enum-value-added", text, WIDENS, *places, after=come, says=says)


def _are_same(before: Limit | None, after: Limit | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.value, before.exclusive) == (after.value, after.exclusive)


def _limit_edit(keyword: str, base: Shape, revision: Shape, before: Limit | None, after: Limit | None) -> Edit:
    name = _kebab(keyword)
    places = before.at if before else base.at, after.at if after else revision.at
    amounts = before.value if before else None, after.value if after else None
    if before is None or after is None:
        limit = before or after
        assert limit is not None
        what, relation = ("added", NARROWS) if before is None else ("removed", WIDENS)
        text = f"{keyword} {limit.text} was {what}"
    else:
        tightened = is_tighter(keyword, after, before)
        relation = NARROWS if tightened else WIDENS
        what = "raised" if tightened == is_lower(keyword) else "lowered"
        text = f"{keyword} was {what} from {before.text} to {after.text}"
    says = of_limit(keyword, before), of_limit(keyword, after)
    return Edit(f"{name}-{what}", text, relation, *places, before=amounts[0], after=amounts[1], says=says)


def _set_edit(
    keyword: str,
    sides: tuple[Shape, Shape],
    both: tuple[list[str], list[str]],
    relation: Relation,
    says: tuple[SchemaValue, SchemaValue],
) -> Edit:
    """Make the edit of a keyword of which a schema may have gathered several."""
    places = sides[0].origin(keyword), sides[1].origin(keyword)
    before, after = both
    if not before:
        what, text = "added", f"{keyword} {_listed(after)} was added"
    elif not after:
        what, text = "removed", f"{keyword} {_listed(before)} was removed"
    else:
        what, text = "changed", f"{keyword} changed from {_listed(before)} to {_listed(after)}"
    kind = f"{_kebab(keyword)}-{what}"
    return Edit(kind, text, relation, *places, before=before or None, after=after or None, says=says)


def _of_sets(before: frozenset[str], after: frozenset[str], when_added: Relation) -> Relation:
    """Relate two conjunctions of opaque constraints."""
    if before < after:
        return when_added
    return when_added.mirrored if after < before else UNKNOWN


def _of_formats(before: frozenset[str], after: frozenset[str]) -> Relation:
    """Relate by format. Who checks formats is not said in a contract: one that comes or goes proves nothing."""
    if before < after:
        return MAY_NARROW
    if after < before:
        return MAY_WIDEN
    pairs = [(one, other) for one in before - after for other in after - before]
    if all(_CONTAINED.get(one) == other for one, other in pairs):
        return WIDENS
    if all(_CONTAINED.get(other) == one for one, other in pairs):
        return NARROWS
    return INCOMPARABLE if all({one, other} <= _PARSED_APART for one, other in pairs) else UNKNOWN


def _divides(divisors: frozenset[Fraction], multiples: frozenset[Fraction]) -> bool:
    """Tell whether being a multiple of all of `multiples` implies being one of all of `divisors`."""
    return all(any((multiple / divisor).denominator == 1 for multiple in multiples) for divisor in divisors)


def _kebab(keyword: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: "-" + letter.group().lower(), keyword)


def _listed(names: list[str]) -> str:
    return " or ".join(f"`{name}`" for name in names) or "anything"


def _shown(values: list[Json]) -> str:
    """Show at most five values as JSON."""
    shown = [f"`{json.dumps(value, ensure_ascii=False)}`" for value in values[:5]]
    more = [f"{len(values) - 5} more"] if len(values) > 5 else []
    return ", ".join((*shown, *more)) or "nothing"
