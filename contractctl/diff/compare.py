"""Compare two contracts: neutral facts about paths, operations and everything in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from contractctl.contract.model import Contract, Operation
from contractctl.core.changes import Direction
from contractctl.diff.exchanges.callbacks import compare_callbacks
from contractctl.diff.exchanges.exchange import Exchange
from contractctl.diff.exchanges.lifecycle import compare_operation_lifecycle, property_removal, unstable
from contractctl.diff.exchanges.matching import match_operations
from contractctl.diff.exchanges.messages import compare_bodies, compare_responses
from contractctl.diff.exchanges.naming import LinkComparison, NameComparison
from contractctl.diff.exchanges.offers import Offers
from contractctl.diff.exchanges.parameters import compare_parameters
from contractctl.diff.exchanges.security import SecurityComparison
from contractctl.diff.exchanges.servers import ServerComparison
from contractctl.diff.facts import Fact, Law, merge
from contractctl.diff.schemas.normalise import SchemaDirection
from contractctl.diff.schemas.reach import SchemaUses


def compare(base: Contract, revision: Contract, *, today: date | None = None) -> tuple[Fact, ...]:
    """Return every difference that matters to somebody, one a root edit, with all operations that it reaches.

    Whether a sunset has passed is asked of `today`, by default the day of this moment in UTC.
    """
    day = today or datetime.now(UTC).date()
    uses = SchemaUses(base, revision)
    comparison = _Comparison(base, revision, uses, day)
    reasons = {one.title: unstable(one) for one in (*base.operations, *base.webhooks)}
    facts = (*comparison.facts(), *(_announced(fact, day) for fact in uses.facts()))
    return merge(_sanctioned(fact, reasons) for fact in facts)


def _announced(fact: Fact, today: date) -> Fact:
    """Return a fact about schemas, sanctioned where it is a removal that was announced."""
    term = property_removal(fact, today)
    return replace(fact, text=f"{fact.text}{term.remark}", sanction=term.sanction) if term.sanction else fact


def _sanctioned(fact: Fact, reasons: dict[str, str | None]) -> Fact:
    """Return the fact, sanctioned where it reaches only operations of which base promises nothing."""
    if fact.law is Law.NOTICE or fact.sanction is not None or not fact.operations:
        return fact
    found = [reasons.get(title) for title in fact.operations]
    return replace(fact, sanction=found[0]) if all(found) else fact


class _Comparison:
    """Walks the operations of both sides; schemas on the way are only noted."""

    def __init__(self, base: Contract, revision: Contract, uses: SchemaUses, today: date) -> None:
        self._base = base
        self._revision = revision
        self._uses = uses
        self._today = today
        self._security = SecurityComparison(base, revision)
        self._servers = ServerComparison()
        self._links = LinkComparison(base, revision)
        self._names = NameComparison()

    def facts(self) -> Iterator[Fact]:
        """Yield the facts about everything but the inside of schemas."""
        operations = match_operations(self._base.operations, self._revision.operations)
        yield from Offers("path", self._today).facts(operations, self._base.operations, self._revision.operations)
        for exchange in self._exchanges(operations.both, Direction.REQUEST, Direction.RESPONSE):
            yield from self._servers.facts(exchange)
            yield from self._operation(exchange)
            yield from self._security.facts(exchange)
        webhooks = match_operations(self._base.webhooks, self._revision.webhooks)
        yield from Offers("webhook", self._today).facts(webhooks, self._base.webhooks, self._revision.webhooks)
        for exchange in self._exchanges(webhooks.both, Direction.RESPONSE, Direction.REQUEST):
            yield from self._operation(exchange)
        yield from self._names.retagged()

    def _exchanges(
        self,
        operations: list[tuple[Operation, Operation]],
        inbound: SchemaDirection,
        outbound: SchemaDirection,
    ) -> Iterator[Exchange]:
        """Yield the exchanges of operations, those that base promises something of first: they are told of first."""
        versions = self._base.openapi, self._revision.openapi
        for base, revision in sorted(operations, key=lambda pair: unstable(pair[0]) is not None):
            yield Exchange(base, revision, inbound, outbound, self._uses, self._today, versions=versions)

    def _operation(self, exchange: Exchange) -> Iterator[Fact]:
        yield from compare_operation_lifecycle(exchange)
        yield from self._names.facts(exchange)
        yield from self._inside(exchange)
        yield from compare_callbacks(exchange, self._inside)

    def _inside(self, exchange: Exchange) -> Iterator[Fact]:
        """Yield what differs in what an operation takes and gives."""
        yield from compare_parameters(exchange)
        yield from compare_bodies(exchange)
        yield from compare_responses(exchange)
        yield from self._links.facts(exchange)
