"""The contracts of one server, each with its pipeline. Whoever serves them does not know how many there are."""

from __future__ import annotations

from contractctl.mockserver.answers import Answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.pipeline import Pipeline
from contractctl.mockserver.requests import Request
from contractctl.mockserver.settings import Settings


class Contracts:
    """Leads each request to the pipeline of its contract."""

    def __init__(self, bundle: Bundle, settings: Settings) -> None:
        self._pipeline = Pipeline(bundle, settings)

    def begin(self, request: Request) -> Exchange | Answer:
        """Find the operation and check what needs no body; the answer when that settles it."""
        return self._pipeline.begin(request)


def complete(exchange: Exchange) -> Answer:
    """Answer a request that has come in whole, by the pipeline that it began with."""
    return exchange.stages.complete(exchange)


def too_large(exchange: Exchange) -> Answer:
    """Refuse a body that turned out to be over its limit while it came in."""
    return exchange.stages.too_large(exchange)
