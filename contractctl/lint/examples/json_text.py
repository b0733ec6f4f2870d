"""JSON that stands in a description as text."""

from __future__ import annotations

import json
from typing import NoReturn

from contractctl.core.json import Json, is_array, is_object


def json_value(text: str) -> Json:
    """Return the value that a text is as JSON. Raise ValueError for one that is none, or too deep to be read."""
    try:
        value: Json = json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def is_json_text(text: str) -> bool:
    """Tell whether a text is JSON."""
    try:
        json_value(text)
    except ValueError:
        return False
    return True


def is_equal(one: Json, other: Json) -> bool:
    """Tell whether two JSON values are equal, as the numbers 1 and 1.0 are, but 1 and true are not."""
    waiting = [(one, other)]
    while waiting:
        left, right = waiting.pop()
        if is_object(left) and is_object(right) and left.keys() == right.keys():
            waiting.extend((member, right[name]) for name, member in left.items())
        elif is_array(left) and is_array(right) and len(left) == len(right):
            waiting.extend(zip(left, right, strict=True))
        elif not _is_equal_scalar(left, right):
            return False
    return True


def _is_equal_scalar(one: Json, other: Json) -> bool:
    """Tell of values that are not both lists or both objects of one size whether they are equal."""
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
