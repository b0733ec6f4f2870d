"""Media types: what a client accepts, what a contract offers, and which of them meet (RFC 9110 §12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from contractctl.mockserver.model import BodyContent, Content
from contractctl.mockserver.record import record

_LONGEST_REMEMBERED = 128


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
    def precision(self) -> tuple[bool, bool, int]:
        """Order ranges by how much they say."""
        return self.type != "*", "*" not in self.subtype, len(self.parameters)

    @property
    def is_json(self) -> bool:
        """`application/json`, or anything that ends in `+json` (RFC 6839)."""
        return self.subtype == "json" or self.subtype.endswith("+json")


def parse_media_range(text: str) -> MediaRange | None:
    """Read one media type or range; None for what is not one. Short ones are remembered."""
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _parse(text)


def _parse(text: str) -> MediaRange | None:
    essence, *parts = text.split(";")
    kind, slash, subtype = essence.strip().lower().partition("/")
    if not (slash and kind and subtype) or "/" in subtype:
        return None
    parameters: dict[str, str] = {}
    q = 1.0
    for part in parts:
        name, equals, value = part.strip().partition("=")
        if name.lower() == "q":
            q = _quality(value)
        elif equals:
            parameters[name.lower()] = value.strip('"').lower()
    return MediaRange(kind, subtype, parameters, q)


_remembered = lru_cache(maxsize=512)(_parse)


def accepted_content(accept: str | None, offers: Sequence[Content]) -> tuple[Content, ...]:
    """Return what a client accepts, the best first: by its q, then JSON, then the contract's order.

    A header without any readable range counts as none. Where nothing fits, parameters are passed over and
    `application/json` takes `+json`.
    """
    ranges = [found for text in (accept or "").split(",") if (found := parse_media_range(text))]
    media = [(offer, parse_media_range(offer.type)) for offer in offers]
    if not ranges:
        return tuple(offer for offer, _ in sorted(media, key=lambda pair: not (pair[1] and pair[1].is_json)))
    weighed = [(offer, found, _weight(ranges, found)) for offer, found in media if found]
    fitting = [item for item in weighed if item[2] > 0]
    if not fitting:
        fitting = [item for item in weighed if _is_near(ranges, item[1])]
    return tuple(offer for offer, _, _ in sorted(fitting, key=lambda item: (-item[2], not item[1].is_json)))


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


def _weight(ranges: Sequence[MediaRange], media: MediaRange) -> float:
    """Return the q of the range that says most about `media` (RFC 9110 §12.5.1), 0 when none does."""
    matching = [item for item in ranges if item.covers(media)]
    return max(matching, key=lambda item: item.precision).q if matching else 0.0


def _is_near(ranges: Sequence[MediaRange], media: MediaRange) -> bool:
    bare = MediaRange(media.type, media.subtype, {})
    return any(
        item.q > 0
        and (MediaRange(item.type, item.subtype, {}).covers(bare) or (item.subtype == "json" and media.is_json))
        for item in ranges
        if item.parameters or item.subtype == "json"
    )


def _quality(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 1.0
    return min(max(value, 0.0), 1.0) if value == value else 1.0  # noqa: PLR0124 (NaN)
