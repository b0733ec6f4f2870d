"""How a value may be read off the wire: where everything is text, 5 is written as "5" is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from contractctl.contract.media_types import essence
from contractctl.contract.subschemas import rewritten, subschemas
from contractctl.core.json import Json, is_array, is_object
from contractctl.diff.witnesses.spelling import text_of

if TYPE_CHECKING:
    from contractctl.contract.model import SchemaValue
    from contractctl.diff.carriers import Carrier

_TEXTUAL: Final = frozenset(("application/x-www-form-urlencoded", "text/plain", "application/xml", "text/xml"))
_COMPOSED: Final = frozenset(
    (
        *("$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "contains", "patternProperties"),
        *("dependentSchemas", "propertyNames", "unevaluatedProperties", "unevaluatedItems"),
    )
)


_OF_TEXTS: Final = frozenset(("enum", "const", "pattern", "format", "minLength", "maxLength"))


def is_textual(carrier: Carrier) -> bool:
    """Tell whether what travels here is text until a schema says what it stands for."""
    if not carrier.media_type:
        return carrier.location != "body"
    name = essence(carrier.media_type)
    return name in _TEXTUAL or name.startswith("multipart/") or name.endswith("+xml")


def readings(carrier: Carrier, value: Json) -> Iterator[Json]:
    """Yield the value, and what else its text on the wire may stand for."""
    yield value
    if is_textual(carrier):
        yield from (_leaves(value, change) for change in (text_of, _as_json))


def read_as_text(schema: SchemaValue) -> SchemaValue:
    """Return a schema that takes any number and flag where it takes any text; itself where its parts are entangled."""
    if any(not _COMPOSED.isdisjoint(node) for node in subschemas(schema)):
        return schema
    widened = _widened(schema)
    assert isinstance(widened, bool) or is_object(widened)
    return widened


def says_nothing_of_texts(schema: SchemaValue) -> bool:
    """Tell whether a schema takes either any text or none, wherever one may be."""
    told = _COMPOSED | _OF_TEXTS
    return all(told.isdisjoint(node) for node in subschemas(schema))


def _widened(schema: Json) -> Json:
    if not is_object(schema):
        return schema
    names = schema.get("type")
    listed: Sequence[Json] = names if is_array(names) else [names]
    if schema.keys() == {"type"} and "string" in listed:
        return {"type": list(dict.fromkeys((*map(str, listed), "number", "boolean")))}
    return {keyword: rewritten(keyword, member, _widened) for keyword, member in schema.items()}


def _leaves(value: Json, change: Callable[[Json], Json]) -> Json:
    if is_array(value):
        return [_leaves(item, change) for item in value]
    if is_object(value):
        return {name: _leaves(member, change) for name, member in value.items()}
    return change(value)


def _as_json(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    try:
        found: Json = json.loads(value)
    except ValueError:
        return value
    return value if is_array(found) or is_object(found) else found
