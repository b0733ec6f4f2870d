"""How an operation pages, and what its answers say about a page. bundle.py specifies PAGING and PAGE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from contractctl.mockserver.record import record

Steps: TypeAlias = "tuple[str, ...]"


@record
class Said:
    """A member that says something about a page; see SAYS. `form` is empty where nothing says how links are written."""

    role: str
    at: Steps
    types: frozenset[str]
    form: str
    missing: str
    cut: int


@record
class Page:
    """Where a list is in an answer, and what else it says. `most` is None where a page may have any number of items.

    `free`: a page with fewer of its items is valid where it is, if these are enough. `documented`: the answer that is
    compiled is an example, of the schema at least. `total` is how many items there are in all, None where the operation
    does not page.
    """

    at: Steps
    items: tuple[Steps, ...]
    least: int
    most: int | None
    unique: bool
    free: bool
    documented: bool
    says: tuple[Said, ...]
    total: int | None
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Page:
        """Type a PAGE; raise KeyError, TypeError or ValueError for one that is damaged."""
        return cls(
            at=tuple(value["at"]),
            items=tuple(map(tuple, value["items"])),
            least=value.get("least") or 0,
            most=value.get("most"),
            unique=bool(value.get("unique")),
            free=bool(value.get("free")),
            documented=bool(value.get("documented")),
            says=tuple(map(_said, value.get("says") or ())),
            total=value.get("total"),
            headers=tuple((name, role) for name, role in value.get("headers") or ()),
        )


@record
class Asked:
    """What of a request asks for a page.

    `first` is the number of the first page or item; lower ones, from `least` on, stand for the first, too.
    """

    steps: Steps
    first: int = 0
    least: int = 0
    default: int = 0
    most: int = 0
    integer: bool = False


@record
class Paging:
    """How an operation is asked for a page; None for what it cannot be asked with. `in_query` or in the body."""

    in_query: bool
    always: bool
    page: Asked | None
    offset: Asked | None
    after: Asked | None
    before: Asked | None
    size: Asked | None

    def positions(self) -> tuple[Asked, ...]:
        """Return all that asks for a part of the list, of whatever size."""
        return tuple(asked for asked in (self.page, self.offset, self.after, self.before) if asked)

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Paging:
        """Type a PAGING; raise KeyError, TypeError or ValueError for one that is damaged."""
        roles = (_asked(value.get(role)) for role in ("page", "offset", "after", "before", "size"))
        return cls(value["in"] == "query", bool(value.get("always")), *roles)


def _said(value: Mapping[str, Any]) -> Said:
    at = tuple(value["at"])
    types = frozenset(value["types"])
    return Said(value["role"], at, types, value.get("form") or "", value["missing"], value.get("cut") or len(at))


def _asked(value: Mapping[str, Any] | None) -> Asked | None:
    if value is None:
        return None
    return Asked(
        steps=tuple(value["steps"]),
        first=value.get("first") or 0,
        least=value.get("least", value.get("first") or 0),
        default=value.get("default") or 0,
        most=value.get("most") or 0,
        integer=bool(value.get("integer")),
    )
