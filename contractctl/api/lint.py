"""Lint descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeGuard, get_args

from contractctl.api.specs import choose_specs
from contractctl.config import Config
from contractctl.contract.build import openapi_version
from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.findings import Finding, Severity
from contractctl.core.reports import LintReport, LintThreshold
from contractctl.lint.engine import lint_document, located
from contractctl.lint.rule import Setting
from contractctl.source.spec import load_description

PROFILES = ("recommended",)


def lint(specs: Iterable[str], *, config: Config, fail_on: LintThreshold | None = None) -> LintReport:
    """Lint every SPEC (none: the configuration's, else the one of the repository) and return one report.

    A description that does not load is a finding. Raise UsageFailure for files that are not there and for a
    configuration that names no rule or severity.
    """
    chosen = choose_specs(specs, config)
    rules = rule_settings(config)
    findings: list[Finding] = []
    unloadable: list[str] = []
    for spec in chosen:
        try:
            findings.extend(_lint(spec, rules))
        except UnloadableDescription as failure:
            findings.extend(failure.findings)
            unloadable.append(spec)
    return LintReport(tuple(findings), chosen, fail_on or _threshold(config), tuple(unloadable))


def _lint(spec: str, rules: Mapping[str, Setting]) -> tuple[Finding, ...]:
    document = load_description(spec)
    openapi_version(document)
    return located(lint_document(document, rules=rules), document)


def rule_settings(config: Config) -> Mapping[str, Setting]:
    """Return the configured severities by rule code. Raise UsageFailure for a word that is none."""
    if config.lint_profile not in {None, *PROFILES}:
        hint = f"this version has {', '.join(PROFILES)}"
        raise UsageFailure(f"{config.file}: lint.profile: no profile `{config.lint_profile}`", hint=hint)
    return {code: _setting(config, code, value) for code, value in config.lint_rules.items()}


def _setting(config: Config, code: str, value: str) -> Setting:
    if value == "off":
        return "off"
    try:
        return Severity(value)
    except ValueError:
        message = f"{config.file}: lint.rules.{code}: no severity `{value}`"
        raise UsageFailure(message, hint="use error, warning, info or off") from None


def _threshold(config: Config) -> LintThreshold:
    value = config.lint_fail_on
    if value is None:
        return "error"
    if _is_threshold(value):
        return value
    hint = f"use {', '.join(get_args(LintThreshold))}"
    raise UsageFailure(f"{config.file}: lint.fail-on: no severity `{value}`", hint=hint)


def _is_threshold(value: str) -> TypeGuard[LintThreshold]:
    return value in get_args(LintThreshold)
