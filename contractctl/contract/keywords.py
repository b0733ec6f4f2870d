"""The keywords of JSON Schema 2020-12: which hold schemas, and what shape each must have to mean anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
IN_PLACE_KEYWORDS = frozenset(("allOf", "anyOf", "oneOf"))

_TYPES = frozenset(("null", "boolean", "object", "array", "number", "integer", "string"))


def _is_schema(value: Json) -> bool:
    return is_object(value) or isinstance(value, bool)


def _is_schema_list(value: Json) -> bool:
    return is_array(value) and len(value) > 0 and all(_is_schema(item) for item in value)


def _is_schema_map(value: Json) -> bool:
    return is_object(value)


def _is_type(value: Json) -> bool:
    if isinstance(value, str):
        return value in _TYPES
    return is_array(value) and len(value) > 0 and all(isinstance(item, str) and item in _TYPES for item in value)


def _is_number(value: Json) -> bool:
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
    **dict.fromkeys(SCHEMA_KEYWORDS, ("a schema", _is_schema)),
    **dict.fromkeys(SCHEMA_LIST_KEYWORDS, ("a list of one schema or more", _is_schema_list)),
    **dict.fromkeys(SCHEMA_MAP_KEYWORDS, ("an object of schemas", _is_schema_map)),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), ("a number", _is_number)),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), ("a whole number from 0", _is_count)),
    **dict.fromkeys(("minProperties", "maxProperties"), ("a whole number from 0", _is_count)),
    **dict.fromkeys(("minContains", "maxContains"), ("a whole number from 0", _is_count)),
    **dict.fromkeys(("pattern", "format", "$ref", "contentEncoding", "contentMediaType"), ("a string", _is_text)),
    "type": ("a type of JSON Schema or a list of them", _is_type),
    "enum": ("a list", is_array),
    "required": ("a list of strings", _is_strings),
    "multipleOf": ("a number over 0", _is_positive),
    "uniqueItems": ("true or false", _is_boolean),
    "dependentRequired": ("an object of lists of strings", _is_strings_map),
}
"""Keyword → what it must be in words, and the test. A keyword of another shape makes a validator refuse it all."""
