"""Lint descriptions."""

from __future__ import annotations

from collections.abc import Iterable

from contractctl.api.descriptions import open_description
from contractctl.api.specs import choose_specs
from contractctl.config import Config
from contractctl.contract.versions import openapi_version
from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding
from contractctl.core.reports import LintReport, LintThreshold
from contractctl.lint.engine import lint_document, located


def lint(specs: Iterable[str], *, config: Config, fail_on: LintThreshold | None = None) -> LintReport:
    """Lint every SPEC (none: the configuration's, else the one of the repository) and return one report.

    A description that does not load is a finding. Raise UsageFailure for files that are not there and for a
    configuration that names no rule.
    """
    chosen = choose_specs(specs, config)
    findings: list[Finding] = []
    unloadable: list[str] = []
    for spec in chosen:
        try:
            findings.extend(_lint(spec, config))
        except UnloadableDescription as failure:
            findings.extend(failure.findings)
            unloadable.append(spec)
    return LintReport(tuple(findings), chosen, fail_on or config.lint_fail_on or "error", tuple(unloadable))


def _lint(spec: str, config: Config) -> tuple[Finding, ...]:
    document = open_description(spec, config)
    openapi_version(document)
    return located(lint_document(document, rules=config.lint_rules), document)
