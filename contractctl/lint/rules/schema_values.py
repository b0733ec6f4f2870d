"""Rules about schemas that no value, or not the values that were meant, can satisfy."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_array, is_object, object_at
from contractctl.core.locations import Location, Place
from contractctl.lint.examples.inventory import Subschema
from contractctl.lint.examples.wording import shown
from contractctl.lint.rule import Defect, rule
from contractctl.lint.schemas.conjunction import conjuncts
from contractctl.lint.schemas.emptiness import admits, constituents, contradiction, is_suspect
from contractctl.lint.schemas.endless import endless
from contractctl.lint.schemas.limits import Bound, crossed, number
from contractctl.lint.schemas.types import ARRAY, EVERY, NUMERIC, OBJECT, STRING, allowed, named
from contractctl.lint.structure.conditions import same_items
from contractctl.lint.subject import Subject

_LEAST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_SINCE_3_1: Final = frozenset(("3.1", "3.2"))
_MAY_CONTRADICT: Final = (
    *("allOf", "anyOf", "oneOf", "not", "const", "minItems", "minProperties", "contains", "maxProperties"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "additionalProperties"),
)


@rule("schema-bounds-crossed", severity=Severity.ERROR, family="schemas")
def schema_bounds_crossed(subject: Subject) -> Iterator[Defect]:
    """A lower bound is over the upper one.

    Why: Nothing is between the two, so no value is ever right; most often they changed places.

    Source: JSON Schema 2020-12 validation §6.2, §6.3, §6.4, §6.5

    Bad:

        paths: {}
        components:
          schemas:
            Limit: {type: integer, minimum: 100, maximum: 1}

    Good:

        paths: {}
        components:
          schemas:
            Limit: {type: integer, minimum: 1, maximum: 100}
    """
    for schema in subject.index.having_any(*_LEAST):
        for low, high in crossed(schema.value):
            yield _crossed(subject, schema, low, high)


def _crossed(subject: Subject, schema: Subschema, low: Bound, high: Bound) -> Defect:
    at = schema.at / low.keyword
    if isinstance(subject.value_at(at), bool):  # OpenAPI 3.0 says beside the bound that it is exclusive
        at = schema.at / "minimum"
    if low.value > high.value:
        message = f"`{low.keyword}` ({_shown(low)}) is over `{high.keyword}` ({_shown(high)})"
        return Defect(Location(at), message, "change their places, or mend one of them")
    message = f"nothing is between `{low.keyword}` and `{high.keyword}`, which are both {_shown(low)}"
    return Defect(Location(at), message, "let both count in, or move one of them")


def _shown(bound: Bound) -> str:
    return str(bound.value)


@rule("schema-unsatisfiable", severity=Severity.ERROR, family="schemas")
def schema_unsatisfiable(subject: Subject) -> Iterator[Defect]:
    """No value can satisfy a schema.

    Why: Every request that carries one is refused, every answer with one breaks the contract, and no example or mock
    can be made of it. Most often two parts of an `allOf` contradict each other.

    Source: JSON Schema 2020-12 validation §6; core §10.2

    Bad:

        paths: {}
        components:
          schemas:
            Pet: {type: object, required: [name], properties: {name: {type: string}}}
            Cat:
              type: object
              additionalProperties: false
              properties: {lives: {type: integer}}
              allOf: [{$ref: "#/components/schemas/Pet"}]

    Good:

        paths: {}
        components:
          schemas:
            Pet: {type: object, required: [name], properties: {name: {type: string}}}
            Cat:
              type: object
              unevaluatedProperties: false
              properties: {lives: {type: integer}}
              allOf: [{$ref: "#/components/schemas/Pet"}]
    """
    meaning = subject.index.meaning
    for schema in _suspects(subject):
        found = contradiction((schema.value,), meaning)
        if found is not None and not _is_meant(schema.value) and not _is_told(subject, schema):
            yield Defect(Location(schema.at), f"no value fits this schema: {found.reason}", found.remedy)


def _suspects(subject: Subject) -> Iterator[Subschema]:
    """Yield the schemas that have anything which could contradict something else in them."""
    for schema in subject.index.having_any(*_MAY_CONTRADICT):
        if is_suspect(schema.value):
            yield schema
    for schema in subject.index.having("enum"):  # which the structure says of earlier versions
        if schema.value["enum"] == [] and subject.references.version_at(schema.uri) in _SINCE_3_1:
            yield schema
    if any(subject.references.version_at(uri) in _SINCE_3_1 for uri in subject.documents):  # a schema may be false
        for schema in subject.index.having("required"):
            if False in object_at(schema.value, "properties").values():
                yield schema


def _is_meant(schema: Mapping[str, Json]) -> bool:
    """Tell whether a schema says that nothing fits it: `not: {}` is how `false` is written where only objects may be.

    Generators write it for properties that must not be there, and for the end of closed objects and lists.
    """
    return schema.get("not") in (True, {})


def _is_told(subject: Subject, schema: Subschema) -> bool:
    """Tell whether another rule, or this one at a part of the schema, says what is wrong."""
    meaning = subject.index.meaning
    members, _ = conjuncts((schema.value,), meaning)
    if any(_is_wrong_alone(member) for member in members):
        return True
    parts = constituents(schema.value, meaning)
    return any(contradiction((part,), meaning) is not None for part in parts if is_object(part))


def _is_wrong_alone(schema: Mapping[str, Json]) -> bool:
    """Tell of bounds that cross, and of an enum each of whose values another rule says to be wrong."""
    values = schema.get("enum")
    if is_array(values) and values and not any(admits(schema, value) for value in values):
        return True
    return next(crossed(schema), None) is not None


@rule("schema-endless", severity=Severity.ERROR, family="schemas")
def schema_endless(subject: Subject) -> Iterator[Defect]:
    """A schema requires itself inside of itself, without end.

    Why: No value can be written down that has all it requires: each one needs another inside. Generated clients
    cannot make one, and mocks cannot answer with one.

    Source: JSON Schema 2020-12 validation §6.5.3; core §9.4.1

    Bad:

        paths: {}
        components:
          schemas:
            Node:
              type: object
              required: [next]
              properties: {next: {$ref: "#/components/schemas/Node"}}

    Good:

        paths: {}
        components:
          schemas:
            Node:
              type: object
              properties: {next: {$ref: "#/components/schemas/Node"}}
    """
    contract, index = subject.contract, subject.index
    for circle in endless(contract.definitions, index.having("$ref"), index.meaning):
        key = circle[0][0]
        message = f"no value of `{key}` has an end: it requires another inside ({_circuit(circle)})"
        hint = "let one of them be left out, be null, or be an empty list"
        yield Defect(Location(contract.definitions[key].at), message, hint)


def _circuit(circle: Sequence[tuple[str, str]]) -> str:
    """Name the steps of a circle, the first five of many, and where it ends."""
    steps = [f"{name}.{step}" if step else name for name, step in circle]
    more = [f"{len(steps) - 5} more"] if len(steps) > 5 else []
    return " → ".join((*steps[:5], *more, circle[0][0]))


@rule("enum-duplicate", severity=Severity.WARNING, family="schemas")
def enum_duplicate(subject: Subject) -> Iterator[Defect]:
    """An enum has a value twice.

    Why: One of the two was meant to be something else, and generated code has two names for one thing.

    Source: JSON Schema 2020-12 validation §6.1.2

    Bad:

        paths: {}
        components:
          schemas:
            Size: {type: string, enum: [small, medium, small]}

    Good:

        paths: {}
        components:
          schemas:
            Size: {type: string, enum: [small, medium, large]}
    """
    for schema in subject.index.having("enum"):
        values = schema.value["enum"]
        if not is_array(values) or _are_distinct(values) or subject.version_at(schema.at) == "2.0":
            continue
        again = list(same_items(values))
        if again:
            said = _repeated([_written(values[index]) for index in again])
            hint = "remove the second" if len(again) == 1 else "keep the first of each"
            yield Defect(Location(schema.at / "enum" / again[0]), said, hint)


def _written(value: Json) -> str:
    return value if isinstance(value, str) else shown(value)


def _repeated(values: Sequence[str]) -> str:
    """Say which values an enum has again, given as often as they are there again."""
    names = list(dict.fromkeys(values))
    times = "twice" if len(values) == 1 else f"{len(values) + 1} times" if len(names) == 1 else "more than once"
    listed = ", ".join(f"`{name}`" for name in names[:3])
    rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{listed}{rest} {'is' if len(names) == 1 else 'are'} in `enum` {times}"


def _are_distinct(values: Sequence[Json]) -> bool:
    """Tell of texts, which nearly all enums are made of, whether each is there once."""
    try:
        return len(set(values)) == len(values)
    except TypeError:  # of lists and objects
        return False


@rule("number-range-mixed", severity=Severity.WARNING, family="schemas")
def number_range_mixed(subject: Subject) -> Iterator[Defect]:
    """A schema has a bound that counts in and one that does not for the same end.

    Why: The narrower of the two is all that matters. Whoever changes the other one believes to have changed the range;
    most often it is left over from OpenAPI 3.0, where `exclusiveMaximum` was a word about `maximum`.

    Source: JSON Schema 2020-12 validation §6.2.2, §6.2.3, §6.2.4, §6.2.5

    Bad:

        paths: {}
        components:
          schemas:
            Share: {type: number, minimum: 0, exclusiveMinimum: 0, maximum: 1}

    Good:

        paths: {}
        components:
          schemas:
            Share: {type: number, exclusiveMinimum: 0, maximum: 1}
    """
    for bound in ("Minimum", "Maximum"):
        for schema in subject.index.having(f"exclusive{bound}"):
            one, other = number(schema.value, bound.lower()), number(schema.value, f"exclusive{bound}")
            if one is None or other is None:
                continue
            is_stricter = other >= one if bound == "Minimum" else other <= one
            idle, effective = (bound.lower(), f"exclusive{bound}")[:: 1 if is_stricter else -1]
            message = f"`{idle}` has no effect beside `{effective}`, which is narrower"
            yield Defect(Location(schema.at / idle), message, f"remove `{idle}`")


_CONCERNS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), NUMERIC),
    **dict.fromkeys(("minLength", "maxLength", "pattern", "contentSchema"), STRING),
    **dict.fromkeys(("items", "prefixItems", "minItems", "maxItems"), ARRAY),
    **dict.fromkeys(("contains", "minContains", "maxContains", "unevaluatedItems"), ARRAY),
    **dict.fromkeys(("properties", "patternProperties", "additionalProperties", "unevaluatedProperties"), OBJECT),
    **dict.fromkeys(("required", "minProperties", "maxProperties", "propertyNames"), OBJECT),
    **dict.fromkeys(("dependentRequired", "dependentSchemas"), OBJECT),
}
_NEED: Final[Mapping[str, str]] = {"then": "if", "else": "if", "minContains": "contains", "maxContains": "contains"}


@rule("keyword-without-effect", severity=Severity.WARNING, family="schemas")
def keyword_without_effect(subject: Subject) -> Iterator[Defect]:
    """A keyword says nothing about values of the type that its schema has.

    Why: Its author believes that something is checked which is not: `maxLength` bounds strings, and numbers not at
    all. Most often the type is wrong, or the keyword belongs a level further in. `uniqueItems`, which generators write
    everywhere, is left alone.

    Source: JSON Schema 2020-12 validation §6; core §10

    Bad:

        paths: {}
        components:
          schemas:
            Code: {type: integer, maxLength: 6}

    Good:

        paths: {}
        components:
          schemas:
            Code: {type: integer, maximum: 999999}
    """
    for schema in subject.index.having_any(*_CONCERNS):
        value = schema.value
        declared = value.get("type")
        if isinstance(declared, str) and _IDLE.get(declared, _NOTHING).isdisjoint(value):
            continue
        idle = [keyword for keyword in value if not _CONCERNS.get(keyword, EVERY) & allowed(declared)]
        if idle:
            yield _without_effect(schema.at, idle, declared)
    for keyword, needed in _NEED.items():
        for schema in subject.index.having(keyword):
            if needed not in schema.value:
                message = f"`{keyword}` has no effect without `{needed}`"
                yield Defect(Location(schema.at / keyword), message, f"add `{needed}`, or remove it", keyword)


_IDLE: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(keyword for keyword, types in _CONCERNS.items() if not types & allowed(name))
    for name in ("null", "boolean", "string", "integer", "number", "array", "object")
}


_NOTHING: Final[frozenset[str]] = frozenset()


def _without_effect(at: Place, idle: Sequence[str], declared: Json) -> Defect:
    names = ", ".join(f"`{keyword}`" for keyword in idle)
    message = f"{names} {'has' if len(idle) == 1 else 'have'} no effect on {named(declared)}"
    mend = f"mend `type: {declared}`" if isinstance(declared, str) else "mend `type`"
    if declared == "array":
        mend = f"move {names} into `items`"
    return Defect(Location(at / idle[0]), message, f"{mend}, or remove {names}")


RULES = (
    schema_bounds_crossed,
    schema_unsatisfiable,
    schema_endless,
    enum_duplicate,
    number_range_mixed,
    keyword_without_effect,
)
