"""Where in the value under construction something is being made, and how much may still be made there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from contractctl.synth.names import singular
from contractctl.synth.values import Json, Schema

References: TypeAlias = frozenset[tuple[str, bool]]
"""References that a value was led through: entered (True), or their complement taken (False)."""
Site: TypeAlias = "tuple[Site, int, str | int] | tuple[()]"
"""A node's identity over attempts: its parent's, which of the parent's candidates it is in, and its own token."""


@dataclass(frozen=True, slots=True)
class Where:
    """`path` leads from the root to the value, `name` is the member's name (of items: what one of them is called).

    `ordinal` counts the items of the nearest array from 1. `trail` holds the references entered (or refused) above,
    with the schemas that led to them. `turn` grows with every further try above, so that another choice is made here.
    `allowance` is the number of values that may be spent on optional members here.
    """

    path: tuple[str | int, ...]
    site: Site
    name: str
    ordinal: int
    trail: tuple[tuple[References, Schema], ...]
    allowance: int
    turn: int = 0

    def inside(self, candidate: int, *, effort: int = 0) -> Where:
        """Return the same place while its `candidate`-th form is being made with an `effort`."""
        return replace(self, site=(self.site, candidate, ""), turn=self.turn + effort)

    def entering(self, references: References, schema: Schema) -> Where:
        """Return the same place after `schema` led to `references`."""
        return replace(self, trail=(*self.trail, (references, schema))) if references else self

    def member(self, name: str, allowance: int) -> Where:
        """Return the place of an object's member."""
        return replace(self, path=(*self.path, name), site=(self.site, 0, name), name=name, allowance=allowance)

    def item(self, index: int, allowance: int) -> Where:
        """Return the place of an array's item."""
        path, site = (*self.path, index), (self.site, 0, index)
        name = singular(self.name)
        return replace(self, path=path, site=site, name=name, ordinal=index + 1, allowance=allowance)

    def naming(self, number: int) -> Where:
        """Return where a name of a member is made: below the object, where no value is."""
        path, site = (*self.path, -1 - number), (self.site, number, "name")
        return replace(self, path=path, site=site, name="", allowance=0)

    def again(self, attempt: int) -> Where:
        """Return the same place for another attempt at a distinct value; attempt 0 is the first."""
        return replace(self, site=(self.site, attempt, "again"), turn=self.turn + attempt) if attempt else self


class Maker(Protocol):
    """What makes and judges the values below the one under construction."""

    def make(self, schema: Schema, where: Where) -> Json:
        """Make a value at a place; raise Unsatisfiable (proved: there is none) or GaveUp."""
        ...

    def verdict(self, schema: Schema, value: Json) -> bool | None:
        """Tell whether a value satisfies a schema; None where that is not known."""
        ...
