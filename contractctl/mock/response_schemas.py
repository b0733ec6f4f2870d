"""The schemas of responses as a Bundle holds them: one record each, so that the server reads what a value needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from contractctl.contract.keywords import SHAPES
from contractctl.contract.model import SchemaValue
from contractctl.contract.subschemas import references, rewritten
from contractctl.core.json import Json, is_array, is_object
from contractctl.encodings.bodies import compact
from contractctl.mock.records import BundleWriter
from contractctl.mock.schemas import SchemaTable

_SUGGESTIONS: Final = frozenset(("default", "example", "examples", "discriminator"))
# What decides about a value or suggests one; of anything else, a validator may ask that it is well formed.
_SPEAKING: Final = (SHAPES.keys() | {"const"} | _SUGGESTIONS) - {"$defs", "definitions", "contentSchema"}
_TEXTS: Final = frozenset(("contentEncoding", "contentMediaType"))


def write_responses(keys: Iterable[str], table: SchemaTable, writer: BundleWriter) -> list[Json] | None:
    """Write the schemas under `keys` and the definitions that they reach; return the REF of `responses`, or None.

    Members keep the order in which the contract has them: values are made in it.
    """
    schemas: dict[str, Json] = {key: writer.add(_record(table.described(key))) for key in keys}
    definitions: dict[str, Json] = {
        name: writer.add(_record(value)) for name, value in _reached((table.described(key) for key in schemas), table)
    }
    return writer.add_json({"schemas": schemas, "$defs": definitions}) if schemas else None


def _reached(roots: Iterable[SchemaValue], table: SchemaTable) -> Iterator[tuple[str, SchemaValue]]:
    waiting = [name for value in roots for name in references(value)]
    known: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            value = table.described_definition(name)
            yield name, value
            waiting.extend(references(value))


def _record(value: SchemaValue) -> bytes:
    return compact(_speaking(value))


def _speaking(value: Json) -> Json:
    """Return a schema with what decides about values or suggests some, and nothing that a validator would refuse."""
    if not is_object(value):
        return value
    return {
        keyword: rewritten(keyword, member, _speaking)
        for keyword, member in value.items()
        if keyword in _SPEAKING and _is_well_formed(keyword, member)
    }


def _is_well_formed(keyword: str, member: Json) -> bool:
    if keyword == "examples":
        return is_array(member)
    return keyword not in _TEXTS or isinstance(member, str)
