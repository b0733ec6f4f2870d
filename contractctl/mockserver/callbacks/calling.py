"""Callbacks: an afterthought looks at the answer, and has those sent that the operation owes its client."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from contractctl.encodings.expressions import Expression, Template, parse_template
from contractctl.mockserver.answers import Answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.callbacks.deliveries import DEPTH, Deliveries, Message
from contractctl.mockserver.callbacks.evaluation import Exchanged, Silent
from contractctl.mockserver.callbacks.outgoing import Outgoing
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Operation
from contractctl.mockserver.record import record
from contractctl.mockserver.sessions import session_of

MOST_DEEP: Final = 5
_AUTHORITY: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*[/?#]")
"""What of a URL says where it goes: whatever comes behind it is escaped."""
_LONGEST_NUMBER: Final = 2


@record
class _Callback:
    outgoing: Outgoing
    url: Template


class Calling:
    """The callbacks of one operation. `scheme` is that of the server."""

    def __init__(self, operation: Operation, bundle: Bundle, deliveries: Deliveries, scheme: str) -> None:
        self._title = operation.title
        self._bundle = bundle
        self._deliveries = deliveries
        self._scheme = scheme
        outgoing = map(Outgoing.read, operation.callbacks)
        self._callbacks = tuple(_Callback(one, parse_template(one.url)) for one in outgoing)

    def __call__(self, exchange: Exchange, answer: Answer) -> Answer:
        """Have the callbacks sent that follow from a success, once it is sent itself."""
        if 200 <= answer.status <= 299:
            said = Exchanged(exchange, answer, self._scheme, self._bundle.xml)
            after = answer.delivery.delay if answer.delivery else 0.0
            for callback in self._callbacks:
                self._call(callback, said, exchange, after)
        return answer

    def _call(self, callback: _Callback, said: Exchanged, exchange: Exchange, after: float) -> None:
        depth = _depth(exchange) + 1
        body = callback.outgoing.body()
        message = partial(
            Message,
            outgoing=callback.outgoing,
            kind="callback",
            media_type=body[0] if body else "",
            body=partial(self._bundle.record, body[1]) if body else bytes,
            prefix=exchange.request.prefix,
            operation=self._title,
            session=session_of(exchange.request),
            depth=depth,
        )
        try:
            ready = message(url=filled(callback.url, said))
        except Silent as silent:
            reason = f"{silent} says nothing in this request and its answer; nobody knows where to send it"
            self._deliveries.refuse(message(url=str(callback.url)), reason)
            return
        if depth > MOST_DEEP:
            self._deliveries.refuse(ready, f"it is the callback of {MOST_DEEP} callbacks; this one ends the chain")
        else:
            self._deliveries.submit(ready, after)


def filled(url: Template, said: Exchanged) -> str:
    """Return a URL with values in it; raise Silent.

    A value may be a whole URL, or its beginning, and stands as it is then. Behind the authority it is escaped (RFC 6570
    §3.2.2), so that it stays one value.
    """
    from urllib.parse import quote

    text = ""
    for part in url.parts:
        if isinstance(part, Expression):
            value = said.text(part)
            text += quote(value, safe="", errors="replace") if _AUTHORITY.match(text) else value
        else:
            text += part
    return text


def _depth(exchange: Exchange) -> int:
    """Return how many callbacks led to a request."""
    said = exchange.request.header(DEPTH.lower()) or ""
    is_number = said.isascii() and said.isdigit() and len(said) <= _LONGEST_NUMBER
    return int(said) if is_number else 0
