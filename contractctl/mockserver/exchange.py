"""A request on its way from one stage to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from contractctl.mockserver.answers import Answer
from contractctl.mockserver.model import BodyContent, Operation
from contractctl.mockserver.requests import Request
from contractctl.mockserver.routing import Match
from contractctl.mockserver.violations import Violation


class Stages(Protocol):
    """What answers an exchange: the pipeline that it began with, though another one may have taken its place since."""

    def complete(self, exchange: Exchange) -> Answer:
        """Answer a request that has come in whole."""

    def too_large(self, exchange: Exchange) -> Answer:
        """Refuse a body that turned out to be over its limit while it came in."""


Stage: TypeAlias = "Callable[[Exchange], Answer | None]"
"""One check: the answer that settles the exchange, or None to pass it on."""


@dataclass(slots=True)
class Found:
    """What a method and a target lead to, whatever else a request says. `limit` is of its body, in bytes.

    `head` and `body` are the stages that have something to do for the operation. `is_checked` once the parameters in
    path and query are known to be as the contract says.
    """

    match: Match
    operation: Operation
    limit: int
    head: tuple[Stage, ...]
    body: tuple[Stage, ...]
    is_checked: bool = False


@dataclass(slots=True)
class Exchange:
    """A request that has found its operation, and the stages of its contract.

    `body_content` is what of the contract the type of the body fits; `is_json` whether the body is read as JSON.
    """

    request: Request
    found: Found
    stages: Stages
    operation: Operation
    body_content: BodyContent | None = None
    is_json: bool = False
    violations: Sequence[Violation] = ()

    @property
    def match(self) -> Match:
        """The route, with the text of its variables."""
        return self.found.match

    @property
    def limit(self) -> int:
        """How many bytes the body may have."""
        return self.found.limit
