"""What was written to keep a validator busy for hours, or to fill the memory with what it has to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contractctl.contract.references import definition_reference
from contractctl.contract.subschemas import subschemas
from contractctl.core.json import Json, is_array, is_object

_MOST_VISITS: Final = 1_000_000
"""As often as schemas may be gone through for one value; real descriptions stay below ten thousand."""
_MOST_COPIED: Final = 4_000_000
"""How many members all errors of one value may repeat: each error holds the value that it is about."""
_WIDE: Final = 1_000
_LISTS: Final = ("allOf", "anyOf", "oneOf")
_SINGLE: Final = ("not", "if", "then", "else")
_MANY: Final = ("required", "dependentRequired", "dependentSchemas", *_LISTS)


def entangled(definitions: Mapping[str, Json]) -> frozenset[str]:
    """Return the keys of the definitions that go through others, for one and the same value, more than a million times.

    Twenty of them, of which each refers to the next one twice, are enough.
    """
    steps = {definition_reference(key): list(_in_place(value)) for key, value in definitions.items()}
    visits = _visits({reference: found for reference, found in steps.items() if found})
    return frozenset(key for key in definitions if visits.get(definition_reference(key), 1) > _MOST_VISITS)


def _in_place(root: Json) -> Iterator[str]:
    """Yield the references, each as often as it stands there, that a schema takes for the value that it is given."""
    waiting = [root]
    while waiting:
        schema = waiting.pop()
        if not is_object(schema):
            continue
        reference = schema.get("$ref")
        if isinstance(reference, str):
            yield reference
        for keyword in _LISTS:
            listed = schema.get(keyword)
            waiting.extend(listed if is_array(listed) else ())
        waiting.extend(schema[keyword] for keyword in _SINGLE if keyword in schema)
        dependent = schema.get("dependentSchemas")
        waiting.extend(dependent.values() if is_object(dependent) else ())


def _visits(steps: Mapping[str, list[str]]) -> Mapping[str, int]:
    """Return how many definitions each goes through, itself included; a step back into a circle is none."""
    found: dict[str, int] = {}
    begun: set[str] = set()
    for root in steps:
        waiting = [root]
        while waiting:
            one = waiting[-1]
            if one in found:
                waiting.pop()
            elif one not in begun:
                begun.add(one)
                waiting.extend(step for step in steps.get(one, ()) if step in steps and step not in begun)
            else:
                waiting.pop()
                found[one] = min(1 + sum(found.get(step, 1) for step in steps[one]), 2 * _MOST_VISITS)
    return found


def is_tellable(value: Json, document: Json) -> bool:
    """Tell whether all that a schema within `document` may have against a value can be listed.

    A thousand members that an object lacks are told with a copy each of the thousand that it has.
    """
    width = _width(value)
    return width < _WIDE or width * _longest(document) <= _MOST_COPIED


def _width(value: Json) -> int:
    """Return how many members the largest object or list of a value has."""
    widest = 0
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if is_object(one):
            widest = max(widest, len(one))
            waiting.extend(one.values())
        elif is_array(one):
            widest = max(widest, len(one))
            waiting.extend(one)
    return widest


def _longest(document: Json) -> int:
    """Return how many errors one keyword may have for one value, at most."""
    return max((_count(schema.get(keyword)) for schema in subschemas(document) for keyword in _MANY), default=0)


def _count(value: Json) -> int:
    if is_object(value):
        return sum(len(one) if is_array(one) else 1 for one in value.values())
    return len(value) if is_array(value) else 0
