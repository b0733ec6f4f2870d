"""Schemas of which it is proved that no value satisfies them, so that one that is met again is not asked again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

from contractctl.synth.likeness import question
from contractctl.synth.values import Schema

_MOST: Final = 50_000
# A schema of anything else is met once, and long to compare.
_COMPARED: Final = frozenset(("allOf", "$ref", "not"))


class Proofs:
    """The proofs of one Solver, whose references mean the same in every question."""

    __slots__ = ("_reasons",)

    def __init__(self) -> None:
        self._reasons: dict[Hashable, str] = {}

    def find(self, schema: Schema) -> str:
        """Return why no value satisfies the schema, an empty text where that is not known."""
        if not self._reasons or not _is_compared(schema):
            return ""
        return self._reasons.get(question(schema), "")

    def keep(self, schema: Schema, reason: str) -> None:
        """Remember why no value satisfies the schema."""
        if _is_compared(schema) and len(self._reasons) < _MOST:
            self._reasons[question(schema)] = reason


def _is_compared(schema: Schema) -> bool:
    return isinstance(schema, Mapping) and schema.keys() <= _COMPARED
