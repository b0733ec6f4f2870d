"""The collections of a contract and what its operations do with them, as bundle.py specifies COLLECTION and STATE."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from contractctl.mockserver.model import Json, Ref, optional_ref
from contractctl.mockserver.record import record

Steps: TypeAlias = "tuple[str, ...]"
Owner: TypeAlias = "tuple[str, ...]"
"""The values, decoded, of the variables that tell the copies of a collection apart."""

THE_ONE = "="
"""The id of the thing in a collection of one."""


_NUMBERS = frozenset(("integer", "number"))
_VARIABLE = re.compile(r"\{[^{}]*\}")


@record
class Collection:
    """A COLLECTION; `number` is its place. `created` and `updated` are pairs of a member and how it tells the time.

    `selves` are pairs of a member that holds where a thing is, and the form that it has there. `between` is what stands
    before, between and after the variables in the path of a thing, empty where it has none. `counted` ids are numbers.
    """

    number: int
    path: str
    owner: int
    single: bool
    item: str
    id: str
    types: tuple[str, ...]
    above: tuple[tuple[int, int], ...]
    read_only: frozenset[str]
    write_only: frozenset[str]
    created: tuple[tuple[str, str], ...]
    updated: tuple[tuple[str, str], ...]
    selves: tuple[tuple[str, str], ...]
    list: Ref | None
    read: Ref | None
    create: Ref | None
    open: bool
    counted: bool
    between: tuple[str, ...]

    @classmethod
    def of(cls, number: int, value: Mapping[str, Any]) -> Collection:
        """Type a COLLECTION; raise KeyError, TypeError or ValueError for one that is damaged."""
        return cls(
            number=number,
            path=value["path"],
            owner=value["owner"],
            single=bool(value.get("single")),
            item=value.get("item") or "",
            id=value.get("id") or "",
            types=(types := tuple(value.get("types") or ("string",))),
            above=tuple((above, variable) for above, variable in value.get("above") or ()),
            read_only=frozenset(value.get("read_only") or ()),
            write_only=frozenset(value.get("write_only") or ()),
            created=tuple((name, how) for name, how in value.get("created") or ()),
            updated=tuple((name, how) for name, how in value.get("updated") or ()),
            selves=tuple((name, form) for name, form in value.get("self") or ()),
            list=optional_ref(value.get("list")),
            read=optional_ref(value.get("read")),
            create=optional_ref(value.get("create")),
            open=bool(value.get("open")),
            counted=bool(value.get("id")) and not _NUMBERS.isdisjoint(types),
            between=_between(value.get("item") or ""),
        )

    def below(self, owner: Owner) -> str:
        """Return the path of the copy that belongs to an owner, as it names a space of the memory."""
        if not owner:
            return self.path
        pieces = self.path.split("{}")
        return "".join(piece + escaped(value) for piece, value in zip(pieces, (*owner, ""), strict=True))


@record
class State:
    """A STATE; `answer` is None where the body of the answer does not hold the item, `shown` where all members are."""

    role: str
    collection: int
    answer: Steps | None
    shown: frozenset[str] | None
    body: Steps
    defaults: Mapping[str, Json]
    own_id: bool
    upsert: bool

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> State:
        """Type a STATE; raise KeyError, TypeError or ValueError for one that is damaged."""
        answer = value.get("answer")
        return cls(
            role=value["role"],
            collection=value["collection"],
            answer=None if answer is None else tuple(answer),
            shown=frozenset(value["shown"]) if value.get("shown") else None,
            body=tuple(value.get("body") or ()),
            defaults=value.get("defaults") or {},
            own_id=bool(value.get("own_id")),
            upsert=bool(value.get("upsert")),
        )


def escaped(text: str) -> str:
    """Return a text as one segment of a path, or as a part of one."""
    return text if text.isalnum() and text.isascii() else quote(text, safe="!$&'()*+,;=:@-._~")


def text_of(value: Json) -> str:
    """Return an id as a path has it; empty for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, str, float)):
        return ""
    return str(value)


def _between(template: str) -> tuple[str, ...]:
    path = template.partition("#")[0].partition("?")[0]
    return tuple(_VARIABLE.split(path)) if path else ()
