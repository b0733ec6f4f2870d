"""What changes between two contracts, and what that breaks: normalise, relate, compare, judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contractctl.contract.model import Contract
    from contractctl.core.changes import Verdict


def diff_contracts(base: Contract, revision: Contract) -> tuple[Verdict, ...]:
    """Return the judged changes from `base` to `revision`, worst first, then by place.

    One verdict a root edit and direction, at the component that was edited, with all operations that it reaches.
    Equal contracts give none. Locations have no spans yet.
    """
    from contractctl.diff.compare import compare
    from contractctl.diff.judge import judge_all, worst_first

    return tuple(sorted(judge_all(compare(base, revision), base, revision), key=worst_first))
