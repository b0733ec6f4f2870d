"""Runs the rules over a document: one finding a defect, in one order, whatever the order of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.findings import Finding, Setting, Severity
from contractctl.core.locations import Place
from contractctl.core.profiles import DEFAULT_PROFILES, Profile, included
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.identity import Identities
from contractctl.lint.rule import Rule
from contractctl.lint.rules import RULES
from contractctl.lint.subject import Subject, examine
from contractctl.lint.usage import Usage
from contractctl.source.collecting import without_collecting
from contractctl.source.document import Document

_RULES = "https://github.com/contractctl/contractctl/blob/main/docs/rules.md"


def lint_document(
    document: Document,
    *,
    profiles: Iterable[Profile] = DEFAULT_PROFILES,
    rules: Mapping[str, Setting] | None = None,
) -> tuple[Finding, ...]:
    """Return what is wrong with a description, sorted by place and rule; equal documents give equal findings.

    Those of the documents that it refers to are among them. The rules of the `profiles` run; `rules` overrides
    severities by code, and brings in rules of other profiles; a document that cannot be read is told whatever they
    say. Findings have places; `located` adds the spans. A document that is not
    OpenAPI has the one finding `document-not-openapi`. Raise UsageFailure for a code that no rule has, and
    DeliveryFailure when the world fails while another document is fetched.
    """
    settings = _settings(profiles, rules or {})
    with without_collecting():
        try:
            subject = examine(document)
        except UnloadableDescription as failure:
            return failure.findings
        return tuple(sorted(_completed(_distinct(_found(subject, settings)), subject), key=_order))


def located(findings: Iterable[Finding], document: Document) -> tuple[Finding, ...]:
    """Return the findings with their spans, in reading order."""
    with without_collecting():
        return in_reading_order(map(document.located_finding, findings))


def in_reading_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return located findings sorted by file, line, column and rule."""
    return tuple(sorted(findings, key=_reading_order))


def _settings(profiles: Iterable[Profile], rules: Mapping[str, Setting]) -> Mapping[str, Setting]:
    """Return the setting of every rule."""
    chosen = included(profiles)
    settings: dict[str, Setting] = {rule.code: rule.severity if rule.profile in chosen else "off" for rule in RULES}
    for code, setting in rules.items():
        if code not in settings:
            hint = did_you_mean(code, settings) or f"{_RULES} lists them"
            raise UsageFailure(f"there is no lint rule `{code}`", hint=hint)
        settings[code] = setting
    return settings


def _found(subject: Subject, settings: Mapping[str, Setting]) -> Iterator[Finding]:
    """Yield what the rules find, and what was told under codes that are no rules: why a document cannot be read."""
    for rule in RULES:
        setting = settings[rule.code]
        if setting != "off":
            yield from _findings(rule, subject, setting)
    for code, findings in subject.told.items():
        if code not in settings:
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
    seen: set[tuple[str, Place, str]] = set()
    for finding in findings:
        key = (finding.rule, finding.location.place, finding.subject)
        if key not in seen:
            seen.add(key)
            yield finding


def _completed(findings: Iterable[Finding], subject: Subject) -> Iterator[Finding]:
    """Add to the findings the operations that they concern, and what makes their fingerprints last."""
    usage: Usage | None = None
    identities = Identities()
    for finding in findings:
        usage = usage or Usage(subject)
        place = finding.location.place
        document = subject.documents.get(place.uri)
        identity = identities.identity(place, document.root) if document else ""
        yield replace(finding, operations=usage.operations(place), identity=identity)


def _order(finding: Finding) -> tuple[str, tuple[str, ...], str, str]:
    place = finding.location.place
    return place.uri, place.pointer.tokens, finding.rule, finding.subject


def _reading_order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    span = finding.location.span
    line, column = (span.line, span.column) if span else (0, 0)
    return finding.location.place.uri, line, column, finding.rule, finding.subject, finding.message
