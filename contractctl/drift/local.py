"""The local side: a description of this repository and the edition that it is."""

from __future__ import annotations

from pathlib import Path

from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.records import dataclass
from contractctl.drift.edition import Edition, edition_of
from contractctl.drift.version_file import VersionFile
from contractctl.source.document import Document
from contractctl.source.files import read_file
from contractctl.source.hosts import AllowedHosts
from contractctl.source.spec import parse_description


@dataclass(frozen=True, slots=True)
class Local:
    """A description as it lies in the repository."""

    document: Document
    edition: Edition

    def keeps(self, recorded: VersionFile | None) -> bool:
        """Tell whether the description still says what the version file recorded, version and content."""
        return recorded is not None and (recorded.version, recorded.content) == (
            self.edition.version,
            self.edition.content,
        )


def read_local(path: Path, hosts: AllowedHosts) -> Local:
    """Read the description at `path`, and what it refers to: its edition counts all of its files.

    Raise UsageFailure when it does not exist or is no OpenAPI description: that is neither drift nor its absence.
    """
    data = read_file(path)
    try:
        document = parse_description(str(path), data, hosts=hosts)
        return Local(document, edition_of(document, data))
    except UnloadableDescription as failure:
        finding = failure.findings[0]
        message = f"{finding.location} is not a description whose version can be told: {finding.message}"
        raise UsageFailure(message, hint=f"run `contractctl lint {path}`") from None
