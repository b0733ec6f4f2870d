"""Whether two schemas exclude each other at sight: by their types and enumerations, or by those of a required member.

That is how alternatives are mostly told apart, and it costs less to see than to find out by making values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contractctl.synth.failures import GaveUp
from contractctl.synth.references import Resolve
from contractctl.synth.shallow import admits
from contractctl.synth.values import Json, Keywords, Schema, as_schema, elements, members, strings, text, types

_MOST_CONJUNCTS: Final = 24
_OBJECT: Final = frozenset(("object",))


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen of a value: keyword sets that all apply to it. `is_none`: one of them is `false`."""

    parts: tuple[Keywords, ...]
    kinds: frozenset[str]
    required: frozenset[str]
    is_none: bool = False

    @staticmethod
    def of(conjuncts: Iterable[Schema]) -> Sight:
        """Take in schemas, without what is in them."""
        found = [one for one in conjuncts if one is not True]
        parts = tuple(one for one in found if not isinstance(one, bool))
        kinds = frozenset.intersection(*(_kinds(part) for part in ({}, *parts)))
        required = frozenset(name for part in parts for name in strings(part, "required"))
        return Sight(parts, kinds, required, is_none=len(parts) < len(found))

    def member(self, name: str) -> Iterator[Schema]:
        """Yield what is said of a member, patterns of names aside."""
        for part in self.parts:
            declared = members(part, "properties")
            if name in declared:
                yield as_schema(declared[name])
            elif part.get("additionalProperties") is False and not members(part, "patternProperties"):
                yield False


def are_apart(first: Sight, second: Sight, resolve: Resolve) -> bool:
    """Tell whether no value is what both see. True is certain, False is not."""
    kinds = first.kinds & second.kinds
    if first.is_none or second.is_none or _is_empty(kinds, (*first.parts, *second.parts)):
        return True
    # A value that is no object has no members to tell it by.
    return kinds == _OBJECT and any(_tells(name, first, second, resolve) for name in first.required | second.required)


def conjuncts(schema: Schema, resolve: Resolve) -> Iterator[Schema]:
    """Yield a schema with its references and its `allOf`, as far as they are plain; what is left out says no less."""
    waiting: list[Schema] = [schema]
    for _ in range(_MOST_CONJUNCTS):
        if not waiting:
            return
        one = waiting.pop()
        yield one
        if isinstance(one, bool) or "$id" in one:
            continue
        waiting.extend(as_schema(part) for part in elements(one, "allOf"))
        if "$ref" in one:
            try:
                waiting.append(resolve(text(one, "$ref")))
            except GaveUp:
                # Where it leads nowhere it tells nothing here; whoever enters it says so.
                continue


def _tells(name: str, first: Sight, second: Sight, resolve: Resolve) -> bool:
    """Tell whether what the two say of a member excludes each other."""
    said = [list(sight.member(name)) for sight in (first, second)]
    if not all(said):
        return False
    seen = Sight.of(part for schemas in said for schema in schemas for part in conjuncts(schema, resolve))
    return seen.is_none or _is_empty(seen.kinds, seen.parts)


def _is_empty(kinds: frozenset[str], parts: Sequence[Keywords]) -> bool:
    if not kinds:
        return True
    named: list[Sequence[Json]] = [(part["const"],) for part in parts if "const" in part]
    named += [elements(part, "enum") for part in parts if "enum" in part]
    if not named:
        return False
    return not any(all(admits(part, value) for part in parts) for value in min(named, key=len))


def _kinds(part: Keywords) -> frozenset[str]:
    found = frozenset(types(part))
    return found | {"integer"} if "number" in found else found
