"""One operation of both sides: which way its parts travel, and how facts about it are made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from contractctl.contract.model import Operation, Schema
from contractctl.core.changes import Category, Direction
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.carriers import Carrier
from contractctl.diff.facts import LAWS, Fact, Law, Use
from contractctl.diff.relation import Relation
from contractctl.diff.schemas.normalise import SchemaDirection

if TYPE_CHECKING:
    from contractctl.diff.schemas.reach import SchemaUses
    from contractctl.diff.schemas.shape import Kind

Places: TypeAlias = tuple[Place | None, Place | None]


@dataclass(frozen=True, slots=True)
class Exchange:
    """An operation that both sides have. `inbound` is the direction of its request, `outbound` of its responses.

    A webhook's request travels to the client and is judged as a response, and the reverse; so is a callback's.
    `owner` is the title of the operation whose callback this is, and `callback` says which; both are empty otherwise.
    `versions` are those of OpenAPI in which the sides are written.
    """

    base: Operation
    revision: Operation
    inbound: SchemaDirection
    outbound: SchemaDirection
    uses: SchemaUses
    today: date
    owner: str = ""
    callback: str = ""
    versions: tuple[str, str] = ("", "")

    @property
    def title(self) -> str:
        """How people name the operation that facts are told of."""
        return self.owner or self.base.title

    def fact(
        self,
        what: str,
        relation: Relation,
        *,
        subject: str,
        text: str,
        places: Places,
        values: tuple[Json, Json] = (None, None),
        direction: Direction | None = None,
        law: Law | None = None,
        category: Category = Category.WIRE,
        sanction: str | None = None,
    ) -> Fact:
        """Make a fact about this operation; it travels inbound unless another direction is named."""
        way = direction or self.inbound
        return Fact(
            kind=what if way is Direction.NEITHER else f"{way}-{what}",
            direction=way,
            law=law or LAWS[way],
            relation=relation,
            operations=(self.title,),
            subject=", ".join(word for word in (self.callback, subject) if word),
            text=text,
            base=places[0],
            revision=places[1],
            before=values[0],
            after=values[1],
            category=category,
            sides=(self.base, self.revision),
            sanction=sanction,
        )

    def note(self, direction: SchemaDirection, carrier: Carrier, base: Schema, revision: Schema) -> None:
        """Note that these two schemas travel here, to be related with all others."""
        whole = replace(carrier, callback=self.callback) if self.callback else carrier
        self.uses.add(direction, Use(whole, (self.base, self.revision), (base, revision), self.owner))

    def kinds(self, direction: SchemaDirection, base: Schema, revision: Schema) -> frozenset[Kind]:
        """Return the kinds of value that either schema allows."""
        one, other = self.uses.shapes(direction, (base, revision))
        return one.kinds | other.kinds
