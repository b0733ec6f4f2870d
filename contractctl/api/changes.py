"""The classified changes between two documents, located in both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from contractctl.contract.build import build_contract
from contractctl.core.changes import Verdict
from contractctl.core.failures import UnloadableDescription
from contractctl.core.locations import Location
from contractctl.core.records import dataclass
from contractctl.diff import diff_contracts
from contractctl.source.document import Document

Locate: TypeAlias = Callable[[Location], Location]
"""Gives a location its span."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Judged changes with spans. `note` says why there are none to show although the sides differ; mostly ""."""

    verdicts: tuple[Verdict, ...] = ()
    note: str = ""


def changes_between(base: Document, revision: Document) -> Changes:
    """Return what changed from `base` to `revision`; a side that no contract can be built of is told in the note."""
    try:
        before, after = build_contract(base).contract, build_contract(revision).contract
    except UnloadableDescription as failure:
        return Changes(note=f"; the changes were not classified: {failure.message}")
    verdicts = diff_contracts(before, after)
    return Changes(tuple(located_verdict(verdict, base.located, revision.located) for verdict in verdicts))


def located_verdict(verdict: Verdict, base: Locate, revision: Locate) -> Verdict:
    """Return the verdict with the spans of both its sides."""
    change = verdict.change
    before = base(change.base) if change.base else None
    after = revision(change.revision) if change.revision else None
    return replace(verdict, change=replace(change, base=before, revision=after))
