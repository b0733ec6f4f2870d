"""A request on its way from one stage to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

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


@dataclass(slots=True)
class Exchange:
    """A request that has found its operation. `limit` is of its body, in bytes; `stages` are those of its contract."""

    request: Request
    match: Match
    operation: Operation
    limit: int
    stages: Stages
    body_content: BodyContent | None = None
    violations: list[Violation] = field(default_factory=list)
