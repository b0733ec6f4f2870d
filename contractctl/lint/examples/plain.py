"""Values of which it is plain that a schema accepts them, so that no validator need be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contractctl.contract.keywords import KEYWORDS
from contractctl.contract.subschemas import HOLDERS
from contractctl.core.json import Json, is_array
from contractctl.lint.examples.formats import violates

_SEEN_TO: Final = frozenset(("type", "enum", "format"))
_ASSERTIONS: Final = frozenset((*KEYWORDS, *HOLDERS, "const")) - _SEEN_TO
_CLASSES: Final[Mapping[str, tuple[type, ...]]] = {
    "null": (type(None),),
    "boolean": (bool,),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
    "number": (int, float),
    "integer": (int,),
}


def is_plainly_accepted(value: Json, schema: Mapping[str, Json]) -> bool:
    """Tell whether a schema accepts a value by its type, choices and format, and asks for nothing else."""
    if not _ASSERTIONS.isdisjoint(schema):
        return False
    kind = schema.get("type")
    if kind is not None and not any(is_a(value, name) for name in types_of(schema)):
        return False
    if "enum" in schema and not (isinstance(value, str) and _is_among(value, schema["enum"])):
        return False
    form = schema.get("format")
    return form is None or not violates(form, value)


def types_of(schema: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the types that a schema names."""
    value = schema.get("type")
    if isinstance(value, str):
        return (value,)
    return tuple(name for name in value if isinstance(name, str)) if is_array(value) else ()


def is_a(value: Json, name: str) -> bool:
    """Tell whether a value is of a type of JSON Schema; a number without a fraction is an integer."""
    if isinstance(value, bool):
        return name == "boolean"
    if isinstance(value, float) and name == "integer":
        return value.is_integer()
    return isinstance(value, _CLASSES.get(name, (object,)))


def _is_among(value: str, options: Json) -> bool:
    return is_array(options) and value in options
