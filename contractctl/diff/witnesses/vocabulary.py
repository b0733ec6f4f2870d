"""The schemas of both sides in one vocabulary, so that one question can speak of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from contractctl.contract.references import referenced_definition
from contractctl.core.json import Json, is_array, is_object
from contractctl.synth import GaveUp, seen_from_outside

if TYPE_CHECKING:
    from contractctl.contract.model import SchemaValue
    from contractctl.diff.witnesses.acceptance import Acceptance
    from contractctl.diff.witnesses.parties import Party


_LONGEST_LINE: Final = 20
"""Ancestors that are left to the solver, which follows them by the stack."""
_UNEVALUATED: Final = frozenset(("unevaluatedProperties", "unevaluatedItems"))


class Vocabulary:
    """Translates schemas of either side: `base#/$defs/Pet` is what base defines. Nothing is read before it is asked."""

    def __init__(self, sides: Mapping[Party, Acceptance]) -> None:
        self._sides = sides
        self._known: dict[str, SchemaValue] = {}

    def translated(self, party: Party, value: SchemaValue) -> SchemaValue:
        """Return a schema that one side read, for use beside those of the other."""
        return seen_from_outside(value, party)

    def resolve(self, reference: str) -> SchemaValue:
        """Return what a reference in a translated schema means, translated too. Raise GaveUp for one that is none."""
        if reference not in self._known:
            name, mark, pointer = reference.partition("#")
            party: Party = "base" if name == "base" else "revision"
            if not mark or name not in self._sides:
                raise GaveUp(f"the reference {reference} belongs to neither side")
            definition = self._last(party, f"#{pointer}")
            self._known[reference] = self.translated(party, definition)
        return self._known[reference]

    def followed(self, schema: SchemaValue) -> SchemaValue:
        """Return what a translated schema that is only a reference means, else the schema itself."""
        if is_object(schema) and schema.keys() == {"$ref"}:
            return self.resolve(str(schema["$ref"]))
        return schema

    def _last(self, party: Party, reference: str) -> SchemaValue:
        """Return what a reference leads to; what only leads on is followed, and a long line of ancestors gathered."""
        definition = self._sides[party].definition(referenced_definition(reference))
        conjuncts, followed = _gathered(reference, self._sides[party].definition)
        if followed > _LONGEST_LINE or (is_object(definition) and definition.keys() == {"$ref"}):
            return {"allOf": conjuncts}
        return definition


def _gathered(reference: str, definition: Callable[[str], SchemaValue]) -> tuple[list[Json], int]:
    """Return all that a definition consists of, side by side, and how many references that took."""
    conjuncts: list[Json] = []
    waiting: list[Json] = [{"$ref": reference}]
    met: set[str] = set()
    while waiting:
        schema = waiting.pop()
        if not is_object(schema) or not _UNEVALUATED.isdisjoint(schema):
            conjuncts.append(schema)
            continue
        own = {keyword: member for keyword, member in schema.items() if keyword not in {"$ref", "allOf"}}
        conjuncts.extend([own] if own else [])
        several, target = schema.get("allOf"), schema.get("$ref")
        waiting.extend(reversed(several) if is_array(several) else ())
        if isinstance(target, str) and target not in met:
            met.add(target)
            waiting.append(definition(referenced_definition(target)))
    return conjuncts, len(met)
