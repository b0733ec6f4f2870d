"""Profiles: which rules run unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Profile(StrEnum):
    """What rules are for.

    `spec` is what the specification forbids, `recommended` what goes wrong besides, `strict` what a team may want of
    its own contracts, `owasp` what the OWASP API Security Top 10 (2023) warns of.
    """

    SPEC = "spec"
    RECOMMENDED = "recommended"
    STRICT = "strict"
    OWASP = "owasp"


DEFAULT_PROFILES = (Profile.RECOMMENDED,)
_INCLUDED: Mapping[Profile, frozenset[Profile]] = {
    Profile.SPEC: frozenset({Profile.SPEC}),
    Profile.RECOMMENDED: frozenset({Profile.SPEC, Profile.RECOMMENDED}),
    Profile.STRICT: frozenset({Profile.SPEC, Profile.RECOMMENDED, Profile.STRICT}),
    Profile.OWASP: frozenset({Profile.SPEC, Profile.OWASP}),
}


def included(profiles: Iterable[Profile]) -> frozenset[Profile]:
    """Return the profiles whose rules run when these are asked for."""
    return frozenset().union(*(_INCLUDED[profile] for profile in profiles))
