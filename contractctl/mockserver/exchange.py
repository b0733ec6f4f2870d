"""A request on its way from one stage to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from contractctl.mockserver.answers import Answer, Delivery
from contractctl.mockserver.model import BodyContent, Operation
from contractctl.mockserver.requests import Request
from contractctl.mockserver.routing import Match
from contractctl.mockserver.violations import Violation

if TYPE_CHECKING:
    from contractctl.mockserver.observing.cells import Cell
    from contractctl.mockserver.realism.windows import Quota


class Opened(Protocol):
    """A request whose head was judged, and that is answered once it has come in whole."""

    request: Request

    @property
    def limit(self) -> int:
        """How many bytes the body may have."""

    @property
    def waits(self) -> bool:
        """Whether answering may ask the memory: where others share it, such a request is not answered in the loop."""

    def complete(self) -> Answer:
        """Answer a request that has come in whole."""

    def too_large(self) -> Answer:
        """Refuse a body that turned out to be over its limit while it came in."""


class Answerer(Protocol):
    """What answers an exchange: the pipeline that it began with, though another one may have taken its place since."""

    def complete(self, exchange: Exchange) -> Answer:
        """See `Opened.complete`."""

    def too_large(self, exchange: Exchange) -> Answer:
        """See `Opened.too_large`."""


Stage: TypeAlias = "Callable[[Exchange], Answer | None]"
"""One check: the answer that settles the exchange, or None to pass it on."""

Afterthought: TypeAlias = "Callable[[Exchange, Answer], Answer]"
"""What becomes of an answer, whichever stage gave it: the same one, or another in its place."""


Drawn: TypeAlias = "tuple[float, float, float]"
"""Three numbers from 0 to below 1: for the kind of a fault, for what else there is to choose of it, for latency."""


@dataclass(slots=True)
class Found:
    """What a method and a target lead to, whatever else a request says. `limit` is of its body, in bytes.

    `head` and `body` are the stages that have something to do for the operation, `after` what is done with the answers
    of `body`. `is_checked` once the parameters in path and query are known to be as the contract says. `noted` is the
    epoch of the coverage that knows which of them are used, `cell` where the last of its requests was counted.
    """

    match: Match
    operation: Operation
    limit: int
    head: tuple[Stage, ...]
    body: tuple[Stage, ...]
    after: tuple[Afterthought, ...] = ()
    is_checked: bool = False
    noted: int = 0
    cell: Cell | None = None


@dataclass(slots=True)
class Exchange:
    """A request that has found its operation, and who answers it.

    `body_content` is what of the contract the type of the body fits; `is_json` whether the body is read as JSON.
    `fault` is the kind of the fault that struck it, `delivery` how its answer is spoilt then; `drawn` is None until
    something is drawn for it. `quota` is what is left to its client where that is limited. `remarks` are for the
    journal alone.
    """

    request: Request
    found: Found
    answerer: Answerer
    operation: Operation
    body_content: BodyContent | None = None
    is_json: bool = False
    violations: Sequence[Violation] = ()
    fault: str = ""
    delivery: Delivery | None = None
    quota: Quota | None = None
    drawn: Drawn | None = None
    remarks: Sequence[Violation] = ()

    @property
    def match(self) -> Match:
        """The route, with the text of its variables."""
        return self.found.match

    @property
    def limit(self) -> int:
        """How many bytes the body may have."""
        return self.found.limit

    @property
    def waits(self) -> bool:
        """See `Opened.waits`."""
        return True

    def complete(self) -> Answer:
        """See `Opened.complete`."""
        return self.answerer.complete(self)

    def too_large(self) -> Answer:
        """See `Opened.too_large`."""
        return self.answerer.too_large(self)
