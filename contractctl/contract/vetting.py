"""Making schemas safe to compile: only what asserts something is kept, and no pattern that cannot be compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import jsonschema_rs

from contractctl.contract.keywords import SHAPES
from contractctl.contract.model import SchemaValue
from contractctl.contract.subschemas import references, rewritten
from contractctl.core.json import Json, is_array, is_object

_ASSERTIONS: Final = (SHAPES.keys() | {"const"}) - {
    "$defs",
    "definitions",
    "contentSchema",
    "contentEncoding",
    "contentMediaType",
}

DEEPEST: Final = 100
"""Levels of nesting that a schema may have; the validator refuses 255 of a whole document."""


def is_deeper(value: Json, limit: int) -> bool:
    """Tell whether a value nests more than `limit` levels of objects and arrays."""
    level = [value]
    for _ in range(limit + 1):
        level = [child for node in level for child in _children(node)]
        if not level:
            return False
    return True


def _children(value: Json) -> Iterable[Json]:
    if is_object(value):
        return value.values()
    return value if is_array(value) else ()


def assertions(value: SchemaValue) -> SchemaValue:
    """Return a schema without what says nothing about validity: annotations, extensions, local definitions."""
    if isinstance(value, bool):
        return value
    return {keyword: rewritten(keyword, member, _inner) for keyword, member in value.items() if keyword in _ASSERTIONS}


def _inner(value: Json) -> Json:
    return assertions(value) if is_object(value) else value


@lru_cache(maxsize=8192)
def is_readable(pattern: str) -> bool:
    """Tell whether the validator can compile a regular expression."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


def unreadable_patterns(node: Mapping[str, Json]) -> list[str]:
    """Return the expressions of one schema (its inner ones aside) that the validator cannot compile."""
    pattern, keyed = node.get("pattern"), node.get("patternProperties")
    written = [*([pattern] if isinstance(pattern, str) else []), *(keyed if is_object(keyed) else ())]
    return [expression for expression in written if not is_readable(expression)]


def without_unreadable(value: Json) -> Json:
    """Return a schema whose patterns can all be compiled; the others are taken out."""
    if not is_object(value):
        return value
    members: dict[str, Json] = {}
    for keyword, member in value.items():
        if keyword == "pattern" and isinstance(member, str) and not is_readable(member):
            continue
        kept = member
        if keyword == "patternProperties" and is_object(member):
            kept = {name: item for name, item in member.items() if is_readable(name)}
        members[keyword] = rewritten(keyword, kept, without_unreadable)
    return members


def build_validator(schema: Mapping[str, Json]) -> jsonschema_rs.Draft202012Validator | None:
    """Build the validator that everything here uses: formats are asserted, nothing is fetched.

    Return None for a schema of which none can be built.
    """
    try:
        return jsonschema_rs.Draft202012Validator(dict(schema), validate_formats=True, offline=True)
    except (jsonschema_rs.ValidationError, ValueError):
        return None


def is_usable(value: Json) -> bool:
    """Tell whether a schema can be compiled alone, what it refers to accepting everything."""
    alone: dict[str, Json] = {"properties": {"alone": value}, "$defs": dict.fromkeys(references(value), True)}
    return build_validator(alone) is not None
