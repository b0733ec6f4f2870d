"""Media types: what a client accepts, what a contract offers, and which of them meet (RFC 9110 §12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from contractctl.encodings.media import kind_of
from contractctl.mockserver.model import BodyContent, Content
from contractctl.mockserver.record import record

_LONGEST_REMEMBERED = 128
_LONGEST_QUOTING = 2048
_TYPE = re.compile(r"[!#$&^_.+0-9A-Za-z-]+")
_LIST_PART = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^,])+')

_Rank: TypeAlias = "tuple[float, int, int]"


@record
class MediaRange:
    """`type/subtype;parameters`, lower case; `*` stands for anything. `q` is out of the parameters."""

    type: str
    subtype: str
    parameters: Mapping[str, str]
    q: float = 1.0

    def covers(self, other: MediaRange) -> bool:
        """Tell whether everything that `other` is falls into this range; `charset` never decides."""
        if self.type not in {"*", other.type}:
            return False
        if self.subtype not in {"*", other.subtype} and not (
            self.subtype.startswith("*+") and other.subtype.endswith(self.subtype[1:])
        ):
            return False
        return all(other.parameters.get(name) == value for name, value in self.parameters.items() if name != "charset")

    @property
    def precision(self) -> tuple[int, int, int]:
        """Order ranges by how much they say: `*` less than `*+json`, and that less than a subtype."""
        subtype = 2 if "*" not in self.subtype else int(self.subtype != "*")
        return int(self.type != "*"), subtype, len(self.parameters)

    @property
    def is_json(self) -> bool:
        """`application/json`, or anything that ends in `+json` (RFC 6839)."""
        return self.subtype == "json" or self.subtype.endswith("+json")

    @property
    def kind(self) -> str:
        """How bodies of this type are written; what is neither JSON nor XML nor a stream is taken as it is."""
        kind = kind_of(f"{self.type}/{self.subtype}")
        return "binary" if kind == "text" else kind

    @property
    def is_sendable(self) -> bool:
        """Tell whether this is one type that a header can carry (RFC 6838 §4.2), and no range."""
        return _TYPE.fullmatch(self.type) is not None and _TYPE.fullmatch(self.subtype) is not None


def parse_media_range(text: str) -> MediaRange | None:
    """Read one media type or range; None for what is not one. Short ones are remembered."""
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _parse(text)


def _parse(text: str) -> MediaRange | None:
    essence, *parts = text.split(";")
    kind, slash, subtype = essence.strip().lower().partition("/")
    if not (slash and kind and subtype) or "/" in subtype:
        return None
    parameters: dict[str, str] = {}
    for part in parts:
        name, equals, value = part.strip().partition("=")
        if name.lower() == "q":
            # What follows the weight is no parameter of the type (RFC 9110 §12.5.1).
            return MediaRange(kind, subtype, parameters, _quality(value))
        if equals:
            parameters[name.lower()] = value.strip('"').lower()
    return MediaRange(kind, subtype, parameters)


_remembered = lru_cache(maxsize=512)(_parse)


def accepted_content(accept: str | None, offers: Sequence[Content]) -> tuple[Content, ...]:
    """Return what a client accepts, the best first, each with the type to send.

    Its q decides, then how exactly it was named, then the client's order, then JSON, then what the contract names most
    exactly (OpenAPI 3.0.3 §4.7.17), then the contract's order. A header without any readable range counts as none: then
    JSON goes first. What the contract offers as a range becomes the type that was asked for. Where nothing fits,
    parameters are passed over and `application/json` takes `+json`.
    """
    ranges = [found for text in _split(accept or "") if (found := parse_media_range(text))]
    media = [(offer, parse_media_range(offer.type)) for offer in offers]
    if not ranges:
        return tuple(offer for offer, _ in sorted(media, key=lambda pair: _preference(*pair)))
    offered = [_fitted(offer, found, ranges) for offer, found in media if found]
    weighed = [(*pair, _rank(ranges, pair[1])) for pair in offered]
    fitting = [(rank, _preference(offer, found), offer) for offer, found, rank in weighed if rank and rank[0] < 0]
    if not fitting:
        near = ((_nearness(ranges, found), offer) for offer, found, rank in weighed if rank is None)
        fitting = [((-q, 0, 0), (False, 0), offer) for q, offer in near if q > 0]
    return tuple(offer for _, _, offer in sorted(fitting, key=lambda item: item[:2]))


def content_for(content_type: str, offers: Sequence[BodyContent]) -> BodyContent | None:
    """Return the part that says most exactly what `content_type` is, or None when none does."""
    if len(offers) == 1 and offers[0].media == content_type:
        return offers[0]
    media = parse_media_range(content_type)
    if media is None:
        return None
    ranges = ((offer, parse_media_range(offer.media)) for offer in offers)
    fitting = [(found.precision, offer) for offer, found in ranges if found and found.covers(media)]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _split(accept: str) -> list[str]:
    """Return the parts of a list (RFC 9110 §5.6.1); a comma in quotes belongs to its part."""
    # Finding the quotes takes time that grows with the square of the length.
    has_quotes = '"' in accept and len(accept) <= _LONGEST_QUOTING
    return _LIST_PART.findall(accept) if has_quotes else accept.split(",")


def _rank(ranges: Sequence[MediaRange], media: MediaRange) -> _Rank | None:
    """Return how much a type is wanted, less is more: by the range that says most of it (RFC 9110 §12.5.1).

    None where no range speaks of it.
    """
    matching = [(item.precision, -place, item.q) for place, item in enumerate(ranges) if item.covers(media)]
    if not matching:
        return None
    (kind, subtype, parameters), place, q = max(matching)
    return -q, -(kind + subtype + parameters), -place


def _preference(offer: Content, media: MediaRange | None) -> tuple[bool, int]:
    """Return the server's own order, less is first: JSON, then what the contract names most exactly."""
    return not (media and media.is_json), offer.media.count("*")


def _nearness(ranges: Sequence[MediaRange], media: MediaRange) -> float:
    bare = MediaRange(media.type, media.subtype, {})
    return max(
        (
            item.q
            for item in ranges
            if (item.parameters or item.subtype == "json")
            and (MediaRange(item.type, item.subtype, {}).covers(bare) or (item.subtype == "json" and media.is_json))
        ),
        default=0.0,
    )


def _fitted(offer: Content, media: MediaRange, ranges: Sequence[MediaRange]) -> tuple[Content, MediaRange]:
    """Return an offer with the type to send: of a range that the contract offers, the one that is wanted most.

    What is written as JSON is sent as JSON of some name only, and so is XML as XML.
    """
    if "*" not in offer.media:
        return offer, media
    offered = parse_media_range(offer.media)
    wanted = [
        item for item in ranges if offered and offered.covers(item) and item.kind == media.kind and item.is_sendable
    ]
    if not wanted or any(item.q > 0 and item.covers(media) and "*" not in item.subtype for item in ranges):
        return offer, media
    best = max(wanted, key=lambda item: item.q)
    return replace(offer, type=f"{best.type}/{best.subtype}"), best


def _quality(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 1.0
    return min(max(value, 0.0), 1.0) if value == value else 1.0  # noqa: PLR0124 (NaN)
