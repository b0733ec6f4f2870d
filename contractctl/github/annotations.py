"""Annotations: what a report says, beside the lines of a pull request, within the number that GitHub shows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Literal, TypeAlias, assert_never

from contractctl.core.changes import Impact, Verdict, Witness
from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location, Span
from contractctl.core.records import dataclass
from contractctl.core.reports import BuildReport, CiReport, DiffReport, DriftReport, LintReport, Report
from contractctl.github.commands import workflow_command

Level: TypeAlias = Literal["error", "warning", "notice"]
ChangedLines: TypeAlias = Mapping[str, tuple[range, ...]]
"""The lines that a pull request touched, by file as reports name it."""

STEP_LIMIT = 10
"""How many annotations of one level GitHub shows for a step."""
_LONGEST_BODY = 200
_LEVELS: tuple[Level, ...] = ("error", "warning", "notice")
_OF_SEVERITY: dict[Severity, Level] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}


@dataclass(frozen=True, slots=True)
class Annotation:
    """One remark. `file` is a path as the report names it, or "" for what stands in no file of the checkout."""

    level: Level
    title: str
    message: str
    file: str = ""
    span: Span | None = None


def render(report: Report) -> str:
    """Return the report as workflow commands, a line each, for the repository that GITHUB_WORKSPACE names."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    return render_annotations(annotations_of(report), workspace=Path(workspace) if workspace else None)


def render_annotations(
    annotations: Iterable[Annotation], *, changed: ChangedLines | None = None, workspace: Path | None = None
) -> str:
    """Return workflow commands: errors, then warnings, then notices, at most `STEP_LIMIT` of each.

    Within a level those on changed lines come first, then the order given counts. What did not fit is counted in a
    last notice. Files are named relative to `workspace` (default: the current folder).
    """
    remarks = sorted(annotations, key=lambda each: (_LEVELS.index(each.level), not _is_changed(each, changed or {})))
    by_level = {level: [each for each in remarks if each.level == level] for level in _LEVELS}
    hidden = {level: len(found) - STEP_LIMIT for level, found in by_level.items() if len(found) > STEP_LIMIT}
    if hidden and len(by_level["notice"]) >= STEP_LIMIT:
        hidden["notice"] = len(by_level["notice"]) - STEP_LIMIT + 1
    room = {level: STEP_LIMIT - (level == "notice" and bool(hidden)) for level in _LEVELS}
    lines = [_command(each, workspace) for level in _LEVELS for each in by_level[level][: room[level]]]
    if hidden:
        counts = " and ".join(f"{count} more {level}{'s' * (count > 1)}" for level, count in hidden.items())
        lines.append(workflow_command("notice", f"and {counts}: see the whole report", {"title": "contractctl"}))
    return "".join(line + "\n" for line in lines)


def annotations_of(report: Report) -> Iterator[Annotation]:
    """Yield what a report has to say about files: everything but compatible changes and good news."""
    match report:
        case LintReport():
            yield from map(_of_finding, report.findings)
        case DiffReport():
            found = map(_of_finding, report.diagnostics)
            yield from chain(found, _of_verdicts(report.verdicts, report.revision), _of_version(report))
        case DriftReport():
            yield from _of_drift(report)
        case BuildReport():
            yield from map(_of_finding, report.findings)
        case CiReport():
            yield from chain.from_iterable(annotations_of(each) for each in report.told_once())
            for undone in report.undone:
                yield Annotation("error", undone.task, _with_hint(undone.message, undone.hint))
        case _:
            assert_never(report)


def _of_finding(finding: Finding) -> Annotation:
    message = _with_hint(finding.message, finding.hint)
    return _placed(_OF_SEVERITY[finding.severity], finding.rule, message, finding.location)


def _of_verdicts(verdicts: Iterable[Verdict], revision: str) -> Iterator[Annotation]:
    """Yield a remark on the revision for each change that is not compatible; what is gone is told at its file."""
    for verdict in verdicts:
        if verdict.impact is Impact.COMPATIBLE:
            continue
        level: Level = "error" if verdict.impact is Impact.BREAKING else "warning"
        change = verdict.change
        message = _with_hint(change.message, f"why: {verdict.reason}")
        if verdict.witness is not None:
            message = _with_hint(message, _proof(verdict.witness))
        if change.revision is not None:
            yield _placed(level, change.kind, message, change.revision)
        else:
            yield Annotation(level, change.kind, message, revision if _is_in_checkout(revision) else "")


def _proof(witness: Witness) -> str:
    """Return the message that shows the change on one line, and what is objected to."""
    message = witness.message
    parts = [message.start if message else witness.part]
    if message is None or message.has_body:
        value = message.body if message else witness.value
        body = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        parts.append(body if len(body) <= _LONGEST_BODY else body[:_LONGEST_BODY] + "…")
    return f"see: {' '.join(part for part in parts if part)}\n{witness.rejected_by}: {witness.because}"


def _of_version(report: DiffReport) -> Iterator[Annotation]:
    """Yield a remark on the revision when its version has not risen enough."""
    if report.version is not None and not report.version.is_enough:
        file = report.revision if _is_in_checkout(report.revision) else ""
        yield Annotation("error", "info.version", report.version.message, file)


def _of_drift(report: DriftReport) -> Iterator[Annotation]:
    level: Level = "warning" if report.tolerated and report.drift == "unknown" else "error"
    if report.drift == "false":
        level = "notice"
    if report.drift != "false" or report.hint:
        message = _with_hint(report.message, report.hint)
        yield Annotation(level, f"drift: {report.kind}", message, report.spec)


def _placed(level: Level, title: str, message: str, location: Location) -> Annotation:
    uri = location.place.uri
    if _is_in_checkout(uri):
        return Annotation(level, title, message, uri, location.span)
    return Annotation(level, title, f"{uri}: {message}")


def _with_hint(message: str, hint: str) -> str:
    return f"{message}\n{hint}" if hint else message


def _is_in_checkout(uri: str) -> bool:
    """Tell paths from URLs, standard input, and `REF:path` of git (a colon that no existing file has)."""
    if "://" in uri or uri == "-" or uri.startswith("<"):
        return False
    return ":" not in uri or Path(uri).exists()


def _is_changed(annotation: Annotation, changed: ChangedLines) -> bool:
    span = annotation.span
    lines = changed.get(annotation.file, ())
    return span is not None and any(span.line < part.stop and part.start <= span.end_line for part in lines)


def _command(annotation: Annotation, workspace: Path | None) -> str:
    properties: dict[str, str | int | None] = {"file": _in_repository(annotation.file, workspace)}
    span = annotation.span
    if annotation.file and span is not None:
        # GitHub counts the end in, and takes columns only within one line.
        last = span.end_line - (span.end_column == 1 and span.end_line > span.line)
        one_line = last == span.line == span.end_line
        properties |= {
            "line": span.line,
            "col": span.column if one_line else None,
            "endLine": last,
            "endColumn": max(span.column, span.end_column - 1) if one_line else None,
        }
    return workflow_command(annotation.level, annotation.message, properties | {"title": annotation.title})


def _in_repository(file: str, workspace: Path | None) -> str:
    """Return the path from the repository's root; as it is when it lies outside."""
    if not file or workspace is None:
        return file
    relative = os.path.relpath(Path(file).resolve(), workspace.resolve())
    return file if relative.startswith("..") else Path(relative).as_posix()
