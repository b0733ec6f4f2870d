"""The conjunction of two keyword sets, as one keyword set.

The result admits every value that both sides admit. It may admit more where a keyword cannot hold a conjunction (two
patterns, say, or the schemas of a member); it never admits less, so that a contradiction found in it is a proof.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from contractctl.synth.failures import Unsatisfiable
from contractctl.synth.values import Json, Keywords, elements, exact, identity, members, strings, types

ANNOTATIONS: Final = frozenset(
    (
        "title",
        "description",
        "deprecated",
        "readOnly",
        "writeOnly",
        "externalDocs",
        "xml",
        "$comment",
        "$id",
        "$anchor",
        "$schema",
        "$defs",
        "definitions",
        "example",
        "examples",
        "default",
        "discriminator",
        "nullable",
        "prefer",
    )
)
SUGGESTIONS: Final = ("prefer", "example", "examples", "default")
_LARGEST: Final = frozenset(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"))
_SMALLEST: Final = frozenset(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"))
_CONJOINED: Final = frozenset(
    ("items", "additionalProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties")
)


def combine(first: Keywords, second: Keywords) -> Keywords:
    """Return the conjunction. Raise Unsatisfiable where the two exclude each other at first sight."""
    merged = {**second, **first}
    for keyword in (name for name in first if name in second):
        merged[keyword] = _meet(keyword, first, second)
    if asserts(first) and asserts(second):
        for suggestion in SUGGESTIONS[1:]:
            merged.pop(suggestion, None)
    return merged


def asserts(keywords: Keywords) -> bool:
    """Tell whether a value can fail these keywords."""
    return any(keyword not in ANNOTATIONS and not keyword.startswith("x-") for keyword in keywords)


def conjunction(*schemas: Json) -> Json:
    """Return a schema that stands for all of them together."""
    parts = [schema for schema in schemas if schema is not True and schema != {}]
    if any(part is False for part in parts):
        return False
    return parts[0] if len(parts) == 1 else {"allOf": parts} if parts else True


def _meet(keyword: str, first: Keywords, second: Keywords) -> Json:
    if keyword in _LARGEST or keyword in _SMALLEST:
        return _bound(keyword, first, second)
    if keyword in _CONJOINED:
        return conjunction(first[keyword], second[keyword])
    meet = _MEETS.get(keyword)
    return meet(first, second) if meet else first[keyword]


def _bound(keyword: str, first: Keywords, second: Keywords) -> Json:
    one, other = exact(first, keyword), exact(second, keyword)
    if one is None or other is None:
        return second[keyword] if one is None else first[keyword]
    first_wins = one >= other if keyword in _LARGEST else one <= other
    return first[keyword] if first_wins else second[keyword]


def _types(first: Keywords, second: Keywords) -> Json:
    allowed = types(second)
    kept = [name for name in types(first) if name in allowed or (name == "integer" and "number" in allowed)]
    if "number" in types(first) and "integer" in allowed and "integer" not in kept:
        kept.append("integer")
    if not kept:
        raise Unsatisfiable(f"it must be {' or '.join(types(first))} and {' or '.join(allowed)} at once")
    return kept


def _constant(first: Keywords, second: Keywords) -> Json:
    if identity(first["const"]) != identity(second["const"]):
        raise Unsatisfiable("two constants exclude each other")
    return first["const"]


def _enumeration(first: Keywords, second: Keywords) -> Json:
    allowed = {identity(value) for value in elements(second, "enum")}
    kept = [value for value in elements(first, "enum") if identity(value) in allowed]
    if not kept:
        raise Unsatisfiable("two enumerations have no value in common")
    return kept


def _required(first: Keywords, second: Keywords) -> Json:
    return list(dict.fromkeys((*strings(first, "required"), *strings(second, "required"))))


def _multiple(first: Keywords, second: Keywords) -> Json:
    one, other = exact(first, "multipleOf"), exact(second, "multipleOf")
    if not one or not other:
        return first["multipleOf"]
    least = Fraction(math.lcm(one.numerator, other.numerator), math.gcd(one.denominator, other.denominator))
    return int(least) if least.denominator == 1 else float(least)


def _by_key(keyword: str) -> Callable[[Keywords, Keywords], Json]:
    def meet(first: Keywords, second: Keywords) -> Json:
        one, other = members(first, keyword), members(second, keyword)
        return {key: conjunction(*(side[key] for side in (one, other) if key in side)) for key in {**one, **other}}

    return meet


def _all_keys(keyword: str) -> Callable[[Keywords, Keywords], Json]:
    def meet(first: Keywords, second: Keywords) -> Json:
        return {**members(first, keyword), **members(second, keyword)}

    return meet


def _dependencies(first: Keywords, second: Keywords) -> Json:
    one, other = members(first, "dependentRequired"), members(second, "dependentRequired")
    return {key: [*strings(one, key), *strings(other, key)] for key in {**one, **other}}


def _either(first: Keywords, second: Keywords) -> Json:
    return first["uniqueItems"] is True or second["uniqueItems"] is True


_MEETS: Final[Mapping[str, Callable[[Keywords, Keywords], Json]]] = {
    "type": _types,
    "const": _constant,
    "enum": _enumeration,
    "required": _required,
    "multipleOf": _multiple,
    "patternProperties": _all_keys("patternProperties"),
    "properties": _all_keys("properties"),
    "dependentSchemas": _by_key("dependentSchemas"),
    "dependentRequired": _dependencies,
    "uniqueItems": _either,
}
