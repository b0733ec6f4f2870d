"""Answers that are pages of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contractctl.encodings.bodies import compact
from contractctl.mockserver.answers import Answer, header_lines
from contractctl.mockserver.documented import DocumentedAnswers
from contractctl.mockserver.dynamic import Synthesis
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Content, Json, Pairs, Response
from contractctl.mockserver.pages.asking import ALL, NotAPage, window_of
from contractctl.mockserver.pages.corpus import Corpora
from contractctl.mockserver.pages.envelopes import Envelopes
from contractctl.mockserver.pages.facts import RELATIONS, Addresses, Cut, facts_of
from contractctl.mockserver.pages.filling import INEXACT, Filled, Filling, NoPage
from contractctl.mockserver.pages.layout import Page, Paging, Said
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.requests import decode_escapes

_MOST_REMEMBERED = 64
_LINKS = frozenset(("first", "previous", "next", "last", "self"))
_CURSORS = {"next_cursor": "next", "previous_cursor": "previous"}


class Pages:
    """Cuts the lists of one contract into pages. Nothing that a request says changes what the next one gets."""

    def __init__(self, synthesis: Synthesis, documented: DocumentedAnswers, refusals: Refusals, *, scheme: str) -> None:
        self.corpora = Corpora(synthesis)
        self._documented = documented
        self._refusals = refusals
        self._scheme = scheme
        self._envelopes = Envelopes(synthesis)
        self._bare: dict[tuple[Response, Page], Response] = {}

    def answer(
        self,
        exchange: Exchange,
        response: Response,
        status: int,
        content: Content,
        items: Sequence[Json],
        *,
        more: bytes = b"",
    ) -> Answer:
        """Return the page of a list that a request asks for, or all of it where the operation does not page.

        `items` are all of the list, each valid; `more` are header lines. Raise NoPage where the contract allows none.
        """
        page, paging = content.page, exchange.operation.paging
        envelope = self._envelopes.of(content)
        if page is None or envelope is None:
            raise NoPage("the contract describes no list")
        owner = "\0".join((exchange.operation.title, *owner_of(exchange)))
        try:
            window = window_of(exchange, paging, page, items, owner) if paging else ALL
        except NotAPage as error:
            return self._refusals.invalid(exchange.operation, [error.violation], exchange.request.header("accept"))
        shown = window.cut(items)
        talk = _Talk(Cut(window, len(shown), len(items)), exchange, paging, owner, self._scheme)
        told = [talk.value(said, page) for said in page.says]
        filled = Filling(page, envelope.template, shown, told).filled(envelope.validator, items)
        head = header_lines(self._headers(page, talk, filled))
        body = compact(filled.value)
        bare = self._without_headers(response, page)
        made = self._documented.with_body(bare, status, content, body, head + more)
        exposed = "".join(f", {name}" for name, _ in page.headers) + (f", {INEXACT}" if filled.wrong else "")
        return replace(made, exposed=made.exposed + exposed.encode("ascii")) if exposed else made

    def _headers(self, page: Page, talk: _Talk, filled: Filled) -> Pairs:
        found = [(name, text) for name, role in page.headers if role != "link" and (text := talk.text(role))]
        if link := talk.link():
            found.append(("Link", link))
        if filled.wrong:
            found.append((INEXACT, ", ".join(pointer or "/" for pointer in filled.wrong)))
        return tuple(found)

    def _without_headers(self, response: Response, page: Page) -> Response:
        """Return a response without the headers that are of each page."""
        known = self._bare.get((response, page))
        if known is None:
            own = {name.lower() for name, _ in page.headers}
            kept = tuple(pair for pair in response.headers if pair[0].lower() not in own)
            if len(self._bare) >= _MOST_REMEMBERED:
                self._bare.clear()
            known = self._bare[response, page] = replace(response, headers=kept)
        return known


class _Talk:
    """What is said of one page, in the types and forms that a contract has it in."""

    def __init__(self, cut: Cut, exchange: Exchange, paging: Paging | None, owner: str, scheme: str) -> None:
        self._cut = cut
        self._paging = paging
        self._facts = facts_of(cut, paging)
        self._starts = cut.starts()
        self._addresses = Addresses(exchange, paging, owner, cut, scheme=scheme) if paging else None

    def value(self, said: Said, page: Page) -> Json:
        """Return what a member says, None where there is nothing to say."""
        role = said.role
        if role in _LINKS:
            return self._link(role, said)
        if role in _CURSORS:
            return self._cursor(_CURSORS[role], is_integer="string" not in said.types)
        if role == "count":
            role = "shown" if any(one.role == "total" for one in page.says) else "total"
        value = self._facts.get(role)
        is_text = said.types.isdisjoint(("integer", "number", "boolean"))
        return str(value) if is_text and isinstance(value, int) and not isinstance(value, bool) else value

    def text(self, role: str) -> str:
        """Return what a header says, empty for nothing."""
        if role in _LINKS:
            address = self._address(role)
            return self._addresses.whole(address) if self._addresses and address else ""
        value = self._cursor(_CURSORS[role], is_integer=False) if role in _CURSORS else self._facts.get(role)
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    def link(self) -> str:
        """Return the value of Link (RFC 8288), empty where there are no other pages to lead to."""
        if self._addresses is None:
            return ""
        whole = self._addresses.whole
        links = ((whole(address), relation) for role, relation in RELATIONS if (address := self._address(role)))
        return ", ".join(f'<{address}>; rel="{relation}"' for address, relation in links)

    def _link(self, role: str, said: Said) -> Json:
        address = self._address(role)
        if not address or self._addresses is None:
            return None
        return address if said.form == "path" else self._addresses.whole(address)

    def _address(self, role: str) -> str:
        """Return path and query of a page; empty where there is none, or none that a path leads to."""
        start = self._starts[role]
        has_way = self._paging is not None and self._paging.in_query and (role == "self" or self._cut.window.by)
        if start is None or not has_way or self._addresses is None:
            return ""
        return self._addresses.path(start)

    def _cursor(self, role: str, *, is_integer: bool) -> Json:
        start = self._starts[role]
        if self._paging is None or self._addresses is None or start is None:
            return None
        if role == "previous" and self._paging.before is not None:
            start = self._cut.window.start
        asked = self._paging.before if role == "previous" and self._paging.before else self._paging.after
        if asked is None:
            return None
        cursor = self._addresses.cursor(start, integer=is_integer or asked.integer)
        return cursor if is_integer else str(cursor)


def owner_of(exchange: Exchange) -> tuple[str, ...]:
    """Return the values of the path's variables: whom a list belongs to."""
    return tuple(decode_escapes(text, "path") for text in exchange.match.values)
