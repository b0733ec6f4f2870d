"""The type of a JSON value and two things everybody does with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeGuard

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""Any JSON value. Arrays are lists, objects are dicts with string keys; nobody changes one after it was read."""


def is_object(value: Json) -> TypeGuard[Mapping[str, Json]]:
    """Tell whether `value` is a JSON object."""
    return isinstance(value, dict)


def is_array(value: Json) -> TypeGuard[Sequence[Json]]:
    """Tell whether `value` is a JSON array (a string is not one)."""
    return isinstance(value, list)
