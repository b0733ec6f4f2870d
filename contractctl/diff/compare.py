"""Compare two contracts: neutral facts about paths, operations and everything in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from contractctl.contract.model import Contract, Operation
from contractctl.core.changes import Direction
from contractctl.core.locations import Place
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.diff.exchange import Exchange
from contractctl.diff.facts import Fact, Law, merge
from contractctl.diff.messages import compare_bodies, compare_responses
from contractctl.diff.parameters import compare_parameters
from contractctl.diff.reach import SchemaUses
from contractctl.diff.relation import NARROWS, WIDENS, Relation
from contractctl.diff.security import SecurityComparison

_VARIABLE = pattern(r"\{[^{}]*\}")


def compare(base: Contract, revision: Contract, *, today: date | None = None) -> tuple[Fact, ...]:
    """Return every difference that matters to somebody, one a root edit, with all operations that it reaches.

    Whether a sunset has passed is asked of `today`, by default the day of this moment in UTC.
    """
    uses = SchemaUses(base, revision)
    comparison = _Comparison(base, revision, uses, today or datetime.now(UTC).date())
    return merge((*comparison.facts(), *uses.facts()))


@dataclass(frozen=True, slots=True)
class _Matches:
    """The operations of two lists: those of both sides, and those of one."""

    both: list[tuple[Operation, Operation]]
    removed: list[Operation]
    added: list[Operation]


class _Comparison:
    """Walks the operations of both sides; schemas on the way are only noted."""

    def __init__(self, base: Contract, revision: Contract, uses: SchemaUses, today: date) -> None:
        self._base = base
        self._revision = revision
        self._uses = uses
        self._today = today
        self._security = SecurityComparison(base, revision)

    def facts(self) -> Iterator[Fact]:
        """Yield the facts about everything but the inside of schemas."""
        operations = _match(self._base.operations, self._revision.operations)
        yield from _offers(operations, self._base.operations, self._revision.operations, "path")
        for base, revision in operations.both:
            exchange = Exchange(base, revision, Direction.REQUEST, Direction.RESPONSE, self._uses, self._today)
            yield from _compare(exchange, base, revision)
            yield from self._security.facts(base, revision)
        webhooks = _match(self._base.webhooks, self._revision.webhooks)
        yield from _offers(webhooks, self._base.webhooks, self._revision.webhooks, "webhook")
        for base, revision in webhooks.both:
            exchange = Exchange(base, revision, Direction.RESPONSE, Direction.REQUEST, self._uses, self._today)
            yield from _compare(exchange, base, revision)


def _compare(exchange: Exchange, base: Operation, revision: Operation) -> Iterator[Fact]:
    yield from compare_parameters(exchange, base, revision)
    yield from compare_bodies(exchange, base, revision)
    yield from compare_responses(exchange, base, revision)


def _match(base: Sequence[Operation], revision: Sequence[Operation]) -> _Matches:
    """Match operations by method and path, as written first, then by the path without its variables' names."""
    left = dict(enumerate(revision))
    both: list[tuple[Operation, Operation]] = []
    rest: list[Operation] = list(base)
    for key_of in (_written_key, _wire_key):
        numbers = {key_of(one): number for number, one in reversed(left.items())}
        waiting, rest = rest, []
        for one in waiting:
            number = numbers.pop(key_of(one), None)
            if number is None:
                rest.append(one)
            else:
                both.append((one, left.pop(number)))
    return _Matches(both, rest, list(left.values()))


def _written_key(operation: Operation) -> tuple[str, str]:
    return operation.method, operation.path


def _wire_key(operation: Operation) -> tuple[str, str]:
    return operation.method, _VARIABLE.sub("{}", operation.path)


def _offers(matches: _Matches, base: Sequence[Operation], revision: Sequence[Operation], thing: str) -> Iterator[Fact]:
    """Yield whole paths that went and came, and single operations of paths that stayed."""
    yield from _of_one_side(matches.removed, base, thing, "removed")
    yield from _of_one_side(matches.added, revision, thing, "added")


def _of_one_side(operations: Sequence[Operation], side: Sequence[Operation], thing: str, what: str) -> Iterator[Fact]:
    counts: dict[Place, int] = {}
    for one in side:
        counts[one.template] = counts.get(one.template, 0) + 1
    groups: dict[Place, list[Operation]] = {}
    for one in operations:
        groups.setdefault(one.template, []).append(one)
    for template, group in groups.items():
        if len(group) == counts[template]:
            yield _offer(f"{thing}-{what}", what, thing, group, template)
        else:
            yield from (_offer(f"operation-{what}", what, "operation", [one], one.at) for one in group)


def _offer(kind: str, what: str, thing: str, operations: Sequence[Operation], place: Place) -> Fact:
    relation: Relation = NARROWS if what == "removed" else WIDENS
    titles = tuple(one.title for one in operations)
    return Fact(
        kind=kind,
        direction=Direction.NEITHER,
        law=Law.OFFER,
        relation=relation,
        operations=titles,
        subject="",
        text=f"the {thing} was {what}",
        base=place if what == "removed" else None,
        revision=place if what == "added" else None,
        before=operations[0].path if what == "removed" else None,
        after=operations[0].path if what == "added" else None,
        sides=(operations[0], None) if what == "removed" else (None, operations[0]),
    )
