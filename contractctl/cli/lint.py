"""The command `lint`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.remote_options import RemoteOptions
from contractctl.cli.session import Session
from contractctl.core.failures import UsageFailure
from contractctl.core.profiles import Profile
from contractctl.core.reports import LintThreshold
from contractctl.report.words import counted

Specs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SPEC]...", help="Paths, globs, `-` for standard input, REF:path of git, URLs."),
]
FailOn = Annotated[
    LintThreshold | None, typer.Option("--fail-on", help="The least severity that exits 1. [default: error]")
]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit 0 whatever is found.")]


Profiles = Annotated[
    list[Profile] | None,
    typer.Option("--profile", help="Which rules run; repeatable, to add one to another. [default: recommended]"),
]
Baseline = Annotated[
    Path | None, typer.Option("--baseline", metavar="FILE", help="Do not show the findings that this file knows.")
]
WriteBaseline = Annotated[
    Path | None, typer.Option("--write-baseline", metavar="FILE", help="Write all findings to this file and exit 0.")
]
Base = Annotated[
    str | None, typer.Option("--base", metavar="REF", help="Show only what the same files did not have at this commit.")
]
CrossCheck = Annotated[
    bool, typer.Option("--cross-check", help="Hear openapi-spec-validator as well, and tell where it disagrees.")
]


@declared
def command(
    session: Session,
    remote: RemoteOptions,
    *,
    specs: Specs = None,
    profiles: Profiles = None,
    fail_on: FailOn = None,
    baseline: Baseline = None,
    write_baseline: WriteBaseline = None,
    base: Base = None,
    cross_check: CrossCheck = False,
    exit_zero: ExitZero = False,
) -> int:
    """Validate and lint OpenAPI descriptions.

    Without SPEC: those of the configuration, else the one description of the repository.
    """
    from contractctl.api import lint

    config, chosen = remote.over(session.config()), profiles or ()
    if write_baseline is None:
        report = lint.lint(
            specs or (),
            config=config,
            fail_on=fail_on,
            profiles=chosen,
            baseline=baseline,
            base=base,
            cross_check=cross_check,
        )
    elif base is not None:
        message = "a baseline holds all findings, and --base shows only some of them"
        raise UsageFailure(message, hint="leave out --base, or --write-baseline")
    else:
        report = lint.write_baseline(
            specs or (), write_baseline, config=config, fail_on=fail_on, profiles=chosen, cross_check=cross_check
        )
        session.note(f"wrote {counted(report.hidden.in_baseline, 'finding')} to {write_baseline}")
    session.spare((*report.files, *report.consulted))
    session.notes(report.notes)
    session.report(report)
    return 0 if exit_zero else report.exit_code
