"""The order of versions: Semantic Versioning 2.0.0 §11, and calendar dates."""

from __future__ import annotations

from typing import Literal, TypeAlias

from contractctl.core.patterns import pattern

Order: TypeAlias = Literal["older", "equal", "newer", "unordered"]
_Identifier: TypeAlias = tuple[int, int, str]
_Key: TypeAlias = tuple[tuple[int, int, int], bool, tuple[_Identifier, ...]]

# Short forms (`1.4`) and a leading `v` are common; they are read as people mean them.
_SEMVER = pattern(
    r"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?"
)
_DATE = pattern(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LONGEST = 256


def compare_versions(one: str, other: str) -> Order:
    """Tell how `one` stands to `other`. Equal precedence (build metadata aside) is "equal".

    "unordered" when not both are semantic versions or both dates (`2025-01-31`).
    """
    dates = _date(one), _date(other)
    left, right = (_semantic(one), _semantic(other)) if dates == (None, None) else dates
    if left is None or right is None:
        return "unordered"
    if left == right:
        return "equal"
    return "older" if left < right else "newer"


def _date(version: str) -> _Key | None:
    found = _DATE.fullmatch(version)
    return ((int(found[1]), int(found[2]), int(found[3])), True, ()) if found else None


def _semantic(version: str) -> _Key | None:
    found = _SEMVER.fullmatch(version) if len(version) <= _LONGEST else None
    if found is None:
        return None
    major, minor, patch, prerelease = found.groups()
    identifiers = tuple(_identifier(part) for part in prerelease.split(".")) if prerelease else ()
    return (int(major), int(minor or 0), int(patch or 0)), not prerelease, identifiers


def _identifier(part: str) -> _Identifier:
    """Numeric identifiers come first and by number, the others by their characters."""
    return (0, int(part), "") if part.isdecimal() else (1, 0, part)
