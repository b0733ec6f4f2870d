"""The command `drift`."""

from __future__ import annotations

from typing import Annotated

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.drift_options import SpecArgument, UpstreamOptions
from contractctl.cli.session import Session

ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit 0 on drift; not when nobody could tell.")]


@declared
def command(session: Session, asked: UpstreamOptions, *, spec: SpecArgument = None, exit_zero: ExitZero = False) -> int:
    """Compare spec-version.txt and the description with upstream."""
    from contractctl.api.drift import drift
    from contractctl.api.specs import choose_spec

    config = session.config()
    report = drift(
        choose_spec(spec, config),
        config=config,
        upstream=asked.upstream,
        version_file=asked.version_file,
        allow_private=asked.allow_private,
        allow_unreachable=asked.allow_unreachable,
    )
    session.report(report)
    return 0 if exit_zero and report.exit_code == 1 else report.exit_code
