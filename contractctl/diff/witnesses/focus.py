"""Schemas of values that show something at one place: steps from the whole value to a part, written as a schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from contractctl.core.json import Json
from contractctl.diff.steps import Branch, Item, Name, Property, Step, Undeclared

if TYPE_CHECKING:
    from contractctl.contract.model import SchemaValue

_UNDECLARED_NAME = "undeclared"

Read: TypeAlias = "Callable[[Branch], SchemaValue]"
Part: TypeAlias = Property | Item | Undeclared | Name
"""A step to a part of the value."""


def focused(steps: Sequence[Step], part: SchemaValue, read: Read) -> Iterator[SchemaValue]:
    """Yield schemas of values that have, where the steps lead, a part that satisfies `part`.

    `read` says what a branch on the way is to the sender.
    The first takes in all such values; each further one is narrower and easier to satisfy.
    """
    met: list[SchemaValue] = []
    for ways in (_every_way, _first_way):
        schema = part
        for step in reversed(steps):
            schema = {"allOf": [read(step), schema]} if isinstance(step, Branch) else ways(step, schema)
        if schema not in met:
            met.append(schema)
            yield schema


def relates(steps: Sequence[Step], path: Sequence[str | int], *, may_end_above: bool) -> bool:
    """Tell whether a path into a value leads to where the steps do, or below; or above it, if that will do."""
    parts = [step for step in steps if not isinstance(step, Branch)]
    if len(path) < len(parts) and not may_end_above:
        return False
    return all(_fits(step, token) for step, token in zip(parts, path, strict=False))


def _fits(step: Part, token: str | int) -> bool:
    match step:
        case Property(name):
            return name == str(token)
        case Item(None):
            return isinstance(token, int)
        case Item(index):
            return index == token
        case _:
            return True


def _every_way(step: Part, part: SchemaValue) -> SchemaValue:
    """Return the schema of the values of which some part, where the step leads, satisfies a schema."""
    none: dict[str, Json] = {"not": part}
    match step:
        case Item(None):
            return {"type": "array", "contains": part}
        case Undeclared(None):
            return {"type": "object", "not": {"additionalProperties": none}}
        case Undeclared(str(pattern)):
            return {"type": "object", "not": {"patternProperties": {pattern: none}}}
        case Name():
            return {"type": "object", "not": {"propertyNames": none}}
        case _:
            return _first_way(step, part)


def _first_way(step: Part, part: SchemaValue) -> SchemaValue:
    """Return a schema of such values that is plain to see through."""
    match step:
        case Property(name):
            return {"type": "object", "properties": {name: part}, "required": [name]}
        case Item(index):
            before: list[Json] = [True] * (index or 0)
            return {"type": "array", "prefixItems": [*before, part], "minItems": len(before) + 1}
        case Undeclared(None):
            return _first_way(Property(_UNDECLARED_NAME), part)
        case _:
            return _every_way(step, part)
