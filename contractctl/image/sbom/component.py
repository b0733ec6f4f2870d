"""A part of an image that has a name and a version of its own, and how such a part is named for scanners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

from contractctl.core.records import dataclass

Purpose = Literal["APPLICATION", "CONTAINER", "LIBRARY", "OPERATING-SYSTEM", "OTHER"]


@dataclass(frozen=True, slots=True)
class Component:
    """A part of an image. `purl` is its package URL, `cpe` its name in the National Vulnerability Database.

    `paths` are the files that it claims, whether they are there or not. `licence` is an SPDX expression, `said` what
    was said of the licence where that is none. `source` tells where it was taken from. `depends` names other
    components of its kind, `within` files of those that it is a part of. Empty is what is not known.
    """

    name: str
    version: str
    purpose: Purpose
    purl: str = ""
    paths: frozenset[str] = frozenset()
    licence: str = ""
    said: str = ""
    supplier: str = ""
    source: str = ""
    cpe: str = ""
    depends: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


def package_url(kind: str, name: str, version: str, qualifiers: Mapping[str, str] | None = None) -> str:
    """Write a package URL (https://github.com/package-url/purl-spec); `name` may have a namespace before a slash."""
    asked = "&".join(f"{key}={quote(value, safe='/:')}" for key, value in sorted((qualifiers or {}).items()) if value)
    return f"pkg:{kind}/{quote(name)}@{quote(version, safe='')}" + (f"?{asked}" if asked else "")
