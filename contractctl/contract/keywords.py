"""The keywords of JSON Schema 2020-12: which hold schemas, and what shape each must have to mean anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from contractctl.core.json import Json, is_array, is_object

SCHEMA_KEYWORDS = frozenset(
    (
        "items",
        "additionalProperties",
        "unevaluatedProperties",
        "unevaluatedItems",
        "propertyNames",
        "contains",
        "contentSchema",
        "not",
        "if",
        "then",
        "else",
    )
)
SCHEMA_LIST_KEYWORDS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
SCHEMA_MAP_KEYWORDS = frozenset(("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"))

_TYPES = frozenset(("null", "boolean", "object", "array", "number", "integer", "string"))


def is_schema(value: Json) -> bool:
    """Tell whether a value can be a schema."""
    return is_object(value) or isinstance(value, bool)


def is_schema_list(value: Json) -> bool:
    """Tell whether a value can be a list of schemas, which is never empty."""
    return is_array(value) and len(value) > 0 and all(is_schema(item) for item in value)


def _is_schema_map(value: Json) -> bool:
    return is_object(value)


def is_type(value: Json) -> bool:
    """Tell whether a value is a type or a list of types."""
    if isinstance(value, str):
        return value in _TYPES
    return is_array(value) and len(value) > 0 and all(isinstance(item, str) and item in _TYPES for item in value)


def is_number(value: Json) -> bool:
    """Tell whether a value is a number, which true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_positive(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def _is_count(value: Json) -> bool:
    if isinstance(value, float):
        return value >= 0 and value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_strings(value: Json) -> bool:
    return is_array(value) and all(isinstance(item, str) for item in value)


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_boolean(value: Json) -> bool:
    return isinstance(value, bool)


def _is_strings_map(value: Json) -> bool:
    return is_object(value) and all(_is_strings(item) for item in value.values())


SHAPES: Mapping[str, tuple[str, Callable[[Json], bool]]] = {
    **dict.fromkeys(SCHEMA_KEYWORDS, ("a schema", is_schema)),
    **dict.fromkeys(SCHEMA_LIST_KEYWORDS, ("a list of one schema or more", is_schema_list)),
    **dict.fromkeys(SCHEMA_MAP_KEYWORDS, ("an object of schemas", _is_schema_map)),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), ("a number", is_number)),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), ("a whole number from 0", _is_count)),
    **dict.fromkeys(("minProperties", "maxProperties"), ("a whole number from 0", _is_count)),
    **dict.fromkeys(("minContains", "maxContains"), ("a whole number from 0", _is_count)),
    **dict.fromkeys(("pattern", "format", "$ref", "$dynamicRef", "$recursiveRef"), ("a string", _is_text)),
    **dict.fromkeys(("contentEncoding", "contentMediaType"), ("a string", _is_text)),
    "type": ("a type of JSON Schema or a list of them", is_type),
    "enum": ("a list", is_array),
    "required": ("a list of strings", _is_strings),
    "multipleOf": ("a number over 0", _is_positive),
    "uniqueItems": ("true or false", _is_boolean),
    "dependentRequired": ("an object of lists of strings", _is_strings_map),
}
"""Keyword → what it must be in words, and the test. A keyword of another shape makes a validator refuse it all."""

Kind: TypeAlias = Literal[
    "value",
    "schema",
    "schema or boolean",
    "schemas",
    "named schemas",
    "names",
    "named names",
    "items",
    "dependencies",
    "reference",
    "dropped",
]
"""What a keyword holds, and so what becomes of it.

A `schema or boolean` may be a boolean in every dialect. `items` and `dependencies` are those of older drafts,
`reference` is any of the three, and `dropped` is what has no meaning once references are resolved.
"""


class Keyword(NamedTuple):
    """A keyword of a dialect: what it must be in words, the test, and what it holds."""

    words: str
    fits: Callable[[Json], bool]
    kind: Kind = "value"


def _is_anything(_value: Json) -> bool:
    return True


_KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(SCHEMA_KEYWORDS, "schema"),
    "additionalProperties": "schema or boolean",
    **dict.fromkeys(SCHEMA_LIST_KEYWORDS, "schemas"),
    **dict.fromkeys(SCHEMA_MAP_KEYWORDS, "named schemas"),
    **dict.fromkeys(("required", "type"), "names"),
    **dict.fromkeys(("$ref", "$dynamicRef", "$recursiveRef"), "reference"),
    "dependentRequired": "named names",
}
_DROPPED: Final = ("$id", "$schema", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary")
KEYWORDS: Final[Mapping[str, Keyword]] = {
    **{name: Keyword(words, fits, _KINDS.get(name, "value")) for name, (words, fits) in SHAPES.items()},
    **dict.fromkeys(_DROPPED, Keyword("anything", _is_anything, "dropped")),
}
"""The keywords of 2020-12 that are read in some way; all others stay as they are."""
