"""Reports as GitHub-flavoured Markdown, for step summaries and pull requests. Foreign text stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from contractctl.core.changes import Impact, Verdict
from contractctl.core.findings import Finding, Severity
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.core.reports import BuildReport, CiReport, DiffReport, DriftReport, LintReport, Report
from contractctl.report.words import counted, counts, hidden_counts, visible

COMMENT_LIMIT = 65_536
"""Characters that GitHub takes as a comment, counted here in bytes, of which there are never fewer."""
_SHOWN = 30
_RESERVE = 256
"""Bytes kept for a heading and the line that says what is left out."""
_GROUP = 130
"""Bytes of what stands around the rows of a group, but for its name: a fold and the head of a table, or two."""
# A colon before two slashes and the dot of `www.` make links of addresses (GitHub Flavored Markdown §6.9).
_SPECIAL = pattern(r"([\\`*_{}\[\]<>()#+!|~@$&]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
_CODE = pattern(r"(?<!`)`([^`|]+)`(?!`)")
_MARKS = {
    Impact.BREAKING: "🔴 breaking",
    Impact.WARNING: "🟡 warning",
    Impact.COMPATIBLE: "🟢 compatible",
    Severity.ERROR: "🔴 error",
    Severity.WARNING: "🟡 warning",
    Severity.INFO: "🔵 info",
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a table: the group that it belongs to, how bad it is (0 is worst), its cells."""

    group: str
    rank: int
    cells: tuple[str, ...]


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


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is: no markup, no HTML, no mention, one line.

    What stands between two single backticks stays code; every other backtick is text.
    """
    parts = _CODE.split(_flat(text))
    return "".join(f"`{part}`" if index % 2 else _SPECIAL.sub(r"\\\1", part) for index, part in enumerate(parts))


def _flat(text: str) -> str:
    """Return text on one line, its control characters shown."""
    return visible(" ".join(text.split()))


def _lint(report: LintReport, room: int) -> Iterator[str]:
    hidden = escaped(hidden_counts(report))
    yield f"### Lint: {counts(report.findings)} in {counted(len(report.consulted), 'file')}{hidden}"
    yield from _findings(report.findings, room)


def _findings(findings: Sequence[Finding], room: int) -> Iterator[str]:
    """Yield a table for each file, the file with the worst finding first."""
    rows = [_Row(_file(one), one.severity.rank, _finding_cells(one)) for one in findings]
    yield from _tables(rows, ("", "Line", "What"), room, "finding")


def _file(finding: Finding) -> str:
    return _code(finding.location.place.uri)


def _finding_cells(finding: Finding) -> tuple[str, str, str]:
    span = finding.location.span
    hint = f"<br>{escaped(finding.hint)}" if finding.hint else ""
    what = f"{escaped(finding.message)} `{finding.rule}`{hint}"
    return _MARKS[finding.severity], str(span.line) if span else "", what


def _message(message: str, hint: str) -> str:
    return f"{escaped(message)}<br>{escaped(hint)}" if hint else escaped(message)


def _diff(report: DiffReport, room: int) -> Iterator[str]:
    warnings = counted(report.count(Impact.WARNING), "warning")
    breaking, compatible = report.count(Impact.BREAKING), report.count(Impact.COMPATIBLE)
    yield f"### Changes: {breaking} breaking, {warnings}, {compatible} compatible"
    yield ""
    yield f"From {_code(report.base)} to {_code(report.revision)}."
    yield from _findings(report.diagnostics, room // 4)
    yield from _verdicts(report.verdicts, room - room // 4 if report.diagnostics else room)


def _verdicts(verdicts: Iterable[Verdict], room: int) -> Iterator[str]:
    """Yield a table for each operation that a change reaches first, the one with the worst change first."""
    rows = [_Row(_operation(one), one.impact.rank, _verdict_cells(one)) for one in verdicts]
    yield from _tables(rows, ("", "What", "Why"), room, "change")


def _operation(verdict: Verdict) -> str:
    operation = next(iter(verdict.change.operations), "")
    return _code(operation) if operation else "The whole contract"


def _verdict_cells(verdict: Verdict) -> tuple[str, str, str]:
    return _MARKS[verdict.impact], escaped(verdict.change.message), escaped(verdict.reason)


def _drift(report: DriftReport, room: int) -> Iterator[str]:
    label = {"true": "🔴 drift", "false": "🟢 in sync", "unknown": "⚪ unknown"}[report.drift]
    yield f"### Drift: {label}"
    yield ""
    yield _message(report.message, report.hint)
    yield from _verdicts(report.verdicts, room)


def _build(report: BuildReport) -> Iterator[str]:
    yield "### Mock image"
    yield ""
    yield f"`{report.reference}`"
    yield ""
    rows = [(layer.name, f"{layer.size:,}", f"`{layer.digest}`") for layer in report.layers]
    yield from ("| Layer | Bytes | Digest |", "| --- | --- | --- |", *map(_line, rows))
    yield ""
    yield f"Tags: {', '.join(map(_code, report.tags)) or 'none'}. {escaped('; '.join(report.delivered))}"


def _ci(report: CiReport, room: int) -> Iterator[str]:
    """Yield what could not be done, then the parts; each may take an equal share of the room that is left."""
    preface = "\n".join(_preface(report))
    yield preface
    room -= _size(preface)
    parts = tuple(report.told_once())
    for number, part in enumerate(parts):
        section = "\n".join(("", *_section(part, room // (len(parts) - number) - _RESERVE)))
        room -= _size(section)
        yield section


def _preface(report: CiReport) -> Iterator[str]:
    yield f"## Contract: {'🔴 closed' if report.exit_code else '🟢 clean'}"
    for undone in report.undone:
        yield ""
        yield f"🔴 {_message(undone.message, undone.hint)}"
    for note in report.notes:
        yield ""
        yield escaped(note)


def _tables(rows: Sequence[_Row], head: tuple[str, ...], room: int, noun: str) -> Iterator[str]:
    """Yield a table for each group of rows; what comes after thirty rows is folded."""
    kept = _fitting(rows, room)
    groups: dict[str, list[_Row]] = {}
    # What is worst comes first where not all is open to the eye.
    for row in kept if len(kept) <= _SHOWN else sorted(kept, key=lambda row: row.rank):
        groups.setdefault(row.group, []).append(row)
    open_rows = _SHOWN
    for group, within in sorted(groups.items(), key=_worst):
        shown, folded = within[:open_rows], within[open_rows:]
        open_rows -= len(shown)
        if shown:
            yield from ("", f"**{group}**", "", *_table(head, shown))
        if folded:
            size = f"{len(folded)} more" if shown else f"{_as_html(group)}: {counted(len(folded), noun)}"
            yield from ("", f"<details><summary>{size}</summary>", "", *_table(head, folded), "", "</details>")
    if len(kept) < len(rows):
        yield from ("", f"{len(rows) - len(kept)} of {counted(len(rows), noun)} are not shown: there is no room here.")


def _worst(group: tuple[str, list[_Row]]) -> int:
    return min(row.rank for row in group[1])


def _fitting(rows: Sequence[_Row], room: int) -> Sequence[_Row]:
    """Return the rows that fit, in their order: the worst ones, and among equals the first ones."""
    kept: set[int] = set()
    groups: set[str] = set()
    for index in sorted(range(len(rows)), key=lambda index: rows[index].rank):
        row = rows[index]
        room -= _size(_line(row.cells)) + (0 if row.group in groups else _size(_as_html(row.group)) + _GROUP)
        if room < 0:
            break
        groups.add(row.group)
        kept.add(index)
    return [row for index, row in enumerate(rows) if index in kept]


def _size(text: str) -> int:
    return len(text.encode(errors="replace")) + 1


def _table(head: tuple[str, ...], rows: Iterable[_Row]) -> Iterator[str]:
    yield from (_line(head), "|" + " --- |" * len(head))
    yield from (_line(row.cells) for row in rows)


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _as_html(code: str) -> str:
    """Return a code span, or plain words, as HTML in which nothing is markup: a backtick is none within a tag."""
    text = code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<code>{text[1:-1]}</code>" if text.startswith("`") else text


def _code(text: str) -> str:
    """Return text as an inline code span, in which nothing is markup."""
    flat = _flat(text).replace("`", "'")
    return f"`{flat}`" if flat else ""
