"""Runs the rules over a document: one finding a defect, in one order, whatever the order of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.findings import Finding, Setting, Severity
from contractctl.core.locations import Place
from contractctl.core.profiles import DEFAULT_PROFILES, Profile, included
from contractctl.core.records import dataclass
from contractctl.core.suggestions import did_you_mean, sharing_steps
from contractctl.lint.identity import Identities
from contractctl.lint.ignores.hide import FAMILY, Ignores, Parted, Use
from contractctl.lint.rule import Rule
from contractctl.lint.rules import RULES, texts
from contractctl.lint.subject import Subject, examine
from contractctl.lint.usage import Usage
from contractctl.source.collecting import without_collecting
from contractctl.source.document import Document

_RULES = "https://github.com/contractctl/contractctl/blob/main/docs/rules.md"
_UNREADABLE = frozenset(rule.code for rule in texts.RULES)
_FIRST = tuple(rule for rule in RULES if rule.family != FAMILY and rule.code not in _UNREADABLE)
_LAST = tuple(rule for rule in RULES if rule.family == FAMILY)


@dataclass(frozen=True, slots=True)
class Linted:
    """What the rules say of one description: findings to tell, those that it asks to ignore, and which asking hid one.

    The ignored ones have neither operations nor identities.
    """

    findings: tuple[Finding, ...]
    ignored: tuple[Finding, ...] = ()
    used: frozenset[Use] = frozenset()


def lint_document(
    document: Document,
    *,
    profiles: Iterable[Profile] = DEFAULT_PROFILES,
    rules: Mapping[str, Setting] | None = None,
) -> tuple[Finding, ...]:
    """Return what is wrong with a description and not ignored there; see `lint_with_ignores`."""
    return lint_with_ignores(document, profiles=profiles, rules=rules).findings


def lint_with_ignores(
    document: Document,
    *,
    profiles: Iterable[Profile] = DEFAULT_PROFILES,
    rules: Mapping[str, Setting] | None = None,
) -> Linted:
    """Return what is wrong with a description, sorted by place and rule; equal documents give equal findings.

    Those of the documents that it refers to are among them. The rules of the `profiles` run; `rules` overrides
    severities by code, and brings in rules of other profiles; a document that cannot be read is told whatever they
    say. Findings have places; `located` adds the spans. A document that is not
    OpenAPI has the one finding `document-not-openapi`. Raise UsageFailure for a code that no rule has or that cannot
    be set, and DeliveryFailure when the world fails while another document is fetched.
    """
    settings = _settings(profiles, rules or {})
    with without_collecting(), sharing_steps():
        try:
            subject = examine(document)
        except UnloadableDescription as failure:
            return Linted(failure.findings)
        parted = _parted(subject, settings)
        told = tuple(sorted(_completed(parted.told, subject), key=_order))
        return Linted(told, tuple(sorted(parted.ignored, key=_order)), parted.used)


def running_rules(profiles: Iterable[Profile], rules: Mapping[str, Setting]) -> frozenset[str]:
    """Return the codes of the rules that run. Raise UsageFailure as `lint_document` does."""
    return frozenset(code for code, setting in _settings(profiles, rules).items() if setting != "off")


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
        if code in _UNREADABLE and setting is not Severity.ERROR:
            message = f"`{code}` can be neither turned off nor down: what cannot be read is never clean"
            raise UsageFailure(message, hint="remove the setting, and mend the texts that it was made for")
        settings[code] = setting
    return settings


def _parted(subject: Subject, settings: Mapping[str, Setting]) -> Parted:
    """Run the rules, take out what is ignored, then run those about ignores, which may be ignored as well."""
    ignores = Ignores(subject)
    first = ignores.part(_distinct(_found(_FIRST, subject, settings)))
    told = {code: list(findings) for code, findings in subject.told.items()}
    for remark in ignores.remarks(first.used, {code: setting != "off" for code, setting in settings.items()}):
        told.setdefault(remark.rule, []).append(remark)
    last = ignores.part(_distinct(_found(_LAST, replace(subject, told=told), settings)))
    unreadable = tuple(_distinct(_unreadable(subject, settings)))
    return Parted((*first.told, *last.told, *unreadable), (*first.ignored, *last.ignored), first.used | last.used)


def _found(rules: Iterable[Rule], subject: Subject, settings: Mapping[str, Setting]) -> Iterator[Finding]:
    for rule in rules:
        setting = settings[rule.code]
        if setting != "off":
            yield from _findings(rule, subject, setting)


def _unreadable(subject: Subject, settings: Mapping[str, Setting]) -> Iterator[Finding]:
    """Yield why documents cannot be read, and what was told under codes that are no rules; nobody can ignore it."""
    for code, findings in subject.told.items():
        if code in _UNREADABLE or code not in settings:
            yield from findings
        elif settings[code] == "off":  # such as that of a number: another document may have one that nobody reads
            yield from (one for one in findings if one.location.place.uri not in subject.documents)


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
