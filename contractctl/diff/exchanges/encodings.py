"""Compare how the parts of form and multipart bodies are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contractctl.contract.model import Encoding, Header, MediaType
from contractctl.core.records import dataclass
from contractctl.diff.carriers import Carrier
from contractctl.diff.exchanges.content import schema_of
from contractctl.diff.exchanges.exchange import Exchange
from contractctl.diff.exchanges.headers import compare_headers
from contractctl.diff.exchanges.media_types import canonical, covers
from contractctl.diff.exchanges.styles import written
from contractctl.diff.facts import Fact
from contractctl.diff.relation import EQUAL, INCOMPARABLE, MAY_NARROW, MAY_WIDEN, UNKNOWN, Relation, related
from contractctl.diff.schemas.normalise import SchemaDirection
from contractctl.diff.schemas.shape import EVERY_KIND, Kind, Shape

_FORM = "application/x-www-form-urlencoded"
_NONE = ((), (), None)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a body on one side. `kinds` are those of its values, `holds` is what is in them if they are no text."""

    encoding: Encoding
    kinds: frozenset[Kind] = EVERY_KIND
    holds: str | None = None

    @property
    def content_types(self) -> tuple[str, ...]:
        """The media types that it may have, canonical; without any the default of its kind, empty where none is."""
        if self.encoding.content_types:
            return tuple(map(canonical, self.encoding.content_types))
        if self.holds is not None:
            return (canonical(self.holds),)
        kinds = self.kinds - {"null"}
        if kinds == {"object"}:
            return ("application/json",)
        return () if kinds & {"object", "array"} else ("text/plain",)


def compare_encodings(
    exchange: Exchange, direction: SchemaDirection, carrier: Carrier, base: MediaType, revision: MediaType
) -> Iterator[Fact]:
    """Yield what differs in how the parts that both sides have are written; in other media types it has no effect."""
    if not any((media.encodings, media.prefix_encodings, media.item_encoding) != _NONE for media in (base, revision)):
        return
    name = canonical(base.name).partition(";")[0]
    if name == _FORM or name.startswith("multipart/"):
        for one, other in _parts(exchange, direction, base, revision):
            yield from _compare(exchange, direction, carrier, one, other)


def _parts(
    exchange: Exchange, direction: SchemaDirection, base: MediaType, revision: MediaType
) -> Iterator[tuple[_Part, _Part]]:
    """Yield the parts that both sides have and at least one says more of, by name and then by position."""
    before, after = ({one.name: one for one in media.encodings} for media in (base, revision))
    schemas = schema_of(base.at, base.schema), schema_of(revision.at, revision.schema)
    for name in dict.fromkeys((*before, *after)):
        shapes = exchange.uses.member(direction, schemas, name)
        if shapes is not None:
            one = before.get(name) or Encoding(base.at, name)
            other = after.get(name) or Encoding(revision.at, name)
            yield _part(one, shapes[0]), _part(other, shapes[1])
    for number in range(max(len(base.prefix_encodings), len(revision.prefix_encodings)) + 1):
        left, right = (_at(media, number) for media in (base, revision))
        if left is not None or right is not None:
            yield _Part(left or Encoding(base.at, "")), _Part(right or Encoding(revision.at, ""))


def _part(encoding: Encoding, shape: Shape) -> _Part:
    media_type, encoded = shape.notes.get("contentMediaType"), shape.notes.get("contentEncoding")
    if media_type is not None and isinstance(media_type.value, str):
        return _Part(encoding, shape.kinds, media_type.value)
    return _Part(encoding, shape.kinds, "application/octet-stream" if encoded is not None else None)


def _at(media: MediaType, number: int) -> Encoding | None:
    """Return the encoding of the part at a position."""
    return media.prefix_encodings[number] if number < len(media.prefix_encodings) else media.item_encoding


def _compare(
    exchange: Exchange, direction: SchemaDirection, carrier: Carrier, base: _Part, revision: _Part
) -> Iterator[Fact]:
    name = base.encoding.name
    part = f"part `{name}`" if name else "each part"
    inner = replace(carrier, part=part)
    if base.encoding.style or revision.encoding.style:
        yield from _compare_writing(exchange, direction, inner, base, revision)
    else:
        yield from _compare_types(exchange, direction, inner, base, revision)
    before, after = base.encoding, revision.encoding

    def carrier_of(header: Header) -> Carrier:
        return replace(carrier, part=f"{part}, header `{header.name}`")

    places = before.at, after.at
    yield from compare_headers(exchange, direction, (before.headers, after.headers), carrier_of, places)


def _compare_writing(
    exchange: Exchange, direction: SchemaDirection, carrier: Carrier, base: _Part, revision: _Part
) -> Iterator[Fact]:
    """Yield the fact of a part that is written another way; without a style a list repeats its name."""
    relation = EQUAL if _written(base) == _written(revision) else INCOMPARABLE
    reserved = base.encoding.allow_reserved, revision.encoding.allow_reserved
    if reserved[0] != reserved[1]:
        relation &= MAY_WIDEN if reserved[1] else MAY_NARROW
    if relation != EQUAL:
        yield exchange.fact(
            "part-writing-changed",
            relation,
            subject=carrier.subject,
            text=f"it is written in another way: {_shown(base)}, now {_shown(revision)}",
            places=(base.encoding.at, revision.encoding.at),
            values=(base.encoding.style or None, revision.encoding.style or None),
            direction=direction,
        )


def _written(part: _Part) -> tuple[str, bool]:
    encoding = part.encoding
    kinds = part.kinds - {"null"}
    if not encoding.style and "object" not in kinds:
        return written("form", True, kinds)
    return written(encoding.style or "json", encoding.explode, kinds)


def _shown(part: _Part) -> str:
    encoding = part.encoding
    if not encoding.style:
        return "by its content type"
    reserved = ", reserved characters as they are" if encoding.allow_reserved else ""
    return f"`{encoding.style}`{', exploded' if encoding.explode else ''}{reserved}"


def _compare_types(
    exchange: Exchange, direction: SchemaDirection, carrier: Carrier, base: _Part, revision: _Part
) -> Iterator[Fact]:
    relation = _of_types(base, revision)
    if relation != EQUAL:
        before, after = (list(one.encoding.content_types) for one in (base, revision))
        shown = (", ".join(f"`{name}`" for name in names) or "none" for names in (before, after))
        yield exchange.fact(
            "part-content-type-changed",
            relation,
            subject=carrier.subject,
            text="its content type changed from {} to {}".format(*shown),
            places=(base.encoding.at, revision.encoding.at),
            values=(", ".join(before) or None, ", ".join(after) or None),
            direction=direction,
        )


def _of_types(base: _Part, revision: _Part) -> Relation:
    """Relate by the media types that a part may have; what a side leaves to the default proves nothing."""
    before, after = base.content_types, revision.content_types
    relation = related(forward=_takes_in(after, before), backward=_takes_in(before, after))
    both_say = base.encoding.content_types and revision.encoding.content_types
    return relation if both_say or relation == EQUAL else UNKNOWN


def _takes_in(ranges: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return all(any(one == name or covers(one, name) for one in ranges) for name in names)
