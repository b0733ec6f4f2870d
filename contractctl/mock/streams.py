"""Streams as arrays: a body that is described by its items gets the schema of the array that it stands for.

Whatever else looks at a contract needs to know nothing of streams then; only their bytes are other ones
(contractctl/encodings/streams.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from contractctl.contract.media_types import essence
from contractctl.contract.model import Contract, MediaType, Operation, Schema
from contractctl.core.json import Json
from contractctl.encodings.media import is_stream, kind_of
from contractctl.mock.readings import Readings


def with_streams(contract: Contract) -> Contract:
    """Return the contract with `schema` for each media type that is a stream; the same one where there is none."""
    arrays = _Arrays(contract.definitions)
    operations = tuple(arrays.operation(operation) for operation in contract.operations)
    if not arrays.made:
        return contract
    return replace(contract, operations=operations, definitions={**contract.definitions, **arrays.made})


class _Arrays:
    """Makes the definitions of arrays."""

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions
        self._readings = Readings(definitions)
        self._known: dict[str, str] = {}
        self.made: dict[str, Schema] = {}

    def operation(self, operation: Operation) -> Operation:
        body = operation.body
        content = (*(body.content if body else ()), *(media for one in operation.responses for media in one.content))
        if not any(map(_is_sequence, content)):
            return operation
        return replace(
            operation,
            body=replace(body, content=tuple(map(self._media, body.content))) if body else None,
            responses=tuple(
                replace(response, content=tuple(map(self._media, response.content))) for response in operation.responses
            ),
        )

    def _media(self, media: MediaType) -> MediaType:
        item = self._item(media)
        if item is None:
            return media
        array: dict[str, Json] = {"type": "array", "items": self._reference(item)}
        if media.schema and media.schema is not item:
            array["allOf"] = [self._reference(media.schema)]
        return replace(media, schema=Schema(item.at, self._defined(item, array)))

    def _item(self, media: MediaType) -> Schema | None:
        """Return the schema of each item; None where the media type is no stream, or has a schema of the whole.

        Before OpenAPI 3.2 nothing said what the schema of a stream is of: one that allows no array is of an item, and
        one of a string is of the whole text.
        """
        if not _is_sequence(media) or media.item_schema or media.schema is None:
            return media.item_schema if _is_sequence(media) else None
        is_whole = {"array", "string"} & set(self._readings.types(media.schema.value))
        return None if is_whole else media.schema

    def _reference(self, schema: Schema) -> Mapping[str, Json]:
        """Return a reference to a schema; one that stands where it is used becomes a definition."""
        if isinstance(schema.value, Mapping) and schema.value.keys() == {"$ref"}:
            return schema.value
        return self._defined(schema, schema.value)

    def _defined(self, schema: Schema, value: Mapping[str, Json] | bool) -> Mapping[str, Json]:
        identity = f"{schema.at} {id(schema.value)} {value if value is not schema.value else ''}"
        if identity not in self._known:
            self._known[identity] = name = self._free_name()
            self.made[name] = Schema(schema.at, value)
        return {"$ref": f"#/$defs/{self._known[identity]}"}

    def _free_name(self) -> str:
        number = len(self.made) + 1
        while f"stream-{number}" in self._definitions or f"stream-{number}" in self.made:
            number += 1
        return f"stream-{number}"


def _is_sequence(media: MediaType) -> bool:
    """Tell whether a body is its items one after the other; parts are where only `itemSchema` describes them."""
    kind = kind_of(essence(media.name))
    return is_stream(kind) or (kind == "multipart" and media.item_schema is not None and media.schema is None)
