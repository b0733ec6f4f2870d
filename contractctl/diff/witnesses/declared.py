"""What of a value its schema declares: a member that a side does not declare is never sent by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from contractctl.contract.references import referenced_definition
from contractctl.core.json import Json, is_array, is_object
from contractctl.diff.schemas.implied import matches

if TYPE_CHECKING:
    from contractctl.contract.model import SchemaValue

    Definition = Callable[[str], SchemaValue]

_LISTS: Final = ("allOf", "anyOf", "oneOf")
_SINGLE: Final = ("if", "then", "else")
_DECLARING: Final = ("properties", "patternProperties", "required")
_OTHERS: Final = ("additionalProperties", "unevaluatedProperties")


def declared_part(value: Json, schema: SchemaValue, definition: Definition) -> Json:
    """Return a value without the members that nothing in its schema declares, whichever alternative is meant.

    An object of which nothing at all is declared is a map, and keeps what it has. The value itself is returned where
    it has none. `definition` gives the schema that a reference names.
    """
    return _declared(value, (schema,), definition)


def _declared(value: Json, schemas: Sequence[Json], definition: Definition) -> Json:
    if is_object(value):
        return _declared_members(value, schemas, definition)
    if is_array(value):
        parts = list(_in_place(schemas, definition))
        items = [_declared(item, _item(parts, index), definition) for index, item in enumerate(value)]
        return value if _names_values(parts) or all(map(_is_same, items, value)) else items
    return value


def _declared_members(value: Mapping[str, Json], schemas: Sequence[Json], definition: Definition) -> Json:
    parts = list(_in_place(schemas, definition))
    if _names_values(parts) or not any(part.get(keyword) for part in parts for keyword in _DECLARING):
        return value
    members: dict[str, Json] = {}
    for name, member in value.items():
        below = _member(parts, name)
        if below is not None:
            members[name] = _declared(member, below, definition)
    same = len(members) == len(value) and all(map(_is_same, members.values(), value.values()))
    return value if same else members


def _names_values(parts: Sequence[Mapping[str, Json]]) -> bool:
    """Tell whether the value is one of a list, which declares all that is in it."""
    return any("enum" in part or "const" in part for part in parts)


def _in_place(schemas: Sequence[Json], definition: Definition) -> Iterator[Mapping[str, Json]]:
    """Yield the schemas, and all that they apply to the same value; what stands under `not` declares nothing."""
    waiting = list(schemas)
    met: set[str] = set()
    while waiting:
        schema = waiting.pop()
        if not is_object(schema):
            continue
        yield schema
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in met:
            met.add(reference)
            waiting.append(definition(referenced_definition(reference)))
        for keyword in _LISTS:
            listed = schema.get(keyword)
            waiting.extend(listed if is_array(listed) else ())
        waiting.extend(schema[keyword] for keyword in _SINGLE if keyword in schema)
        dependent = schema.get("dependentSchemas")
        waiting.extend(dependent.values() if is_object(dependent) else ())


def _member(parts: Sequence[Mapping[str, Json]], name: str) -> list[Json] | None:
    """Return the schemas of a member, None for one that is not declared."""
    found: list[Json] = []
    is_declared = False
    for part in parts:
        properties, patterns, required = (part.get(key) for key in ("properties", "patternProperties", "required"))
        own = [properties[name]] if is_object(properties) and name in properties else []
        matching = patterns.items() if is_object(patterns) else ()
        own.extend(schema for text, schema in matching if matches(text, name))
        others = [] if own else [part[key] for key in _OTHERS if key in part and part[key] not in (True, {})]
        is_declared = is_declared or bool(own or others) or (is_array(required) and name in required)
        found.extend((*own, *others))
    return found if is_declared else None


def _item(parts: Sequence[Mapping[str, Json]], index: int) -> list[Json]:
    found: list[Json] = []
    for part in parts:
        prefix = part.get("prefixItems")
        if is_array(prefix) and index < len(prefix):
            found.append(prefix[index])
        else:
            found.extend(part[key] for key in ("items", "unevaluatedItems") if key in part)
        found.extend([part["contains"]] if "contains" in part else [])
    return found


def _is_same(one: Json, other: Json) -> bool:
    return one is other
