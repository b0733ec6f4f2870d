"""Compare the headers of a response, or of a part of a multipart body."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from contractctl.contract.model import Header
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.carriers import Carrier
from contractctl.diff.exchanges.content import compare_content, schema_of
from contractctl.diff.exchanges.exchange import Exchange, Places
from contractctl.diff.exchanges.lifecycle import compare_deprecation, removal, term_of
from contractctl.diff.exchanges.styles import written
from contractctl.diff.facts import Fact
from contractctl.diff.relation import INCOMPARABLE, NARROWS, WIDENS, related
from contractctl.diff.schemas.normalise import SchemaDirection

CarrierOf: TypeAlias = Callable[[Header], Carrier]


def compare_headers(
    exchange: Exchange,
    direction: SchemaDirection,
    headers: tuple[Sequence[Header], Sequence[Header]],
    carrier_of: CarrierOf,
    owners: tuple[Place, Place],
) -> Iterator[Fact]:
    """Yield what differs in the headers of both sides, whose names have no case. `owners` are what has them."""
    comparison = _Headers(exchange, direction, carrier_of)
    before, after = ({header.name.lower(): header for header in side} for side in headers)
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        if one is not None and other is not None:
            yield from comparison.kept(one, other)
        elif one is not None:
            yield comparison.offer(one, "removed", (owners[0] / "headers" / one.name, None))
        elif other is not None:
            yield comparison.offer(other, "added", (None, owners[1] / "headers" / other.name))


@dataclass(frozen=True, slots=True)
class _Headers:
    """The comparison of the headers of one message that travels in one direction."""

    exchange: Exchange
    direction: SchemaDirection
    carrier_of: CarrierOf

    def offer(self, header: Header, what: str, places: Places) -> Fact:
        """Make the fact of a header that went or came: one more hurts nobody, and a required one is relied on."""
        gone = what == "removed"
        term = removal(term_of(header), self.exchange.today)
        relation = term.softened(related(forward=True, backward=not header.required))
        return self.exchange.fact(
            f"{'required-' if header.required else ''}header-{what}",
            relation if gone else relation.mirrored,
            subject=self.carrier_of(header).subject,
            text=f"was {what} ({'required' if header.required else 'optional'}){term.remark if gone else ''}",
            places=places,
            values=(header.name, None) if gone else (None, header.name),
            direction=self.direction,
            sanction=term.sanction if gone else None,
        )

    def kept(self, base: Header, revision: Header) -> Iterator[Fact]:
        """Yield what differs in a header that both sides have."""
        carrier, places = self.carrier_of(revision), (base.at, revision.at)
        if base.required != revision.required:
            what, relation = ("required", NARROWS) if revision.required else ("optional", WIDENS)
            yield self.exchange.fact(
                f"header-became-{what}",
                relation,
                subject=carrier.subject,
                text=f"became {what}",
                places=places,
                values=(base.required, revision.required),
                direction=self.direction,
            )
        terms = term_of(base), term_of(revision)
        way, subject = self.direction, carrier.subject
        yield from compare_deprecation(self.exchange, "header", terms, subject=subject, places=places, direction=way)
        yield from self._values(base, revision, carrier)

    def _values(self, base: Header, revision: Header, carrier: Carrier) -> Iterator[Fact]:
        if base.content and revision.content:
            yield from compare_content(self.exchange, self.direction, carrier, base.content, revision.content)
        elif base.content or revision.content:
            before, after = ("`content`" if one.content else "`schema`" for one in (base, revision))
            yield self._written("content", f"{before} became {after}: it is written another way", base, revision)
        else:
            one, other = schema_of(base.at, base.schema), schema_of(revision.at, revision.schema)
            self.exchange.note(self.direction, carrier, one, other)
            if base.explode != revision.explode:
                kinds = self.exchange.kinds(self.direction, one, other)
                if written("simple", True, kinds) != written("simple", False, kinds):
                    how = "is" if revision.explode else "is no longer"
                    yield self._written("explode", f"it {how} exploded: it is written another way", base, revision)

    def _written(self, what: str, text: str, base: Header, revision: Header) -> Fact:
        return self.exchange.fact(
            f"header-{what}-changed",
            INCOMPARABLE,
            subject=self.carrier_of(revision).subject,
            text=text,
            places=(base.at, revision.at),
            direction=self.direction,
        )
