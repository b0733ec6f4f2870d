"""The formats of whole numbers that say how many bits there are, as the bounds that they are.

OpenAPI calls `int32` "signed 32 bits" and `int64` "signed 64 bits" (3.1.1 §4.4); validators of JSON Schema pass over
both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contractctl.contract.model import SchemaValue
from contractctl.contract.subschemas import rewritten
from contractctl.core.json import Json, is_object

WIDTHS: Final[Mapping[str, tuple[int, int]]] = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}


def with_bounds(value: SchemaValue) -> SchemaValue:
    """Return a schema whose widths are spelt out as `minimum` and `maximum`, at every depth; itself without any."""
    if isinstance(value, bool):
        return value
    changed = {keyword: new for keyword, member in value.items() if (new := _inner(keyword, member)) is not member}
    width = value.get("format")
    bounds = WIDTHS.get(width) if isinstance(width, str) else None
    if bounds is not None:
        least, most = bounds
        changed["minimum"] = max(least, _number(value.get("minimum"), least))
        changed["maximum"] = min(most, _number(value.get("maximum"), most))
    return {**value, **changed} if changed else value


def _inner(keyword: str, member: Json) -> Json:
    return rewritten(keyword, member, lambda one: with_bounds(one) if is_object(one) else one)


def _number(value: Json, otherwise: int) -> int | float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
