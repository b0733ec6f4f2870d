"""Keywords of JSON Schema that schemas have had since OpenAPI 3.1 (or never), and what says the same before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_NOTHING: Final = "nothing says the same: put it in the `description`"
_ELSEWHERE: Final = "put the schema among those that have names, and refer to it"
_LATER: Final[Mapping[str, str]] = {
    "const": "write `enum` with one value",
    **dict.fromkeys(("if", "then", "else", "propertyNames", "dependentRequired", "dependentSchemas"), _NOTHING),
    **dict.fromkeys(("contains", "minContains", "maxContains", "contentMediaType", "contentSchema"), _NOTHING),
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), _NOTHING),
    "patternProperties": "write `additionalProperties`, and say what names there may be in the `description`",
    "prefixItems": "write `items` with one schema for all of them",
    "contentEncoding": "write `format: byte` for base64",
    **dict.fromkeys(("$defs", "$id", "$anchor", "$dynamicAnchor", "$dynamicRef"), _ELSEWHERE),
    "$schema": "take it out: the version of OpenAPI says what schemas are written in",
    "$comment": "write `x-comment`",
}
_OLD: Final[Mapping[str, str]] = {
    "dependencies": _NOTHING,
    "additionalItems": "write `items` with one schema for all of them",
    "definitions": _ELSEWHERE,
    "id": "take it out, or write it as a property",
}


def later_keywords(version: str) -> Mapping[str, str]:
    """Return what to say of each in a description of this version."""
    later = {keyword: f"OpenAPI 3.1 has it; in {version} {instead}" for keyword, instead in _LATER.items()}
    old = {keyword: f"JSON Schema has it; in OpenAPI {version} {instead}" for keyword, instead in _OLD.items()}
    return {**later, **old}
