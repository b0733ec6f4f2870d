"""The names of the properties that a value of a schema may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contractctl.contract.references import Unresolved
from contractctl.core.json import Json, is_array, is_object, object_at
from contractctl.core.locations import Place
from contractctl.lint.subject import Subject

_OPEN: Final = ("additionalProperties", "patternProperties", "unevaluatedProperties", "$dynamicRef", "$recursiveRef")
_LISTS: Final = ("allOf", "anyOf", "oneOf")
_SINGLE: Final = ("if", "then", "else")


def property_names(subject: Subject, schema: Place) -> frozenset[str]:
    """Return the names that a schema and those it applies to the same value declare.

    Empty where it declares none, where there may be others (`additionalProperties`, patterns), and where a reference
    cannot be followed: nobody knows then.
    """
    names: set[str] = set()
    seen: set[Place] = set()
    waiting = [schema]
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        value = subject.value_at(at) if at.uri in subject.documents else None
        if not is_object(value) or any(value.get(keyword, False) is not False for keyword in _OPEN):
            return frozenset()
        names.update(object_at(value, "properties"))
        try:
            waiting.extend(_applied(subject, at, value))
        except Unresolved:
            return frozenset()
    return frozenset(names)


def _applied(subject: Subject, at: Place, schema: Mapping[str, Json]) -> Iterator[Place]:
    """Yield the schemas that a schema applies to the same value. Raise Unresolved for a reference into nothing."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield subject.references.target(reference, at / "$ref").at
    for keyword in _LISTS:
        members = schema.get(keyword)
        yield from (at / keyword / index for index in range(len(members) if is_array(members) else 0))
    yield from (at / keyword for keyword in _SINGLE if keyword in schema)
    yield from (at / "dependentSchemas" / name for name in object_at(schema, "dependentSchemas"))
