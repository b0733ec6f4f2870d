"""What an answer says about a page: numbers, flags, cursors and links, by the roles of SAYS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias
from urllib.parse import quote

from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Json
from contractctl.mockserver.pages.asking import Window
from contractctl.mockserver.pages.cursors import cursor_at, number_at
from contractctl.mockserver.pages.layout import Paging
from contractctl.mockserver.queries import decode_query
from contractctl.mockserver.record import record

Facts: TypeAlias = "dict[str, Json]"
"""By role; None where a page has nothing of the kind, as the last one has no next."""

RELATIONS = (("first", "first"), ("previous", "prev"), ("next", "next"), ("last", "last"))
"""Roles of links, and their relation types (RFC 8288 §3.3, the registry of IANA)."""
_PATH = "/%:@!$&'()*+,;=~-._"
_QUERY = "/?%:@!$&'()*+,;=~-._"


@record
class Cut:
    """A page that is cut from a list of `total` items: which part was asked for, and how many items it has."""

    window: Window
    shown: int
    total: int

    @property
    def size(self) -> int:
        """How many items a full page has."""
        return self.total if self.window.size is None else self.window.size

    def starts(self) -> Mapping[str, int | None]:
        """Return where the pages begin that a link can lead to: `self` and those of `RELATIONS`; None for no page.

        Behind the end, the previous page is the last.
        """
        start, size, total = self.window.start, self.size, self.total
        if size <= 0:
            return {"self": start, "first": 0, "previous": None, "next": None, "last": None}
        offcut, behind = start % size, start + size if self.window.end is None else self.window.end
        last = offcut + (total - 1 - offcut) // size * size if total > offcut else 0
        return {
            "self": start,
            "first": 0,
            "previous": None if start <= 0 else last if start >= total else max(start - size, 0),
            "next": behind if 0 < behind < total else None,
            "last": last,
        }


def facts_of(cut: Cut, paging: Paging | None) -> Facts:
    """Return what there is to say without links and cursors."""
    start, size, total = cut.window.start, cut.size, cut.total
    first = paging.page.first if paging and paging.page else 1
    first_item = paging.offset.first if paging and paging.offset else 0
    starts = cut.starts()
    pages = -(-total // size) if size > 0 else 0
    number = first + (start // size if size > 0 else 0)
    following, ahead = starts["next"], starts["previous"]
    return {
        "total": total,
        "pages": pages,
        "size": size,
        "number": number,
        "offset": start + first_item,
        "shown": cut.shown,
        "start_item": start + 1 if cut.shown else None,
        "end_item": start + cut.shown if cut.shown else None,
        "first_number": first,
        "previous_number": None if ahead is None else first + ahead // size,
        "next_number": None if following is None else first + following // size,
        "pages_last": first + max(pages - 1, 0),
        "next_offset": None if following is None else following + first_item,
        "has_more": following is not None,
        "has_previous": ahead is not None,
        "is_first": start <= 0,
        "is_last": following is None,
        "is_empty": cut.shown == 0,
    }


class Addresses:
    """The addresses of the pages of one list, as one request is answered: its other parameters are kept."""

    def __init__(self, exchange: Exchange, paging: Paging, owner: str, cut: Cut, *, scheme: str) -> None:
        request = exchange.request
        self._paging = paging
        self._owner = owner
        self._cut = cut
        self._origin = f"{scheme}://{request.header('host') or 'localhost'}"
        self._path = quote(request.prefix, safe=_PATH) + _escaped(request.path, _PATH)
        self._query = request.query
        self._known: dict[int, str] = {}

    def cursor(self, start: int, *, integer: bool) -> Json:
        """Return the cursor of the page that begins there."""
        return number_at(start, self._owner) if integer else cursor_at(start, self._owner)

    def path(self, start: int) -> str:
        """Return path and query of the page that begins there."""
        if start not in self._known:
            parts = [one if isinstance(one, str) else one(start) for one in self._pattern]
            told = "&".join(part for part in parts if part)
            self._known[start] = f"{self._path}?{told}" if told else self._path
        return self._known[start]

    def whole(self, path: str) -> str:
        """Return the whole URI."""
        return self._origin + path

    @cached_property
    def _pattern(self) -> list[str | Callable[[int], str]]:
        """The query of any page: what stays as it is, and in its place what asks for the page."""
        writers = dict(self._writers())
        pattern: list[str | Callable[[int], str]] = []
        asked = {asked.steps[0] for asked in self._paging.positions()}
        for part in self._query.split("&") if self._query else ():
            name = decode_query(part.partition("=")[0])
            if name in writers:
                pattern.append(writers.pop(name))
            elif name not in asked:
                pattern.append(_escaped(part, _QUERY))
        return [*pattern, *writers.values()]

    def _writers(self) -> Iterator[tuple[str, str | Callable[[int], str]]]:
        """Yield the parameters that ask for a page, with what writes them."""
        paging, cut = self._paging, self._cut
        number = {"page": self._page_number, "offset": self._offset, "after": self._after}.get(cut.window.by)
        asked = {"page": paging.page, "offset": paging.offset, "after": paging.after}.get(cut.window.by)
        if number and asked:
            name = quote(asked.steps[0], safe="$")
            yield asked.steps[0], lambda start: f"{name}={told}" if (told := number(start)) else ""
        if paging.size and cut.window.size is not None:
            yield paging.size.steps[0], f"{quote(paging.size.steps[0], safe='$')}={cut.size}"

    def _page_number(self, start: int) -> str:
        first = self._paging.page.first if self._paging.page else 1
        return str(first + start // self._cut.size) if self._cut.size > 0 else ""

    def _offset(self, start: int) -> str:
        return str(start + (self._paging.offset.first if self._paging.offset else 0))

    def _after(self, start: int) -> str:
        is_integer = self._paging.after is not None and self._paging.after.integer
        return str(self.cursor(start, integer=is_integer)) if start > 0 else ""


def _escaped(text: str, safe: str) -> str:
    """Escape what came off the wire, one character a byte, and what is not to stand in a URI all the same."""
    return text if text.isalnum() and text.isascii() else quote(text.encode("latin-1"), safe=safe)
