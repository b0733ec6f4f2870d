"""Answers that hold a thing as it is now, or a list of things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from contractctl.encodings.bodies import Unwritable, write
from contractctl.encodings.json_texts import loads
from contractctl.mockserver.answers import Answer, Delivery, header_lines, make_answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.documented import DocumentedAnswers
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Content, Json, Operation, Pairs, Response
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.responding import Responder
from contractctl.mockserver.state.collections import State
from contractctl.mockserver.state.fitting import Forms
from contractctl.mockserver.state.world import Copy, Worlds
from contractctl.mockserver.violations import violations_header

_OWN = frozenset(("etag", "location"))
_REMEMBERED_BYTES = 16 << 20


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
        self._bare: dict[Response, Response] = {}
        self._bodies: dict[tuple[object, ...], bytes | None] = {}
        self._fitted: dict[tuple[object, ...], Json] = {}
        self._bytes = 0

    def thing(
        self,
        exchange: Exchange,
        response: Response,
        status: int,
        *,
        value: bytes,
        number: int,
        state: State,
        headers: Pairs,
    ) -> Answer:
        """Answer with a thing, as far as the response holds one. `headers` go over documented ones.

        What the contract requires and the thing does not have depends on `number`.
        """
        bare = self._without_own(response)
        if not response.content:
            return self._documented.answer(bare, status).adding(headers)
        contents = self._responder.contents_for(response, exchange.request.header("accept"))
        if not contents:
            return self._responder.of_status(exchange, bare, status).adding(headers)
        body = self._body(contents[0], value, number, state)
        if body is None:
            return self._responder.of_status(exchange, bare, status).adding(headers)
        return self._documented.with_body(bare, status, contents[0], body, header_lines(headers))

    def items(self, content: Content, state: State, copy: Copy, things: Iterable[tuple[str, bytes]]) -> list[Json]:
        """Return things, as pairs of id and value, as a list has them; those that it cannot have are left out."""
        form = self._forms.of_items(content)
        found: list[Json] = []
        fitted: Json
        for thing, value in things:
            key = (content.key, content.page, copy.collection, copy.owner, thing, value)
            if key in self._fitted:
                fitted = self._fitted[key]
            else:
                seen = _shown(loads(value), state)
                fitted = form.fitted(seen, self._worlds.number(copy, thing)) if form else seen
                self._grow(len(value) * 8)
                self._fitted[key] = fitted
            if fitted is not None:
                found.append(fitted)
        return found

    def unacceptable(self, exchange: Exchange, response: Response) -> Answer | None:
        """Refuse a client that accepts nothing of a response, before anything is changed."""
        accept = exchange.request.header("accept")
        if not response.content or self._responder.contents_for(response, accept):
            return None
        return self._refusals.not_acceptable(exchange.operation, response, accept or "")

    def refusal(self, exchange: Exchange, status: int, detail: str) -> Answer:
        """Answer as the contract documents a status, else with a problem document."""
        return self._refusals.of_status(exchange.operation, status, detail, exchange.request.header("accept"))

    def unchanged(self, tag: str) -> Answer:
        """Tell that the client has what it asks for (RFC 9110 §15.4.5)."""
        return make_answer(304, headers=[("ETag", tag)])

    def _body(self, content: Content, value: bytes, number: int, state: State) -> bytes | None:
        """Return the bytes of a body that holds a thing; None where the content has no such body."""
        key = (content.key, content.type, content.xml, value, number, state)
        if key not in self._bodies:
            body = self._written(content, value, number, state)
            self._grow(len(body or b"") + len(value))
            self._bodies[key] = body
        return self._bodies[key]

    def _written(self, content: Content, value: bytes, number: int, state: State) -> bytes | None:
        form = self._forms.of(content)
        if form is None or state.answer is None:
            return None
        fitted = form.fitted(_shown(loads(value), state), number, state.answer)
        if fitted is None:
            return None
        essence = content.type.partition(";")[0].strip().lower()
        try:
            if content.xml is None:
                return write(fitted, essence)
            return write(fitted, essence, self._bundle.xml(), content.xml)
        except Unwritable:
            return None  # what a media type cannot hold is answered as without state

    def _grow(self, size: int) -> None:
        self._bytes += size + 500
        if self._bytes > _REMEMBERED_BYTES:
            self._bodies.clear()
            self._fitted.clear()
            self._bytes = size + 500

    def _without_own(self, response: Response) -> Response:
        """Return a response without the documented headers that are of each thing."""
        known = self._bare.get(response)
        if known is None:
            kept = tuple(pair for pair in response.headers if pair[0].lower() not in _OWN)
            known = self._bare[response] = replace(response, headers=kept)
        return known


def _shown(value: Json, state: State) -> Json:
    """Return a thing with the members that the contract names, where it names them."""
    if state.shown is None or not isinstance(value, dict):
        return value
    return {name: member for name, member in value.items() if name in state.shown}


def marked(answer: Answer, exchange: Exchange, wait: float | None) -> Answer:
    """Tell what was let pass, and hold the answer back as long as the client prefers."""
    if exchange.violations:
        answer = answer.adding([("Mock-Violations", violations_header(exchange.violations))])
    if wait:
        answer = replace(answer.adding([("Preference-Applied", f"wait={wait:g}")]), delivery=Delivery(wait))
    return answer


def essence_of(exchange: Exchange) -> str:
    """Return the media type of a request's body, without parameters."""
    return (exchange.request.header("content-type") or "").partition(";")[0].strip().lower()


def first_of(operation: Operation, *codes: str) -> tuple[Response, int] | None:
    """Return the first response that is documented of some statuses."""
    by_status = {response.status: response for response in operation.responses}
    return next(((by_status[code], int(code)) for code in codes if code in by_status), None)
