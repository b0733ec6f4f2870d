"""Lint descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from contractctl.api.descriptions import open_description
from contractctl.api.specs import choose_specs
from contractctl.config import Config
from contractctl.contract.versions import openapi_version
from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding
from contractctl.core.profiles import DEFAULT_PROFILES, Profile
from contractctl.core.reports import LintReport, LintThreshold, RuleHelp
from contractctl.lint.engine import in_reading_order, lint_document, located


def lint(
    specs: Iterable[str], *, config: Config, fail_on: LintThreshold | None = None, profiles: Sequence[Profile] = ()
) -> LintReport:
    """Lint every SPEC (none: the configuration's, else the one of the repository) and return one report.

    `profiles` win over those of the configuration.

    A description that does not load is a finding; a fault in a file that several of them refer to is one, too, with
    the operations of each. Raise UsageFailure for files that are not there and for a configuration that names no rule,
    DeliveryFailure when a host that was allowed cannot be asked.
    """
    chosen = choose_specs(specs, config)
    findings: list[Finding] = []
    unloadable: list[str] = []
    files: set[str] = set()
    for spec in chosen:
        try:
            found, read = _lint(spec, config, profiles or config.lint_profiles or DEFAULT_PROFILES)
        except UnloadableDescription as failure:
            found, read = failure.findings, ()
            unloadable.append(spec)
        findings.extend(found)
        files.update(read, (finding.location.place.uri for finding in found))
    threshold = fail_on or config.lint_fail_on or "error"
    shared = in_reading_order(_shared(findings))
    read_rules = partial(_rule_help, shared)
    return LintReport(shared, chosen, threshold, tuple(unloadable), tuple(sorted(files)), read_rules)


def _rule_help(findings: Iterable[Finding]) -> Mapping[str, RuleHelp]:
    """Return the manual pages of the rules that have findings."""
    from contractctl.api.explain import rule_help

    return rule_help(finding.rule for finding in findings)


def _shared(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Make one of the findings that several descriptions have of one place."""
    merged: dict[str, Finding] = {}
    for finding in findings:
        first = merged.get(finding.fingerprint, finding)
        operations = tuple(dict.fromkeys((*first.operations, *finding.operations)))
        merged[finding.fingerprint] = replace(first, operations=operations)
    return merged.values()


def _lint(spec: str, config: Config, profiles: Sequence[Profile]) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return the findings of one description, and the names of the files that it turned out to consist of."""
    document = open_description(spec, config)
    openapi_version(document)
    findings = located(lint_document(document, profiles=profiles, rules=config.lint_rules), document)
    return findings, tuple(opened.uri for opened in document.neighbours.opened()) or (document.uri,)
