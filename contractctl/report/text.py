"""Reports as text for people: a finding with its line of the source and its hint, a summary at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from contractctl.core.changes import Impact, Verdict
from contractctl.core.findings import Finding
from contractctl.core.json import Json
from contractctl.core.reports import BuildReport, CiReport, DiffReport, DriftReport, LintReport, Report
from contractctl.report.frame import frame_lines
from contractctl.report.words import counted, counts, hidden_counts, tally, visible

_COLORS = {
    **dict.fromkeys(("error", "breaking", "drift"), "31"),
    **dict.fromkeys(("warning", "unknown"), "33"),
    **dict.fromkeys(("compatible", "in sync"), "32"),
    "info": "36",
}
_WITNESS_LIMIT = 400
_FRAMED = 100
"""Of more findings than these nobody reads all; lines of the source would make three lines of each."""


def render(report: Report, *, color: bool = False) -> str:
    """Return the report, its last line ended. Control characters of foreign text are shown, never sent."""
    match report:
        case LintReport():
            lines = _lint(report, color=color)
        case DiffReport():
            lines = _diff(report, color=color)
        case DriftReport():
            lines = _drift(report, color=color)
        case BuildReport():
            lines = iter((report.reference,))
        case CiReport():
            lines = _ci(report, color=color)
        case _:
            assert_never(report)
    return "".join(line + "\n" for line in lines)


def finding_lines(finding: Finding, *, color: bool = False, frame: bool = True) -> Iterator[str]:
    """Yield `path:line:col: severity: message [code]`, the line of the source, related places and the hint."""
    label = _painted(finding.severity.value, color=color)
    yield f"{visible(str(finding.location))}: {label}: {visible(finding.message)} [{finding.rule}]"
    if frame:
        yield from _frame(finding, color=color)
    if len(finding.operations) > 1:
        yield visible(f"  used by {_operations(finding.operations)}")
    for related in finding.related:
        yield visible(f"  {related.location}: {related.message}")
    if finding.hint:
        yield visible(f"  hint: {finding.hint}")


def _frame(finding: Finding, *, color: bool) -> Iterator[str]:
    for index, (lead, shown) in enumerate(frame_lines(finding.location)):
        if not color:
            yield lead + shown
        else:
            yield f"\x1b[2m{lead}\x1b[0m" + (
                f"\x1b[{_COLORS[finding.severity.value]}m{shown}\x1b[0m" if index else shown
            )


def _lint(report: LintReport, *, color: bool) -> Iterator[str]:
    """Yield the findings; when they are many, without their lines of the source, but with a list of the rules."""
    is_long = len(report.findings) > _FRAMED
    for finding in report.findings:
        yield from finding_lines(finding, color=color, frame=not is_long)
    if is_long:
        yield from _tally(report.findings, color=color)
    yield f"{counts(report.findings)} in {counted(len(report.consulted), 'file')}{hidden_counts(report)}"


def _tally(findings: Sequence[Finding], *, color: bool) -> Iterator[str]:
    yield ""
    for rule, severity, number in tally(findings):
        label = _painted(severity.value, color=color) + " " * (len("warning") - len(severity.value))
        yield f"{number:>7}  {label}  {rule}"


def _diff(report: DiffReport, *, color: bool) -> Iterator[str]:
    for diagnostic in report.diagnostics:
        yield from finding_lines(diagnostic, color=color)
    for verdict in report.verdicts:
        yield from _verdict(verdict, color=color)
    summary = (
        f"{report.count(Impact.BREAKING)} breaking",
        counted(report.count(Impact.WARNING), "warning"),
        f"{report.count(Impact.COMPATIBLE)} compatible",
    )
    if not report.verdicts:
        yield f"no changes from {visible(report.base)} to {visible(report.revision)}"
    else:
        yield f"{', '.join(summary)} from {visible(report.base)} to {visible(report.revision)}"


def _verdict(verdict: Verdict, *, color: bool) -> Iterator[str]:
    change = verdict.change
    location = change.revision or change.base
    place = visible(str(location)) + ": " if location else ""
    yield f"{place}{_painted(verdict.impact.value, color=color)}: {visible(change.message)} [{change.kind}]"
    if len(change.operations) > 1:
        yield visible(f"  reaches {_operations(change.operations)}")
    if verdict.impact is not Impact.COMPATIBLE:
        yield visible(f"  why: {verdict.reason}")
    if verdict.witness is not None:
        yield visible(f"  proof: {_short(verdict.witness.value)} — {verdict.witness.because}")


def _drift(report: DriftReport, *, color: bool) -> Iterator[str]:
    label = _painted({"true": "drift", "unknown": "unknown", "false": "in sync"}[report.drift], color=color)
    yield f"{visible(report.spec)}: {label}: {visible(report.message)} [{report.kind}]"
    if report.hint:
        yield visible(f"  hint: {report.hint}")
    for verdict in report.verdicts:
        yield from _verdict(verdict, color=color)


def _ci(report: CiReport, *, color: bool) -> Iterator[str]:
    for part in report.reports:
        yield from render(part, color=color).splitlines()
    for undone in report.undone:
        yield f"{_painted('error', color=color)}: {visible(undone.message)}"
        if undone.hint:
            yield visible(f"  hint: {undone.hint}")
    for note in report.notes:
        yield visible(f"note: {note}")


def _painted(word: str, *, color: bool) -> str:
    return f"\x1b[{_COLORS[word]}m{word}\x1b[0m" if color else word


def _operations(operations: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{title}`" for title in operations[:3])
    more = len(operations) - 3
    return f"{shown} and {more} more" if more > 0 else shown


def _short(value: Json) -> str:
    import json

    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WITNESS_LIMIT else text[:_WITNESS_LIMIT] + "…"
