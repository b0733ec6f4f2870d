"""Paths and operations that went and came, and whether they may go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from contractctl.contract.model import Operation
from contractctl.core.changes import Direction
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.exchanges.lifecycle import Removal, removal, term_of, unstable
from contractctl.diff.exchanges.matching import Matches
from contractctl.diff.facts import Fact, Law
from contractctl.diff.relation import NARROWS


@dataclass(frozen=True, slots=True)
class Offers:
    """What makes the facts of what went and came: `thing` is what holds operations, a path or a webhook."""

    thing: str
    today: date

    def facts(self, matches: Matches, base: Sequence[Operation], revision: Sequence[Operation]) -> Iterator[Fact]:
        """Yield whole paths that went and came, and single operations of paths that stayed.

        Operations that may go for different reasons are told one by one.
        """
        yield from self._of_one_side(matches.removed, base, "removed")
        yield from self._of_one_side(matches.added, revision, "added")

    def _of_one_side(self, operations: Sequence[Operation], side: Sequence[Operation], what: str) -> Iterator[Fact]:
        counts = {template: len(group) for template, group in _grouped(side).items()}
        for template, group in _grouped(operations).items():
            terms = {self._term(one) for one in group}
            if len(group) == counts[template] and len(terms) == 1:
                yield self._offer(what, self.thing, group, template, terms.pop())
            else:
                yield from (self._offer(what, "operation", [one], one.at, self._term(one)) for one in group)

    def _term(self, operation: Operation) -> Removal:
        reason = unstable(operation)
        return Removal(sanction=reason) if reason else removal(term_of(operation), self.today)

    def _offer(self, what: str, thing: str, operations: Sequence[Operation], place: Place, term: Removal) -> Fact:
        gone = what == "removed"
        first = operations[0]
        relation = term.softened(NARROWS)
        return Fact(
            kind=f"{thing}-{what}",
            direction=Direction.NEITHER,
            law=Law.OFFER,
            relation=relation if gone else relation.mirrored,
            operations=tuple(one.title for one in operations),
            subject="",
            text=f"the {thing} was removed{term.remark}" if gone else f"the {thing} was added",
            base=place if gone else None,
            revision=None if gone else place,
            before=first.path if gone else None,
            after=None if gone else first.path,
            sides=(first, None) if gone else (None, first),
            sanction=term.sanction if gone else None,
        )


def _grouped(operations: Sequence[Operation]) -> dict[Place, list[Operation]]:
    """Group operations by the path item that has them."""
    groups: dict[Place, list[Operation]] = {}
    for one in operations:
        groups.setdefault(one.template, []).append(one)
    return groups
