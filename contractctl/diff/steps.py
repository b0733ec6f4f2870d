"""The steps from a value to a part of it, as schemas lead there."""

from __future__ import annotations

from typing import TypeAlias

from contractctl.contract.model import SchemaValue
from contractctl.core.records import dataclass


@dataclass(frozen=True, slots=True)
class Property:
    """To the member with this name."""

    name: str

    @property
    def text(self) -> str:
        """As readers write it."""
        return f".{self.name}"


@dataclass(frozen=True, slots=True)
class Item:
    """To the item at `index`, counted from 0; None for those after the tuple."""

    index: int | None = None

    @property
    def text(self) -> str:
        """As readers write it."""
        return "[]" if self.index is None else f"[{self.index}]"


@dataclass(frozen=True, slots=True)
class Undeclared:
    """To a member that `properties` does not name; with a pattern, to one that it matches."""

    pattern: str | None = None

    @property
    def text(self) -> str:
        """As readers write it."""
        return ".*" if self.pattern is None else f".<{self.pattern}>"


@dataclass(frozen=True, slots=True)
class Name:
    """To the names of the members."""

    @property
    def text(self) -> str:
        """As readers write it."""
        return ".(name)"


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """Not to a part, but to another schema of the same value: what became of an alternative of base.

    `whole` is what both sides say by all alternatives together, where these exclude one another and may overlap: what
    one of them no longer refuses, the whole may refuse, so that the edit shows in the whole alone.
    """

    base: SchemaValue
    revision: SchemaValue
    whole: tuple[SchemaValue, SchemaValue] | None = None

    @property
    def text(self) -> str:
        """Nothing: it is the same value."""
        return ""


Step: TypeAlias = Property | Item | Undeclared | Name | Branch


def path_text(steps: tuple[Step, ...]) -> str:
    """Return the way as readers write it: `tags[].name`; empty for the value itself."""
    return "".join(step.text for step in steps).removeprefix(".")
