"""Record the edition of a contract of one's own."""

from __future__ import annotations

from pathlib import Path

from contractctl.api.tracked import track
from contractctl.config import Config
from contractctl.core.reports import DriftReport
from contractctl.drift.kinds import Kind
from contractctl.drift.local import read_local
from contractctl.drift.sync import recover, write_stamp
from contractctl.drift.words import shown_version
from contractctl.source.remote import fetch as fetch_url


def stamp(spec: str, *, config: Config, version_file: Path | None = None) -> DriftReport:
    """Write the version file from the description at `spec`; equal descriptions give equal bytes.

    Raise UsageFailure when the description cannot be read, DeliveryFailure when the file cannot be written.
    """
    tracked = track(spec, config, upstream=None, version_file=version_file, allow_private=False, fetch=fetch_url)
    recover(tracked.spec, tracked.version_file)
    local = read_local(tracked.spec, config.allow_remote)
    write_stamp(tracked.version_file, local.edition)
    message = f"{tracked.version_file} now says {shown_version(local.edition.version)}, as {tracked.spec} does"
    return tracked.report(Kind.NONE, message, "", local=local.edition, upstream=None)
