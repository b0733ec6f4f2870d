"""Reports as text for people: a finding with its line of the source and its hint, a summary at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import assert_never

from contractctl.core.changes import Impact, Verdict, Witness
from contractctl.core.findings import Finding
from contractctl.core.locations import Location
from contractctl.core.reports import BuildReport, CiReport, DiffReport, DriftReport, LintReport, Report
from contractctl.report.frame import frame_lines
from contractctl.report.witness import proof, short
from contractctl.report.words import change_counts, counted, counts, hidden_counts, tally, visible

_COLORS = {
    **dict.fromkeys(("error", "breaking", "drift"), "31"),
    **dict.fromkeys(("warning", "unknown"), "33"),
    **dict.fromkeys(("compatible", "in sync"), "32"),
    **dict.fromkeys(("info", "excused"), "36"),
}
_WIDTH = 80
_SEE = "  see: "
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
        yield from _frame(finding.location, finding.severity.value, color=color)
    if len(finding.operations) > 1:
        yield visible(f"  used by {_operations(finding.operations)}")
    for related in finding.related:
        yield visible(f"  {related.location}: {related.message}")
    if finding.hint:
        yield visible(f"  hint: {finding.hint}")


def _frame(location: Location, level: str, *, color: bool) -> Iterator[str]:
    for index, (lead, shown) in enumerate(frame_lines(location)):
        if not color:
            yield lead + shown
        else:
            yield f"\x1b[2m{lead}\x1b[0m" + (f"\x1b[{_COLORS[level]}m{shown}\x1b[0m" if index else shown)


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
    """Yield the changes, worst first; when many of them matter, without their lines, but with a list of the kinds."""
    for diagnostic in report.diagnostics:
        yield from finding_lines(diagnostic, color=color)
    loud = [verdict for verdict in report.verdicts if verdict.impact is not Impact.COMPATIBLE]
    pages = report.read_kinds() if loud else {}
    for verdict in report.verdicts:
        page = pages.get(verdict.change.kind)
        yield from _verdict(verdict, color=color, whole=len(loud) <= _FRAMED, hint=page.hint if page else "")
    if len(loud) > _FRAMED:
        yield from _tally_kinds(loud, color=color)
    for verdict in report.excused:
        yield f"{_place(verdict)}{_painted('excused', color=color)}: {_told(verdict)}"
        yield visible(f"  accepted: {verdict.excused}")
    yield from (visible(f"note: {note}") for note in report.notes)
    if report.version is not None:
        yield visible(f"version: {report.version.message}")
    yield _summary(report)


def _summary(report: DiffReport) -> str:
    sides = f"from {visible(report.base)} to {visible(report.revision)}"
    if not report.verdicts and not report.excused:
        return f"no changes {sides}"
    return f"{change_counts(report)} {sides}"


def _verdict(verdict: Verdict, *, color: bool, whole: bool = True, hint: str = "") -> Iterator[str]:
    """Yield a line for what is compatible; else the source, the operations, why, what shows it and what to do."""
    change = verdict.change
    yield f"{_place(verdict)}{_painted(verdict.impact.value, color=color)}: {_told(verdict)}"
    if verdict.impact is Impact.COMPATIBLE:
        return
    if whole:
        yield from _sources(verdict, color=color)
    if len(change.operations) > 1:
        yield visible(f"  reaches {_operations(change.operations)}")
    yield visible(f"  why: {verdict.reason}")
    if verdict.witness is not None and whole:
        yield from _witness(verdict.witness)
    if hint and whole:
        yield visible(f"  hint: {hint}")


def _place(verdict: Verdict) -> str:
    location = verdict.change.revision or verdict.change.base
    return visible(str(location)) + ": " if location else ""


def _told(verdict: Verdict) -> str:
    return f"{visible(verdict.change.message)} [{verdict.change.kind}]"


def _sources(verdict: Verdict, *, color: bool) -> Iterator[str]:
    """Yield the line of the revision; of what is gone the line of the base, which says more."""
    change = verdict.change
    if change.kind.endswith("-removed") and change.base and change.revision:
        yield visible(f"  gone: {change.base}")
        yield from _frame(change.base, verdict.impact.value, color=color)
    elif location := change.revision or change.base:
        yield from _frame(location, verdict.impact.value, color=color)


def _witness(witness: Witness) -> Iterator[str]:
    for index, line in enumerate(short(witness, _WIDTH - len(_SEE))):
        yield (" " * len(_SEE) if index else _SEE) + line
    yield visible(" " * len(_SEE) + proof(witness))


def _tally_kinds(verdicts: Sequence[Verdict], *, color: bool) -> Iterator[str]:
    number = Counter((verdict.impact, verdict.change.kind) for verdict in verdicts)
    yield ""
    for (impact, kind), count in sorted(number.items(), key=lambda each: (each[0][0].rank, -each[1], each[0][1])):
        label = _painted(impact.value, color=color) + " " * (len("breaking") - len(impact.value))
        yield f"{count:>7}  {label}  {kind}"


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
