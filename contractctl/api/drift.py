"""Compare a contract and its version file with upstream."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from contractctl.api.changes import Changes, changes_between
from contractctl.api.tracked import track
from contractctl.config import Config
from contractctl.core.failures import DeliveryFailure
from contractctl.core.reports import DriftReport
from contractctl.drift.edition import Edition
from contractctl.drift.kinds import Kind, Situation, kind_of
from contractctl.drift.local import Local, read_local
from contractctl.drift.sync import recover
from contractctl.drift.upstream import Fetch, Served, Upstream, ask_upstream
from contractctl.drift.version_file import VersionFile, read_version_file, require_known_digest
from contractctl.drift.words import describe
from contractctl.source.remote import fetch as fetch_url


def drift(
    spec: str,
    *,
    config: Config,
    upstream: str | None = None,
    version_file: Path | None = None,
    allow_private: bool = False,
    allow_unreachable: bool = False,
    fetch: Fetch = fetch_url,
) -> DriftReport:
    """Say how the description at `spec` stands to its version file and to upstream, with the classified changes.

    `upstream` (a URL or a path) and `version_file` replace what is configured; without either there is no upstream.
    That upstream could not be asked is the kind `unknown`, which `allow_unreachable` makes a warning. Raise
    UsageFailure when the local description cannot be read.
    """
    tracked = track(
        spec, config, upstream=upstream, version_file=version_file, allow_private=allow_private, fetch=fetch
    )
    recover(tracked.spec, tracked.version_file)
    local = read_local(tracked.spec, config.allow_remote)
    recorded = read_version_file(tracked.version_file)
    require_known_digest(recorded, str(tracked.version_file))
    served = _ask(tracked.upstream, local, recorded)
    theirs = served.edition if isinstance(served, Served) else served
    situation = Situation(local.edition, recorded, theirs, tracked.provider)
    kind = kind_of(situation)
    message, hint = describe(kind, situation, tracked.names)
    changes = _changes(kind, local, served) if isinstance(served, Served) else Changes()
    report = tracked.report(
        kind,
        message + changes.note,
        hint,
        local=local.edition,
        upstream=None if isinstance(theirs, DeliveryFailure) else theirs,
        verdicts=changes.verdicts,
    )
    if kind is Kind.VERSION_ONLY and config.drift_version_only == "ignore":
        return replace(report, drift="false")
    return replace(report, tolerated=allow_unreachable)


def _ask(
    upstream: Upstream | None, local: Local, recorded: VersionFile | None
) -> Served | Edition | DeliveryFailure | None:
    if upstream is None:
        return None
    try:
        return ask_upstream(upstream, recorded if local.keeps(recorded) else None)
    except DeliveryFailure as failure:
        return failure


def _changes(kind: Kind, local: Local, served: Served) -> Changes:
    """Return what the later side changes: upstream in general, our own description when it is a proposal."""
    if not kind.has_changes:
        return Changes()
    if kind is Kind.PROPOSAL:
        return changes_between(served.document, local.document)
    return changes_between(local.document, served.document)
