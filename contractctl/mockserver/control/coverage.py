"""What clients have used of the contracts so far."""

from __future__ import annotations

from collections.abc import Sequence

from contractctl.mockserver.answers import Answer, json_answer, make_answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.control.endpoints import Endpoint
from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.observing.coverage import coverage, used_of
from contractctl.mockserver.observing.observer import Observer
from contractctl.mockserver.observing.spaces import COVERAGE
from contractctl.mockserver.requests import Request


def coverage_endpoint(observer: Observer, memory: Memory, contracts: Sequence[tuple[str, Bundle]]) -> Endpoint:
    """Return `/coverage` of contracts with their prefixes. Emptied, it begins anew for all contracts."""

    def shown(_: Request) -> Answer:
        return json_answer(200, coverage(contracts, used_of(memory.numbers(COVERAGE))))

    def empty(_: Request) -> Answer:
        observer.clear_coverage()
        return make_answer(204)

    return Endpoint("/coverage", {"GET": shown, "DELETE": empty}, numbers_alone=True)
