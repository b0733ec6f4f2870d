"""How two sets of values stand to each other: two questions of inclusion, each proven, refuted or open."""

from __future__ import annotations

from enum import IntEnum

from contractctl.core.records import dataclass


class Inclusion(IntEnum):
    """The answer to "is every value of the one side a value of the other?". `min` is and, `max` is or."""

    REFUTED = 0
    OPEN = 1
    PROVEN = 2


@dataclass(frozen=True, slots=True)
class Relation:
    """`forward`: every value of base is one of revision; `backward`: every value of revision is one of base."""

    forward: Inclusion
    backward: Inclusion

    def __and__(self, other: Relation) -> Relation:
        """Relate two conjunctions whose parts stand so to each other."""
        return Relation(min(self.forward, other.forward), min(self.backward, other.backward))

    def __or__(self, other: Relation) -> Relation:
        """Take the better answer to either question."""
        return Relation(max(self.forward, other.forward), max(self.backward, other.backward))

    @property
    def mirrored(self) -> Relation:
        """What the relation is when the sides are swapped."""
        return Relation(self.backward, self.forward)

    @property
    def doubted(self) -> Relation:
        """The same with each proof taken back."""
        return self & UNKNOWN


EQUAL = Relation(Inclusion.PROVEN, Inclusion.PROVEN)
WIDENS = Relation(Inclusion.PROVEN, Inclusion.REFUTED)
NARROWS = Relation(Inclusion.REFUTED, Inclusion.PROVEN)
INCOMPARABLE = Relation(Inclusion.REFUTED, Inclusion.REFUTED)
UNKNOWN = Relation(Inclusion.OPEN, Inclusion.OPEN)
MAY_NARROW = Relation(Inclusion.OPEN, Inclusion.PROVEN)
MAY_WIDEN = Relation(Inclusion.PROVEN, Inclusion.OPEN)


def related(*, forward: bool, backward: bool) -> Relation:
    """Return the relation of two sets whose inclusions are both known."""
    return Relation(_known(forward), _known(backward))


def _known(holds: bool) -> Inclusion:
    return Inclusion.PROVEN if holds else Inclusion.REFUTED
