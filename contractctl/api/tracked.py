"""What `drift`, `sync` and `stamp` work on: a description, its version file, and upstream if there is one."""

from __future__ import annotations

from pathlib import Path

from contractctl.config import Config
from contractctl.core.changes import Verdict
from contractctl.core.records import dataclass
from contractctl.core.reports import DriftReport
from contractctl.drift.edition import Edition
from contractctl.drift.kinds import Kind
from contractctl.drift.upstream import Fetch, Upstream
from contractctl.drift.words import Names
from contractctl.source.remote import CredentialSource


@dataclass(frozen=True, slots=True)
class Tracked:
    """A description and what it is tracked against. `provider` says that upstream is our own deployed API."""

    spec: Path
    version_file: Path
    upstream: Upstream | None
    provider: bool

    @property
    def names(self) -> Names:
        """How users know the parts."""
        return Names(str(self.spec), str(self.version_file), self.upstream.name if self.upstream else "")

    def report(
        self,
        kind: Kind,
        message: str,
        hint: str,
        *,
        local: Edition | None,
        upstream: Edition | None,
        verdicts: tuple[Verdict, ...] = (),
    ) -> DriftReport:
        """Return the report of a kind, with the editions of both sides."""
        return DriftReport(
            kind=kind.value,
            drift=kind.drift,
            message=message,
            hint=hint,
            spec=str(self.spec),
            local_version=local.version if local else None,
            upstream_version=upstream.version if upstream else None,
            local_digest=local.content if local else None,
            upstream_digest=upstream.content if upstream else None,
            verdicts=verdicts,
        )


def track(
    spec: str, config: Config, *, upstream: str | None, version_file: Path | None, allow_private: bool, fetch: Fetch
) -> Tracked:
    """Put together what is configured for a SPEC and what the command line says instead.

    The configured credential belongs to the configured upstream, and is not sent to another one.
    """
    configured = config.spec_for(Path(spec))
    location = upstream or configured.upstream
    auth = configured.auth if location == configured.upstream else None
    source = CredentialSource(auth.header, auth.env) if auth else None
    return Tracked(
        spec=Path(spec),
        version_file=version_file or configured.version_file,
        upstream=Upstream(location, fetch, source, allow_private) if location else None,
        provider=configured.provider,
    )
