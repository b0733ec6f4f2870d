"""All schemas of a description at every depth, as JSON Schema 2020-12, and what they mention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from contractctl.contract.directions import Mentions, mentions
from contractctl.contract.model import Schema
from contractctl.contract.subschemas import placed_subschemas
from contractctl.core.json import Json
from contractctl.core.locations import Place, Pointer
from contractctl.core.records import dataclass


@dataclass(frozen=True, slots=True)
class Subschema:
    """A schema inside a schema, at the pointer `tokens`; the root of a schema is one too."""

    uri: str
    tokens: tuple[str, ...]
    value: Mapping[str, Json]

    @property
    def at(self) -> Place:
        """The place, made when it is asked for: there are a hundred thousand schemas, and few have faults."""
        return Place(self.uri, Pointer(self.tokens))


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every schema once, at every depth; `mentioned` is what the definitions mention, and by the rest a flag is."""

    schemas: tuple[Subschema, ...]
    mentioned: Mentions
    has_flags: bool


def inventory(definitions: Mapping[str, Schema], roots: Iterable[Schema]) -> Inventory:
    """List the definitions, then the other roots that are no definitions, with what is in them."""
    defined = tuple(_defined(definitions))
    known = {schema.at for schema in definitions.values()}
    others = {schema.at: schema for schema in roots if schema.at not in known}
    rest = [one for schema in others.values() for one in _within(schema)]
    mentioned = mentions((key, one.value) for key, one in defined)
    is_flagged = any(one.value.get(flag) is True for one in rest for flag in ("readOnly", "writeOnly"))
    schemas = (*(one for _, one in defined), *rest)
    return Inventory(schemas, mentioned, is_flagged or bool(mentioned.flags))


def _defined(definitions: Mapping[str, Schema]) -> Iterator[tuple[str, Subschema]]:
    """Yield the schemas in definitions, each with the key of its definition."""
    for key, schema in definitions.items():
        for one in _within(schema):
            yield key, one


def _within(schema: Schema) -> Iterator[Subschema]:
    for tokens, value in placed_subschemas(schema.value, schema.at.pointer.tokens):
        yield Subschema(schema.at.uri, tokens, value)
