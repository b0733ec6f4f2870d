"""Writing: spec and version file together from upstream, or the version file alone from the spec."""

from __future__ import annotations

from pathlib import Path

from contractctl.core.failures import UnloadableDescription
from contractctl.drift.edition import Edition
from contractctl.drift.formats import format_of, render
from contractctl.drift.split import refuse_split
from contractctl.drift.together import finish_interrupted, journal_beside, write_together
from contractctl.drift.upstream import Served
from contractctl.drift.version_file import VersionFile, write_version_file
from contractctl.source.files import read_file
from contractctl.source.parse import parse_document


def recover(spec: Path, version_file: Path) -> None:
    """End a sync of these two files that was killed. Every command of this package begins with it."""
    finish_interrupted((spec, version_file), journal_beside(version_file))


def write_sync(spec: Path, version_file: Path, served: Served, source: str) -> None:
    """Write what upstream serves to `spec`, in the format that it has, and its edition to `version_file`.

    A spec that does not exist is made. Raise DeliveryFailure, with neither file changed, when one cannot be written,
    and UsageFailure when the local or the served description is split over several files.
    """
    current = read_file(spec) if spec.exists() else None
    refuse_split(served.document)
    if current is not None:
        _refuse_split_file(spec, current)
    edition = served.edition
    recorded = VersionFile(edition.version, edition.content, edition.raw, source, served.etag or None)
    data = render(served, spec, format_of(spec, current, served.data))
    write_together({spec: data, version_file: write_version_file(recorded)}, journal_beside(version_file))


def write_stamp(version_file: Path, edition: Edition) -> None:
    """Record an edition of a contract of one's own. Raise DeliveryFailure when the file cannot be written."""
    recorded = VersionFile(edition.version, edition.content, edition.raw)
    write_together({version_file: write_version_file(recorded)}, journal_beside(version_file))


def _refuse_split_file(spec: Path, current: bytes) -> None:
    try:
        document = parse_document(str(spec), current)
    except UnloadableDescription:
        return  # What cannot be read is replaced whole.
    refuse_split(document)
