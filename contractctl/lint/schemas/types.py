"""Types of JSON as sets of bits, so that what several schemas allow together is one operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contractctl.core.json import Json, is_array

NULL: Final = 1
BOOLEAN: Final = 2
STRING: Final = 4
INTEGER: Final = 8
FRACTION: Final = 16
ARRAY: Final = 32
OBJECT: Final = 64
NUMERIC: Final = INTEGER | FRACTION
EVERY: Final = 127

_BITS: Final[Mapping[str, int]] = {
    "null": NULL,
    "boolean": BOOLEAN,
    "string": STRING,
    "integer": INTEGER,
    "number": NUMERIC,
    "array": ARRAY,
    "object": OBJECT,
}
_NOUNS: Final[Mapping[str, str]] = {
    "null": "null",
    "boolean": "true or false",
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "an object",
}


def allowed(declared: Json) -> int:
    """Return the types that a `type` allows; everything where there is none, or one that is not known."""
    if isinstance(declared, str):
        return _BITS.get(declared, EVERY)
    if is_array(declared) and declared:
        bits = 0
        for name in declared:
            bits |= _BITS.get(name, EVERY) if isinstance(name, str) else EVERY
        return bits
    return EVERY


def type_of(value: Json) -> int:
    """Return the type of a value. A number without a fraction is whole, however it is written."""
    match value:
        case None:
            return NULL
        case bool():
            return BOOLEAN
        case str():
            return STRING
        case int():
            return INTEGER
        case float():
            return INTEGER if value.is_integer() else FRACTION
    return ARRAY if is_array(value) else OBJECT


def named(declared: Json) -> str:
    """Say what a `type` asks for: "a string or null"."""
    names = [declared] if isinstance(declared, str) else declared if is_array(declared) else []
    return " or ".join(_NOUNS.get(name, f"`{name}`") for name in names if isinstance(name, str))
