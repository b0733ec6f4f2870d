"""Compare two descriptions, or the descriptions of two folders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from contractctl.api.accepted import add_approvals, approvals_file
from contractctl.api.comparing import Compared, Comparison
from contractctl.api.sides import Side, read_side
from contractctl.config import Config
from contractctl.core.changes import Verdict
from contractctl.core.failures import UsageFailure
from contractctl.core.policies import SeverityRule, VersionPolicy
from contractctl.core.records import dataclass
from contractctl.core.reports import ChangeHelp, DiffReport, DiffThreshold, VersionAdvice
from contractctl.core.suggestions import did_you_mean
from contractctl.diff.judge import worst_first
from contractctl.diff.kinds.catalogue import kind_named, kinds
from contractctl.diff.policies.approvals import Approved, Judged, approve
from contractctl.diff.policies.approvals_file import Accepted, Signature, read_approvals
from contractctl.diff.policies.notice import with_notice
from contractctl.diff.policies.severities import with_severities
from contractctl.diff.policies.versions import version_advice

_ALONE = {
    "base": "all that it offers was removed; --composed sees what moved to other files",
    "revision": "all that it offers is new",
}
_MAGIC = frozenset("*?")
_RANKS: dict[DiffThreshold, int] = {"breaking": 0, "warning": 1, "any": 2, "none": 0}


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What one run may say besides the configuration; None stands for what is configured.

    `composed` takes all descriptions of a side for one contract. `today` decides what has expired; None is the day
    that it is (UTC).
    """

    fail_on: DiffThreshold | None = None
    version_policy: VersionPolicy | None = None
    composed: bool = False
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What was written to `file`: `count` approvals, and the report of a run with them."""

    report: DiffReport
    file: Path
    count: int


def diff(base: str, revision: str, *, config: Config, options: DiffOptions | None = None) -> DiffReport:
    """Compare two sides and judge every change from `base` to `revision`.

    A side is a path, a URL, `REF:path` of git or `-`; or a folder or a glob, here or of git, whose descriptions are
    paired by their paths. A fault inside one side is a diagnostic and the rest is compared. Raise UsageFailure for a
    side that is no description and for approvals that cannot be read, DeliveryFailure for what cannot be fetched.
    """
    return _Run(base, revision, config, options or DiffOptions()).report()


def accept(
    base: str, revision: str, *, config: Config, signature: Signature, options: DiffOptions | None = None
) -> Acceptance:
    """Compare as `diff` does, and approve of every change that is at or over the threshold and not approved yet.

    Raise UsageFailure for approvals that would have expired already, DeliveryFailure when the file cannot be written;
    nothing is written where there is nothing to approve of.
    """
    today = (options.today if options else None) or _today()
    if signature.expires is not None and signature.expires < today:
        raise UsageFailure(f"the approvals would have expired on {signature.expires}", hint=f"it is {today} now (UTC)")
    run = _Run(base, revision, config, options or DiffOptions())
    file = approvals_file(config)
    accepted = run.to_accept()
    if accepted:
        add_approvals(file, accepted, signature)
    return Acceptance(run.report(), file, len(accepted))


def _today() -> date:
    return datetime.now(UTC).date()


class _Run:
    """One comparison: what differs, seen through what the team says about it."""

    def __init__(self, base: str, revision: str, config: Config, options: DiffOptions) -> None:
        self._config = config
        self._policy = config.diff_policy
        self._fail_on: DiffThreshold = options.fail_on or config.diff_fail_on or "breaking"
        self._version_policy = options.version_policy or self._policy.version_policy
        self._is_composed = options.composed
        self._today = options.today or _today()
        if base == revision == "-":
            hint = "write one of them to a file, or name it as git has it: REF:path"
            raise UsageFailure("both sides are standard input, which can be read once", hint=hint)
        _check_ids(self._policy.severity)
        self._sides = read_side(base, "base", config), read_side(revision, "revision", config)
        self._compared = tuple(_compared(*self._sides, Comparison(config, today=self._today), options.composed))
        self._judged = tuple(map(self._seen, self._compared))

    def report(self) -> DiffReport:
        """Return what there is to tell, with the approvals as they are now."""
        approved = self._approved()
        base, revision = self._sides
        advice = self._advice(approved)
        return DiffReport(
            base=base.spec,
            revision=revision.spec,
            verdicts=tuple(sorted(approved.verdicts, key=worst_first)),
            diagnostics=tuple(finding for one in self._compared for finding in one.diagnostics),
            fail_on=self._fail_on,
            excused=tuple(sorted(approved.excused, key=worst_first)),
            notes=(*self._notes(), *approved.notes, *(one.message for one in advice[1:])),
            version=advice[0] if advice else None,
            read_kinds=partial(_pages, approved.verdicts),
            read=(*dict.fromkeys(uri for one in self._compared for uri in one.documents), *self._said_in()),
        )

    def to_accept(self) -> tuple[Accepted, ...]:
        """Return what is at or over the threshold and not approved yet."""
        left = {id(verdict) for verdict in self._approved().verdicts}
        found: dict[tuple[str, str, str], Accepted] = {}
        for judged in self._judged:
            file = judged.files[-1] if judged.files else ""
            for verdict in judged.verdicts:
                document = judged.document_of(verdict)
                if id(verdict) in left and verdict.impact.rank <= _RANKS[self._fail_on]:
                    found[verdict.change.fingerprint, file, document] = Accepted(verdict, file, document)
        return tuple(found.values())

    def _seen(self, compared: Compared) -> Judged:
        """Return the changes as the configuration has them."""
        noticed = with_notice(compared.verdicts, self._policy.deprecation_days, today=self._today)
        verdicts = tuple(with_severities(noticed, self._policy.severity))
        return Judged(verdicts, compared.files, compared.documents)

    def _approved(self) -> Approved:
        approvals = read_approvals(approvals_file(self._config))
        least = 2 if self._fail_on == "any" else 1
        return approve(self._judged, approvals, today=self._today, least=least)

    def _said_in(self) -> Iterator[str]:
        """Yield the files in which the team says something; that they are there is not asked."""
        yield str(approvals_file(self._config))
        if self._config.file is not None:
            yield str(self._config.file)

    def _notes(self) -> Iterator[str]:
        base, revision = self._sides
        for side, other in ((base, revision), (revision, base)):
            if not self._is_composed and not base.is_single:
                names = {member.name for member in other.members}
                alone = [member.spec for member in side.members if member.name not in names]
                yield from (f"{spec} is in {side.role} alone: {_ALONE[side.role]}" for spec in alone)
        if left_out := sum(one.left_out for one in self._compared):
            operations = "operation is" if left_out == 1 else "operations are"
            yield f"{left_out} {operations} left out by `diff.paths` of {self._config.file}"

    def _advice(self, approved: Approved) -> tuple[VersionAdvice, ...]:
        """Return what there is to say of versions, what is not enough first; nothing without a policy."""
        if self._version_policy == "none":
            return ()
        left = {id(verdict) for verdict in approved.verdicts}
        advice = (_advice(*one, left) for one in zip(self._compared, self._judged, strict=True))
        return tuple(sorted((one for one in advice if one is not None), key=lambda one: one.is_enough))


def _pages(verdicts: Iterable[Verdict]) -> Mapping[str, ChangeHelp]:
    """Return the manual pages that reports show; most of them are asked for by nobody."""
    from contractctl.diff.kinds.manual import pages_for

    return pages_for(verdicts)


def _check_ids(rules: Iterable[SeverityRule]) -> None:
    """Raise UsageFailure for a rule on a change that there is not: it would never apply."""
    for rule in rules:
        for one in rule.scope.ids:
            if _MAGIC.isdisjoint(one) and kind_named(one) is None:
                names = (code for kind in kinds().values() for code in (kind.name, *kind.codes))
                hint = did_you_mean(one, names) or "`contractctl explain` lists all changes"
                raise UsageFailure(f"{rule.origin}: there is no change `{one}`", hint=hint)


def _advice(compared: Compared, judged: Judged, left: Collection[int]) -> VersionAdvice | None:
    """Say what the version of one contract has to become; one that only one side has needs none."""
    before, after = compared.versions
    if not before or not after:
        return None
    if len(before) > 1 or len(after) > 1:
        several = ", ".join(before if len(before) > 1 else after)
        message = (
            f"the descriptions have several versions ({several}), so nothing can be said of how far it has to rise"
        )
        return VersionAdvice(", ".join(before), ", ".join(after), None, True, message)
    rest = [verdict for verdict in judged.verdicts if id(verdict) in left]
    excused = [verdict for verdict in judged.verdicts if id(verdict) not in left]
    return version_advice(rest, excused, base=before[0], revision=after[0])


def _compared(base: Side, revision: Side, comparison: Comparison, composed: bool) -> Iterator[Compared]:
    """Compare what is on two sides. Raise UsageFailure for a folder beside a file."""
    if composed:
        yield comparison.composed(base, revision)
    elif base.is_single and revision.is_single:
        yield comparison.one(base.members[0], revision.members[0])
    elif base.is_single or revision.is_single:
        one, other = (base, revision) if base.is_single else (revision, base)
        message = f"{one.spec} is one description, and {other.spec} stands for {len(other.members)}"
        hint = "name two folders, or take all on a side for one contract with --composed"
        raise UsageFailure(message, hint=hint)
    else:
        yield from _pairwise(base, revision, comparison)


def _pairwise(base: Side, revision: Side, comparison: Comparison) -> Iterator[Compared]:
    """Compare the descriptions of two folders by their paths in them.

    A file that is a description on one side has to be one on the other, or it would be gone by a slip.
    """
    before = {member.name: member for member in base.members}
    after = {member.name: member for member in revision.members}
    for name in sorted({*before, *after}):
        one, other = before.get(name) or base.counterpart(name), after.get(name) or revision.counterpart(name)
        if one is not None and other is not None:
            yield comparison.one(one, other)
        elif one is not None:
            yield comparison.of_one_side(one, "base")
        elif other is not None:
            yield comparison.of_one_side(other, "revision")
