"""Schemas as they are explained to a client, where they refer to themselves.

Whether a value is valid, the validator finds out once for each place and schema. Why it is not, it finds out anew for
every alternative and for all alternatives below each: the time doubles with every level, and so does the memory. So
alternatives are only asked here, as a condition: `anyOf: X` becomes `if: {anyOf: X}, else: {not: {$comment: anyOf}}`,
which accepts the same values and has nothing to say of what is below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import unquote

from contractctl.mockserver.record import record

_ALTERNATIVES = ("anyOf", "oneOf")
_COMPOSED = frozenset({"allOf", "then", "else", "dependentSchemas"})
"""What may ask the same value for the same schema a second time, and has to be told of in full."""
_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
_DATA = frozenset({"const", "default", "enum", "example", "examples"})
_MARK = "none of "
_DEFINITIONS = "#/$defs/"
_WHOLE_STEPS = 4
"""Those that lead from a schema to the condition of an alternative: `allOf`, its place, `else`, `not`."""

Schema: TypeAlias = "dict[str, Any]"


@record
class Explained:
    """A schema of one key, with what it reaches. `is_composed` tells that explaining it takes long all the same."""

    schema: Schema
    is_composed: bool


def explained(schemas: Schema, key: str) -> Explained | None:
    """Return the schema `key` as it is explained; None where nothing that it reaches refers to itself."""
    root = {"properties": {key: schemas["properties"][key]}}
    uses = _reached(root, schemas.get("$defs") or {})
    if not _has_circle(uses):
        return None
    copy = _copied({**root, "$defs": {name: schemas["$defs"][name] for name in uses}})
    nodes = [node for node, is_map in _nodes(copy) if not is_map]
    is_composed = any(not _COMPOSED.isdisjoint(node) for node in nodes)
    for node in nodes:
        _ask_only(node)
    return Explained(copy, is_composed)


def alternative(kind: str, told: Mapping[str, Any]) -> str:
    """Return the keyword whose alternatives an error is about, or an empty text when it is another one."""
    asked = told.get("schema") if kind == "not" else None
    mark = asked.get("$comment") if isinstance(asked, dict) else None
    return mark.removeprefix(_MARK) if isinstance(mark, str) and mark.startswith(_MARK) else ""


def path_of(path: list[str | int], keyword: str) -> list[str | int]:
    """Return where the contract has the alternatives that an error in a schema made here is about."""
    return [*path[:-_WHOLE_STEPS], keyword]


def _ask_only(node: Schema) -> None:
    asked = [name for name in _ALTERNATIVES if isinstance(node.get(name), list)]
    if asked:
        conditions = [{"if": {name: node.pop(name)}, "else": {"not": {"$comment": _MARK + name}}} for name in asked]
        node["allOf"] = [*node.get("allOf", ()), *conditions]


def _reached(root: Schema, definitions: Schema) -> dict[str, set[str]]:
    """Return the definitions that a schema reaches, each with those that it refers to."""
    uses: dict[str, set[str]] = {}
    waiting = [*_references(root)]
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in uses:
            uses[name] = set(_references(definitions[name]))
            waiting.extend(sorted(uses[name]))
    return uses


def _references(schema: object) -> Iterator[str]:
    for node, _ in _nodes(schema):
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(reference := node.get(keyword), str) and reference.startswith(_DEFINITIONS):
                name = unquote(reference.removeprefix(_DEFINITIONS).partition("/")[0])
                yield name.replace("~1", "/").replace("~0", "~")


def _has_circle(uses: Mapping[str, set[str]]) -> bool:
    """Tell whether one can come back to a definition: take away, again and again, what refers to nothing that is left.

    Done from the users' side, so that each reference is looked at once.
    """
    users: dict[str, list[str]] = {}
    for name, used in uses.items():
        for one in used:
            users.setdefault(one, []).append(name)
    open_uses = {name: sum(one in uses for one in used) for name, used in uses.items()}
    ready = [name for name, count in open_uses.items() if not count]
    gone = 0
    while ready:
        gone += 1
        for user in users.get(ready.pop(), ()):
            open_uses[user] -= 1
            if not open_uses[user]:
                ready.append(user)
    return gone < len(uses)


def _copied(schema: Schema) -> Schema:
    copy = dict(schema)
    waiting: list[Any] = [copy]
    while waiting:
        node = waiting.pop()
        for step, child in [*(node.items() if isinstance(node, dict) else enumerate(node))]:
            if isinstance(child, dict | list):
                node[step] = child.copy()
                waiting.append(node[step])
    return copy


def _nodes(schema: object) -> Iterator[tuple[Schema, bool]]:
    """Yield the objects of a schema that are schemas, or maps from names to schemas (True)."""
    waiting: list[tuple[Any, bool]] = [(schema, False)]
    while waiting:
        node, is_map = waiting.pop()
        if isinstance(node, list):
            waiting.extend((child, False) for child in node)
        elif isinstance(node, dict):
            yield node, is_map
            waiting.extend(
                (child, not is_map and name in _MAPS) for name, child in node.items() if is_map or name not in _DATA
            )
