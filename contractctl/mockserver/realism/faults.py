"""Faults: a share of the requests fares as it would with a server that is broken, overloaded or far away."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from contractctl.mockserver.answers import REASONS, Answer, Delivery
from contractctl.mockserver.choosing import sendable
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Operation, Response
from contractctl.mockserver.preferences import UnreadablePreference, may_prefer, read_preference
from contractctl.mockserver.realism.draws import Draws
from contractctl.mockserver.realism.headers import header_value, with_headers
from contractctl.mockserver.refusals import Refusals

SHORTEST_DRIP, LONGEST_DRIP = 2.0, 5.0
"""Seconds that the body of an answer takes that comes slowly."""

_OF_THE_ORDER = frozenset({401, 403, 404, 405, 406, 413, 415})
"""Errors that tell of the request: who gets one without a reason looks for it in vain."""
_RETRIED = frozenset({429, 503})
_SECONDS = re.compile(r"[0-9]+")


class Faults:
    """Draws the faults of one operation. `shares` are kinds, as parse_faults reads them, with their shares."""

    def __init__(
        self, shares: Sequence[tuple[str, float]], draws: Draws, operation: Operation, refusals: Refusals
    ) -> None:
        self._shares = shares
        self._most = math.fsum(share for _, share in shares)
        self._draws = draws
        self._operation = operation
        self._refusals = refusals
        self._errors = tuple(_documented_errors(operation)) or (500,)

    def strike(self, exchange: Exchange) -> Answer | None:
        """Answer in the place of the operation, or note how its answer is going to be spoilt, or neither.

        Who prefers a status gets it.
        """
        if may_prefer(exchange.request) and _prefers_status(exchange):
            return None
        drawn, second, _ = self._draws.of(exchange)
        if drawn >= self._most:
            return None
        exchange.fault = kind = self._kind(drawn)
        match kind:
            case "":
                return None
            case "reset" | "truncate":
                exchange.delivery = Delivery(fault=kind)
            case "drip":
                seconds = SHORTEST_DRIP + (LONGEST_DRIP - SHORTEST_DRIP) * second
                exchange.delivery = Delivery(fault=kind, seconds=seconds)
            case "error":
                return self._error(exchange, self._errors[int(second * len(self._errors))])
            case status:
                return self._error(exchange, int(status))
        return None

    def spoil(self, exchange: Exchange, answer: Answer) -> Answer:
        """Have an answer delivered as the fault has it that was drawn."""
        fault = exchange.delivery
        if fault is None:
            return answer
        delay = answer.delivery.delay if answer.delivery else 0.0
        delivery = Delivery(delay, fault.fault, fault.seconds)
        head = with_headers(answer, [("Mock-Fault", fault.fault)]).head
        return Answer(answer.status, head, answer.body, answer.exposed, delivery)

    def _kind(self, drawn: float) -> str:
        for kind, share in self._shares:
            drawn -= share
            if drawn < 0:
                return kind
        return ""

    def _error(self, exchange: Exchange, status: int) -> Answer:
        accept = exchange.request.header("accept")
        detail = f"the mock was asked to answer some requests with {status} {REASONS.get(status, '')}".rstrip()
        if status == 401 and self._operation.security:  # which is to name its challenges (RFC 9110 §11.6.1)
            answer = self._refusals.unauthenticated(self._operation, accept)
        else:
            answer = self._refusals.of_status(self._operation, status, detail, accept)
        headers = [("Mock-Fault", exchange.fault)]
        if status in _RETRIED and not _SECONDS.fullmatch(header_value(answer, "Retry-After") or ""):
            headers.append(("Retry-After", "1"))
        return with_headers(answer, headers)


def _prefers_status(exchange: Exchange) -> bool:
    with suppress(UnreadablePreference):  # which is refused where the answer is chosen
        return read_preference(exchange.request).code is not None
    return True


def _documented_errors(operation: Operation) -> Iterator[int]:
    """Yield the errors that the contract documents and that can be sent; a range is its first status."""
    by_status = {response.status: response for response in operation.responses}
    for name, response in by_status.items():
        if name[0] in "45" and _can_be_sent(response) and (status := int(name.replace("X", "0"))) not in _OF_THE_ORDER:
            yield status
        elif name == "default" and len(by_status) > 1 and _can_be_sent(response):
            yield 500


def _can_be_sent(response: Response) -> bool:
    return not response.content or sendable(response) is not None
