"""The two sides of a comparison, and what either accepts in either direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from contractctl.contract.directions import Mentions, mentions
from contractctl.contract.subschemas import subschemas
from contractctl.core.changes import Direction
from contractctl.diff.schemas.normalise import SchemaDirection
from contractctl.diff.witnesses.acceptance import Acceptance

if TYPE_CHECKING:
    from contractctl.contract.model import Contract

Party: TypeAlias = Literal["base", "revision"]
PARTIES: Final[tuple[Party, Party]] = ("base", "revision")


def sender_of(direction: SchemaDirection) -> Party:
    """Return who decides what is sent: clients keep to base, and the server to revision."""
    return "base" if direction is Direction.REQUEST else "revision"


def other(party: Party) -> Party:
    """Return the other side."""
    return "revision" if party == "base" else "base"


class Parties:
    """Both contracts. What they accept is read once for everybody who asks."""

    def __init__(self, base: Contract, revision: Contract) -> None:
        self.contracts: dict[Party, Contract] = {"base": base, "revision": revision}
        self._mentions: dict[Party, Mentions] = {}
        self._known: dict[tuple[Party, SchemaDirection], Acceptance] = {}

    def acceptance(self, party: Party, direction: SchemaDirection) -> Acceptance:
        """Return what a side accepts in one direction."""
        if (party, direction) not in self._known:
            definitions = self.contracts[party].definitions
            if party not in self._mentions:
                nodes = ((key, node) for key, one in definitions.items() for node in subschemas(one.value))
                self._mentions[party] = mentions(nodes)
            self._known[party, direction] = Acceptance(definitions, direction, self._mentions[party])
        return self._known[party, direction]
