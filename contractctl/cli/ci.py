"""The command `ci`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.formats import write_file
from contractctl.cli.session import Session
from contractctl.cli.streams import write_stdout
from contractctl.core.reports import CiReport, DiffThreshold, LintThreshold
from contractctl.github.event import Run

Specs = Annotated[list[str] | None, typer.Argument(metavar="[SPEC]...", help="Paths and globs.")]
Base = Annotated[
    str | None, typer.Option("--base", metavar="REF", help="Compare with this. [default: where the pull request began]")
]
Push = Annotated[
    Literal["auto", "true", "false"], typer.Option("--push", help="auto: unless the token of a fork may not.")
]
Image = Annotated[str | None, typer.Option("--image", metavar="NAME", help="The image, without a tag.")]
Tag = Annotated[
    list[str] | None, typer.Option("-t", "--tag", metavar="TAG", help="Repeatable. [default: auto, as of build-mock]")
]
BaseImage = Annotated[str | None, typer.Option("--base-image", metavar="BASE", help="As of build-mock.")]
LintFailOn = Annotated[LintThreshold | None, typer.Option("--lint-fail-on", help="[default: error]")]
DiffFailOn = Annotated[DiffThreshold | None, typer.Option("--diff-fail-on", help="[default: breaking]")]


@declared
def command(
    session: Session,
    *,
    specs: Specs = None,
    base: Base = None,
    push: Push = "auto",
    image: Image = None,
    tag: Tag = None,
    base_image: BaseImage = None,
    lint_fail_on: LintFailOn = None,
    diff_fail_on: DiffFailOn = None,
) -> int:
    """Lint, compare, check drift, build and push the mock: all that a pull request needs, in one report.

    In GitHub Actions it annotates lines, and writes the step's summary and outputs.
    """
    from contractctl.api.ci import CiOptions, ci
    from contractctl.cli.progress import steps
    from contractctl.github.event import read_run

    run = read_run(os.environ)
    options = CiOptions(base, push, image, tuple(tag or ()), base_image, lint_fail_on, diff_fail_on)
    with steps(session) as step:
        report = ci(specs or (), config=session.config(), run=run, options=options, steps=step)
    if run is None or session.formats:
        session.report(report)
    if run is not None:
        _tell_actions(session, report, run)
    return report.exit_code


def _tell_actions(session: Session, report: CiReport, run: Run) -> None:
    """Write what GitHub Actions shows: the log with annotations, the summary, the outputs and the report's file."""
    from contractctl.api.actions import actions_log, actions_outputs
    from contractctl.github.outputs import SUMMARY_LIMIT, append_summary, write_outputs
    from contractctl.report import json as report_json
    from contractctl.report import markdown

    if not session.formats:
        write_stdout(actions_log(report, run))
    outputs = dict(actions_outputs(report))
    if folder := os.environ.get("RUNNER_TEMP"):
        path = Path(folder) / "contractctl-report.json"
        write_file(path, report_json.render(report).encode())
        outputs["report"] = str(path)
    if run.summary is not None:
        append_summary(run.summary, markdown.render(report, limit=SUMMARY_LIMIT))
    if run.output is not None:
        write_outputs(run.output, outputs)
