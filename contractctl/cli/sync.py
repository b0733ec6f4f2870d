"""The command `sync`."""

from __future__ import annotations

from typing import Annotated

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.drift_options import SpecArgument, UpstreamOptions
from contractctl.cli.session import Session

AllowDowngrade = Annotated[bool, typer.Option("--allow-downgrade", help="Take an older upstream.")]


@declared
def command(
    session: Session, asked: UpstreamOptions, *, spec: SpecArgument = None, allow_downgrade: AllowDowngrade = False
) -> int:
    """Fetch upstream, and write description and spec-version.txt together or not at all."""
    from contractctl.api.specs import choose_spec
    from contractctl.api.sync import sync

    config = session.config()
    report = sync(
        choose_spec(spec, config),
        config=config,
        upstream=asked.upstream,
        version_file=asked.version_file,
        allow_private=asked.allow_private,
        allow_unreachable=asked.allow_unreachable,
        allow_downgrade=allow_downgrade,
    )
    session.report(report)
    return report.exit_code
