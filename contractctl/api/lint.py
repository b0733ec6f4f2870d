"""Lint descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from contractctl.api.descriptions import open_description
from contractctl.api.earlier import Earlier
from contractctl.api.specs import choose_specs
from contractctl.config import Config
from contractctl.contract.versions import openapi_version
from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding
from contractctl.core.locations import Place
from contractctl.core.profiles import DEFAULT_PROFILES, Profile
from contractctl.core.records import dataclass
from contractctl.core.reports import Hidden, LintReport, LintThreshold, RuleHelp
from contractctl.core.writing import spare
from contractctl.lint.engine import in_reading_order, lint_with_ignores, located, running_rules
from contractctl.source.document import Document

_Defect: TypeAlias = tuple[str, Place, str]


@dataclass(frozen=True, slots=True)
class _Linted:
    """What one description has: findings, those that it ignores, the ignores of use, those that it had before.

    `read` are the names of the documents that it turned out to consist of; none when it does not load.
    """

    spec: str
    findings: tuple[Finding, ...]
    ignored: tuple[Finding, ...] = ()
    used: frozenset[tuple[Place, str]] = frozenset()
    before: tuple[Finding, ...] = ()
    read: tuple[str, ...] = ()


def lint(
    specs: Iterable[str],
    *,
    config: Config,
    fail_on: LintThreshold | None = None,
    profiles: Sequence[Profile] = (),
    baseline: Path | None = None,
    base: str | None = None,
    cross_check: bool = False,
) -> LintReport:
    """Lint every SPEC (none: the configuration's, else the one of the repository) and return one report.

    `profiles` and `baseline` win over those of the configuration. What the baseline knows is not shown, nor is what
    the same files had at `base`, a revision of git. With `cross_check`, openapi-spec-validator is heard as well, and
    where it disagrees is a finding.

    A description that does not load is a finding; a fault in a file that several of them refer to is one, too, with
    the operations of each. Neither baseline nor base hides why a file cannot be read. Raise UsageFailure for files
    that are not there, for a configuration that names no rule, for a baseline or a base that cannot be used;
    DeliveryFailure when a host that was allowed cannot be asked.
    """
    run = _Run(config, profiles or config.lint_profiles or DEFAULT_PROFILES, base, cross_check=cross_check)
    run.lint(choose_specs(specs, config))
    return run.report(fail_on, baseline or config.lint_baseline)


def write_baseline(
    specs: Iterable[str],
    file: Path,
    *,
    config: Config,
    fail_on: LintThreshold | None = None,
    profiles: Sequence[Profile] = (),
    cross_check: bool = False,
) -> LintReport:
    """Lint as `lint` does, write all findings to a baseline, and return the report of a run with it.

    Only why a file cannot be read is left in the report: no baseline knows that. Raise UsageFailure for a file that is
    one of the descriptions, DeliveryFailure for one that cannot be written.
    """
    from contractctl.api.known import write_known

    run = _Run(config, profiles or config.lint_profiles or DEFAULT_PROFILES, cross_check=cross_check)
    chosen = choose_specs(specs, config)
    run.lint(chosen)
    spare((*chosen, *run.read), file)
    write_known(run.findings_to_hide(), file)
    return run.report(fail_on, file)


class _Run:
    """One run over several descriptions."""

    def __init__(
        self, config: Config, profiles: Sequence[Profile], base: str | None = None, *, cross_check: bool = False
    ) -> None:
        self._config = config
        self._is_cross_checked = cross_check
        self._profiles = profiles
        self._linted: list[_Linted] = []
        self._read: frozenset[str] = frozenset()
        self._found: tuple[Finding, ...] = ()
        self._base = base or ""
        self._earlier = None if base is None else Earlier(base, config, self._look)

    def lint(self, specs: Sequence[str]) -> None:
        """Lint each SPEC."""
        if self._earlier:
            self._earlier.check(specs)
        for spec in specs:
            try:
                self._linted.append(self._lint(spec))
            except UnloadableDescription as failure:
                self._linted.append(_Linted(spec, failure.findings))
        self._read = frozenset(uri for linted in self._linted for uri in linted.read)
        self._found = self._findings()

    @property
    def read(self) -> frozenset[str]:
        """The names of all documents that were read."""
        return self._read

    def findings_to_hide(self) -> tuple[Finding, ...]:
        """Return the findings that may be known: those in files that were read."""
        return tuple(finding for finding in self._found if finding.location.place.uri in self._read)

    def report(self, fail_on: LintThreshold | None, baseline: Path | None) -> LintReport:
        """Return what is to be shown, and how much is not."""
        notes: tuple[str, ...] = ()
        found, hidden = self._found, Hidden(ignored=self._ignored())
        if baseline is not None:
            found, known, notes = self._without_known(found, baseline)
            hidden = replace(hidden, in_baseline=known, baseline=str(baseline))
        if self._earlier:
            before = {_defect(finding) for linted in self._linted for finding in linted.before}
            shown = tuple(finding for finding in found if _defect(finding) not in before)
            hidden = replace(hidden, at_base=len(found) - len(shown), base=self._base)
            found, notes = shown, (*notes, *self._earlier.notes)
        return LintReport(
            found,
            tuple(linted.spec for linted in self._linted),
            fail_on or self._config.lint_fail_on or "error",
            tuple(linted.spec for linted in self._linted if not linted.read),
            tuple(sorted(self._read.union(finding.location.place.uri for finding in self._found))),
            partial(_rule_help, found),
            hidden,
            notes,
        )

    def _lint(self, spec: str) -> _Linted:
        document = open_description(spec, self._config)
        openapi_version(document)
        linted = lint_with_ignores(document, profiles=self._profiles, rules=self._config.lint_rules)
        opinions = self._second_opinion(document, (*linted.findings, *linted.ignored))
        findings = located((*linted.findings, *opinions), document)
        read = tuple(opened.uri for opened in document.neighbours.opened()) or (document.uri,)
        readable = [finding for finding in findings if finding.location.place.uri in read]
        before = tuple(self._earlier.known(spec, document, readable)) if self._earlier else ()
        return _Linted(spec, findings, linted.ignored, linted.used, before, read)

    def _look(self, document: Document) -> tuple[Finding, ...]:
        linted = lint_with_ignores(document, profiles=self._profiles, rules=self._config.lint_rules)
        return (*linted.findings, *self._second_opinion(document, (*linted.findings, *linted.ignored)))

    def _second_opinion(self, document: Document, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return where openapi-spec-validator disagrees with these findings, if it is to be heard."""
        if not self._is_cross_checked:
            return ()
        from contractctl.lint.cross_check import cross_check

        return tuple(cross_check(document, findings))

    def _findings(self) -> tuple[Finding, ...]:
        """Return the findings of all descriptions in reading order, each once."""
        used = frozenset[tuple[Place, str]]().union(*(linted.used for linted in self._linted))
        return in_reading_order(
            finding
            for finding in _shared(finding for linted in self._linted for finding in linted.findings)
            if finding.rule != "ignore-unused" or (finding.location.place, finding.subject) not in used
        )

    def _ignored(self) -> int:
        return len({_defect(finding) for linted in self._linted for finding in linted.ignored})

    def _without_known(
        self, findings: tuple[Finding, ...], baseline: Path
    ) -> tuple[tuple[Finding, ...], int, tuple[str, ...]]:
        """Take out what a baseline knows; return the rest, how many it knew, and what is to be said about it."""
        from contractctl.api.known import without_known

        running = running_rules(self._profiles, self._config.lint_rules)
        notice = without_known(self.findings_to_hide(), baseline, read=self._read, running=running)
        left = {_defect(finding) for finding in notice.findings}
        shown = (one for one in findings if one.location.place.uri not in self._read or _defect(one) in left)
        return tuple(shown), notice.known, notice.notes


def _rule_help(findings: Iterable[Finding]) -> Mapping[str, RuleHelp]:
    """Return the manual pages of the rules that have findings."""
    from contractctl.api.explain import rule_help

    return rule_help(finding.rule for finding in findings)


def _shared(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Make one of the findings that several descriptions have of one place."""
    merged: dict[_Defect, Finding] = {}
    for finding in findings:
        first = merged.get(_defect(finding), finding)
        operations = tuple(dict.fromkeys((*first.operations, *finding.operations)))
        merged[_defect(finding)] = replace(first, operations=operations)
    return merged.values()


def _defect(finding: Finding) -> _Defect:
    """Return what is equal for two findings of one defect, whichever description led to it."""
    return finding.rule, finding.location.place, finding.subject
