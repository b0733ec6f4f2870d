"""Tidy a shape: drop what says nothing, and say in one way what can be said in several."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from contractctl.diff.schemas.implied import implied_limit, is_closed
from contractctl.diff.schemas.shape import (
    KINDS_OF_LIMIT,
    NUMBERS,
    Kind,
    Limit,
    Shape,
    is_lower,
    kind_of,
    measure,
    within,
)
from contractctl.diff.schemas.written import is_never

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contractctl.core.json import Json

_RANGES: tuple[tuple[str, str, frozenset[Kind]], ...] = (
    ("minimum", "maximum", NUMBERS),
    ("minLength", "maxLength", frozenset({"string"})),
    ("minItems", "maxItems", frozenset({"array"})),
    ("minProperties", "maxProperties", frozenset({"object"})),
)
_ITEMS, _MEMBERS = frozenset[Kind]({"array"}), frozenset[Kind]({"object"})
_KINDS_OF_SEAL: Mapping[str, frozenset[Kind]] = {
    **dict.fromkeys(("contains", "unevaluatedItems"), _ITEMS),
    **dict.fromkeys(("dependentSchemas", "unevaluatedProperties", "additionalProperties"), _MEMBERS),
}


def tidy(shape: Shape) -> Shape:
    """Drop what says nothing: keywords of other kinds, bounds that every value keeps, enum values that cannot be."""
    shape = _tidy_values(_without_hidden(shape))
    shape = _tidy_numbers(shape)
    if "array" in shape.kinds:
        shape = _tidy_items(shape)
    if "object" in shape.kinds:
        shape = _tidy_dependencies(shape)
    if shape.limits:
        shape = replace(shape, limits=_tidy_limits(shape))
    impossible = _impossible(shape) if shape.limits or shape.required or shape.sealed else None
    return _tidy_kinds(replace(shape, kinds=shape.kinds - impossible) if impossible else shape)


def _without_hidden(shape: Shape) -> Shape:
    """Take out what does not count in this direction, now that all parts are merged."""
    if not shape.hidden:
        return shape
    properties = {name: node for name, node in shape.properties.items() if name not in shape.hidden}
    required = {name: at for name, at in shape.required.items() if name not in shape.hidden}
    return replace(shape, properties=properties, required=required)


def _tidy_kinds(shape: Shape) -> Shape:
    """Drop the keywords that do not apply to any kind that is left."""
    if shape.is_empty:
        return Shape(shape.at, frozenset(), notes=shape.notes, origins=shape.origins)
    kinds = shape.kinds
    if not kinds & NUMBERS and shape.multiples:
        shape = replace(shape, multiples=frozenset())
    if not kinds & {"string", "integer", "fraction"} and shape.formats:
        shape = replace(shape, formats=frozenset())
    if "string" not in kinds and shape.patterns:
        shape = replace(shape, patterns=frozenset())
    if any(_KINDS_OF_SEAL.get(one.keyword, kinds).isdisjoint(kinds) for one in shape.sealed):
        sealed = tuple(one for one in shape.sealed if _KINDS_OF_SEAL.get(one.keyword, kinds) & kinds)
        shape = replace(shape, sealed=sealed)
    if "array" not in kinds and (shape.unique or shape.prefix or shape.items):
        shape = replace(shape, unique=False, prefix=(), items=None)
    return shape if "object" in kinds else _without_members(shape)


def _without_members(shape: Shape) -> Shape:
    patterns = shape.pattern_properties or shape.property_names or shape.dependencies
    if not (shape.properties or shape.required or shape.additional or patterns):
        return shape
    return replace(
        shape, properties={}, required={}, additional=None, pattern_properties={}, property_names=None, dependencies={}
    )


def _tidy_numbers(shape: Shape) -> Shape:
    """Write all multiples as one; a number that is a multiple of 1 is an integer."""
    if not shape.multiples:
        return shape
    common = Fraction(1)
    amounts = sorted(shape.multiples)
    common = amounts[0]
    for amount in amounts[1:]:
        common = _common_multiple(common, amount)
    kinds = shape.kinds - {"fraction"} if common == 1 and "integer" in shape.kinds else shape.kinds
    if "fraction" not in kinds:
        common = Fraction(common.numerator)
    whole = common == 1 and "fraction" not in kinds
    return replace(shape, kinds=kinds, multiples=frozenset() if whole else frozenset((common,)))


def _common_multiple(one: Fraction, other: Fraction) -> Fraction:
    numerators = one.numerator * other.denominator, other.numerator * one.denominator
    return Fraction(math.lcm(*numerators), one.denominator * other.denominator)


def _tidy_limits(shape: Shape) -> dict[str, Limit]:
    """Keep the bounds that say something; those on numbers are moved to what a value can be."""
    whole = "fraction" not in shape.kinds
    step = next(iter(shape.multiples), Fraction(1)) if whole or shape.multiples else None
    return {
        keyword: _stepped(keyword, limit, step) if step is not None and keyword in {"minimum", "maximum"} else limit
        for keyword, limit in shape.limits.items()
        if shape.kinds & KINDS_OF_LIMIT[keyword] and not _is_idle(keyword, limit)
    }


def _is_idle(keyword: str, limit: Limit) -> bool:
    return keyword in {"minLength", "minItems", "minProperties"} and limit.value <= 0


def _stepped(keyword: str, limit: Limit, step: Fraction) -> Limit:
    """Write a bound on multiples of `step` without `exclusive`: an integer over 0 is at least 1."""
    if isinstance(limit.value, float) and math.isinf(limit.value):
        return limit
    amount = Fraction(str(limit.value)) / step
    if is_lower(keyword):
        count = math.floor(amount) + 1 if limit.exclusive else math.ceil(amount)
    else:
        count = math.ceil(amount) - 1 if limit.exclusive else math.floor(amount)
    value = count * step
    return replace(limit, value=int(value) if value.denominator == 1 else float(value), exclusive=False)


def _tidy_items(shape: Shape) -> Shape:
    """Say by `maxItems` what a closed tuple says; drop what no item reaches."""
    if not shape.prefix and shape.items is None and "maxItems" not in shape.limits:
        return shape
    closed = next((index for index, node in enumerate(shape.prefix) if is_never(node)), None)
    limits = dict(shape.limits)
    if closed is not None:
        _lower_to(limits, closed, Limit(closed, exclusive=False, at=shape.prefix[closed].at))
        shape = replace(shape, prefix=shape.prefix[:closed], items=None)
    elif is_never(shape.items) and shape.items is not None:
        _lower_to(limits, len(shape.prefix), Limit(len(shape.prefix), exclusive=False, at=shape.items.at))
        shape = replace(shape, items=None)
    most = limits.get("maxItems")
    if most is None or most.value > len(shape.prefix):
        return replace(shape, limits=limits, unique=shape.unique and not _is_at_most(most, 1))
    prefix = shape.prefix[: max(0, math.floor(most.value))]
    return replace(shape, limits=limits, prefix=prefix, items=None, unique=shape.unique and most.value > 1)


def _is_at_most(limit: Limit | None, amount: int) -> bool:
    return limit is not None and limit.value <= amount


def _lower_to(limits: dict[str, Limit], amount: int, limit: Limit) -> None:
    known = limits.get("maxItems")
    if known is None or known.value > amount:
        limits["maxItems"] = limit


def _tidy_dependencies(shape: Shape) -> Shape:
    """Let what is brought by a required member be required, and drop what comes with itself or in any case."""
    if not shape.dependencies:
        return shape
    required = dict(shape.required)
    waiting = list(required)
    while waiting:
        brought = sorted(shape.dependencies.get(waiting.pop(), frozenset()) - required.keys())
        required.update(dict.fromkeys(brought, shape.origin("dependentRequired")))
        waiting.extend(brought)
    left = {name: brought - required.keys() - {name} for name, brought in shape.dependencies.items()}
    return replace(shape, required=required, dependencies={name: brought for name, brought in left.items() if brought})


def _impossible(shape: Shape) -> frozenset[Kind]:
    """Return the kinds of which no value keeps the bounds."""
    kinds = frozenset[Kind]()
    for low, high, applies in _RANGES:
        least, most = implied_limit(shape, low), implied_limit(shape, high)
        if least is not None and most is not None and shape.kinds & applies and _are_crossed(least, most):
            kinds |= applies
    if "object" in shape.kinds and any(_cannot_be(shape, name) for name in shape.required):
        kinds |= {"object"}
    if any(one.keyword == "contains" and one.occurrences[0] and is_never(one.nodes[0]) for one in shape.sealed):
        kinds |= {"array"}
    return kinds


def _cannot_be(shape: Shape, name: str) -> bool:
    """Tell whether no member may have the name."""
    return is_never(shape.properties[name]) if name in shape.properties else is_closed(shape)


def _are_crossed(least: Limit, most: Limit) -> bool:
    return least.value > most.value or (least.value == most.value and (least.exclusive or most.exclusive))


def _tidy_values(shape: Shape) -> Shape:
    """Keep the enum values that kinds and limits allow; an enum of all there is says nothing."""
    if shape.values is None:
        return shape
    values = {key: value for key, value in shape.values.items() if _is_possible(shape, value)}
    kinds = frozenset(map(kind_of, values.values()))
    return replace(shape, kinds=kinds, limits={}, values=None if _are_all(values, kinds) else values)


def _are_all(values: Mapping[object, Json], kinds: frozenset[Kind]) -> bool:
    """Tell whether no other value has one of the kinds."""
    return bool(values) and kinds <= {"null", "boolean"} and len(values) == 2 * ("boolean" in kinds) + ("null" in kinds)


def _is_possible(shape: Shape, value: Json) -> bool:
    if kind_of(value) not in shape.kinds:
        return False
    amounts = ((keyword, limit, measure(value, keyword)) for keyword, limit in shape.limits.items())
    return all(amount is None or within(limit, keyword, amount) for keyword, limit, amount in amounts)
