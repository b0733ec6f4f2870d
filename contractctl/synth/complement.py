"""`not`, pushed inwards: the ways in which a value can fail a schema.

Each way is a schema, and a value fails when it satisfies one of them. What has no other spelling stays an exclusion of
one keyword (`{"not": {"pattern": …}}`), which the makers of texts, numbers, arrays and objects read. A way may admit a
little too much where no schema says it exactly (unevaluated members, dynamic references), never too little, so that
what excludes all of them is a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from contractctl.synth.values import TYPES, Json, Keywords, Schema, as_schema, elements, members, strings, types, whole

# The formats that a validator checks; another one cannot be failed.
FORMATS: Final = frozenset(
    (
        *("date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri"),
        *("iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri", "uri-reference"),
        *("uri-template", "uuid"),
    )
)
_EXCLUSIONS: Final[Mapping[frozenset[str], Keywords]] = {
    frozenset(("enum",)): {},
    frozenset(("multipleOf",)): {"type": "number"},
    frozenset(("pattern",)): {"type": "string"},
    frozenset(("format",)): {"type": "string"},
    frozenset(("uniqueItems",)): {"type": "array", "minItems": 2},
    frozenset(("prefixItems", "items")): {"type": "array"},
    frozenset(("propertyNames",)): {"type": "object"},
    frozenset(("patternProperties",)): {"type": "object"},
    frozenset(("properties", "patternProperties", "additionalProperties")): {"type": "object"},
}
# Plain values come first: they are cheap to make.
_TYPES: Final = sorted(TYPES, key=("string", "number", "integer", "boolean", "array", "object", "null").index)
_Ways = Callable[[Keywords], Iterator[Schema]]


def implied(excluded: Keywords) -> Keywords | None:
    """Return what a value has to be to fail one of the exclusions that stay as they are; None for another schema."""
    found = _EXCLUSIONS.get(frozenset(excluded))
    if found is None or excluded.get("uniqueItems") is False:
        return None
    if "format" in excluded and excluded["format"] not in FORMATS:
        return None
    declared = (*members(excluded, "properties").values(), *elements(excluded, "prefixItems"))
    if "additionalProperties" in excluded:
        declared += tuple(members(excluded, "patternProperties").values())
    elif len(members(excluded, "patternProperties")) > 1:
        return None
    # What is declared only tells here which names and positions are not meant.
    return found if all(one is True for one in declared) else None


def ways_to_fail(schema: Schema) -> Iterator[Schema]:
    """Yield the ways in which a value can fail a schema, those that are cheap to meet first."""
    if isinstance(schema, bool):
        if not schema:
            yield True
        return
    for keyword, ways in _WAYS.items():
        if keyword in schema:
            yield from ways(schema)


def without(schema: Schema) -> Schema:
    """Return the schema of all that fails this one."""
    return not schema if isinstance(schema, bool) else {"not": schema}


def spelled(value: Json) -> Schema:
    """Return a schema of one object or array that says in other words what it is; True for another value."""
    if isinstance(value, Mapping):
        named = {name: {"const": member} for name, member in value.items()}
        return {"type": "object", "required": list(value), "properties": named, "additionalProperties": False}
    if isinstance(value, Sequence) and not isinstance(value, str):
        held = [{"const": item} for item in value]
        return {"type": "array", "minItems": len(value), "maxItems": len(value), "prefixItems": held}
    return True


def _type(schema: Keywords) -> Iterator[Schema]:
    admitted = types(schema)
    others = [name for name in _TYPES if name not in admitted and not (name == "integer" and "number" in admitted)]
    if "integer" in admitted and "number" not in admitted:
        others.remove("number")
        yield {"type": "number", "not": {"multipleOf": 1}}
    if others:
        yield {"type": others}


def _constant(schema: Keywords) -> Iterator[Schema]:
    yield {"not": {"enum": [schema["const"]]}}


def _kept(keyword: str) -> _Ways:
    def ways(schema: Keywords) -> Iterator[Schema]:
        yield {"not": {keyword: schema[keyword]}}

    return ways


def _format(schema: Keywords) -> Iterator[Schema]:
    if schema["format"] in FORMATS:
        yield {"not": {"format": schema["format"]}}


def _unique(schema: Keywords) -> Iterator[Schema]:
    if schema["uniqueItems"] is True:
        yield {"not": {"uniqueItems": True}}


def _beyond(keyword: str, opposite: str) -> _Ways:
    def ways(schema: Keywords) -> Iterator[Schema]:
        yield {"type": "number", opposite: schema[keyword]}

    return ways


def _fewer(kind: str, keyword: str, opposite: str) -> _Ways:
    def ways(schema: Keywords) -> Iterator[Schema]:
        least = whole(schema, keyword)
        if least:
            yield {"type": kind, opposite: least - 1}

    return ways


def _more(kind: str, keyword: str, opposite: str) -> _Ways:
    def ways(schema: Keywords) -> Iterator[Schema]:
        most = whole(schema, keyword)
        if most is not None:
            yield {"type": kind, opposite: most + 1}

    return ways


def _required(schema: Keywords) -> Iterator[Schema]:
    for name in strings(schema, "required"):
        yield {"type": "object", "properties": {name: False}}


def _dependent_required(schema: Keywords) -> Iterator[Schema]:
    dependencies = members(schema, "dependentRequired")
    for name in dependencies:
        for other in strings(dependencies, name):
            if other != name:
                yield {"type": "object", "required": [name], "properties": {other: False}}


def _dependent_schemas(schema: Keywords) -> Iterator[Schema]:
    for name, dependent in members(schema, "dependentSchemas").items():
        yield {"type": "object", "required": [name], "not": dependent}


def _dependencies(schema: Keywords) -> Iterator[Schema]:
    # Not of 2020-12, and yet the validator asserts it.
    for name, dependent in members(schema, "dependencies").items():
        if isinstance(dependent, (bool, Mapping)):
            yield {"type": "object", "required": [name], "not": dependent}
        else:
            yield from _dependent_required({"dependentRequired": {name: dependent}})


def _properties(schema: Keywords) -> Iterator[Schema]:
    for name, value in members(schema, "properties").items():
        if value is not True and value != {}:
            yield {"type": "object", "required": [name], "properties": {name: without(as_schema(value))}}


def _pattern_properties(schema: Keywords) -> Iterator[Schema]:
    for pattern, value in members(schema, "patternProperties").items():
        yield {"not": {"patternProperties": {pattern: value}}}


def _undeclared(keyword: str) -> _Ways:
    def ways(schema: Keywords) -> Iterator[Schema]:
        # What `additionalProperties` takes is evaluated, so that beside it nothing is left for the other keyword.
        if keyword == "unevaluatedProperties" and "additionalProperties" in schema:
            return
        declared: dict[str, Json] = {
            name: dict.fromkeys(members(schema, name), True) for name in ("properties", "patternProperties")
        }
        yield {"not": {**declared, "additionalProperties": schema[keyword]}}

    return ways


def _further_items(keyword: str) -> _Ways:
    def ways(schema: Keywords) -> Iterator[Schema]:
        if keyword == "unevaluatedItems" and "items" in schema:
            return
        yield {"not": {"prefixItems": [True] * len(elements(schema, "prefixItems")), "items": schema[keyword]}}

    return ways


def _prefix(schema: Keywords) -> Iterator[Schema]:
    for index, item in enumerate(elements(schema, "prefixItems")):
        before: list[Json] = [True] * index
        yield {"type": "array", "minItems": index + 1, "prefixItems": [*before, without(as_schema(item))]}


def _contains(schema: Keywords) -> Iterator[Schema]:
    least, most = whole(schema, "minContains"), whole(schema, "maxContains")
    least = 1 if least is None else least
    if least:
        yield {"type": "array", "contains": schema["contains"], "minContains": 0, "maxContains": least - 1}
    if most is not None:
        yield {"type": "array", "contains": schema["contains"], "minContains": most + 1}


def _all(schema: Keywords) -> Iterator[Schema]:
    yield from (without(as_schema(part)) for part in elements(schema, "allOf"))


def _any(schema: Keywords) -> Iterator[Schema]:
    yield {"allOf": [without(as_schema(branch)) for branch in elements(schema, "anyOf")]}


def _one(schema: Keywords) -> Iterator[Schema]:
    branches = [as_schema(branch) for branch in elements(schema, "oneOf")]
    yield {"allOf": [without(branch) for branch in branches]}
    yield from ({"allOf": [first, second]} for first, second in combinations(branches, 2))


def _excluded(schema: Keywords) -> Iterator[Schema]:
    yield as_schema(schema["not"])


def _conditional(schema: Keywords) -> Iterator[Schema]:
    condition = as_schema(schema["if"])
    if "then" in schema:
        yield {"allOf": [condition, without(as_schema(schema["then"]))]}
    if "else" in schema:
        yield {"allOf": [without(condition), without(as_schema(schema["else"]))]}


def _anything(_: Keywords) -> Iterator[Schema]:
    yield True


_WAYS: Final[Mapping[str, _Ways]] = {
    "type": _type,
    "const": _constant,
    "enum": _kept("enum"),
    "minimum": _beyond("minimum", "exclusiveMaximum"),
    "maximum": _beyond("maximum", "exclusiveMinimum"),
    "exclusiveMinimum": _beyond("exclusiveMinimum", "maximum"),
    "exclusiveMaximum": _beyond("exclusiveMaximum", "minimum"),
    "minLength": _fewer("string", "minLength", "maxLength"),
    "maxLength": _more("string", "maxLength", "minLength"),
    "pattern": _kept("pattern"),
    "format": _format,
    "multipleOf": _kept("multipleOf"),
    "required": _required,
    "minItems": _fewer("array", "minItems", "maxItems"),
    "maxItems": _more("array", "maxItems", "minItems"),
    "minProperties": _fewer("object", "minProperties", "maxProperties"),
    "maxProperties": _more("object", "maxProperties", "minProperties"),
    "additionalProperties": _undeclared("additionalProperties"),
    "propertyNames": _kept("propertyNames"),
    "patternProperties": _pattern_properties,
    "properties": _properties,
    "prefixItems": _prefix,
    "items": _further_items("items"),
    "uniqueItems": _unique,
    "contains": _contains,
    "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    "not": _excluded,
    "$ref": _kept("$ref"),
    "allOf": _all,
    "anyOf": _any,
    "oneOf": _one,
    "if": _conditional,
    "unevaluatedProperties": _undeclared("unevaluatedProperties"),
    "unevaluatedItems": _further_items("unevaluatedItems"),
    "$dynamicRef": _anything,
    "$recursiveRef": _anything,
    "dependencies": _dependencies,
}
