"""Reports as GitHub-flavoured Markdown, for step summaries and pull requests. Foreign text stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from contractctl.core.changes import Impact, Verdict
from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location
from contractctl.core.reports import BuildReport, CiReport, DiffReport, DriftReport, LintReport, Report

_SHOWN = 30
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@$&])")
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
    flat = " ".join(text.split())
    parts = _CODE.split(flat)
    return "".join(f"`{part}`" if index % 2 else _SPECIAL.sub(r"\\\1", part) for index, part in enumerate(parts))


def _lint(report: LintReport) -> Iterator[str]:
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    yield f"### Lint: {errors} errors, {warnings} warnings"
    if report.findings:
        yield ""
        rows = [_finding_row(finding) for finding in report.findings]
        yield from _table(("", "Where", "What"), rows)


def _finding_row(finding: Finding) -> tuple[str, str, str]:
    hint = f"<br>{escaped(finding.hint)}" if finding.hint else ""
    return _MARKS[finding.severity], _where(finding.location), f"{escaped(finding.message)} `{finding.rule}`{hint}"


def _diff(report: DiffReport) -> Iterator[str]:
    counts = ", ".join(f"{report.count(impact)} {impact.value}" for impact in Impact)
    yield f"### Changes: {counts}"
    yield ""
    yield f"From {_code(report.base)} to {_code(report.revision)}."
    for operation, verdicts in _by_operation(report.verdicts):
        yield ""
        yield f"**{_code(operation) if operation else 'The whole contract'}**"
        yield ""
        yield from _table(("", "What", "Why"), [_verdict_row(verdict) for verdict in verdicts])


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
    yield escaped(report.message) + (f" {escaped(report.hint)}" if report.hint else "")


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
        yield f"🔴 {escaped(undone.message)} {escaped(undone.hint)}".rstrip()
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
    return _code(f"{location.place.uri}{line}")


def _code(text: str) -> str:
    """Return text as an inline code span, in which nothing is markup."""
    flat = " ".join(text.split()).replace("`", "'").replace("|", "\\|")
    return f"`{flat}`" if flat else ""
