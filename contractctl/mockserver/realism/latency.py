"""Latency: answers are held back as if they came from far away."""

from __future__ import annotations

from contractctl.encodings.quantities import Range
from contractctl.mockserver.answers import Answer, Delivery
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.realism.draws import Draws


class Latency:
    """Holds the answers of one operation back, each as long as is drawn from a range of seconds."""

    def __init__(self, seconds: Range, draws: Draws) -> None:
        self._least, most = seconds
        self._width = most - self._least
        self._draws = draws

    def hold(self, exchange: Exchange, answer: Answer) -> Answer:
        """Hold an answer back; one that its client wants later than that comes when the client wants it."""
        delay = self._least + self._width * self._draws.of(exchange)[2]
        given = answer.delivery
        delivery = Delivery(delay) if given is None else Delivery(max(delay, given.delay), given.fault, given.seconds)
        return Answer(answer.status, answer.head, answer.body, answer.exposed, delivery)
