"""Approvals: changes that a team has accepted, for a reason and perhaps for a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date

from contractctl.core.changes import Verdict
from contractctl.core.policies import Scope
from contractctl.core.records import dataclass
from contractctl.diff.policies.scopes import is_in_scope


@dataclass(frozen=True, slots=True)
class Judged:
    """The changes of one description with its names on either side, or of several that are one contract.

    `documents` gives the files that they consist of a name that is the same on both sides; that of a single
    description itself is empty.
    """

    verdicts: tuple[Verdict, ...]
    files: tuple[str, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)

    def document_of(self, verdict: Verdict) -> str:
        """Return the file that a change is in: pointers are the same in many."""
        place = verdict.change.revision or verdict.change.base
        return self.documents.get(place.place.uri, "") if place else ""


@dataclass(frozen=True, slots=True)
class Approval:
    """One entry of the file: by the fingerprint of a change, or by the scope of several.

    `file` is the description that it is for, as seen from where the approvals are, and `document` the file of it that
    the change is in, as seen from there; empty for any. `at` is the place of the entry, as readers are told it.
    """

    at: str
    reason: str
    fingerprint: str = ""
    scope: Scope = Scope()
    file: str = ""
    document: str = ""
    owner: str = ""
    expires: date | None = None

    def covers(self, verdict: Verdict, judged: Judged) -> bool:
        """Tell whether this is about a change, one of those that were judged together, expired or not."""
        if self.file and self.file not in judged.files:
            return False
        if self.document and self.document != judged.document_of(verdict):
            return False
        if self.fingerprint:
            return self.fingerprint == verdict.change.fingerprint
        return is_in_scope(verdict, self.scope, of=all)

    @property
    def subject(self) -> str:
        """What it is for in a few words."""
        return f"`{', '.join(self.scope.ids) or self.fingerprint}`"


@dataclass(frozen=True, slots=True)
class Approved:
    """What is left, what is excused (each with its reason), and what is to be said of approvals."""

    verdicts: tuple[Verdict, ...]
    excused: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()


def approve(judged: Sequence[Judged], approvals: Sequence[Approval], *, today: date, least: int) -> Approved:
    """Take out what approvals cover, of all that is at least as bad as the rank `least`.

    An approval that has expired excuses nothing, and is told where it would have; one that matches nothing is told,
    unless it is for a description that is not among those compared.
    """
    rest: list[Verdict] = []
    excused: list[Verdict] = []
    missed: dict[Approval, bool] = {}
    known: dict[str, list[Approval]] = {}
    for approval in approvals:
        known.setdefault(approval.fingerprint, []).append(approval)
    for one in judged:
        for verdict in one.verdicts:
            named = (*known.get(verdict.change.fingerprint, ()), *known.get("", ()))
            found = [approval for approval in named if approval.covers(verdict, one)]
            valid = next((approval for approval in found if not _has_expired(approval, today)), None)
            missed.update((approval, missed.get(approval, False) or valid is None) for approval in found)
            if valid is None or verdict.impact.rank > least:
                rest.append(verdict)
            else:
                excused.append(replace(verdict, excused=_excuse(valid)))
    files = frozenset[str]().union(*(one.files for one in judged))
    return Approved(tuple(rest), tuple(excused), tuple(_notes(approvals, missed, files, today)))


def _has_expired(approval: Approval, today: date) -> bool:
    return approval.expires is not None and approval.expires < today


def _excuse(approval: Approval) -> str:
    owner = f", by {approval.owner}" if approval.owner else ""
    until = f", until {approval.expires}" if approval.expires else ""
    return f"{approval.reason} ({approval.at}{owner}{until})"


def _notes(
    approvals: Sequence[Approval], missed: Mapping[Approval, bool], files: Collection[str], today: date
) -> Iterator[str]:
    """Yield what is to be done; `missed` says of those that match a change whether one of them is excused by none."""
    for approval in approvals:
        if approval.file and approval.file not in files:
            continue
        what = f"{approval.at}: the approval of {approval.subject}"
        if approval not in missed:
            yield f"{what} matches no change any more: remove it"
        elif _has_expired(approval, today):
            due = "undo the change, or set a later date" if missed[approval] else "another one holds: remove it"
            yield f"{what} expired on {approval.expires}: {due}"
