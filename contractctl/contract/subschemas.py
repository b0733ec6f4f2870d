"""The schemas inside a schema: which there are, where they stand, what they refer to, and how each is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from contractctl.contract.keywords import SCHEMA_KEYWORDS, SCHEMA_LIST_KEYWORDS, SCHEMA_MAP_KEYWORDS
from contractctl.contract.references import referenced_definition
from contractctl.core.json import Json, is_array, is_object

HOLDERS = SCHEMA_KEYWORDS | SCHEMA_LIST_KEYWORDS | SCHEMA_MAP_KEYWORDS
"""The keywords whose values are schemas, or lists or objects of schemas."""


def subschemas(value: Json) -> Iterator[Mapping[str, Json]]:
    """Yield a schema and every schema inside it, in no particular order; references are not followed."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if not is_object(node):
            continue
        yield node
        for keyword, member in node.items():
            if keyword in SCHEMA_KEYWORDS:
                waiting.append(member)
            elif keyword in SCHEMA_LIST_KEYWORDS and is_array(member):
                waiting.extend(member)
            elif keyword in SCHEMA_MAP_KEYWORDS and is_object(member):
                waiting.extend(member.values())


def placed_subschemas(value: Json, tokens: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Json]]]:
    """Yield what `subschemas` does, each with the tokens of its pointer; `tokens` are those of the schema itself."""
    waiting = [(tokens, value)]
    while waiting:
        at, node = waiting.pop()
        if not is_object(node):
            continue
        yield at, node
        for keyword, member in node.items():
            if keyword in SCHEMA_KEYWORDS:
                waiting.append(((*at, keyword), member))
            elif keyword in SCHEMA_LIST_KEYWORDS and is_array(member):
                waiting.extend(((*at, keyword, str(index)), item) for index, item in enumerate(member))
            elif keyword in SCHEMA_MAP_KEYWORDS and is_object(member):
                waiting.extend(((*at, keyword, name), item) for name, item in member.items())


def references(value: Json) -> Iterator[str]:
    """Yield the keys of the definitions that a normalised schema refers to, at any depth."""
    for node in subschemas(value):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield referenced_definition(reference)


def rewritten(keyword: str, member: Json, change: Callable[[Json], Json]) -> Json:
    """Return a keyword's value with `change` applied to each schema directly in it; itself when that changes none."""
    if keyword in SCHEMA_KEYWORDS:
        return change(member)
    if keyword in SCHEMA_LIST_KEYWORDS and is_array(member):
        items = [change(item) for item in member]
        return member if all(map(_is_same, items, member)) else items
    if keyword in SCHEMA_MAP_KEYWORDS and is_object(member):
        members = {name: change(item) for name, item in member.items()}
        return member if all(map(_is_same, members.values(), member.values())) else members
    return member


def _is_same(one: Json, other: Json) -> bool:
    return one is other
