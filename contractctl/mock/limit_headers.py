"""Documented headers that tell a client of its rate limit, in the spellings that there are beside the standard's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from contractctl.contract.model import Header
from contractctl.core.json import Json, is_object
from contractctl.core.patterns import pattern
from contractctl.mock.headers import header_schema
from contractctl.mock.schemas import SchemaTable, schema_examples

_NAME: Final = pattern(r"(?:x-)?rate-?limit-(limit|remaining|used|reset)|x-rate-?(limit)")
_MOMENT: Final = pattern(r"\b(?:epoch|unix|utc|timestamp)\b")
_LEAST_MOMENT: Final = 1_000_000_000
"""As seconds from now that would be thirty years."""


def limit_headers(headers: Iterable[Header], table: SchemaTable) -> dict[str, Json]:
    """Return what each of them tells: `limit`, `remaining`, `used`, `reset` (in so many seconds), `epoch`, `date`."""
    told: dict[str, Json] = {}
    for header in headers:
        if found := _NAME.fullmatch(header.name.lower()):
            kind = found[1] or found[2]
            told[header.name] = kind if kind != "reset" else _reset(header, table)
    return told


def _reset(header: Header, table: SchemaTable) -> str:
    """Tell in which of three ways a header says when a window ends: by its schema, its example or its words."""
    schema = header_schema(header)
    examples = [example.value for example in header.examples if example.has_value]
    if schema is not None:
        if is_object(schema.value) and schema.value.get("format") == "date-time":
            return "date"
        examples += [value for _, value in schema_examples(table, schema)]
    is_moment = any(map(_is_moment, examples)) or _MOMENT.search(header.description.lower())
    return "epoch" if is_moment else "reset"


def _is_moment(value: Json) -> bool:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return len(value) >= len(str(_LEAST_MOMENT))
    return isinstance(value, (int, float)) and value >= _LEAST_MOMENT
