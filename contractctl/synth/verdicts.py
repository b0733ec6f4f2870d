"""Whether a value satisfies a schema, as far as that is plain: what a schema names itself is held against all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from contractctl.synth.evaluated import Evaluation
from contractctl.synth.failures import GaveUp
from contractctl.synth.matching import matches
from contractctl.synth.references import Resolve
from contractctl.synth.shallow import admits
from contractctl.synth.values import (
    Json,
    Keywords,
    Schema,
    as_schema,
    elements,
    exact,
    identity,
    members,
    strings,
    text,
    whole,
)

Verdict: TypeAlias = "bool | None"
"""True and False are certain, None is neither."""

_UNKNOWN: Final = ("$dynamicRef", "$recursiveRef", "dependencies", "$id")
_MOST_STEPS: Final = 5_000


class Judge:
    """Judges values by schemas whose references `resolve` follows."""

    __slots__ = ("_resolve", "_steps")

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._steps = 0

    def verdict(self, schema: Schema, value: Json) -> Verdict:
        """Tell whether `value` satisfies `schema`."""
        self._steps = 0
        return self._judge(schema, value)

    def _judge(self, schema: Schema, value: Json, following: tuple[str, ...] = ()) -> Verdict:
        """Judge; `following` are the references on the way to this same value."""
        if isinstance(schema, bool):
            return schema
        self._steps += 1
        if self._steps > _MOST_STEPS:
            return None
        if not admits(schema, value) or not _admits_plainly(schema, value):
            return False
        checks = (check for keywords, check in _CHECKS.items() if any(keyword in schema for keyword in keywords))
        verdict = _all(check(self, schema, value, following) for check in checks)
        if verdict is True and any(keyword in schema for keyword in _UNKNOWN):
            return None
        return verdict

    def reference(self, schema: Keywords, value: Json, following: tuple[str, ...]) -> Verdict:
        """Judge by `$ref`."""
        reference = text(schema, "$ref")
        if reference in following:
            return None
        try:
            return self._judge(self._resolve(reference), value, (*following, reference))
        except GaveUp:
            return None

    def all_of(self, schema: Keywords, value: Json, following: tuple[str, ...]) -> Verdict:
        """Judge by `allOf`."""
        return _all(self._judge(as_schema(part), value, following) for part in elements(schema, "allOf"))

    def any_of(self, schema: Keywords, value: Json, following: tuple[str, ...]) -> Verdict:
        """Judge by `anyOf`."""
        return _any(self._judge(as_schema(part), value, following) for part in elements(schema, "anyOf"))

    def one_of(self, schema: Keywords, value: Json, following: tuple[str, ...]) -> Verdict:
        """Judge by `oneOf`."""
        verdicts = [self._judge(as_schema(part), value, following) for part in elements(schema, "oneOf")]
        if verdicts.count(True) > 1:
            return False
        return None if None in verdicts else verdicts.count(True) == 1

    def excluded(self, schema: Keywords, value: Json, following: tuple[str, ...]) -> Verdict:
        """Judge by `not`."""
        verdict = self._judge(as_schema(schema["not"]), value, following)
        return None if verdict is None else not verdict

    def conditional(self, schema: Keywords, value: Json, following: tuple[str, ...]) -> Verdict:
        """Judge by `if`, `then` and `else`."""
        condition = self._judge(as_schema(schema["if"]), value, following)
        then = self._judge(as_schema(schema.get("then", True)), value, following)
        other = self._judge(as_schema(schema.get("else", True)), value, following)
        if condition is None:
            return then if then == other else None
        return then if condition else other

    def dependents(self, schema: Keywords, value: Json, following: tuple[str, ...]) -> Verdict:
        """Judge by `dependentSchemas`."""
        dependents = members(schema, "dependentSchemas")
        present = [as_schema(one) for name, one in dependents.items() if isinstance(value, Mapping) and name in value]
        return _all(self._judge(one, value, following) for one in present)

    def properties(self, schema: Keywords, value: Json, _: tuple[str, ...]) -> Verdict:
        """Judge the members by `properties`, `patternProperties` and `additionalProperties`."""
        if not isinstance(value, Mapping):
            return True
        return _all(self._judge(one, value[name]) for name in value for one in member_schemas(schema, name))

    def names(self, schema: Keywords, value: Json, _: tuple[str, ...]) -> Verdict:
        """Judge by `propertyNames`."""
        naming = as_schema(schema["propertyNames"])
        return _all(self._judge(naming, name) for name in value) if isinstance(value, Mapping) else True

    def unevaluated_properties(self, schema: Keywords, value: Json, following: tuple[str, ...]) -> Verdict:
        """Judge the members that nothing else evaluates."""
        return self._unevaluated("unevaluatedProperties", schema, value, following) if _is_object(value) else True

    def unevaluated_items(self, schema: Keywords, value: Json, following: tuple[str, ...]) -> Verdict:
        """Judge the items that nothing else evaluates."""
        return self._unevaluated("unevaluatedItems", schema, value, following) if _is_array(value) else True

    def _unevaluated(self, keyword: str, schema: Keywords, value: Json, following: tuple[str, ...]) -> Verdict:
        held = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, Sequence) else ()
        evaluated = Evaluation(value, self._judge, self._resolve).beside(schema, keyword, following)
        verdicts = (
            None if key in evaluated.possible and verdict is False else verdict
            for key, one in held
            if key not in evaluated.sure
            for verdict in (self._judge(as_schema(schema[keyword]), one),)
        )
        return _all(verdicts)

    def items(self, schema: Keywords, value: Json, _: tuple[str, ...]) -> Verdict:
        """Judge by `prefixItems` and `items`."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            return True
        prefix, rest = elements(schema, "prefixItems"), schema.get("items", True)
        found = (prefix[index] if index < len(prefix) else rest for index in range(len(value)))
        return _all(self._judge(as_schema(one), item) for one, item in zip(found, value, strict=True))

    def contains(self, schema: Keywords, value: Json, _: tuple[str, ...]) -> Verdict:
        """Judge by `contains`, `minContains` and `maxContains`."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            return True
        verdicts = [self._judge(as_schema(schema["contains"]), item) for item in value]
        least, most = whole(schema, "minContains"), whole(schema, "maxContains")
        sure, possible = verdicts.count(True), len(verdicts) - verdicts.count(False)
        if possible < (1 if least is None else least) or (most is not None and sure > most):
            return False
        return True if sure == possible else None


def member_schemas(schema: Keywords, name: str) -> Iterator[Schema]:
    """Yield what one schema asks of a member of this name (JSON Schema 2020-12 §10.3.2)."""
    properties, patterns = members(schema, "properties"), members(schema, "patternProperties")
    matched = [one for pattern, one in patterns.items() if matches(name, pattern=pattern)]
    if name in properties:
        yield as_schema(properties[name])
    yield from map(as_schema, matched)
    if name not in properties and not matched and "additionalProperties" in schema:
        yield as_schema(schema["additionalProperties"])


def _is_object(value: Json) -> bool:
    return isinstance(value, Mapping)


def _is_array(value: Json) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _admits_plainly(schema: Keywords, value: Json) -> bool:
    match value:
        case bool() | None:
            return True
        case int() | float():
            step, number = exact(schema, "multipleOf"), exact({"value": value}, "value")
            return not step or number is None or (number / step).denominator == 1
        case str():
            return matches(value, pattern=text(schema, "pattern"), format_name=text(schema, "format"))
        case Mapping():
            dependencies = members(schema, "dependentRequired")
            return all(
                other in value for name in dependencies if name in value for other in strings(dependencies, name)
            )
        case _:
            return schema.get("uniqueItems") is not True or len({identity(item) for item in value}) == len(value)


def _all(verdicts: Iterator[Verdict]) -> Verdict:
    sure = True
    for verdict in verdicts:
        if verdict is False:
            return False
        sure = sure and verdict is True
    return True if sure else None


def _any(verdicts: Iterator[Verdict]) -> Verdict:
    excluded = True
    for verdict in verdicts:
        if verdict is True:
            return True
        excluded = excluded and verdict is False
    return False if excluded else None


_Check: TypeAlias = Callable[[Judge, Keywords, Json, tuple[str, ...]], Verdict]
_CHECKS: Final[Mapping[tuple[str, ...], _Check]] = {
    ("properties", "patternProperties", "additionalProperties"): Judge.properties,
    ("propertyNames",): Judge.names,
    ("prefixItems", "items"): Judge.items,
    ("contains",): Judge.contains,
    ("dependentSchemas",): Judge.dependents,
    ("not",): Judge.excluded,
    ("allOf",): Judge.all_of,
    ("anyOf",): Judge.any_of,
    ("oneOf",): Judge.one_of,
    ("if",): Judge.conditional,
    ("unevaluatedProperties",): Judge.unevaluated_properties,
    ("unevaluatedItems",): Judge.unevaluated_items,
    ("$ref",): Judge.reference,
}
