"""Runs the rules over a document: one finding a defect, in one order, whatever the order of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.findings import Finding, Setting, Severity
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.rule import Rule
from contractctl.lint.rules import RULES
from contractctl.lint.subject import Subject, examine
from contractctl.lint.usage import Usage
from contractctl.source.document import Document

_RULES = "https://github.com/contractctl/contractctl/blob/main/docs/rules.md"


def lint_document(document: Document, *, rules: Mapping[str, Setting] | None = None) -> tuple[Finding, ...]:
    """Return what is wrong with a description, sorted by place and rule; equal documents give equal findings.

    Those of the documents that it refers to are among them. `rules` overrides severities by code; a document that
    cannot be read is told whatever they say. Findings have places; `located` adds the spans. A document that is not
    OpenAPI has the one finding `document-not-openapi`. Raise UsageFailure for a code that no rule has, and
    DeliveryFailure when the world fails while another document is fetched.
    """
    settings = _settings(rules or {})
    try:
        subject = examine(document)
    except UnloadableDescription as failure:
        return failure.findings
    return tuple(sorted(_with_operations(_distinct(_found(subject, settings)), subject), key=_order))


def located(findings: Iterable[Finding], document: Document) -> tuple[Finding, ...]:
    """Return the findings with their spans, in reading order."""
    return in_reading_order(map(document.located_finding, findings))


def in_reading_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return located findings sorted by file, line, column and rule."""
    return tuple(sorted(findings, key=_reading_order))


def _settings(rules: Mapping[str, Setting]) -> Mapping[str, Setting]:
    codes = [rule.code for rule in RULES]
    for code in rules:
        if code not in codes:
            hint = did_you_mean(code, codes) or f"{_RULES} lists them"
            raise UsageFailure(f"there is no lint rule `{code}`", hint=hint)
    return rules


def _found(subject: Subject, settings: Mapping[str, Setting]) -> Iterator[Finding]:
    """Yield what the rules find, and what was told under codes that are no rules: why a document cannot be read."""
    for rule in RULES:
        setting = settings.get(rule.code, rule.severity)
        if setting != "off":
            yield from _findings(rule, subject, setting)
    codes = {rule.code for rule in RULES}
    for code, findings in subject.told.items():
        if code not in codes:
            yield from findings


def _findings(rule: Rule, subject: Subject, severity: Severity) -> Iterator[Finding]:
    """Yield what a rule finds, then what was told under its code of places that the rule has not spoken of."""
    places = set()
    for finding in rule.findings(subject, severity):
        places.add(finding.location.place)
        yield finding
    for finding in subject.told.get(rule.code, ()):
        if finding.location.place not in places:
            yield replace(finding, severity=severity)


def _distinct(findings: Iterable[Finding]) -> Iterator[Finding]:
    seen: set[str] = set()
    for finding in findings:
        if finding.fingerprint not in seen:
            seen.add(finding.fingerprint)
            yield finding


def _with_operations(findings: Iterable[Finding], subject: Subject) -> Iterator[Finding]:
    usage: Usage | None = None
    for finding in findings:
        usage = usage or Usage(subject)
        yield replace(finding, operations=usage.operations(finding.location.place))


def _order(finding: Finding) -> tuple[str, tuple[str, ...], str, str]:
    place = finding.location.place
    return place.uri, place.pointer.tokens, finding.rule, finding.subject


def _reading_order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    span = finding.location.span
    line, column = (span.line, span.column) if span else (0, 0)
    return finding.location.place.uri, line, column, finding.rule, finding.subject, finding.message
