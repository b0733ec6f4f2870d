"""Reports as SARIF 2.1.0, for GitHub code scanning and editors. Compatible changes and good news are no results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias, assert_never

import orjson

from contractctl import __version__
from contractctl.core.changes import Impact, Verdict, Witness
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json
from contractctl.core.locations import Location, Place, Span
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.core.reports import (
    BuildReport,
    ChangeHelp,
    CiReport,
    DiffReport,
    DriftReport,
    LintReport,
    Report,
    RuleHelp,
    Undone,
)
from contractctl.report import change_page, rule_page
from contractctl.report.artifacts import SOURCE_ROOT, Artifacts, Folders
from contractctl.report.pages import manual_pages
from contractctl.report.witness import full, proof
from contractctl.report.words import visible

Level: TypeAlias = Literal["error", "warning", "note"]

RESULT_LIMIT = 25_000
"""How many results GitHub takes in one file; it refuses a file with more."""
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://github.com/contractctl/contractctl"
_LEVELS: Mapping[Severity, Level] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
_RANKS = {"error": 0, "warning": 1, "note": 2}
_HALVES = pattern("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Result:
    """One result, before its rule has an index. `fingerprint` is "" where nothing lasts."""

    rule: str
    level: Level
    message: str
    location: Location
    fingerprint: str = ""
    related: tuple[tuple[str, Location], ...] = ()
    operations: tuple[str, ...] = ()
    witness: Witness | None = None


def render(report: Report, *, folders: Folders | None = None) -> str:
    """Return a log of one run, its files relative to the root that `folders` name (default: the current folder)."""
    place = folders or Folders(Path.cwd(), Path.cwd())
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report, Artifacts(place))]}
    return orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _run(report: Report, artifacts: Artifacts) -> Json:
    found = list(_results(report))
    # What is worst stays when not all can.
    kept = sorted(found, key=lambda one: _RANKS[one.level])[:RESULT_LIMIT] if len(found) > RESULT_LIMIT else found
    pages = manual_pages(report)
    codes = sorted({one.rule for one in kept})
    index = {code: number for number, code in enumerate(codes)}
    levels = {one.rule: one.level for one in reversed(kept)}
    return {
        "tool": {
            "driver": {
                "name": "contractctl",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": _HOME,
                "rules": [_rule(code, levels[code], pages.get(code)) for code in codes],
            }
        },
        "invocations": [_invocation(report, len(found) - len(kept))],
        "originalUriBaseIds": {SOURCE_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, index[one.rule], artifacts) for one in kept],
    }


def _results(report: Report) -> Iterator[_Result]:
    match report:
        case LintReport() | BuildReport():
            yield from map(_of_finding, report.findings)
        case DiffReport():
            yield from map(_of_finding, report.diagnostics)
            yield from _of_verdicts(report.verdicts, report.revision)
            yield from _of_version(report)
        case DriftReport():
            yield from _of_drift(report)
        case CiReport():
            for part in report.told_once():
                yield from _results(part)
        case _:
            assert_never(report)


def _of_finding(finding: Finding) -> _Result:
    return _Result(
        finding.rule,
        _LEVELS[finding.severity],
        _with_hint(finding.message, finding.hint),
        finding.location,
        finding.fingerprint,
        tuple((related.message, related.location) for related in finding.related),
        finding.operations,
    )


def _of_verdicts(verdicts: Iterable[Verdict], revision: str) -> Iterator[_Result]:
    for verdict in verdicts:
        change = verdict.change
        if verdict.impact is not Impact.COMPATIBLE:
            level: Level = "error" if verdict.impact is Impact.BREAKING else "warning"
            message = _with_hint(change.message, verdict.reason)
            if verdict.witness is not None:
                message = _with_hint(message, proof(verdict.witness))
            # What is gone stands nowhere in the revision; whoever removed it looks there all the same.
            place = change.revision or Location(Place(revision))
            base = (("before the change", change.base),) if change.base else ()
            known = (change.fingerprint, base, change.operations, verdict.witness)
            yield _Result(change.kind, level, message, place, *known)


def _of_version(report: DiffReport) -> Iterator[_Result]:
    if report.version is not None and not report.version.is_enough:
        yield _Result("version-too-low", "error", report.version.message, Location(Place(report.revision)))


def _of_drift(report: DriftReport) -> Iterator[_Result]:
    if report.drift != "false":
        level: Level = "warning" if report.tolerated and report.drift == "unknown" else "error"
        message = _with_hint(report.message, report.hint)
        yield _Result(f"drift-{report.kind}", level, message, Location(Place(report.spec)))


def _rule(code: str, level: Level, page: RuleHelp | ChangeHelp | None) -> Json:
    match page:
        case RuleHelp():
            return _lint_rule(page)
        case ChangeHelp():
            return _change_rule(code, level, page)
        case _:
            return _bare_rule(code, level)


def _change_rule(code: str, level: Level, page: ChangeHelp) -> Json:
    why = "; ".join(f"{one.direction.value}: {one.impact.value}, {one.why}" for one in page.judged)
    return {
        "id": code,
        "name": _name(code),
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": f"{page.title} {why}."},
        "help": {"text": change_page.text(page), "markdown": change_page.markdown(page, heading="")},
        "helpUri": page.docs,
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["openapi", "change", page.family], "problem.severity": _PROBLEMS[level]},
    }


def _bare_rule(code: str, level: Level) -> Json:
    title = code.replace("-", " ").capitalize() + "."
    text = {"text": title}
    return {
        "id": code,
        "name": _name(code),
        "shortDescription": text,
        "fullDescription": text,
        "help": {"text": f"{title} See {_HOME}."},
        "helpUri": _HOME,
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["openapi"], "problem.severity": _PROBLEMS[level]},
    }


def _lint_rule(page: RuleHelp) -> Json:
    default = _LEVELS[page.severity]
    return {
        "id": page.code,
        "name": _name(page.code),
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.why},
        "help": {"text": rule_page.text(page), "markdown": rule_page.markdown(page, heading="")},
        "helpUri": page.docs,
        "defaultConfiguration": {"level": default},
        "properties": {
            "tags": list(dict.fromkeys(["openapi", page.family, page.profile.value])),
            "problem.severity": _PROBLEMS[default],
        },
    }


def _name(code: str) -> str:
    """Return a code as one Pascal-case word, which is what viewers expect of a name (SARIF 2.1.0 §3.49.7)."""
    return "".join(word.capitalize() for word in code.split("-"))


def _invocation(report: Report, left_out: int) -> Json:
    undone = report.undone if isinstance(report, CiReport) else ()
    notes: list[Json] = [_undone(one) for one in undone]
    if left_out:
        text = f"{left_out} results are left out: no more than {RESULT_LIMIT} are taken. The worst are here."
        notes.append({"level": "warning", "message": {"text": text}})
    return {"executionSuccessful": not undone, "exitCode": report.exit_code, "toolExecutionNotifications": notes}


def _undone(undone: Undone) -> Json:
    return {"level": "error", "message": {"text": _message(_with_hint(undone.message, undone.hint))}}


def _result(one: _Result, index: int, artifacts: Artifacts) -> Json:
    result: dict[str, Json] = {
        "ruleId": one.rule,
        "ruleIndex": index,
        "level": one.level,
        "message": {"text": _message(one.message)},
        "locations": [_location(one.location, artifacts)],
    }
    if one.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": _message(message)}, **_location(location, artifacts)}
            for number, (message, location) in enumerate(one.related)
        ]
    if one.fingerprint:
        result["partialFingerprints"] = {"contractctl/v1": one.fingerprint}
    properties: dict[str, Json] = {}
    if one.operations:
        properties["operations"] = [_sound(title) for title in one.operations]
    if one.witness is not None:
        properties["witness"] = {"message": list(full(one.witness)), "because": visible(one.witness.because)}
    return {**result, "properties": properties} if properties else result


def _location(location: Location, artifacts: Artifacts) -> dict[str, Json]:
    physical: dict[str, Json] = {"artifactLocation": artifacts.location(location.place.uri)}
    physical |= _regions(location.span)
    found: dict[str, Json] = {"physicalLocation": physical}
    if tokens := location.place.pointer.tokens:
        pointer = str(location.place.pointer)
        found["logicalLocations"] = [{"name": _sound(tokens[-1]), "fullyQualifiedName": _sound(pointer)}]
    return found


def _regions(span: Span | None) -> dict[str, Json]:
    """Return the region, and the line around it where the region is a part of that. Code scanning wants a line."""
    if span is None:
        return {"region": {"startLine": 1}}
    region: dict[str, Json] = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    excerpt = span.excerpt
    if excerpt is None or span.end_line != span.line:
        return {"region": region}
    first, last = span.column - excerpt.column, span.end_column - excerpt.column
    if not 0 <= first <= last <= len(excerpt.text):
        return {"region": region}
    region["snippet"] = {"text": _sound(excerpt.text[first:last])}
    if last - first == len(excerpt.text):
        return {"region": region}
    line: Sequence[tuple[str, Json]] = (
        ("startLine", span.line),
        ("startColumn", excerpt.column),
        ("endLine", span.line),
        ("endColumn", excerpt.column + len(excerpt.text)),
        ("snippet", {"text": _sound(excerpt.text)}),
    )
    return {"region": region, "contextRegion": dict(line)}


def _with_hint(message: str, hint: str) -> str:
    return f"{message}\n{hint}" if hint else message


def _message(text: str) -> str:
    """Return a message of which no part is a link (SARIF 2.1.0 §3.11.6), its lines kept."""
    return "\n".join(visible(line) for line in text.split("\n")).replace("](", "] (")


def _sound(text: str) -> str:
    """Return text that UTF-8 can hold: halves of characters become the mark of what cannot be shown."""
    return _HALVES.sub("\ufffd", text)
