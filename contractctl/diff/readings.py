"""How a value may be read off the wire: in a parameter or header, everything is text until a schema says otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from contractctl.core.json import Json, is_array, is_object
from contractctl.diff.carriers import Carrier
from contractctl.diff.spelling import text_of


def readings(carrier: Carrier, value: Json) -> Iterator[Json]:
    """Yield the value, and what else its text on the wire may stand for: 5 is written as "5" is."""
    yield value
    if carrier.location != "body" and not carrier.media_type:
        yield from (_leaves(value, change) for change in (_as_text, _as_json))


def _leaves(value: Json, change: Callable[[Json], Json]) -> Json:
    if is_array(value):
        return [change(item) for item in value]
    if is_object(value):
        return {name: change(member) for name, member in value.items()}
    return change(value)


def _as_text(value: Json) -> Json:
    return value if is_array(value) or is_object(value) else text_of(value)


def _as_json(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    try:
        found: Json = json.loads(value)
    except ValueError:
        return value
    return value if is_array(found) or is_object(found) else found
