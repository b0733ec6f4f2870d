"""Reports as JUnit XML, which GitLab, Jenkins and their like show as tests: a suite a file, a case a finding.

A case fails exactly when it fails the run: when it is at or over the threshold. What is below it is a case that passes
and says so in its output. Names hold no line numbers, so that a finding that moved is the same test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import assert_never
from xml.sax.saxutils import escape, quoteattr

from contractctl.core.changes import Impact, Verdict
from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location
from contractctl.core.records import dataclass
from contractctl.core.reports import (
    BuildReport,
    CiReport,
    DiffReport,
    DiffThreshold,
    DriftReport,
    LintReport,
    LintThreshold,
    Report,
    Undone,
)
from contractctl.report.witness import full, proof
from contractctl.report.words import visible

_IMPACTS = {"breaking": Impact.BREAKING, "warning": Impact.WARNING, "any": Impact.COMPATIBLE}


@dataclass(frozen=True, slots=True)
class _Case:
    """One test. `kind` is the type of a failure; a case that `passes` shows its text as output."""

    name: str
    group: str
    kind: str = ""
    message: str = ""
    text: tuple[str, ...] = ()
    passes: bool = True
    file: str = ""
    line: int | None = None
    broke: bool = False


@dataclass(frozen=True, slots=True)
class _Suite:
    name: str
    cases: tuple[_Case, ...]


def render(report: Report) -> str:
    """Return one `testsuites` element; what is clean has one test that passes."""
    suites = [replace(suite, cases=tuple(_numbered(suite.cases))) for suite in _suites(report)]
    cases = [case for suite in suites for case in suite.cases]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{_attributes(name='contractctl')}{_sums(cases)}>"]
    for suite in suites:
        lines.append(f"  <testsuite{_attributes(name=suite.name)}{_sums(suite.cases)}>")
        lines += [line for case in suite.cases for line in _case(case)]
        lines.append("  </testsuite>")
    return "\n".join((*lines, "</testsuites>")) + "\n"


def _suites(report: Report) -> Iterator[_Suite]:
    match report:
        case LintReport():
            yield from _lint(report.findings, report.consulted, report.fail_on)
        case DiffReport():
            yield from _lint(report.diagnostics, (), "none")
            yield _diff(report)
        case DriftReport():
            yield _drift(report)
        case BuildReport():
            yield from _lint(report.findings, (), "none")
            yield _Suite("build", (_Case(f"build {report.name}", "build", text=(report.reference,)),))
        case CiReport():
            for part in report.told_once():
                yield from _suites(part)
            if report.undone:
                yield _Suite("ci", tuple(map(_undone, report.undone)))
        case _:
            assert_never(report)


def _lint(findings: Iterable[Finding], files: Iterable[str], fail_on: LintThreshold) -> Iterator[_Suite]:
    """Yield a suite for each file, those without a finding too."""
    by_file: dict[str, list[Finding]] = {file: [] for file in files}
    for finding in findings:
        by_file.setdefault(finding.location.place.uri, []).append(finding)
    for file, found in by_file.items():
        cases = tuple(_finding(finding, fail_on) for finding in found)
        yield _Suite(file, cases or (_Case("no findings", file, file=file),))


def _finding(finding: Finding, fail_on: LintThreshold) -> _Case:
    text = [f"{finding.location}: {finding.severity.value}: {finding.message} [{finding.rule}]"]
    text += [f"{related.location}: {related.message}" for related in finding.related]
    if finding.operations:
        text.append(f"operations: {', '.join(finding.operations)}")
    if finding.hint:
        text.append(f"hint: {finding.hint}")
    return _Case(
        f"{finding.rule} at {_pointer(finding.location)}",
        finding.location.place.uri,
        finding.rule,
        finding.message,
        tuple(text),
        fail_on == "none" or finding.severity.rank > Severity(fail_on).rank,
        *_place(finding.location),
    )


def _diff(report: DiffReport) -> _Suite:
    name = f"{report.base} to {report.revision}"
    cases = [_verdict(verdict, report.fail_on) for verdict in report.verdicts]
    cases += [_verdict(verdict, "none") for verdict in report.excused]
    if report.version is not None:
        advice = report.version
        passes = advice.is_enough or report.fail_on == "none"
        cases.append(_Case("info.version", name, "version", advice.message, (advice.message,), passes))
    return _Suite(name, tuple(cases) or (_Case("no changes", name),))


def _verdict(verdict: Verdict, fail_on: DiffThreshold) -> _Case:
    change = verdict.change
    location = change.revision or change.base
    return _Case(
        f"{change.kind} at {_pointer(location) if location else '/'}",
        location.place.uri if location else "",
        change.kind,
        change.message,
        tuple(_told(verdict)),
        fail_on == "none" or verdict.impact.rank > _IMPACTS[fail_on].rank,
        *(_place(location) if location else ()),
    )


def _told(verdict: Verdict) -> Iterator[str]:
    change = verdict.change
    location = change.revision or change.base
    lead = f"{location}: " if location else ""
    yield f"{lead}{verdict.impact.value}: {change.message} [{change.kind}]"
    yield f"why: {verdict.reason}"
    if change.operations:
        yield f"operations: {', '.join(change.operations)}"
    if verdict.witness is not None:
        yield from ("", *full(verdict.witness), "", proof(verdict.witness))
    if verdict.excused:
        yield f"accepted: {verdict.excused}"


def _drift(report: DriftReport) -> _Suite:
    text = (report.message, *((f"hint: {report.hint}",) if report.hint else ()))
    unknown = report.drift == "unknown"
    passes = report.exit_code == 0
    name = f"drift of {report.spec}"
    case = _Case(name, "drift", report.kind, report.message, text, passes, report.spec, broke=unknown)
    return _Suite(name, (case,))


def _undone(undone: Undone) -> _Case:
    text = (undone.message, *((f"hint: {undone.hint}",) if undone.hint else ()))
    return _Case(undone.task, "ci", "undone", undone.message, text, passes=False, broke=True)


def _place(location: Location) -> tuple[str, int | None]:
    return location.place.uri, location.span.line if location.span else None


def _pointer(location: Location) -> str:
    return str(location.place.pointer) or "/"


def _numbered(cases: Iterable[_Case]) -> Iterator[_Case]:
    """Give cases of one name numbers: readers take two tests of one name for one."""
    seen: Counter[str] = Counter()
    for case in cases:
        seen[case.name] += 1
        yield case if seen[case.name] == 1 else replace(case, name=f"{case.name} ({seen[case.name]})")


def _sums(cases: Sequence[_Case]) -> str:
    failing = [case.broke for case in cases if not case.passes]
    number = {"failures": failing.count(False), "errors": failing.count(True), "skipped": 0}
    return _attributes(tests=len(cases), **number)


def _case(case: _Case) -> Iterator[str]:
    place = _attributes(name=case.name, classname=case.group) + _attributes(file=case.file or None, line=case.line)
    if not case.text:
        yield f"    <testcase{place}/>"
        return
    text = escape("\n".join(map(visible, case.text)))
    yield f"    <testcase{place}>"
    if case.passes:
        yield f"      <system-out>{text}</system-out>"
    else:
        tag = "error" if case.broke else "failure"
        yield f"      <{tag}{_attributes(message=case.message, type=case.kind)}>{text}</{tag}>"
    yield "    </testcase>"


def _attributes(**values: str | int | None) -> str:
    """Return attributes in the order given. What is no character of XML is shown as text, so that any text may come."""
    return "".join(f" {name}={quoteattr(visible(str(value)))}" for name, value in values.items() if value is not None)
