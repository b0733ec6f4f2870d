"""Foreign text made harmless, and counts in words: what several formats say alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from contractctl.core.changes import Impact, Verdict
from contractctl.core.findings import Finding, Severity
from contractctl.core.patterns import pattern
from contractctl.core.reports import DiffReport, DriftReport, LintReport

_MORE = pattern(r" \(and \d+ more operations?\)$")


def visible(text: str) -> str:
    """Replace control characters, so that text from a description cannot move a cursor or fake a line."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def counted(count: int, noun: str) -> str:
    """Return `1 error`, `2 errors`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def counts(findings: Iterable[Finding]) -> str:
    """Return `1 error, 0 warnings`, and `2 infos` where there are any."""
    by_severity = Counter(finding.severity for finding in findings)
    shown = (each for each in Severity if each is not Severity.INFO or by_severity[each])
    return ", ".join(counted(by_severity[each], each.value) for each in shown)


def change_counts(report: DiffReport | DriftReport) -> str:
    """Return `1 breaking, 2 warnings, 3 compatible`, and `1 excused` where there are any."""
    told = [f"{report.count(Impact.BREAKING)} breaking", counted(report.count(Impact.WARNING), "warning")]
    told.append(f"{report.count(Impact.COMPATIBLE)} compatible")
    if isinstance(report, DiffReport) and report.excused:
        told.append(f"{len(report.excused)} excused")
    return ", ".join(told)


def told(verdict: Verdict) -> str:
    """Return the message without the operation that it is shown under, and without the number of the others."""
    change = verdict.change
    if not change.operations:
        return change.message
    rest = change.message.removeprefix(f"`{change.operations[0]}`").removeprefix(":").strip()
    return _MORE.sub("", rest) if len(change.operations) > 1 else rest


def hidden_counts(report: LintReport) -> str:
    """Return `; 3 ignored; 12 known, in baseline.json`, and so on: how many findings are not shown, and why."""
    hidden = report.hidden
    told = (
        (hidden.ignored, "ignored"),
        (hidden.in_baseline, f"known, in {visible(hidden.baseline)}"),
        (hidden.at_base, f"there at {visible(hidden.base)}"),
    )
    return "".join(f"; {count} {why}" for count, why in told if count)


def tally(findings: Iterable[Finding]) -> list[tuple[str, Severity, int]]:
    """Return how often each rule was broken, with the worst severity that it has: worst first, then most first."""
    number: Counter[str] = Counter()
    worst: dict[str, Severity] = {}
    for finding in findings:
        number[finding.rule] += 1
        worst[finding.rule] = min(worst.get(finding.rule, finding.severity), finding.severity, key=_rank)
    return sorted(
        ((rule, worst[rule], count) for rule, count in number.items()),
        key=lambda each: (_rank(each[1]), -each[2], each[0]),
    )


def _rank(severity: Severity) -> int:
    return severity.rank
