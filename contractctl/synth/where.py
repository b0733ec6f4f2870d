"""Where in the value under construction something is being made, and how much may still be made there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from contractctl.synth.values import Json, Schema

Site: TypeAlias = "tuple[Site, int, str | int] | tuple[()]"
"""A node's identity over attempts: its parent's, which of the parent's candidates it is in, and its own token."""


@dataclass(frozen=True, slots=True)
class Where:
    """`path` leads from the root to the value, `name` is the member's name, or that of the member whose item it is.

    `ordinal` counts the items of the nearest array from 1. `trail` holds the sets of references entered above.
    `allowance` is the number of values that may be spent on optional members here.
    """

    path: tuple[str | int, ...]
    site: Site
    name: str
    ordinal: int
    trail: tuple[frozenset[str], ...]
    allowance: int

    def inside(self, candidate: int, entered: tuple[str, ...]) -> Where:
        """Return the same place while its `candidate`-th form, reached through `entered`, is being made."""
        trail = (*self.trail, frozenset(entered)) if entered else self.trail
        return replace(self, site=(self.site, candidate, ""), trail=trail)

    def member(self, name: str, allowance: int) -> Where:
        """Return the place of an object's member."""
        return replace(self, path=(*self.path, name), site=(self.site, 0, name), name=name, allowance=allowance)

    def item(self, index: int, allowance: int) -> Where:
        """Return the place of an array's item."""
        path, site = (*self.path, index), (self.site, 0, index)
        return replace(self, path=path, site=site, ordinal=index + 1, allowance=allowance)

    def again(self, attempt: int) -> Where:
        """Return the same place for another attempt at a distinct value; attempt 0 is the first."""
        return replace(self, site=(self.site, attempt, ""), ordinal=self.ordinal + attempt) if attempt else self


Make: TypeAlias = Callable[[Schema, Where], Json]
"""Makes the value of a schema at a place; raises Unsatisfiable (proved) or GaveUp."""
