"""Formats as patterns: one that only valid texts match, to make some, and one that all of them match, to prove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

_DATE: Final = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"
_TIME: Final = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
_BYTE: Final = r"([1-9]?\d|1\d\d|2[0-4]\d|25[0-5])"
_LABEL: Final = "[a-z0-9]+(-[a-z0-9]+)*"

_WITHIN: Final[Mapping[str, str]] = {
    "date": f"^{_DATE}$",
    "time": f"^{_TIME}$",
    "date-time": f"^{_DATE}T{_TIME}$",
    "ipv4": rf"^{_BYTE}(\.{_BYTE}){{3}}$",
    "uuid": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "hostname": rf"^{_LABEL}(\.{_LABEL})*$",
    "email": rf"^[a-z0-9]+([._+-][a-z0-9]+)*@{_LABEL}(\.{_LABEL})+$",
}
_AROUND: Final[Mapping[str, str]] = {
    "date": r"^\d{4}-\d\d-\d\d$",
    "date-time": r"^\d{4}-\d\d-\d\d.\d\d:\d\d:\d\d.+$",
    "ipv4": r"^\d{1,3}(\.\d{1,3}){3}$",
    "uuid": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "uri": "^[A-Za-z][A-Za-z0-9+.-]*:[!-~]*$",
    "hostname": "^[A-Za-z0-9.-]+$",
    # A name and an address in angle brackets is one, too (RFC 5322 §3.4).
    "email": r'^([^]*<)?("[^]*"|[^@"\\]+)@([A-Za-z0-9.-]+|\[[A-Za-z0-9.:]+\])(>[^]*)?$',
}


def within(formats: Iterable[str]) -> tuple[str, ...]:
    """Return patterns whose matches have the formats, as far as there are such patterns."""
    return tuple(_WITHIN[name] for name in formats if name in _WITHIN)


def around(formats: Iterable[str]) -> tuple[str, ...]:
    """Return patterns that every text with the formats matches."""
    return tuple(_AROUND[name] for name in formats if name in _AROUND)
