"""Leads requests below the control prefix to what answers them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from contractctl.mockserver import refusals
from contractctl.mockserver.answers import Answer, problem
from contractctl.mockserver.cors import is_preflight, preflight_answer
from contractctl.mockserver.exchange import Opened
from contractctl.mockserver.memory.interface import MemoryFull, MemoryUnreachable
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import BadTarget, Request

ISSUER = "/oauth/"
"""What the paths of the issuer begin with: of our own endpoints these are used as an API is."""
LARGEST_BODY = 64 << 20
"""Bytes that are read for an endpoint of ours: a snapshot may be large."""


@record
class Endpoint:
    """One path below the prefix, and what answers each of its methods.

    One that `waits` asks a memory that may not be of this process. One that `sees` has to see what all requests before
    did, `numbers_alone` where the journal is nothing to it; one that `moves_time` only where it does not read. A path
    may end with `/{id}`, which is any last segment. `limit` is of a body, in bytes.
    """

    path: str
    methods: Mapping[str, Callable[[Request], Answer]]
    waits: bool = True
    sees: bool = True
    limit: int = LARGEST_BODY
    numbers_alone: bool = False
    moves_time: bool = False

    def settles(self, method: str) -> bool:
        """Tell whether what was asked so far has to be written before a request is answered."""
        return self.sees or (self.moves_time and method not in {"GET", "HEAD"})


Settle: TypeAlias = "Callable[[bool], Callable[[], None]]"
"""Takes what came together of requests so far, in the loop, and returns what writes it to the memory; without entries
of the journal for True."""


class Control:
    """The endpoints of one server. `prefix` is where they live; `settle` runs before those that see."""

    def __init__(self, prefix: str, endpoints: Iterable[Endpoint], *, cors: bool, settle: Settle | None = None) -> None:
        self._prefix = prefix
        self._cors = cors
        self._settle = settle
        self._endpoints = {prefix + one.path: one for one in endpoints}

    def open(self, request: Request) -> Opened | Answer:
        """Find the endpoint; the answer at once where there is none, or nothing to wait for."""
        path = request.path
        endpoint = self._endpoints.get(path) or self._endpoints.get(path.rpartition("/")[0] + "/{id}")
        if endpoint is None:
            return refusals.endpoint_unknown(request.path, [*self._endpoints])
        methods = [*endpoint.methods, *(["HEAD"] if "GET" in endpoint.methods else [])]
        if self._cors and is_preflight(request):
            return preflight_answer(request, methods)
        answer = endpoint.methods.get("GET" if request.method == "HEAD" else request.method)
        if answer is None:
            return refusals.method_unknown(request.path, request.method, methods)
        settles = self._settle and endpoint.settles(request.method)
        settled = self._settle(endpoint.numbers_alone) if self._settle and settles else None
        is_noted = endpoint.path.startswith(ISSUER)
        name = self._prefix + endpoint.path
        return OwnExchange(request, answer, endpoint.waits, name, settled, is_noted, endpoint.limit)


@dataclass(slots=True)
class OwnExchange:
    """A request of an endpoint of ours, which is called `name`. `is_noted` where the journal has it. See `Opened`."""

    request: Request
    answer: Callable[[Request], Answer]
    waits: bool
    name: str = ""
    settle: Callable[[], None] | None = None
    is_noted: bool = True
    limit: int = LARGEST_BODY

    def complete(self) -> Answer:
        """See `Opened.complete`."""
        try:
            if self.settle is not None:
                self.settle()
            return self.answer(self.request)
        except BadTarget as error:
            return refusals.unreadable(str(error))
        except (MemoryUnreachable, MemoryFull) as error:
            return refusals.of_memory(error)

    def too_large(self) -> Answer:
        """See `Opened.too_large`."""
        return problem(413, f"the body is larger than the {self.limit} bytes that {self.request.path} takes")
