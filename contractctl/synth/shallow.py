"""What a value's own keywords say about it, children aside: enough to drop members of an `enum`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from contractctl.synth.values import (
    Json,
    Keywords,
    elements,
    exact,
    identities,
    identity,
    strings,
    type_of,
    types,
    whole,
)

# Keywords of which `admits` knows everything, so that what it admits is what they mean.
_EXACT: Final = frozenset(("type", "const", "enum"))


def admits(keywords: Keywords, value: Json) -> bool:
    """Tell whether type, `enum`, `const`, bounds and counts admit the value. False is certain, True is not."""
    kind, allowed = type_of(value), types(keywords)
    if kind not in allowed and not (kind == "integer" and "number" in allowed):
        return False
    if "const" in keywords and identity(keywords["const"]) != identity(value):
        return False
    if "enum" in keywords and identity(value) not in identities(elements(keywords, "enum")):
        return False
    excluded = keywords.get("not")
    if isinstance(excluded, Mapping) and excluded.keys() <= _EXACT and admits(excluded, value):
        return False
    return _admits_size(keywords, value)


def contradiction(keywords: Keywords, denied: Sequence[Keywords]) -> str:
    """Return why it is plain that no value satisfies the keywords and none of what is denied; else an empty text."""
    named = [keywords["const"]] if "const" in keywords else elements(keywords, "enum") if "enum" in keywords else None
    if named is not None:
        possible = any(admits(keywords, value) and not _is_among(value, denied) for value in named)
        return "" if possible else "no value of the enumeration is allowed"
    match types(keywords):
        case ("string",):
            crossing = _crossing(keywords, "Length", "text", "characters")
            return crossing or _denied(keywords, denied, ("pattern", "format"))
        case ("array",):
            return _crossing(keywords, "Items", "array", "items") or _denied(keywords, denied, ("uniqueItems",))
        case ("object",):
            return _crossing(keywords, "Properties", "object", "members")
        case ("integer",) | ("number",):
            low, high = exact(keywords, "minimum"), exact(keywords, "maximum")
            if low is not None and high is not None and low > high:
                return f"no number is at least {low} and at most {high}"
            return _denied(keywords, denied, ("multipleOf",))
        case _:
            return ""


def _is_among(value: Json, denied: Sequence[Keywords]) -> bool:
    key = identity(value)
    return any(key in identities(elements(schema, "enum")) for schema in denied if "enum" in schema)


def _crossing(keywords: Keywords, noun: str, kind: str, counted: str) -> str:
    least, most = whole(keywords, f"min{noun}") or 0, whole(keywords, f"max{noun}")
    crosses = most is not None and most < max(least, 0)
    return f"no {kind} has at least {least} and at most {most} {counted}" if crosses else ""


def _denied(keywords: Keywords, denied: Sequence[Keywords], names: Sequence[str]) -> str:
    same = (name for schema in denied for name in names if name in keywords and keywords[name] == schema.get(name))
    return next((f"`{name}` is asked for and excluded" for name in same), "")


def _admits_size(keywords: Keywords, value: Json) -> bool:
    match value:
        case bool() | None:
            return True
        case int() | float():
            return _admits_number(keywords, value)
        case str():
            return _within(len(value), keywords, "Length")
        case Mapping():
            missing = any(name not in value for name in strings(keywords, "required"))
            return not missing and _within(len(value), keywords, "Properties")
        case Sequence():
            return _within(len(value), keywords, "Items")


def _admits_number(keywords: Keywords, value: float) -> bool:
    number = exact({"value": value}, "value")
    low, high = exact(keywords, "minimum"), exact(keywords, "maximum")
    above, below = exact(keywords, "exclusiveMinimum"), exact(keywords, "exclusiveMaximum")
    if number is None:
        return True
    return not (
        (low is not None and number < low)
        or (high is not None and number > high)
        or (above is not None and number <= above)
        or (below is not None and number >= below)
    )


def _within(size: int, keywords: Keywords, noun: str) -> bool:
    least, most = whole(keywords, f"min{noun}"), whole(keywords, f"max{noun}")
    return (least is None or size >= least) and (most is None or size <= most)
