"""Compare in what media types a body, a parameter or a header is written, and what each of them holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from contractctl.contract.model import MediaType, Schema
from contractctl.core.changes import Direction
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.carriers import Carrier
from contractctl.diff.exchanges.exchange import Exchange
from contractctl.diff.exchanges.media_types import canonical, special
from contractctl.diff.facts import LAWS, Fact, Law
from contractctl.diff.relation import NARROWS, UNKNOWN, WIDENS, Relation
from contractctl.diff.schemas.normalise import SchemaDirection

Also: TypeAlias = Callable[[Carrier, MediaType, MediaType], Iterator[Fact]]
_SAID_UNDER = frozenset(("content", "consumes", "produces", "mediaTypes"))


def compare_content(
    exchange: Exchange,
    direction: SchemaDirection,
    carrier: Carrier,
    base: Sequence[MediaType],
    revision: Sequence[MediaType],
    *,
    also: Also | None = None,
) -> Iterator[Fact]:
    """Yield media types that went, came or grew, and note the schemas of those that stayed.

    `also` compares the rest of two media types of which one has taken the place of the other.
    """
    yield from _Content(exchange, direction, carrier, _by_name(base), _by_name(revision), also).facts()


def schema_of(at: Place, schema: Schema | None) -> Schema:
    """Return the schema of a part; one that has none holds anything."""
    return schema if schema is not None else Schema(at, True)


def _by_name(content: Sequence[MediaType]) -> Mapping[str, MediaType]:
    """Key media types by their canonical names; of two spellings the first counts."""
    named: dict[str, MediaType] = {}
    for media in content:
        named.setdefault(canonical(media.name), media)
    return named


@dataclass(frozen=True, slots=True)
class _Content:
    """Two content maps, by canonical names."""

    exchange: Exchange
    direction: SchemaDirection
    carrier: Carrier
    base: Mapping[str, MediaType]
    revision: Mapping[str, MediaType]
    also: Also | None

    def facts(self) -> Iterator[Fact]:
        """Yield what differs. What has no counterpart may fall under a range of the other side, or be one."""
        met: set[str] = set()
        for name, media in self.base.items():
            partners = self._partners(name)
            met.update(partners)
            if not partners:
                yield self._offer("removed", media)
            for partner, relation in partners.items():
                yield from self._pair(media, self.revision[partner], relation)
        for name, media in self.revision.items():
            if name not in met:
                under = next((key for key in _relatives(name, self.base) if special(key, name)), None)
                if under is None or under not in self.revision:
                    yield self._offer("added", media)
                else:
                    yield from self._pair(self.base[under], media, None)

    def _partners(self, name: str) -> dict[str, Relation | None]:
        """Return what takes the place of a media type of base, each with how it relates where that is a change."""
        if name in self.revision:
            return {name: None}
        relatives = [(key, special(key, name)) for key in _relatives(name, self.revision)]
        wider = next(((key, relation) for key, relation in relatives if relation is not None), None)
        if wider is not None:
            return {wider[0]: None if wider[0] in self.base else wider[1].mirrored}
        fresh = [key for key in _relatives(name, self.revision) if key not in self.base]
        narrower = ((key, special(name, key)) for key in fresh)
        return {key: relation for key, relation in narrower if relation is not None}

    def _pair(self, base: MediaType, revision: MediaType, relation: Relation | None) -> Iterator[Fact]:
        if relation is not None:
            yield self._changed(base, revision, relation)
        carrier = self.carrier.of(base.name)
        one, other = schema_of(base.at, base.schema), schema_of(revision.at, revision.schema)
        self.exchange.note(self.direction, carrier, one, other)
        if base.item_schema is not None or revision.item_schema is not None:
            items = schema_of(base.at, base.item_schema), schema_of(revision.at, revision.item_schema)
            self.exchange.note(self.direction, replace(carrier, part="each item"), *items)
        if self.also is not None:
            yield from self.also(carrier, base, revision)

    def _changed(self, base: MediaType, revision: MediaType, relation: Relation) -> Fact:
        is_narrower = relation.backward > relation.forward
        if not (_is_said(base) and _is_said(revision)):
            relation |= UNKNOWN
        return self.exchange.fact(
            f"media-type-{'specialised' if is_narrower else 'generalised'}",
            relation,
            subject=self.carrier.subject,
            text=f"media type `{base.name}` became `{revision.name}`",
            places=(base.at, revision.at),
            values=(base.name, revision.name),
            direction=self.direction,
        )

    def _offer(self, what: str, media: MediaType) -> Fact:
        """Make the fact of what went or came. Clients choose among the types, but for what is sent to them unasked."""
        gone = what == "removed"
        unasked = self.direction is Direction.RESPONSE and not self.carrier.status
        return self.exchange.fact(
            f"media-type-{what}",
            NARROWS if gone else WIDENS,
            subject=self.carrier.subject,
            text=f"media type `{media.name}` was {what}",
            places=(media.at, None) if gone else (None, media.at),
            values=(media.name, None) if gone else (None, media.name),
            direction=self.direction,
            law=LAWS[self.direction] if unasked else Law.OFFER,
        )


def _relatives(name: str, content: Mapping[str, MediaType]) -> Iterator[str]:
    """Yield the names of a content map that may take in a media type, or be taken in by it, in order.

    Of many types, most are seen at a glance to be strangers.
    """
    essence = name.partition(";")[0]
    kind = essence.partition("/")[0]
    if essence.endswith("/*"):
        yield from (key for key in content if kind == "*" or key.startswith((f"{kind}/", "*/*")))
    else:
        yield from (key for key in content if key.startswith((essence, f"{kind}/*", "*/*")))


def _is_said(media: MediaType) -> bool:
    """Tell whether the description names the media type; of 2.0 without `consumes` or `produces`, `*/*` is all."""
    return not _SAID_UNDER.isdisjoint(media.at.pointer.tokens[-2:-1])
