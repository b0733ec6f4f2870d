"""Schemas that apply themselves to the same value without end: found, told, and cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.contract.model import Schema, SchemaValue
from contractctl.contract.node import Tell
from contractctl.contract.references import definition_reference, referenced_definition
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location

_LISTS: Final = frozenset(("allOf", "anyOf", "oneOf"))
_SCHEMAS: Final = frozenset(("then", "else"))
_TESTS: Final = frozenset(("not", "if"))
_MAPS: Final = frozenset(("dependentSchemas",))
_IN_PLACE: Final = _LISTS | _SCHEMAS | _TESTS | _MAPS


def open_circles(definitions: dict[str, Schema], tell: Tell) -> None:
    """Take out references by which a schema applies itself to the same value: they have no meaning, or no end."""
    checked: set[str] = set()
    circular: dict[str, list[str]] = {}
    for key, schema in definitions.items():
        path: list[tuple[str, Iterator[str]]] = [(key, _targets(schema))]
        on_path = {key}
        while path:
            current, targets = path[-1]
            target = next(targets, None)
            if target is None or current in checked:
                checked.add(current)
                on_path.discard(current)
                path.pop()
            elif target in on_path:
                circular.setdefault(current, []).append(target)
            elif target not in checked:
                on_path.add(target)
                path.append((target, _targets(definitions[target])))
    for key, back in circular.items():  # each cut once: a hostile schema could refer to itself any number of times
        for name in back:
            tell(_circle(definitions[key], key, name))
        definitions[key] = _cut(definitions[key], frozenset(map(definition_reference, back)))


def _circle(schema: Schema, key: str, target: str) -> Finding:
    message = f"`{key}` applies itself to the same value without end, by way of `{target}`"
    hint = "take the reference out of one of the two, or put it below a property"
    return Finding("reference-circular", Severity.ERROR, message, Location(schema.at), hint)


def _cut(schema: Schema, references: frozenset[str]) -> Schema:
    """Take references out of a definition; what else it says stands."""
    return Schema(schema.at, _without(schema.value, references))


def _targets(schema: Schema) -> Iterator[str]:
    """Return the definitions that a definition applies to its own value, each once, in order."""
    return iter(dict.fromkeys(_applied(schema.value)))


def _applied(schema: Json) -> Iterator[str]:
    """Yield the definitions that a schema applies to the very value that it is applied to."""
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if not is_object(one):
            continue
        reference = one.get("$ref")
        if isinstance(reference, str):
            yield referenced_definition(reference)
        for keyword in one:
            if keyword in _IN_PLACE and (keyword not in _SCHEMAS or "if" in one):
                waiting.extend(_parts(keyword, one[keyword]))


def _parts(keyword: str, member: Json) -> Iterator[Json]:
    """Yield the schemas that an applicator holds."""
    if keyword in _MAPS and is_object(member):
        yield from member.values()
    elif is_array(member):
        yield from member
    else:
        yield member


def _without(schema: SchemaValue, references: frozenset[str]) -> SchemaValue:
    """Return a schema that does not apply some definitions in place; a part that did accepts everything.

    A test that did (`not`, `if`) is left out, for nothing can be said of what it is for.
    """
    if isinstance(schema, bool):
        return schema
    members: dict[str, Json] = {}
    for keyword, member in schema.items():
        if keyword in _LISTS and is_array(member):
            members[keyword] = [_part_without(part, references) for part in member]
        elif keyword in _MAPS and is_object(member):
            members[keyword] = {name: _part_without(part, references) for name, part in member.items()}
        elif keyword in _SCHEMAS:
            members[keyword] = _part_without(member, references)
        elif keyword == "$ref" and member in references:
            continue
        elif keyword not in _TESTS or _part_without(member, references) == member:
            members[keyword] = member
    return members


def _part_without(part: Json, references: frozenset[str]) -> Json:
    return _without(part, references) if is_object(part) else part
