"""What changes between two contracts, and what that breaks: normalise, relate, compare, judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from contractctl.contract.model import Contract
    from contractctl.core.changes import Verdict


def diff_contracts(base: Contract, revision: Contract, *, today: date | None = None) -> tuple[Verdict, ...]:
    """Return the judged changes from `base` to `revision`, worst first, then by place.

    One verdict a root edit and direction, at the component that was edited, with all operations that it reaches.
    Equal contracts give none. Locations have no spans yet. Whether a sunset has passed is asked of `today`, by default
    the day of this moment in UTC.
    """
    from contractctl.diff.compare import compare
    from contractctl.diff.judge import judge_all, worst_first
    from contractctl.diff.unread import doubted

    facts = tuple(doubted(compare(base, revision, today=today), base, revision))
    return tuple(sorted(judge_all(facts, base, revision), key=worst_first))
