"""The values of keywords as they are written, read into what a shape holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place
from contractctl.diff.schemas.shape import EVERY_KIND, KINDS_OF_LIMIT, KINDS_OF_TYPE, Key, Kind, Limit, Node, freeze

_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_LIMITS = frozenset((*KINDS_OF_LIMIT, *_EXCLUSIVE))
_MATCHES_ALL = frozenset(("", "^", "$", ".*", "^.*", "^.*$", ".*$", "^(.*)$", "(.*)"))
_ANNOTATIONS = frozenset(
    (
        *("title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "xml"),
        *("externalDocs", "discriminator", "$comment", "$defs", "definitions", "nullable"),
    )
)


def is_annotation(keyword: str) -> bool:
    """Tell whether a keyword leaves open which values are accepted."""
    return keyword in _ANNOTATIONS or keyword.startswith("x-")


def is_reference(value: Mapping[str, Json]) -> bool:
    """Tell whether the schema is nothing but a reference."""
    return isinstance(value.get("$ref"), str) and all(key == "$ref" or is_annotation(key) for key in value)


def is_never(node: Node | None) -> bool:
    """Tell whether the node accepts nothing, as it is written: `false`, or `not` of everything."""
    return node is not None and any(_is_never(part.value) for part in node.parts)


def _is_never(value: Json) -> bool:
    if not is_object(value):
        return value is False
    excluded = value.get("not", False)
    return all(map(is_annotation, excluded)) if is_object(excluded) else excluded is True


def origins_of(at: Place, value: Mapping[str, Json], members: Iterable[str]) -> dict[str, Place]:
    """Say where the keywords stand, and where each property does."""
    origins = {keyword: at / keyword for keyword in value if keyword not in _ANNOTATIONS}
    for name in members:
        origins[f"properties/{name}"] = at / "properties" / name
    return origins


def kinds_of(value: Json) -> frozenset[Kind]:
    """Return the kinds that `type` allows."""
    names = (value,) if isinstance(value, str) else value if is_array(value) else ()
    kinds = frozenset[Kind]().union(*(KINDS_OF_TYPE.get(str(name), frozenset()) for name in names))
    return kinds or EVERY_KIND


def values_of(value: Mapping[str, Json]) -> Mapping[Key, Json] | None:
    """Return the values of `enum` and `const`, or None when neither is there."""
    listed = value.get("enum")
    found: dict[Key, Json] | None = {freeze(item): item for item in listed} if is_array(listed) else None
    if "const" in value:
        constant = value["const"]
        key = freeze(constant)
        return {key: constant} if found is None or key in found else {}
    return found


def limits_of(at: Place, value: Mapping[str, Json]) -> Iterator[tuple[str, Limit]]:
    """Yield each bound by its keyword, the tighter one where it is given with and without `exclusive`."""
    if value.keys().isdisjoint(_LIMITS):
        return
    for keyword in KINDS_OF_LIMIT:
        found = [(value.get(keyword), False, keyword)]
        found += [(value.get(key), True, key) for key, plain in _EXCLUSIVE.items() if plain == keyword]
        limits = [
            Limit(amount, exclusive, at / key)
            for amount, exclusive, key in found
            if isinstance(amount, int | float) and not isinstance(amount, bool)
        ]
        if limits:
            sign = 1 if keyword.startswith("min") else -1
            yield keyword, max(limits, key=lambda limit: (sign * limit.value, limit.exclusive))


def multiples_of(value: Json) -> frozenset[Fraction]:
    """Return what `multipleOf` says."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return frozenset((Fraction(str(value)),))
    return frozenset()


def patterns_of(value: Json) -> frozenset[str]:
    """Return what `pattern` says, unless every text matches."""
    return texts_of(value) - _MATCHES_ALL


def texts_of(value: Json) -> frozenset[str]:
    """Return the text that a keyword holds."""
    return frozenset((value,)) if isinstance(value, str) else frozenset()


def required_of(at: Place, value: Mapping[str, Json]) -> list[tuple[str, Place]]:
    """Return each required name, sorted, with the item of the list that says so."""
    names = value.get("required")
    items = enumerate(names) if is_array(names) else ()
    found = ((name, at / "required" / index) for index, name in items if isinstance(name, str))
    return sorted(found, key=lambda pair: pair[0])


def dependencies_of(value: Mapping[str, Json]) -> dict[str, frozenset[str]]:
    """Return which members bring others with them, by `dependentRequired` or as much of `dependentSchemas`."""
    found: dict[str, frozenset[str]] = {}
    named, schemas = value.get("dependentRequired"), value.get("dependentSchemas")
    for name, names in named.items() if is_object(named) else ():
        found[name] = _names(names)
    for name, schema in schemas.items() if is_object(schemas) else ():
        if is_object(schema) and is_requirement(schema):
            found[name] = found.get(name, frozenset()) | _names(schema["required"])
    return found


def is_requirement(schema: Json) -> bool:
    """Tell whether a schema says nothing but which members are there."""
    return is_object(schema) and "required" in schema and all(key == "required" or is_annotation(key) for key in schema)


def occurrences_of(value: Mapping[str, Json]) -> tuple[int, int | None]:
    """Return how many items must fit `contains`, at least and at most; None where there is no most."""
    least, most = value.get("minContains", 1), value.get("maxContains")
    return _count(least, 1), None if most is None else _count(most, 0)


def _count(value: Json, otherwise: int) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise


def _names(value: Json) -> frozenset[str]:
    return frozenset(name for name in value if isinstance(name, str)) if is_array(value) else frozenset()
