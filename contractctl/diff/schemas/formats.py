"""How formats relate. Those that the validator asserts are sets of texts; others are no more than a hint."""

from __future__ import annotations

from contractctl.contract.widths import WIDTHS
from contractctl.diff.relation import (
    EQUAL,
    INCOMPARABLE,
    MAY_NARROW,
    MAY_WIDEN,
    NARROWS,
    UNKNOWN,
    WIDENS,
    Relation,
)

_CONTAINED = {
    "email": {"idn-email"},
    "hostname": {"idn-hostname"},
    "uri": {"uri-reference", "iri", "iri-reference"},
    "uri-reference": {"iri-reference"},
    "iri": {"iri-reference"},
    "int32": {"int64"},
}
_HINTED = {"float": {"double"}}
"""What holds by definition, though no validator looks: how exact a number is."""

_DISPLAYED: frozenset[str] = frozenset(("password",))
"""How a value is shown while it is written, whatever it is."""

_APART = frozenset(("date", "date-time", "time", "duration", "uuid", "email", "ipv4", "ipv6", "uri", "json-pointer"))
"""Formats of which none contains another. A host may be called by a date."""

_ASSERTED = _APART | frozenset(
    (
        *("hostname", "idn-email", "idn-hostname", "uri-reference", "iri", "iri-reference", "uri-template"),
        *("relative-json-pointer", "regex"),
    )
)


def is_hint(base: frozenset[str], revision: frozenset[str]) -> bool:
    """Tell whether the sides differ in a width that only one of them says: a remark more often than a promise."""
    return not (base and revision) and base | revision <= WIDTHS.keys()


def relate_formats(base: frozenset[str], revision: frozenset[str]) -> Relation:
    """Relate the formats that two texts or numbers keep to; they differ."""
    base, revision = base - _DISPLAYED, revision - _DISPLAYED
    if base == revision:
        return EQUAL
    if base < revision:
        return NARROWS if revision - base <= _ASSERTED else MAY_NARROW
    if revision < base:
        return WIDENS if base - revision <= _ASSERTED else MAY_WIDEN
    if len(base) == len(revision) == 1:
        return _relate(*base, *revision)
    return UNKNOWN


def _relate(one: str, other: str) -> Relation:
    if other in _CONTAINED.get(one, ()):
        return WIDENS
    if one in _CONTAINED.get(other, ()):
        return NARROWS
    if other in _HINTED.get(one, ()):
        return MAY_WIDEN
    if one in _HINTED.get(other, ()):
        return MAY_NARROW
    if one in _APART and other in _APART:
        return INCOMPARABLE
    return UNKNOWN
