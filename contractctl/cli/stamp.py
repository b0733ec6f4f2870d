"""The command `stamp`."""

from __future__ import annotations

from contractctl.cli.declare import command as declared
from contractctl.cli.drift_options import SpecArgument, VersionFileOption
from contractctl.cli.session import Session


@declared
def command(session: Session, *, spec: SpecArgument = None, version_file: VersionFileOption = None) -> int:
    """Write spec-version.txt for a contract of your own."""
    from contractctl.api.specs import choose_spec
    from contractctl.api.stamp import stamp

    config = session.config()
    report = stamp(choose_spec(spec, config), config=config, version_file=version_file)
    session.report(report)
    return report.exit_code
