"""Descriptions of every version that are complete, and the same with one thing or two gone wrong at random."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator

from contractctl.contract.versions import Version
from contractctl.core.json import Json
from contractctl.source.document import Document
from contractctl.source.marks import Marks
from contractctl.source.parse import parse_document
from tests.lint.complete import COMPLETE

_REPLACEMENTS: tuple[Json, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "a",
    [],
    ["a"],
    {},
    {"a": 1},
    {"$ref": "#/a"},
    {"$ref": 1},
)


_FIELDS = (
    *("example", "examples", "schema", "content", "type", "in", "x-a", "$ref", "server", "items", "required", "enum"),
    *("default", "style", "allowReserved", "allowEmptyValue", "collectionFormat", "flow", "scopes", "body"),
    *("value", "dataValue", "serializedValue", "encoding", "prefixEncoding", "itemEncoding", "nodeType", "deprecated"),
)
_VERSION_FIELDS = ("openapi", "swagger")


def complete(version: Version) -> dict[str, Json]:
    """The value of the complete description."""
    root = parse_document("openapi.yaml", COMPLETE[version].encode()).root
    assert isinstance(root, dict)
    return root


def _containers(value: Json) -> Iterator[dict[str, Json] | list[Json]]:
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from _containers(child)
    elif isinstance(value, list):
        yield value
        for child in value:
            yield from _containers(child)


def _mutate(root: dict[str, Json], chance: random.Random) -> None:
    """Delete, repeat, rename, replace or add one thing, anywhere but the version."""
    container = chance.choice([one for one in _containers(root) if one])
    elsewhere = chance.choice([one for one in _containers(root) if isinstance(one, dict)])
    if isinstance(container, list):
        _mutate_list(container, chance)
    else:
        _mutate_object(container, elsewhere, chance)


def _mutate_list(items: list[Json], chance: random.Random) -> None:
    index = chance.randrange(len(items))
    match chance.randrange(3):
        case 0:
            del items[index]
        case 1:
            items.append(copy.deepcopy(items[index]))
        case _:
            items[index] = copy.deepcopy(chance.choice(_REPLACEMENTS))


def _mutate_object(value: dict[str, Json], elsewhere: dict[str, Json], chance: random.Random) -> None:
    key = chance.choice([key for key in value if key not in _VERSION_FIELDS] or ["a"])
    match chance.randrange(6):
        case 0:
            value.pop(key, None)
        case 1:
            value[key[::-1] + "z"] = value.pop(key, None)
        case 2:
            value[key] = copy.deepcopy(chance.choice(_REPLACEMENTS))
        case 3:
            value[key] = copy.deepcopy(elsewhere)
        case 4:
            stray = chance.choice([key for key in elsewhere if key not in _VERSION_FIELDS] or ["a"])
            value[stray] = copy.deepcopy(elsewhere.get(stray))
        case _:
            value[chance.choice(_FIELDS)] = copy.deepcopy(chance.choice(_REPLACEMENTS))


def mutants(version: Version, chance: random.Random, *, count: int) -> Iterator[dict[str, Json]]:
    """That many descriptions that are wrong somewhere, most of them."""
    good = complete(version)
    for _ in range(count):
        root = copy.deepcopy(good)
        for _ in range(chance.choice((1, 1, 2))):
            _mutate(root, chance)
        yield root


def read(root: dict[str, Json]) -> Document:
    """A value as a document; its places have no spans."""
    return Document("openapi.json", root, "", (), lambda: Marks(""))
