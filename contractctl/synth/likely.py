"""What a form suggests by itself: its examples, the values it lists, the types it is likely to mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contractctl.synth.values import Json, Keywords, elements, types

_CONTAINERS: Final = frozenset(("object", "array"))
_HINTS: Final[Mapping[str, frozenset[str]]] = {
    "object": frozenset(
        ("properties", "required", "additionalProperties", "patternProperties", "minProperties", "propertyNames")
    ),
    "array": frozenset(("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains")),
    "string": frozenset(("minLength", "maxLength", "pattern", "format")),
    "number": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
}


def documented_examples(keywords: Keywords) -> tuple[Json, ...]:
    """Return the examples in `example` and `examples`."""
    single = (keywords["example"],) if "example" in keywords else ()
    return (*single, *elements(keywords, "examples"))


def named_values(keywords: Keywords) -> tuple[Json, ...] | None:
    """Return the values that `const` or `enum` leaves, None where there is neither."""
    if "const" in keywords:
        return (keywords["const"],)
    return tuple(elements(keywords, "enum")) if "enum" in keywords else None


def says_null(keywords: Keywords) -> bool:
    """Tell whether null is said to be a value, and not only not excluded."""
    named = named_values(keywords)
    return None in named if named is not None else "type" in keywords and "null" in types(keywords)


def likely_types(keywords: Keywords, *, named: bool) -> tuple[str, ...]:
    """Return the admitted types, those that the other keywords speak of first, null last.

    What nothing is said of is a text where it is a member's, else an object.
    """
    allowed = [kind for kind in types(keywords) if kind != "integer" or "number" not in types(keywords)]
    hinted = [kind for kind, hints in _HINTS.items() if kind in allowed and hints & keywords.keys()]
    if not hinted and "type" not in keywords:
        hinted = ["string"] if named else ["object"]
    others = [kind for kind in allowed if kind not in hinted and kind != "null"]
    if "type" not in keywords:
        others.sort(key=_CONTAINERS.__contains__)
    return (*hinted, *others, *(("null",) if "null" in allowed else ()))
