"""Schemas that say the same: equal but for titles, descriptions and examples."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from contractctl.synth.combine import ANNOTATIONS
from contractctl.synth.references import LISTS, MAPS, SINGLE
from contractctl.synth.values import Json, Keywords, Schema, as_schema, elements, identity, members


def meaning(schema: Schema) -> Hashable:
    """Return a key that two schemas share only when they accept the same values."""
    return identity(_asserted(schema))


def question(schema: Schema) -> Hashable:
    """Return a key that two schemas share only when they accept the same values, however `allOf` groups their parts."""
    return frozenset(map(meaning, _parts(schema)))


def _parts(schema: Schema) -> Iterator[Schema]:
    if isinstance(schema, Mapping) and "allOf" in schema and _asserted_keys(schema) == {"allOf"}:
        for part in elements(schema, "allOf"):
            yield from _parts(as_schema(part))
    else:
        yield schema


def _asserted_keys(schema: Keywords) -> set[str]:
    return {keyword for keyword in schema if keyword not in ANNOTATIONS and not keyword.startswith("x-")}


def _asserted(value: Json) -> Json:
    if not isinstance(value, Mapping):
        return value
    kept: dict[str, Json] = {}
    for keyword, member in value.items():
        if keyword in SINGLE:
            kept[keyword] = _asserted(member)
        elif keyword in LISTS:
            kept[keyword] = [_asserted(item) for item in elements(value, keyword)]
        elif keyword in MAPS:
            kept[keyword] = {name: _asserted(item) for name, item in members(value, keyword).items()}
        elif keyword == "required":
            kept[keyword] = sorted(map(str, elements(value, keyword)))
        elif keyword not in ANNOTATIONS and not keyword.startswith("x-"):
            kept[keyword] = member
    return kept
