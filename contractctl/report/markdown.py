"""Reports as GitHub-flavoured Markdown, for step summaries and pull requests. Foreign text stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from contractctl.core.changes import Impact, Verdict
from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location
from contractctl.core.reports import BuildReport, CiReport, DiffReport, DriftReport, LintReport, Report
from contractctl.report.words import counted, visible

_SHOWN = 30
# A colon before two slashes and the dot of `www.` make links of addresses (GitHub Flavored Markdown §6.9).
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@$&]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
_CODE = re.compile(r"(?<!`)`([^`|]+)`(?!`)")
_MARKS = {
    Impact.BREAKING: "🔴 breaking",
    Impact.WARNING: "🟡 warning",
    Impact.COMPATIBLE: "🟢 compatible",
    Severity.ERROR: "🔴 error",
    Severity.WARNING: "🟡 warning",
    Severity.INFO: "🔵 info",
}


def render(report: Report) -> str:
    """Return a section with a heading and, after thirty rows, a fold."""
    match report:
        case LintReport():
            lines = _lint(report)
        case DiffReport():
            lines = _diff(report)
        case DriftReport():
            lines = _drift(report)
        case BuildReport():
            lines = _build(report)
        case CiReport():
            lines = _ci(report)
        case _:
            assert_never(report)
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is: no markup, no HTML, no mention, one line.

    What stands between two single backticks stays code; every other backtick is text.
    """
    parts = _CODE.split(_flat(text))
    return "".join(f"`{part}`" if index % 2 else _SPECIAL.sub(r"\\\1", part) for index, part in enumerate(parts))


def _flat(text: str) -> str:
    """Return text on one line, its control characters shown."""
    return visible(" ".join(text.split()))


def _lint(report: LintReport) -> Iterator[str]:
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    yield f"### Lint: {counted(errors, 'error')}, {counted(warnings, 'warning')}"
    yield from _findings(report.findings)


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield ""
        yield from _table(("", "Where", "What"), [_finding_row(finding) for finding in findings])


def _finding_row(finding: Finding) -> tuple[str, str, str]:
    hint = f"<br>{escaped(finding.hint)}" if finding.hint else ""
    return _MARKS[finding.severity], _where(finding.location), f"{escaped(finding.message)} `{finding.rule}`{hint}"


def _message(message: str, hint: str) -> str:
    return f"{escaped(message)}<br>{escaped(hint)}" if hint else escaped(message)


def _diff(report: DiffReport) -> Iterator[str]:
    warnings = counted(report.count(Impact.WARNING), "warning")
    breaking, compatible = report.count(Impact.BREAKING), report.count(Impact.COMPATIBLE)
    yield f"### Changes: {breaking} breaking, {warnings}, {compatible} compatible"
    yield ""
    yield f"From {_code(report.base)} to {_code(report.revision)}."
    yield from _findings(report.diagnostics)
    yield from _verdicts(report.verdicts)


def _verdicts(verdicts: Iterable[Verdict]) -> Iterator[str]:
    for operation, group in _by_operation(verdicts):
        yield ""
        yield f"**{_code(operation) if operation else 'The whole contract'}**"
        yield ""
        yield from _table(("", "What", "Why"), [_verdict_row(verdict) for verdict in group])


def _by_operation(verdicts: Iterable[Verdict]) -> Iterator[tuple[str, list[Verdict]]]:
    """Group by the first operation that a change reaches, the group with the worst change first."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(next(iter(verdict.change.operations), ""), []).append(verdict)
    yield from sorted(groups.items(), key=lambda group: min(verdict.impact.rank for verdict in group[1]))


def _verdict_row(verdict: Verdict) -> tuple[str, str, str]:
    return _MARKS[verdict.impact], escaped(verdict.change.message), escaped(verdict.reason)


def _drift(report: DriftReport) -> Iterator[str]:
    label = {"true": "🔴 drift", "false": "🟢 in sync", "unknown": "⚪ unknown"}[report.drift]
    yield f"### Drift: {label}"
    yield ""
    yield _message(report.message, report.hint)
    yield from _verdicts(report.verdicts)


def _build(report: BuildReport) -> Iterator[str]:
    yield "### Mock image"
    yield ""
    yield f"`{report.reference}`"
    yield ""
    rows = [(layer.name, f"{layer.size:,}", f"`{layer.digest}`") for layer in report.layers]
    yield from _table(("Layer", "Bytes", "Digest"), rows)
    yield ""
    yield f"Tags: {', '.join(map(_code, report.tags)) or 'none'}. {escaped('; '.join(report.delivered))}"


def _ci(report: CiReport) -> Iterator[str]:
    yield f"## Contract: {'🔴 closed' if report.exit_code else '🟢 clean'}"
    for part in report.reports:
        yield ""
        yield render(part).rstrip()
    for undone in report.undone:
        yield ""
        yield f"🔴 {_message(undone.message, undone.hint)}"
    for note in report.notes:
        yield ""
        yield escaped(note)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield a table of the first thirty rows, and the rest folded below it."""
    heading = ("| " + " | ".join(head) + " |", "|" + " --- |" * len(head))
    yield from heading
    yield from (_row(row) for row in rows[:_SHOWN])
    if len(rows) > _SHOWN:
        yield from ("", f"<details><summary>{len(rows) - _SHOWN} more</summary>", "", *heading)
        yield from (_row(row) for row in rows[_SHOWN:])
        yield from ("", "</details>")


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _where(location: Location) -> str:
    line = f":{location.span.line}" if location.span else ""
    return _code(f"{location.place.uri}{line}").replace("|", "\\|")


def _code(text: str) -> str:
    """Return text as an inline code span, in which nothing is markup."""
    flat = _flat(text).replace("`", "'")
    return f"`{flat}`" if flat else ""
