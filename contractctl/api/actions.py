"""A run's report in the words of GitHub Actions: the log with annotations, and the outputs of the step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import assert_never

from contractctl.core.changes import Impact
from contractctl.core.findings import Severity
from contractctl.core.reports import BuildReport, CiReport, DiffReport, DriftReport, LintReport
from contractctl.github.annotations import ChangedLines, annotations_of, render_annotations
from contractctl.github.commands import without_commands
from contractctl.github.event import Run
from contractctl.github.history import changed_lines
from contractctl.report.text import render


def actions_log(report: CiReport, run: Run) -> str:
    """Return the text report, in which nothing is obeyed, and after it the annotations, changed lines first."""
    annotations = render_annotations(annotations_of(report), changed=_changed(report), workspace=run.workspace)
    return without_commands(render(report)) + annotations


def _changed(report: CiReport) -> ChangedLines:
    """Return the lines that differ from the base, by file: of those with remarks, of which one description has many."""
    if report.base is None:
        return {}
    files = dict.fromkeys(annotation.file for annotation in annotations_of(report) if annotation.file)
    return {file: changed_lines(Path(file), report.base, Path()) for file in files}


def actions_outputs(report: CiReport) -> Mapping[str, str]:
    """Return the outputs of a step: counts over all contracts, drift and image of the last one that has them."""
    outputs = {"result": "failure" if report.exit_code else "success"}
    linted = [part for part in report.reports if isinstance(part, LintReport)]
    outputs["errors"] = str(sum(part.count(Severity.ERROR) for part in linted))
    outputs["warnings"] = str(sum(part.count(Severity.WARNING) for part in linted))
    compared = [part for part in report.reports if isinstance(part, DiffReport)]
    outputs["breaking"] = str(sum(part.count(Impact.BREAKING) for part in compared))
    for part in report.reports:
        match part:
            case DriftReport():
                outputs |= _drift_outputs(part)
            case BuildReport():
                outputs |= {"image": part.reference, "digest": part.digest, "tags": "\n".join(part.tags)}
            case LintReport() | DiffReport():
                pass
            case _:
                assert_never(part)
    return outputs


def _drift_outputs(report: DriftReport) -> Mapping[str, str]:
    return {
        "drift": report.drift,
        "drift-kind": report.kind,
        "local-version": report.local_version or "",
        "upstream-version": report.upstream_version or "",
    }
