"""The command `diff`."""

from __future__ import annotations

from typing import Annotated

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.remote_options import RemoteOptions
from contractctl.cli.session import Session
from contractctl.core.reports import DiffThreshold

Base = Annotated[
    str, typer.Argument(metavar="BASE", help="A path, a URL, or REF:path of git (origin/main:openapi.yaml).")
]
Revision = Annotated[str, typer.Argument(metavar="REVISION", help="The same, after the change.")]
FailOn = Annotated[
    DiffThreshold | None, typer.Option("--fail-on", help="The least impact that exits 1. [default: breaking]")
]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit 0 whatever has changed.")]


@declared
def command(
    session: Session,
    remote: RemoteOptions,
    base: Base,
    revision: Revision,
    *,
    fail_on: FailOn = None,
    exit_zero: ExitZero = False,
) -> int:
    """Say what changed between two descriptions, and what that breaks."""
    from contractctl.api.diff import diff

    report = diff(base, revision, config=remote.over(session.config()), fail_on=fail_on)
    session.report(report)
    return 0 if exit_zero else report.exit_code
