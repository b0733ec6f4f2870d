"""Which part of a list a request asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contractctl.encodings.json_texts import NotJson, read_json
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Json
from contractctl.mockserver.pages.corpus import identifier_name, value_at
from contractctl.mockserver.pages.cursors import cursor_offset
from contractctl.mockserver.pages.layout import Asked, Page, Paging
from contractctl.mockserver.queries import decode_query, parse_query
from contractctl.mockserver.record import record
from contractctl.mockserver.violations import Violation, pointer_to

_USUAL = 25
"""How many items a page has where no parameter says it."""
_WHOLE = re.compile(r"[+-]?[0-9]{1,40}")


class NotAPage(ValueError):
    """What a request asks for is no page of the list; the violation says why."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(violation.message)
        self.violation = violation


@record
class Window:
    """A part of a list: `size` items from `start` on, fewer at its end; all of them where `size` is None.

    `by` says what asks for other parts: `page`, `offset`, `after`, empty where nothing does. `end` is where the part
    ends at the latest, whatever its size.
    """

    start: int
    size: int | None
    by: str
    end: int | None = None

    def cut(self, items: Sequence[Json]) -> list[Json]:
        """Return the items of this part."""
        end = len(items) if self.size is None else self.start + self.size
        return list(items[self.start : end if self.end is None else min(end, self.end)])


ALL = Window(0, None, "")


def window_of(exchange: Exchange, paging: Paging, page: Page, items: Sequence[Json], owner: str) -> Window:
    """Return the part that a request asks for; raise NotAPage where the list has none such.

    `owner` names the list, for its cursors. Where answers tell no cursor, the identifier of an item is one: the last
    that a client has seen.
    """
    tells = any(said.role == "next_cursor" for said in page.says)
    asking = _Asking(exchange, paging, () if tells else items, owner)
    size = asking.size(page.most)
    if (start := asking.cursor(paging.after)) is not None:
        return Window(start, size, "after")
    if (end := asking.cursor(paging.before, is_end=True)) is not None:
        return Window(max(end - size, 0), size, "after", end)
    if paging.page and (number := asking.number(paging.page)) is not None:
        return Window(max(number - paging.page.first, 0) * size, size, "page")
    if paging.offset and (number := asking.number(paging.offset)) is not None:
        return Window(max(number - paging.offset.first, 0), size, "offset")
    return Window(0, size, next((role for role in ("page", "offset", "after") if getattr(paging, role)), ""))


class _Asking:
    """What one request asks with."""

    def __init__(self, exchange: Exchange, paging: Paging, items: Sequence[Json], owner: str) -> None:
        self._exchange = exchange
        self._where = "query" if paging.in_query else "body"
        self._query = parse_query(exchange.request.query) if paging.in_query else {}
        self._body = None if paging.in_query else _body(exchange)
        self._size = paging.size
        self._items = items
        self._owner = owner

    def size(self, most: int | None) -> int:
        """Return how many items a page has."""
        asked = self._size
        given = self._whole(asked) if asked else None
        if asked and given is not None and given < 0:
            raise self._refusal(asked, "a size of 0 or more", f"a page of {given} items is no page")
        size = given if given is not None else asked.default if asked else _USUAL
        return min(size, asked.most if asked else size, size if most is None else most)

    def number(self, asked: Asked) -> int | None:
        """Return the number of the page or item that is asked for, None where nothing is."""
        given = self._whole(asked)
        if given is not None and given < asked.least:
            raise self._refusal(asked, f"a number from {asked.least} on", f"{given} is before the first, {asked.first}")
        return given

    def cursor(self, asked: Asked | None, *, is_end: bool = False) -> int | None:
        """Return where the items behind a cursor begin, or those ahead of it end; None where none is given."""
        given = self._text(asked) if asked else ""
        if not asked or not given:
            return None
        offset = cursor_offset(given, self._owner)
        if offset is None:
            offset = self._place_of(given)
            if offset is None:
                raise self._refusal(asked, "a cursor of this list", "no page of this list has this cursor")
            offset += not is_end
        return offset

    def _place_of(self, identifier: str) -> int | None:
        """Return the place of the item that an identifier is of: some APIs go on behind the last item seen."""
        for place, item in enumerate(self._items):
            name = identifier_name(item)
            if isinstance(item, dict) and name and str(item[name]) == identifier:
                return place
        return None

    def _whole(self, asked: Asked) -> int | None:
        """Return a whole number; None for none, and for what is none where requests are not validated."""
        text = self._text(asked)
        return int(text) if _WHOLE.fullmatch(text) else None

    def _text(self, asked: Asked) -> str:
        if self._where == "query":
            values = self._query.get(asked.steps[0])
            return decode_query(values[0]) if values else ""
        value = value_at(self._body, asked.steps)
        return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""

    def _refusal(self, asked: Asked, expected: str, message: str) -> NotAPage:
        operation = self._exchange.operation
        lines = {one.name: one.at for one in operation.parameters if one.location == "query"}
        line = lines.get(asked.steps[0], "") if self._where == "query" else ""
        return NotAPage(Violation(self._where, pointer_to(asked.steps), expected, message, line))


def _body(exchange: Exchange) -> Json:
    try:
        return read_json(exchange.request.body) if exchange.is_json else None
    except NotJson:
        return None
