"""JSON values as synth sees them, and typed readers for the keywords of a schema.

A reader returns its neutral answer for a keyword that is absent or malformed, so that callers need no second check.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Keywords: TypeAlias = Mapping[str, Json]
Schema: TypeAlias = Keywords | bool

_LONG: Final = 16
TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")


def type_of(value: Json) -> str:
    """Return the JSON Schema type; a float without a fraction is an `integer` (JSON Schema 2020-12 §6.1.1)."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case _:
            return "array"


def identity(value: Json) -> Hashable:
    """Return a key that two values share exactly when JSON Schema calls them equal (1 and 1.0, never 1 and true)."""
    match value:
        case bool() | None:
            return ("literal", value)
        case int() | float():
            return value
        case str():
            return ("text", value)
        case Mapping():
            return ("object", frozenset((key, identity(member)) for key, member in value.items()))
        case _:
            return ("array", tuple(identity(item) for item in value))


def identities(values: Sequence[Json]) -> frozenset[Hashable]:
    """Return the identities of all the values. Of a long list they are kept: it is asked for each value of another."""
    if len(values) < _LONG:
        return frozenset(map(identity, values))
    return _kept_identities(_Itself(values))


class _Itself:
    """A list as a key, equal to itself alone; it lives as long as the key does, so that no other one comes to have it.

    What of it was read must not change; a list that grew is another one.
    """

    __slots__ = ("_length", "values")

    def __init__(self, values: Sequence[Json]) -> None:
        self.values = values
        self._length = len(values)

    def __hash__(self) -> int:
        return hash((id(self.values), self._length))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.values is self.values and other._length == self._length


@lru_cache(maxsize=64)
def _kept_identities(key: _Itself) -> frozenset[Hashable]:
    return frozenset(map(identity, key.values))


def whole(keywords: Keywords, name: str) -> int | None:
    """Read a count such as `minLength`."""
    value = keywords.get(name)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def exact(keywords: Keywords, name: str) -> Fraction | None:
    """Read a number as the decimal that is written: 0.1 is one tenth."""
    value = keywords.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    return Fraction(repr(value)) if isinstance(value, float) and math.isfinite(value) else None


def members(keywords: Keywords, name: str) -> Keywords:
    """Read an object-valued keyword such as `properties`; empty when there is none."""
    value = keywords.get(name)
    return value if isinstance(value, Mapping) else {}


def elements(keywords: Keywords, name: str) -> Sequence[Json]:
    """Read an array-valued keyword such as `enum`; empty when there is none."""
    value = keywords.get(name)
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def strings(keywords: Keywords, name: str) -> tuple[str, ...]:
    """Read a list of strings such as `required`."""
    return tuple(item for item in elements(keywords, name) if isinstance(item, str))


def text(keywords: Keywords, name: str) -> str:
    """Read a string such as `format`; empty when there is none."""
    value = keywords.get(name)
    return value if isinstance(value, str) else ""


def as_schema(value: Json) -> Schema:
    """Take a value as a schema; what is none admits everything."""
    return value if isinstance(value, (bool, Mapping)) else True


def types(keywords: Keywords) -> tuple[str, ...]:
    """Return the types that `type` admits, in its order; all of them when it is absent."""
    value = keywords.get("type")
    if isinstance(value, str):
        return (value,)
    return strings(keywords, "type") if "type" in keywords else TYPES
