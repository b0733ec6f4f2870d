"""Answers that hold a thing as it is now, or a list of things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from contractctl.encodings.bodies import Unwritable, write
from contractctl.encodings.media import kind_of
from contractctl.mockserver.answers import Answer, Delivery, header_lines, make_answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.documented import DocumentedAnswers
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Content, Json, Operation, Pairs, Response
from contractctl.mockserver.record import record
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.responding import Responder
from contractctl.mockserver.state.collections import State
from contractctl.mockserver.state.fitting import Forms
from contractctl.mockserver.state.kept import read_kept, said_by, tag_of
from contractctl.mockserver.state.making import Asked, Made
from contractctl.mockserver.state.seeds import Start
from contractctl.mockserver.state.world import Worlds
from contractctl.mockserver.violations import violations_header

_OWN = frozenset(("etag", "location"))
_REMEMBERED_BYTES = 16 << 20
_LARGEST_REMEMBERED = 1 << 20
_ENTRY = 200
"""Bytes that an entry takes beside its value."""


@record
class Item:
    """A thing as a list has it: `made` as its entry says, `value` None where it is gone or the list cannot have it."""

    made: int
    value: Json


class Answering:
    """Writes the answers of one contract about its things."""

    def __init__(
        self,
        bundle: Bundle,
        responder: Responder,
        documented: DocumentedAnswers,
        refusals: Refusals,
        *,
        forms: Forms,
        worlds: Worlds,
    ) -> None:
        self._bundle = bundle
        self._responder = responder
        self._documented = documented
        self._refusals = refusals
        self._forms = forms
        self._worlds = worlds
        self._bared: dict[Response, Response] = {}
        self._things: dict[tuple[object, ...], Answer] = {}
        self._items: dict[tuple[object, ...], Item] = {}
        self._lists: dict[tuple[object, ...], tuple[Start, Mapping[str, bytes], Answer]] = {}
        self._bytes = 0

    def read(self, asked: Asked, value: bytes) -> Answer:
        """Answer with a thing that is there. Who reads it again, unchanged, gets the same answer."""
        content = asked.contents[0] if asked.contents else None
        key = (asked.part, content, asked.copy.owner, asked.thing, value)
        known = self._things.get(key)
        if known is not None:
            return known
        pair, headers = asked.part.found, (("ETag", tag_of(value)),)
        made = self._holding(asked, pair, content, thing=asked.thing, value=value, headers=headers)
        if made is None:
            return self._without(asked, pair, headers)
        self._grow(len(asked.exchange.request.target) + len(value) + len(made.head) + len(made.body))
        self._things[key] = made
        return made

    def thing(
        self, asked: Asked, pair: tuple[Response, int], thing: str, value: bytes | Made, headers: Pairs
    ) -> Answer:
        """Answer with a thing, as far as the response holds one. `headers` go over documented ones.

        What the contract requires and the thing does not have depends on its id.
        """
        is_usual = pair is asked.part.usual
        contents = asked.contents if is_usual else self.accepted(asked.exchange, pair[0])
        content = contents[0] if contents else None
        made = self._holding(asked, pair, content, thing=thing, value=value, headers=headers)
        return made or self._without(asked, pair, headers)

    def _holding(
        self,
        asked: Asked,
        pair: tuple[Response, int],
        content: Content | None,
        *,
        thing: str,
        value: bytes | Made,
        headers: Pairs,
    ) -> Answer | None:
        """Return the answer that holds a thing, None where there is no such."""
        body = self._written(asked, content, thing, value) if content else None
        if content is None or body is None:
            return None
        response, status = pair
        return self._documented.with_body(self._bare(response), status, content, body, header_lines(headers))

    def _without(self, asked: Asked, pair: tuple[Response, int], headers: Pairs) -> Answer:
        """Answer as without state."""
        bare, status = self._bare(pair[0]), pair[1]
        if not bare.content:
            return self._documented.answer(bare, status).adding(headers)
        return self._responder.of_status(asked.exchange, bare, status).adding(headers)

    def listed(self, asked: Asked, start: Start, entries: Mapping[str, bytes]) -> Answer | None:
        """Return the answer that the same request got, if the list held the same then."""
        known = self._lists.get(_list_key(asked))
        if known is None or known[0] is not start or not (known[1] is entries or known[1] == entries):
            return None
        return None if asked.exchange.request.body else known[2]

    def remember_list(self, asked: Asked, start: Start, entries: Mapping[str, bytes], answer: Answer) -> None:
        """Have `listed` return an answer, unless it is too large to be kept."""
        request = asked.exchange.request
        size = sum(map(len, entries.values())) + _ENTRY * len(entries)
        size += len(answer.head) + len(answer.body) + len(request.target)
        size += sum(len(request.headers.get(name, b"")) for name in (b"host", b"accept"))
        if size <= _LARGEST_REMEMBERED and not request.body:
            self._grow(size)
            self._lists[_list_key(asked)] = start, entries, answer

    def item(self, asked: Asked, content: Content, thing: str, entry: bytes) -> Item:
        """Return a thing as a list has it, of its entry."""
        key = (asked.part, content, asked.copy.owner, thing, entry)
        known = self._items.get(key)
        if known is None:
            self._grow(len(entry) * 8)
            known = self._items[key] = self._item(asked, content, thing, entry)
        return known

    def _item(self, asked: Asked, content: Content, thing: str, entry: bytes) -> Item:
        made, value = read_kept(entry)
        if not value:
            return Item(made, None)
        form, shown = self._forms.of_items(content), _shown(said_by(value), asked.part.state)
        return Item(made, form.fitted(shown, partial(self._worlds.number, asked.copy, thing)) if form else shown)

    def accepted(self, exchange: Exchange, response: Response) -> tuple[Content, ...] | None:
        """Return what a client accepts of a response, the best first; None where it has contents and none is."""
        if not response.content:
            return ()
        return self._responder.contents_for(response, exchange.request.header("accept")) or None

    def unacceptable(self, exchange: Exchange, response: Response) -> Answer:
        """Refuse a client that accepts nothing of a response, before anything is changed."""
        return self._refusals.not_acceptable(exchange.operation, response, exchange.request.header("accept") or "")

    def refusal(self, exchange: Exchange, status: int, detail: str) -> Answer:
        """Answer as the contract documents a status, else with a problem document."""
        return self._refusals.of_status(exchange.operation, status, detail, exchange.request.header("accept"))

    def unchanged(self, tag: str) -> Answer:
        """Tell that the client has what it asks for (RFC 9110 §15.4.5)."""
        return make_answer(304, headers=[("ETag", tag)])

    def _written(self, asked: Asked, content: Content, thing: str, value: bytes | Made) -> bytes | None:
        """Return the bytes of a body that holds a thing; None where the content has no such body."""
        form, state = self._forms.of(content), asked.part.state
        if form is None or state.answer is None:
            return None
        essence = content.type.partition(";")[0].strip().lower()
        said = said_by(value) if isinstance(value, bytes) else value.value
        shown = _shown(said, state)
        is_json = content.xml is None and kind_of(essence) == "json"
        if is_json and isinstance(value, Made) and value.form is form and shown is said and not state.answer:
            return value.kept  # it is valid as it is, and written already
        fitted = form.fitted(shown, partial(self._worlds.number, asked.copy, thing), state.answer)
        if fitted is None:
            return None
        try:
            if content.xml is None:
                return write(fitted, essence)
            return write(fitted, essence, self._bundle.xml(), content.xml)
        except Unwritable:
            return None  # what a media type cannot hold is answered as without state

    def _grow(self, size: int) -> None:
        self._bytes += size + 500
        if self._bytes > _REMEMBERED_BYTES:
            for remembered in (self._things, self._items, self._lists):
                remembered.clear()
            self._bytes = size + 500

    def _bare(self, response: Response) -> Response:
        """Return a response without the documented headers that are of each thing."""
        known = self._bared.get(response)
        if known is None:
            kept = tuple(pair for pair in response.headers if pair[0].lower() not in _OWN)
            known = self._bared[response] = replace(response, headers=kept)
        return known


def _shown(value: Json, state: State) -> Json:
    """Return a thing with the members that the contract names, where it names them."""
    if state.shown is None or not isinstance(value, dict) or value.keys() <= state.shown:
        return value
    return {name: member for name, member in value.items() if name in state.shown}


def _list_key(asked: Asked) -> tuple[object, ...]:
    """Return what the page of a list depends on beside what the list holds: links to other pages name the host."""
    request = asked.exchange.request
    host, accept = request.headers.get(b"host"), request.headers.get(b"accept")
    return (asked.part, asked.copy, request.target, host, accept)


def marked(answer: Answer, exchange: Exchange, wait: float | None) -> Answer:
    """Tell what was let pass, and hold the answer back as long as the client prefers."""
    if exchange.violations:
        answer = answer.adding([("Mock-Violations", violations_header(exchange.violations))])
    if wait:
        answer = replace(answer.adding([("Preference-Applied", f"wait={wait:g}")]), delivery=Delivery(wait))
    return answer


def first_of(operation: Operation, *codes: str) -> tuple[Response, int] | None:
    """Return the first response that is documented of some statuses."""
    by_status = {response.status: response for response in operation.responses}
    return next(((by_status[code], int(code)) for code in codes if code in by_status), None)
