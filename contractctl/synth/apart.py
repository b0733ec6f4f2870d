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
        kinds = frozenset.intersection(_kinds({}), *(_kinds(part) for part in parts if "type" in part))
        required = frozenset(name for part in parts if "required" in part for name in strings(part, "required"))
        return Sight(parts, kinds, required, is_none=len(parts) < len(found))

    def member(self, name: str) -> Iterator[Schema]:
        """Yield what is said of a member, patterns of names aside."""
        for part in self.parts:
            declared = members(part, "properties") if "properties" in part else {}
            if name in declared:
                yield as_schema(declared[name])
            elif part.get("additionalProperties") is False and not members(part, "patternProperties"):
                yield False


class Sights:
    """What is seen of schemas whose references `resolve` follows; each is looked at once, and any two once together."""

    __slots__ = ("_known", "_pairs", "_resolve")

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._known: dict[int, tuple[Schema, Sight]] = {}
        self._pairs: dict[tuple[int, int], bool] = {}

    def are_apart(self, seen: Sight, schema: Schema) -> bool:
        """Tell whether no value that is seen so satisfies the schema. True is certain, False is not."""
        other = self._sight(schema)
        if _exclude(seen, other):
            return True
        # A value that is no object has no members to tell it by.
        is_object = seen.kinds & other.kinds == _OBJECT
        return is_object and any(self._tells(name, seen, other) for name in seen.required | other.required)

    def _sight(self, schema: Schema) -> Sight:
        if id(schema) not in self._known:
            # The schema is kept with what is seen of it, so that no other one comes to have its key.
            self._known[id(schema)] = schema, Sight.of(self._conjuncts(schema))
        return self._known[id(schema)][1]

    def _tells(self, name: str, first: Sight, second: Sight) -> bool:
        """Tell whether what the two say of a member excludes each other."""
        others = list(second.member(name))
        return bool(others) and any(self._exclude(one, other) for one in first.member(name) for other in others)

    def _exclude(self, one: Schema, other: Schema) -> bool:
        key = id(one), id(other)
        if key not in self._pairs:
            self._pairs[key] = _exclude(self._sight(one), self._sight(other))
        return self._pairs[key]

    def _conjuncts(self, schema: Schema) -> Iterator[Schema]:
        """Yield a schema with its references and its `allOf`, as far as they are plain; what is left says no less."""
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
                    waiting.append(self._resolve(text(one, "$ref")))
                except GaveUp:
                    # Where it leads nowhere it tells nothing here; whoever enters it says so.
                    continue


def _exclude(first: Sight, second: Sight) -> bool:
    """Tell whether types or enumerations of the two have nothing in common."""
    parts = (*first.parts, *second.parts)
    if first.is_none or second.is_none or not first.kinds & second.kinds:
        return True
    named: list[Sequence[Json]] = [(part["const"],) for part in parts if "const" in part]
    named += [elements(part, "enum") for part in parts if "enum" in part]
    return bool(named) and not any(all(admits(part, value) for part in parts) for value in min(named, key=len))


def _kinds(part: Keywords) -> frozenset[str]:
    found = frozenset(types(part))
    return found | {"integer"} if "number" in found else found
