"""One operation of both sides: which way its parts travel, and how facts about it are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contractctl.contract.model import MediaType, Operation, Schema
from contractctl.core.changes import Direction
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.carriers import Carrier
from contractctl.diff.facts import LAWS, Fact, Law, Use
from contractctl.diff.media_types import canonical, covers
from contractctl.diff.normalise import SchemaDirection
from contractctl.diff.reach import SchemaUses
from contractctl.diff.relation import NARROWS, WIDENS, Relation
from contractctl.diff.shape import Kind


@dataclass(frozen=True, slots=True)
class Exchange:
    """An operation that both sides have. `inbound` is the direction of its request, `outbound` of its responses.

    A webhook's request travels to the client and is judged as a response, and the reverse.
    """

    base: Operation
    revision: Operation
    inbound: SchemaDirection
    outbound: SchemaDirection
    uses: SchemaUses

    def fact(
        self,
        what: str,
        relation: Relation,
        *,
        subject: str,
        text: str,
        places: tuple[Place | None, Place | None],
        values: tuple[Json, Json] = (None, None),
        direction: Direction | None = None,
        law: Law | None = None,
    ) -> Fact:
        """Make a fact about this operation; it travels inbound unless another direction is named."""
        way = direction or self.inbound
        return Fact(
            kind=f"{way}-{what}",
            direction=way,
            law=law or LAWS[way],
            relation=relation,
            operations=(self.base.title,),
            subject=subject,
            text=text,
            base=places[0],
            revision=places[1],
            before=values[0],
            after=values[1],
            sides=(self.base, self.revision),
        )

    def note(self, direction: SchemaDirection, carrier: Carrier, base: Schema, revision: Schema) -> None:
        """Note that these two schemas travel here, to be related with all others."""
        self.uses.add(direction, Use(carrier, (self.base, self.revision), (base, revision)))

    def kinds(self, direction: SchemaDirection, base: Schema, revision: Schema) -> frozenset[Kind]:
        """Return the kinds of value that either schema allows."""
        return self.uses.kinds(direction, base, revision)

    def compare_content(
        self, direction: SchemaDirection, carrier: Carrier, base: Sequence[MediaType], revision: Sequence[MediaType]
    ) -> Iterator[Fact]:
        """Yield media types that went and came, and note the schemas of those that stayed."""
        after = {canonical(media.name): media for media in revision}
        met: set[str] = set()
        for media in base:
            name = canonical(media.name)
            other = after.get(name) or next((one for key, one in after.items() if covers(key, name)), None)
            if other is None:
                yield self._offer("removed", direction, carrier.subject, media)
            else:
                met.add(canonical(other.name))
                self.note(direction, carrier.of(media.name), _schema(media), _schema(other))
        for name, media in after.items():
            if name not in met:
                yield self._offer("added", direction, carrier.subject, media)

    def _offer(self, what: str, direction: Direction, subject: str, media: MediaType) -> Fact:
        gone = what == "removed"
        return self.fact(
            f"media-type-{what}",
            NARROWS if gone else WIDENS,
            subject=subject,
            text=f"media type `{media.name}` was {what}",
            places=(media.at, None) if gone else (None, media.at),
            values=(media.name, None) if gone else (None, media.name),
            direction=direction,
            law=Law.OFFER,
        )


def _schema(media: MediaType) -> Schema:
    return media.schema if media.schema is not None else Schema(media.at, True)
