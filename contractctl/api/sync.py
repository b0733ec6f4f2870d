"""Take what upstream serves: description and version file together, or neither."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from contractctl.api.changes import Changes, changes_between
from contractctl.api.tracked import Tracked, track
from contractctl.config import Config
from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.reports import DriftReport
from contractctl.drift.kinds import Kind, Situation, kind_of
from contractctl.drift.local import Local, read_local
from contractctl.drift.semver import compare_versions
from contractctl.drift.sync import recover, write_sync
from contractctl.drift.upstream import Fetch, Served, Upstream, ask_upstream
from contractctl.drift.version_file import VersionFile, read_version_file
from contractctl.drift.words import describe, shown_version
from contractctl.source.remote import fetch as fetch_url


def sync(
    spec: str,
    *,
    config: Config,
    upstream: str | None = None,
    version_file: Path | None = None,
    allow_private: bool = False,
    allow_unreachable: bool = False,
    allow_downgrade: bool = False,
    fetch: Fetch = fetch_url,
) -> DriftReport:
    """Write what upstream serves to `spec` and its edition to the version file, both or neither.

    The report's kind is what was found before; `drift` is "false" once both files are written, "true" when an older
    upstream was refused, "unknown" when it could not be asked and `allow_unreachable` says to go on. Running it twice
    changes nothing the second time. Raise UsageFailure without an upstream and for split descriptions, DeliveryFailure
    when upstream cannot be asked or a file cannot be written.
    """
    tracked = track(
        spec, config, upstream=upstream, version_file=version_file, allow_private=allow_private, fetch=fetch
    )
    if tracked.upstream is None:
        hint = f"pass --upstream, set `upstream` in contractctl.yaml, or run `contractctl stamp {spec}` for your own"
        raise UsageFailure(f"no upstream is known for {spec}", hint=hint)
    recover(tracked.spec, tracked.version_file)
    try:
        served = _ask(tracked.upstream)
    except DeliveryFailure as failure:
        if not allow_unreachable:
            raise
        report = tracked.report(Kind.UNKNOWN, failure.message, failure.hint, local=None, upstream=None)
        return replace(report, tolerated=True)
    local = read_local(tracked.spec, config.allow_remote) if tracked.spec.exists() else None
    return _take(tracked, tracked.upstream, local, served, allow_downgrade=allow_downgrade)


def _ask(upstream: Upstream) -> Served:
    served = ask_upstream(upstream)
    assert isinstance(served, Served)
    return served


def _take(
    tracked: Tracked, upstream: Upstream, local: Local | None, served: Served, *, allow_downgrade: bool
) -> DriftReport:
    recorded = read_version_file(tracked.version_file)
    kind = _kind(tracked, local, recorded, served)
    before = local.edition if local else None
    if _goes_back(local, recorded, served) and not allow_downgrade:
        message = f"{_held(tracked, local)}, and {upstream.name} went back to {shown_version(served.edition.version)}"
        hint = f"`contractctl sync --allow-downgrade {tracked.spec}` takes it all the same"
        report = tracked.report(kind, f"{message}; nothing was written", hint, local=before, upstream=served.edition)
        return replace(report, drift="true")
    if local is not None and recorded is not None and _is_held(local, recorded, served, upstream):
        message, hint = describe(kind, Situation(local.edition, recorded, served.edition), tracked.names)
        return tracked.report(kind, message, hint, local=before, upstream=served.edition)
    write_sync(tracked.spec, tracked.version_file, served, upstream.name)
    changes = changes_between(local.document, served.document) if local else Changes()
    message = f"{_held(tracked, local)}; now {shown_version(served.edition.version)} of {upstream.name}{changes.note}"
    report = tracked.report(kind, message, "", local=before, upstream=served.edition, verdicts=changes.verdicts)
    return replace(report, drift="false")


def _kind(tracked: Tracked, local: Local | None, recorded: VersionFile | None, served: Served) -> Kind:
    if local is None:
        return Kind.UNVERSIONED
    return kind_of(Situation(local.edition, recorded, served.edition, tracked.provider))


def _goes_back(local: Local | None, recorded: VersionFile | None, served: Served) -> bool:
    held = [local.edition.version] if local else []
    held += [recorded.version] if recorded else []
    return any(compare_versions(served.edition.version, version) == "older" for version in held)


def _is_held(local: Local, recorded: VersionFile, served: Served, upstream: Upstream) -> bool:
    """Tell whether both files already say what upstream serves, so that a new entity tag alone rewrites nothing."""
    return local.keeps(recorded) and recorded.edition == served.edition and recorded.source == upstream.name


def _held(tracked: Tracked, local: Local | None) -> str:
    return f"{tracked.spec} was {shown_version(local.edition.version)}" if local else f"{tracked.spec} is new"
