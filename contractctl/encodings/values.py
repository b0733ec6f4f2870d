"""JSON values, as encodings take and give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeGuard

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""Any JSON value, to be written. Arrays are lists, objects are dicts."""

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
"""A JSON value that was read."""


def is_array(value: Json) -> TypeGuard[Sequence[Json]]:
    """Tell whether `value` is a JSON array (a string is not one)."""
    return isinstance(value, list)
