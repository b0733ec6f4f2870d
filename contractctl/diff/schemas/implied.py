"""What a shape implies without saying it: bounds that follow from its members, its items and its other bounds."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from contractctl.diff.schemas.shape import Kind, Limit, Node, Shape, is_tighter, join_nodes
from contractctl.diff.schemas.written import is_never

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema_rs import Draft202012Validator


def implied_limit(shape: Shape, keyword: str) -> Limit | None:
    """Return the tightest bound that all values of the shape keep, as far as it is plain; None where there is none.

    An object with three required members has three at least, and one that is closed has no more than it declares.
    """
    own, amount = shape.limits.get(keyword), _counted(shape, keyword)
    if amount is None:
        return own
    counted = Limit(amount, exclusive=False, at=shape.at)
    return counted if own is None or is_tighter(keyword, counted, own) else own


def keeps_limit(shape: Shape, keyword: str, limit: Limit | None) -> bool:
    """Tell whether all values of the shape keep a bound, as far as it is plain."""
    if limit is None or (keyword.startswith("min") and keyword != "minimum" and limit.value <= 0):
        return True
    implied = implied_limit(shape, keyword)
    return implied is not None and not is_tighter(keyword, limit, implied)


def keeps_unique(shape: Shape) -> bool:
    """Tell whether no array of the shape repeats an item."""
    most = shape.limits.get("maxItems")
    return shape.unique or (most is not None and most.value <= 1)


def step_of(shape: Shape) -> Fraction | None:
    """Return what all numbers of the shape are multiples of; None where they may be any."""
    return next(iter(shape.multiples), None if "fraction" in shape.kinds else Fraction(1))


def kinds_left(shape: Shape) -> frozenset[Kind]:
    """Return the kinds of which the shape has values: a multiple of an integer is no fraction."""
    step = next(iter(shape.multiples), None)
    whole = step is not None and step.denominator == 1 and "integer" in shape.kinds
    return shape.kinds - {"fraction"} if whole else shape.kinds


def steps_over(shape: Shape, other: Shape) -> bool:
    """Tell whether all numbers of the shape are multiples of what those of the other have to be."""
    own, wanted = step_of(shape), next(iter(other.multiples), None)
    return wanted is None or (own is not None and (own / wanted).denominator == 1)


def member_of(shape: Shape, name: str) -> Node | None:
    """Return what the shape says of a member by its name; None for one that is left to the others."""
    patterns = shape.pattern_properties
    nodes = [shape.properties[name]] if name in shape.properties else []
    nodes += [node for pattern, node in patterns.items() if matches(pattern, name)]
    return join_nodes(nodes) if nodes else None


def matches(pattern: str, name: str) -> bool | None:
    """Tell whether a name matches a pattern (ECMA-262); None where the pattern cannot be compiled."""
    matcher = _matcher(pattern)
    return None if matcher is None else matcher.is_valid(name)


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> Draft202012Validator | None:
    """Return a validator for the pattern: its engine bounds the steps that a hostile pattern may take."""
    from contractctl.contract.vetting import build_validator

    return build_validator({"pattern": pattern})


def is_closed(shape: Shape) -> bool:
    """Tell whether the shape declares every name that a member may have."""
    return is_never(shape.additional) and not shape.pattern_properties


def _counted(shape: Shape, keyword: str) -> int | None:
    match keyword:
        case "minProperties":
            return len(shape.required) or None
        case "maxProperties" if is_closed(shape) and not shape.hidden:
            return sum(not is_never(node) for node in shape.properties.values())
        case "minItems":
            return max(_occurrences(shape), default=0) or None
        case _:
            return None


def _occurrences(shape: Shape) -> Iterator[int]:
    return (one.occurrences[0] for one in shape.sealed if one.keyword == "contains")
