"""The command `lint`."""

from __future__ import annotations

from typing import Annotated

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.remote_options import RemoteOptions
from contractctl.cli.session import Session
from contractctl.core.profiles import Profile
from contractctl.core.reports import LintThreshold

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


@declared
def command(
    session: Session,
    remote: RemoteOptions,
    *,
    specs: Specs = None,
    profiles: Profiles = None,
    fail_on: FailOn = None,
    exit_zero: ExitZero = False,
) -> int:
    """Validate and lint OpenAPI descriptions.

    Without SPEC: those of the configuration, else the one description of the repository.
    """
    from contractctl.api.lint import lint

    report = lint(specs or (), config=remote.over(session.config()), fail_on=fail_on, profiles=profiles or ())
    session.report(report)
    return 0 if exit_zero else report.exit_code
