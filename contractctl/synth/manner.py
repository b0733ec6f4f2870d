"""How values are to be made: what is asked for besides that they are valid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Shape: TypeAlias = Literal["min", "max", "null", "edge"]
"""`min` has required members only and the shortest arrays; `max` all members and long arrays; `null` is null wherever
that is allowed; `edge` has the longest and the empty text, characters of four bytes and from right to left, and the
extreme numbers."""

MOST_ITEMS: Final = 1_000
"""The most items that are made because somebody asked for a number of them."""
_LARGE: Final = 4_000
_USUAL: Final = 400
_LONG: Final = 10


@dataclass(frozen=True, slots=True)
class Manner:
    """What is asked for. `examples` takes the examples and defaults of the schema, where there is no shape but `min`.

    `items` is how many items the array at the top, or those that the object at the top holds, are to have.
    """

    shape: Shape | None = None
    items: int | None = None
    examples: bool = True

    @property
    def suggested(self) -> bool:
        """Whether what the schema suggests is taken."""
        return self.examples and self.shape in (None, "min")

    @property
    def allowance(self) -> int:
        """The number of values that may be spent on optional members and on items."""
        return 0 if self.shape == "min" else _LARGE if self.shape == "max" else _USUAL

    def length(self, left: int, prefix: int, pick: int) -> int:
        """Return how many items an array has where nothing says it, with an allowance that is left for it.

        At the edge arrays are long and empty in turn.
        """
        if left <= 0 or (self.shape == "edge" and pick % 2):
            return 0
        if self.shape in ("max", "edge") and left >= 4 * _LONG:
            return max(prefix, _LONG)
        return max(prefix, 2 if left >= 20 else 1)

    def asked(self, least: int, most: int | None) -> int | None:
        """Return how many items an array at the top has because that was asked for, within its bounds."""
        if self.items is None:
            return None
        wanted = max(least, min(self.items, MOST_ITEMS), 0)
        return wanted if most is None else min(wanted, most)
