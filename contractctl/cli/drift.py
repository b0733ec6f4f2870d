"""The command `drift`."""

from __future__ import annotations

from typing import Annotated

import typer

from contractctl.cli.drift_options import (
    AllowPrivateOption,
    AllowUnreachableOption,
    SpecArgument,
    UpstreamOption,
    VersionFileOption,
)
from contractctl.cli.session import Session
from contractctl.cli.session import command as everywhere

ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit 0 on drift; not when nobody could tell.")]


@everywhere
def command(
    session: Session,
    *,
    spec: SpecArgument = None,
    upstream: UpstreamOption = None,
    version_file: VersionFileOption = None,
    allow_private: AllowPrivateOption = False,
    allow_unreachable: AllowUnreachableOption = False,
    exit_zero: ExitZero = False,
) -> int:
    """Compare spec-version.txt and the description with upstream."""
    from contractctl.api.drift import drift
    from contractctl.api.specs import choose_spec

    config = session.config()
    report = drift(
        choose_spec(spec, config),
        config=config,
        upstream=upstream,
        version_file=version_file,
        allow_private=allow_private,
        allow_unreachable=allow_unreachable,
    )
    session.report(report)
    return 0 if exit_zero and report.exit_code == 1 else report.exit_code
