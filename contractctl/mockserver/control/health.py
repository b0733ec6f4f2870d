"""How the server is: alive, and ready to answer."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.mockserver.answers import Answer, json_answer
from contractctl.mockserver.control.endpoints import Endpoint
from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.requests import Request


def health_endpoints(served: Mapping[str, object], memory: Memory) -> tuple[Endpoint, ...]:
    """Return `/health`, which asks nobody, and `/ready`, which asks the memory, too; both tell what is `served`."""

    def health(_: Request) -> Answer:
        return json_answer(200, {"status": "ok", **served})

    def ready(_: Request) -> Answer:
        memory.check()
        return json_answer(200, {"status": "ready", **served})

    return (
        Endpoint("/health", {"GET": health}, waits=False, sees=False),
        Endpoint("/ready", {"GET": ready}, waits=memory.is_shared, sees=False),
    )
