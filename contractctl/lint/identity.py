"""Names for list items that stay when other items come and go, so that a finding keeps its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place, escape_token

_NAMING = ("$ref", "in", "name", "url", "title")
_TEXTS = frozenset({"description", "summary", "deprecated", "example", "examples"})
_LONGEST_NAME = 80
_LONGEST_PAIRS = 1_000


class Identities:
    """The identities of places. Each list is read once, for a long one with many findings would cost the square."""

    def __init__(self) -> None:
        self._names: dict[int, tuple[str, ...]] = {}

    def identity(self, place: Place, root: Json) -> str:
        """Return the pointer of a place of this document, each list item named by what tells it from the others."""
        return "".join(f"/{escape_token(step)}" for step in self._steps(place, root))

    def _steps(self, place: Place, value: Json) -> Iterator[str]:
        for token in place.pointer.tokens:
            if is_array(value) and token.isdecimal() and int(token) < len(value):
                yield self._named(value)[int(token)]
                value = value[int(token)]
            else:
                yield token
                value = value.get(token) if is_object(value) else None

    def _named(self, items: Sequence[Json]) -> tuple[str, ...]:
        if id(items) not in self._names:
            self._names[id(items)] = tuple(_names(items))
        return self._names[id(items)]


def _names(items: Sequence[Json]) -> Iterator[str]:
    """Yield a name for each item; equal ones are counted."""
    seen: Counter[str] = Counter()
    for item in items:
        name = _name(item)
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


def _name(item: Json) -> str:
    """Name an item by what tells it from most others and stays when it is worked on: rarely by all that it says."""
    if is_object(item):
        return _name_of_object(item)
    if is_array(item):
        return f"[{_digest(item)}]"
    return _short(f"={json.dumps(item)}")


def _name_of_object(item: Mapping[str, Json]) -> str:
    named = [f"{key}={item[key]}" for key in _NAMING if isinstance(item.get(key), str)]
    if named:
        return _short(" ".join(named), _LONGEST_PAIRS)
    if isinstance(item.get("type"), str):  # a schema that will get and lose properties
        return f"type={item['type']}"
    telling = (key for key in item if key not in _TEXTS and not key.startswith("x-"))
    return _short(",".join(sorted(telling)))  # a security requirement, and whatever else


def _short(name: str, longest: int = _LONGEST_NAME) -> str:
    return name if len(name) <= longest else f"{name[:_LONGEST_NAME]}… {_digest(name)}"


def _digest(value: Json) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
