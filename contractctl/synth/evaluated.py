"""Which members and items of a value a schema evaluates (JSON Schema 2020-12 core §11), where that is plain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from contractctl.synth.failures import GaveUp
from contractctl.synth.matching import matches
from contractctl.synth.references import Resolve
from contractctl.synth.values import Json, Keywords, Schema, as_schema, elements, members, text

_ELSEWHERE: Final = ("$dynamicRef", "$recursiveRef", "dependencies", "$id")
_Part: TypeAlias = "tuple[Json, bool | None]"
"""A schema that applies to the same value, and whether the value satisfies it; None where that is not known."""


class Judging(Protocol):
    """Tells whether a value satisfies a schema; None where that is not known."""

    def __call__(self, schema: Schema, value: Json, following: tuple[str, ...] = ()) -> bool | None:
        """Judge; `following` are the references on the way to this same value."""
        ...


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Names, or positions, that are evaluated for `sure`, and those that may be besides."""

    sure: frozenset[str | int] = frozenset()
    possible: frozenset[str | int] = frozenset()

    def perhaps(self) -> Evaluated:
        """Return the same for a schema of which it is not known whether it holds."""
        return Evaluated(frozenset(), self.sure | self.possible)


class Evaluation:
    """Finds out what schemas evaluate of one value that satisfies them."""

    __slots__ = ("_judge", "_keys", "_resolve", "_value")

    def __init__(self, value: Json, judge: Judging, resolve: Resolve) -> None:
        self._value = value
        self._judge = judge
        self._resolve = resolve
        self._keys = frozenset[str | int](_keys(value))

    def beside(self, schema: Keywords, keyword: str, following: tuple[str, ...]) -> Evaluated:
        """Return what everything but `keyword` evaluates in a schema."""
        return self._evaluated({name: value for name, value in schema.items() if name != keyword}, following)

    def _evaluated(self, schema: Schema, following: tuple[str, ...]) -> Evaluated:
        if isinstance(schema, bool):
            return Evaluated()
        if any(keyword in schema for keyword in _ELSEWHERE):
            return Evaluated(frozenset(), self._keys)
        found = [Evaluated(frozenset(self._own(schema)), frozenset(self._contained(schema, None)))]
        found += (self._part(part, verdict, following) for part, verdict in self._parts(schema, following))
        if "$ref" in schema:
            found.append(self._referred(text(schema, "$ref"), following))
        sure = frozenset[str | int]().union(*(one.sure for one in found))
        return Evaluated(sure, frozenset[str | int]().union(*(one.possible for one in found)) - sure)

    def _part(self, part: Json, verdict: bool | None, following: tuple[str, ...]) -> Evaluated:
        if verdict is False:
            return Evaluated()
        found = self._evaluated(as_schema(part), following)
        return found if verdict else found.perhaps()

    def _referred(self, reference: str, following: tuple[str, ...]) -> Evaluated:
        if reference in following:
            return Evaluated(frozenset(), self._keys)
        try:
            return self._evaluated(self._resolve(reference), (*following, reference))
        except GaveUp:
            return Evaluated(frozenset(), self._keys)

    def _parts(self, schema: Keywords, following: tuple[str, ...]) -> Iterator[_Part]:
        yield from ((part, True) for part in elements(schema, "allOf"))
        for keyword in ("anyOf", "oneOf"):
            for branch in elements(schema, keyword):
                yield branch, self._judge(as_schema(branch), self._value, following)
        if "if" in schema:
            verdict = self._judge(as_schema(schema["if"]), self._value, following)
            yield schema["if"], verdict
            yield schema.get("then", True), verdict
            yield schema.get("else", True), None if verdict is None else not verdict
        for name, dependent in members(schema, "dependentSchemas").items():
            yield dependent, name in self._keys

    def _own(self, schema: Keywords) -> Iterable[str | int]:
        if isinstance(self._value, Mapping):
            if "additionalProperties" in schema or "unevaluatedProperties" in schema:
                return self._keys
            properties, patterns = members(schema, "properties"), members(schema, "patternProperties")
            return (
                name
                for name in self._value
                if name in properties or any(matches(name, pattern=pattern) for pattern in patterns)
            )
        if "items" in schema or "unevaluatedItems" in schema:
            return self._keys
        prefix = len(elements(schema, "prefixItems"))
        return (*(at for at in self._keys if isinstance(at, int) and at < prefix), *self._contained(schema, True))

    def _contained(self, schema: Keywords, wanted: bool | None) -> Iterator[int]:
        """Yield the positions of items of which it is so far known that they are contained."""
        if "contains" in schema and not isinstance(self._value, (str, Mapping)) and isinstance(self._value, Sequence):
            for at, item in enumerate(self._value):
                if self._judge(as_schema(schema["contains"]), item) is wanted:
                    yield at


def _keys(value: Json) -> Iterable[str | int]:
    if isinstance(value, Mapping):
        return value
    return range(len(value)) if isinstance(value, Sequence) and not isinstance(value, str) else ()
