"""Reports as GitHub-flavoured Markdown, for step summaries and pull requests. Foreign text stays text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from contractctl.core.findings import Finding, Severity
from contractctl.core.reports import BuildReport, CiReport, DiffReport, DriftReport, LintReport, Report
from contractctl.report.comment import SHOWN, Sides, change_blocks, excused_rows
from contractctl.report.markup import Row, as_html, code, escaped, fitting, folded, line, size, table
from contractctl.report.words import change_counts, counted, counts, hidden_counts

COMMENT_LIMIT = 65_536
"""Characters that GitHub takes as a comment, counted here in bytes, of which there are never fewer."""
_RESERVE = 256
"""Bytes kept for a heading and the line that says what is left out."""
_NOTES = 5
_MARKS = {
    Severity.ERROR: "🔴 error",
    Severity.WARNING: "🟡 warning",
    Severity.INFO: "🔵 info",
}


def render(report: Report, *, limit: int = COMMENT_LIMIT) -> str:
    """Return a section with a heading and, where it is long, folds. It stays within `limit` bytes of UTF-8.

    What does not fit is left out, the least bad first, and counted.
    """
    return "\n".join(_section(report, limit - _RESERVE)) + "\n"


def _section(report: Report, room: int) -> Iterator[str]:
    match report:
        case LintReport():
            yield from _lint(report, room)
        case DiffReport():
            yield from _diff(report, room)
        case DriftReport():
            yield from _drift(report, room)
        case BuildReport():
            yield from _build(report)
        case CiReport():
            yield from _ci(report, room)
        case _:
            assert_never(report)


def _lint(report: LintReport, room: int) -> Iterator[str]:
    hidden = escaped(hidden_counts(report))
    yield f"### Lint: {counts(report.findings)} in {counted(len(report.consulted), 'file')}{hidden}"
    yield from _findings(report.findings, room)


def _findings(findings: Sequence[Finding], room: int) -> Iterator[str]:
    """Yield a table for each file, the file with the worst finding first."""
    rows = [Row(_file(one), one.severity.rank, _finding_cells(one)) for one in findings]
    yield from _tables(rows, ("", "Line", "What"), room, "finding")


def _file(finding: Finding) -> str:
    return code(finding.location.place.uri)


def _finding_cells(finding: Finding) -> tuple[str, str, str]:
    span = finding.location.span
    return _MARKS[finding.severity], str(span.line) if span else "", _told(finding)


def _told(finding: Finding) -> str:
    hint = f"<br>{escaped(finding.hint)}" if finding.hint else ""
    return f"{escaped(finding.message)} `{finding.rule}`{hint}"


def _message(message: str, hint: str) -> str:
    return f"{escaped(message)}<br>{escaped(hint)}" if hint else escaped(message)


def _diff(report: DiffReport, room: int) -> Iterator[str]:
    preface = [f"### Changes: {_marked_counts(report)}", "", f"From {code(report.base)} to {code(report.revision)}."]
    if report.version is not None:
        preface += ["", f"{'🟢' if report.version.is_enough else '🔴'} {escaped(report.version.message)}"]
    preface += [part for note in report.notes[:_NOTES] for part in ("", f"Note: {escaped(note)}")]
    if len(report.notes) > _NOTES:
        preface += ["", f"And {counted(len(report.notes) - _NOTES, 'more note')}."]
    beside = [*_excused(report, room // 6), *_faults(report.diagnostics, room // 6)]
    yield from preface
    room -= sum(map(size, (*preface[3:], *beside)))
    sides = Sides(report.base, report.revision)
    yield from change_blocks(report.verdicts, report.read_kinds(), room, sides=sides)
    yield from beside


def _marked_counts(report: DiffReport) -> str:
    """Return `🔴 1 breaking, 🟢 3 compatible`: what there is none of is not said."""
    marked = zip("🔴🟡🟢⚪", change_counts(report).split(", "), strict=False)
    return ", ".join(f"{mark} {count}" for mark, count in marked if not count.startswith("0 ")) or "none"


def _excused(report: DiffReport, room: int) -> Iterator[str]:
    """Yield what approvals cover, folded."""
    if report.excused:
        rows = fitting(excused_rows(report.excused), room)
        summary = counted(len(report.excused), "excused change")
        yield from folded(f"⚪ {summary}", table(("Operation", "What", "Accepted because"), rows))


def _faults(findings: Sequence[Finding], room: int) -> Iterator[str]:
    """Yield what is wrong inside either side, folded: the rest was compared."""
    if findings:
        rows = [Row("faults", one.severity.rank, _fault_cells(one)) for one in findings]
        summary = f"{counts(findings)} inside the descriptions; the rest was compared"
        yield from folded(summary, table(("", "Where", "What"), fitting(rows, room)))


def _fault_cells(finding: Finding) -> tuple[str, str, str]:
    return _MARKS[finding.severity], Sides().place(finding.location), _told(finding)


def _drift(report: DriftReport, room: int) -> Iterator[str]:
    label = {"true": "🔴 drift", "false": "🟢 in sync", "unknown": "⚪ unknown"}[report.drift]
    yield f"### Drift: {label}"
    yield ""
    yield _message(report.message, report.hint)
    yield from change_blocks(report.verdicts, {}, room, sides=Sides())


def _build(report: BuildReport) -> Iterator[str]:
    yield "### Mock image"
    yield ""
    yield f"`{report.reference}`"
    yield ""
    rows = [(layer.name, f"{layer.size:,}", f"`{layer.digest}`") for layer in report.layers]
    yield from ("| Layer | Bytes | Digest |", "| --- | --- | --- |", *map(line, rows))
    yield ""
    yield f"Tags: {', '.join(map(code, report.tags)) or 'none'}. {escaped('; '.join(report.delivered))}"


def _ci(report: CiReport, room: int) -> Iterator[str]:
    """Yield what could not be done, then the parts; each may take an equal share of the room that is left."""
    preface = "\n".join(_preface(report))
    yield preface
    room -= size(preface)
    parts = tuple(report.told_once())
    for number, part in enumerate(parts):
        section = "\n".join(("", *_section(part, room // (len(parts) - number) - _RESERVE)))
        room -= size(section)
        yield section


def _preface(report: CiReport) -> Iterator[str]:
    yield f"## Contract: {'🔴 closed' if report.exit_code else '🟢 clean'}"
    for undone in report.undone:
        yield ""
        yield f"🔴 {_message(undone.message, undone.hint)}"
    for note in report.notes:
        yield ""
        yield escaped(note)


def _tables(rows: Sequence[Row], head: tuple[str, ...], room: int, noun: str) -> Iterator[str]:
    """Yield a table for each group of rows; what comes after thirty rows is folded."""
    kept = fitting(rows, room)
    groups: dict[str, list[Row]] = {}
    # What is worst comes first where not all is open to the eye.
    for row in kept if len(kept) <= SHOWN else sorted(kept, key=lambda row: row.rank):
        groups.setdefault(row.group, []).append(row)
    open_rows = SHOWN
    for group, within in sorted(groups.items(), key=_worst):
        shown, rest = within[:open_rows], within[open_rows:]
        open_rows -= len(shown)
        if shown:
            yield from ("", f"**{group}**", "", *table(head, shown))
        if rest:
            summary = f"{len(rest)} more" if shown else f"{as_html(group)}: {counted(len(rest), noun)}"
            yield from folded(summary, table(head, rest))
    if len(kept) < len(rows):
        yield from ("", f"{len(rows) - len(kept)} of {counted(len(rows), noun)} are not shown: there is no room here.")


def _worst(group: tuple[str, list[Row]]) -> int:
    return min(row.rank for row in group[1])
