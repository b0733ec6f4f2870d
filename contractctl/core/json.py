"""The type of a JSON value and what everybody does with one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeGuard

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""Any JSON value. Arrays are lists, objects are dicts with string keys; nobody changes one after it was read."""


def read_json(text: bytes | str) -> Json:
    """Read what somebody else wrote. Raise ValueError where it is no JSON, or nested deeper than can be read."""
    try:
        value: Json = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def is_object(value: Json) -> TypeGuard[Mapping[str, Json]]:
    """Tell whether `value` is a JSON object."""
    return isinstance(value, dict)


def is_array(value: Json) -> TypeGuard[Sequence[Json]]:
    """Tell whether `value` is a JSON array (a string is not one)."""
    return isinstance(value, list)


def object_at(holder: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """Return the member `name`, empty when it is absent or no object."""
    member = holder.get(name)
    return member if is_object(member) else {}


def text_at(holder: Mapping[str, Json], name: str) -> str:
    """Return the member `name`, empty when it is absent or no string."""
    member = holder.get(name)
    return member if isinstance(member, str) else ""
