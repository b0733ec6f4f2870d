"""Documented response headers with a value: their example, or a synthesised value for one that is required."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import orjson

from contractctl.contract.model import Header, Schema
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.patterns import pattern
from contractctl.encodings.bodies import compact
from contractctl.mock.schemas import SchemaTable, schema_examples
from contractctl.mock.telling import Told, warning
from contractctl.synth import GaveUp, Unsatisfiable

# What the server says itself: how a message is framed and coded, and what browsers may see.
_OWN: Final = frozenset(
    (
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
_NAME: Final = pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = pattern(r"[\x20-\x7e\t]*")


def header_pairs(headers: tuple[Header, ...], table: SchemaTable, told: Told, operation: str) -> Iterator[list[Json]]:
    """Yield name and value of the headers that a response is sent with."""
    for header in headers:
        name = header.name.lower()
        if name in _OWN or name.startswith("access-control-") or not _NAME.fullmatch(name):
            continue
        value = _value(header, table, told, operation)
        # Cookies cannot be joined with commas (RFC 9110 §5.3): each has a line of its own.
        several = value if name == "set-cookie" and is_array(value) else [value]
        for one in several:
            text = None if one is None else _as_text(one, header)
            if text is not None and _VALUE.fullmatch(text):
                yield [header.name, text.strip()]


def header_schema(header: Header) -> Schema | None:
    """Return what a header's value has to satisfy, under `schema` or in its single `content`."""
    return header.schema or (header.content[0].schema if header.content else None)


def _value(header: Header, table: SchemaTable, told: Told, operation: str) -> Json:
    """Return the value to send, or None for a header that is left out."""
    schema = header_schema(header)
    media_examples = header.content[0].examples if header.content else ()
    documented = [example for example in (*header.examples, *media_examples) if example.has_value]
    if schema is None:
        return documented[0].value if documented else None
    key = table.key(schema, "response")
    for example in documented:
        if _is_acceptable(table, key, example.value):
            return example.value
        message = f"the example of the header `{header.name}` does not satisfy its schema; it is not sent"
        told.tell(warning("example-invalid", example.at, message, operation=operation))
    has_examples = next(schema_examples(table, schema), None) is not None
    if not (header.required or documented or has_examples):
        return None
    try:
        return table.make(key)
    except (Unsatisfiable, GaveUp):
        return None


def _is_acceptable(table: SchemaTable, key: str, value: Json) -> bool:
    """Tell whether a value may be sent; in a header, the text `5` is the number."""
    if table.is_valid(key, value):
        return True
    if not isinstance(value, str):
        return False
    try:
        return table.is_valid(key, orjson.loads(value))
    except orjson.JSONDecodeError:
        return table.is_valid(key, [part.strip() for part in value.split(",")])


def _as_text(value: Json, header: Header) -> str | None:
    """Write a value in style `simple` (RFC 6570 §3.2.2), or as the JSON that a `content` header asks for."""
    if header.content and not isinstance(value, str):
        return compact(value).decode()
    if is_object(value):
        pairs = [(name, _scalar(member)) for name, member in value.items()]
        return ",".join(f"{name}={text}" if header.explode else f"{name},{text}" for name, text in pairs)
    if is_array(value):
        return ",".join(map(_scalar, value))
    return _scalar(value)


def _scalar(value: Json) -> str:
    return value if isinstance(value, str) else compact(value).decode()
