"""The command `sync`."""

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

AllowDowngrade = Annotated[bool, typer.Option("--allow-downgrade", help="Take an older upstream.")]


@everywhere
def command(
    session: Session,
    *,
    spec: SpecArgument = None,
    upstream: UpstreamOption = None,
    version_file: VersionFileOption = None,
    allow_private: AllowPrivateOption = False,
    allow_unreachable: AllowUnreachableOption = False,
    allow_downgrade: AllowDowngrade = False,
) -> int:
    """Fetch upstream, and write description and spec-version.txt together or not at all."""
    from contractctl.api.specs import choose_spec
    from contractctl.api.sync import sync

    config = session.config()
    report = sync(
        choose_spec(spec, config),
        config=config,
        upstream=upstream,
        version_file=version_file,
        allow_private=allow_private,
        allow_unreachable=allow_unreachable,
        allow_downgrade=allow_downgrade,
    )
    session.report(report)
    return report.exit_code
