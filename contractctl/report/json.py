"""Reports as JSON: the shapes that people script against (schema_version 1). Additions only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import assert_never

import orjson

from contractctl import __version__
from contractctl.core.changes import Impact, Message, Verdict, Witness
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json
from contractctl.core.locations import Location
from contractctl.core.reports import (
    CHANGES_PAGE,
    RULES_PAGE,
    BuildReport,
    CiReport,
    DiffReport,
    DriftReport,
    LintReport,
    Report,
    VersionAdvice,
)


def render(report: Report) -> str:
    """Return one JSON object, indented by two, with a line end."""
    value = as_json(report)
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    except TypeError:  # an integer over 64 bits, a file name that is not UTF-8
        return json.dumps(value, indent=2) + "\n"


def as_json(report: Report) -> Mapping[str, Json]:
    """Return the report as a JSON value."""
    match report:
        case LintReport():
            return {**_head("lint"), **_lint(report)}
        case DiffReport():
            return {**_head("diff"), **_diff(report)}
        case DriftReport():
            return {**_head("drift"), **_drift(report)}
        case BuildReport():
            return {**_head("build-mock"), **_build(report)}
        case CiReport():
            return {**_head("ci"), **_ci(report)}
        case _:
            assert_never(report)


def _head(command: str) -> dict[str, Json]:
    return {"schema_version": 1, "command": command, "tool": {"name": "contractctl", "version": __version__}}


def _lint(report: LintReport) -> dict[str, Json]:
    return {
        "summary": {
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "infos": report.count(Severity.INFO),
            "files": len(report.consulted),
            "ignored": report.hidden.ignored,
            "in_baseline": report.hidden.in_baseline,
            "at_base": report.hidden.at_base,
        },
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        **_place(finding.location),
        "operations": list(finding.operations),
        "related": [{"message": related.message, **_place(related.location)} for related in finding.related],
        "fingerprint": finding.fingerprint,
        "docs": f"{RULES_PAGE}#{finding.rule}",
    }


def _place(location: Location) -> dict[str, Json]:
    span = location.span
    return {
        "file": location.place.uri,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
        "pointer": str(location.place.pointer),
    }


def _diff(report: DiffReport) -> dict[str, Json]:
    return {
        "base": report.base,
        "revision": report.revision,
        "summary": {**{impact.value: report.count(impact) for impact in Impact}, "excused": len(report.excused)},
        "changes": [_verdict(verdict) for verdict in report.verdicts],
        "excused": [{**_verdict(verdict), "excused": verdict.excused} for verdict in report.excused],
        "diagnostics": [_finding(finding) for finding in report.diagnostics],
        "notes": list(report.notes),
        "version": _version(report.version),
    }


def _version(advice: VersionAdvice | None) -> Json:
    if advice is None:
        return None
    return {
        "base": advice.base,
        "revision": advice.revision,
        "needed": advice.needed,
        "is_enough": advice.is_enough,
        "message": advice.message,
    }


def _verdict(verdict: Verdict) -> dict[str, Json]:
    change = verdict.change
    return {
        "id": change.kind,
        "severity": verdict.impact.value,
        "judged": (verdict.judged or verdict.impact).value,
        "category": verdict.category.value,
        "direction": change.direction.value,
        "operations": list(change.operations),
        "message": change.message,
        "reason": verdict.reason,
        "base": _place(change.base) if change.base else None,
        "revision": _place(change.revision) if change.revision else None,
        "before": change.before,
        "after": change.after,
        "fingerprint": change.fingerprint,
        "docs": f"{CHANGES_PAGE}#{change.kind.removeprefix(f'{change.direction.value}-')}",
        "witness": witness_as_json(verdict.witness),
    }


def witness_as_json(witness: Witness | None) -> Json:
    """Return a witness as a JSON value, null for none; what is no body has the value null and says so."""
    if witness is None:
        return None
    return {
        "kind": witness.kind.value,
        "part": witness.part,
        "value": witness.value,
        "accepted_by": witness.accepted_by,
        "rejected_by": witness.rejected_by,
        "because": witness.because,
        "at": str(witness.at),
        "message": _message(witness.message),
    }


def _message(message: Message | None) -> Json:
    if message is None:
        return None
    return {
        "start": message.start,
        "headers": [{"name": name, "value": value} for name, value in message.headers],
        "has_body": message.has_body,
        "body": message.body,
    }


def _drift(report: DriftReport) -> dict[str, Json]:
    return {
        "spec": report.spec,
        "drift": report.drift,
        "kind": report.kind,
        "message": report.message,
        "hint": report.hint,
        "local_version": report.local_version,
        "upstream_version": report.upstream_version,
        "local_digest": report.local_digest,
        "upstream_digest": report.upstream_digest,
        "changes": {impact.value: report.count(impact) for impact in Impact},
    }


def _build(report: BuildReport) -> dict[str, Json]:
    return {
        "image": report.name,
        "reference": report.reference,
        "digest": report.digest,
        "tags": list(report.tags),
        "platforms": list(report.platforms),
        "layers": [{"name": layer.name, "digest": layer.digest, "size": layer.size} for layer in report.layers],
        "spec_digest": report.spec_digest,
        "base": report.base,
        "port": report.port,
        "delivered": list(report.delivered),
        "findings": [_finding(finding) for finding in report.findings],
    }


def _ci(report: CiReport) -> dict[str, Json]:
    return {
        "event": report.event,
        "exit_code": report.exit_code,
        "reports": [as_json(part) for part in report.reports],
        "undone": [{"task": one.task, "message": one.message, "hint": one.hint} for one in report.undone],
        "notes": list(report.notes),
    }
