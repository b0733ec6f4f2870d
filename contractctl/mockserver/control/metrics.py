"""The metrics of a server, for Prometheus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contractctl.mockserver.answers import Answer, make_answer
from contractctl.mockserver.control.endpoints import Endpoint
from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.observing.metrics import MEDIA_TYPE, exposition
from contractctl.mockserver.observing.observer import Observer
from contractctl.mockserver.observing.spaces import METRICS
from contractctl.mockserver.requests import Request


def metrics_endpoint(observer: Observer, memory: Memory, served: Sequence[Mapping[str, str]]) -> Endpoint:
    """Return `/metrics`, the same below every contract: they are of the server. `served` are its contracts."""

    def metrics(_: Request) -> Answer:
        text = exposition(memory.numbers(METRICS), served, len(observer.connections), observer.busy())
        return make_answer(200, media_type=MEDIA_TYPE, body=text.encode())

    return Endpoint("/metrics", {"GET": metrics}, numbers_alone=True)
