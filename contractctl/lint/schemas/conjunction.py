"""The schemas that apply to one value together: a schema, what it refers to, and the members of `allOf`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from contractctl.contract.model import SchemaValue
from contractctl.core.json import Json, is_array, is_object

Meaning: TypeAlias = Callable[[Json], SchemaValue]
"""What the `$ref` of a normalised schema leads to."""

_MOST: Final = 30
"""Members of a conjunction that are looked at. Those beyond could only make it narrower."""


def conjuncts(schemas: Iterable[Json], meaning: Meaning) -> tuple[list[Mapping[str, Json]], bool]:
    """Return the objects that all apply where `schemas` do, and whether one of those is `false`."""
    found: list[Mapping[str, Json]] = []
    seen: set[int] = set()
    waiting = list(schemas)
    waiting.reverse()
    is_false = False
    while waiting and len(found) < _MOST:
        schema = waiting.pop()
        if schema is False:
            is_false = True
        elif is_object(schema) and id(schema) not in seen:
            seen.add(id(schema))
            found.append(schema)
            members = schema.get("allOf")
            waiting.extend(reversed(members[:_MOST]) if is_array(members) else ())
            if "$ref" in schema:
                waiting.append(meaning(schema["$ref"]))
    return found, is_false
