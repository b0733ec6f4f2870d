"""Compare two descriptions."""

from __future__ import annotations

from contractctl.api.changes import located_verdict
from contractctl.api.descriptions import open_side
from contractctl.config import Config
from contractctl.core.reports import DiffReport, DiffThreshold
from contractctl.diff import diff_contracts


def diff(base: str, revision: str, *, config: Config, fail_on: DiffThreshold | None = None) -> DiffReport:
    """Compare two SPECs (paths, URLs, `REF:path` of git) and judge every change from `base` to `revision`.

    A fault inside one side is a diagnostic and the rest is compared. Raise UsageFailure for a side that is no
    description, DeliveryFailure for one that cannot be fetched.
    """
    before, base_built = open_side(base, "base", config)
    after, revision_built = open_side(revision, "revision", config)
    verdicts = diff_contracts(base_built.contract, revision_built.contract)
    return DiffReport(
        base=base,
        revision=revision,
        verdicts=tuple(located_verdict(verdict, before, after) for verdict in verdicts),
        diagnostics=(
            *map(before.located_finding, base_built.findings),
            *map(after.located_finding, revision_built.findings),
        ),
        fail_on=fail_on or config.diff_fail_on or "breaking",
    )
