"""The kinds of drift: one table, of which the first row that matches counts, and the words for each."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Literal

from contractctl.core.failures import DeliveryFailure
from contractctl.core.records import dataclass
from contractctl.drift.edition import Edition
from contractctl.drift.semver import compare_versions
from contractctl.drift.version_file import VersionFile


class Kind(StrEnum):
    """How a contract and its version file stand to upstream; docs/drift.md is the manual page."""

    UNKNOWN = "unknown"
    UNVERSIONED = "unversioned"
    LOCAL_MODIFIED = "local-modified"
    FORMAT_ONLY = "format-only"
    NONE = "none"
    SILENT = "silent"
    VERSION_ONLY = "version-only"
    UPSTREAM_NEWER = "upstream-newer"
    PROPOSAL = "proposal"
    UPSTREAM_OLDER = "upstream-older"

    @property
    def drift(self) -> Literal["true", "false", "unknown"]:
        """Whether this is drift; "unknown" for the kind of that name only."""
        if self is Kind.UNKNOWN:
            return "unknown"
        return "false" if self in _HARMLESS else "true"

    @property
    def has_changes(self) -> bool:
        """Whether the contents of both sides differ, so that the changes between them can be told."""
        return self in _CHANGED


_HARMLESS = frozenset({Kind.FORMAT_ONLY, Kind.NONE, Kind.PROPOSAL})
_CHANGED = frozenset({Kind.SILENT, Kind.UPSTREAM_NEWER, Kind.PROPOSAL, Kind.UPSTREAM_OLDER})


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the kind depends on.

    `recorded` is None without a version file. `upstream` is None for a contract of one's own, and a failure when it
    could not be asked. `provider` says that upstream is our own deployed API.
    """

    spec: Edition
    recorded: VersionFile | None
    upstream: Edition | DeliveryFailure | None
    provider: bool = False

    def sides(self) -> tuple[Edition, Edition]:
        """Return the two editions to compare: ours and theirs. There must be a version file and no failure.

        Without upstream they are the version file and the spec. What was served is the version file's business as
        long as upstream is not ours; a deployed API is compared with the spec itself.
        """
        assert self.recorded is not None
        assert not isinstance(self.upstream, DeliveryFailure)
        recorded = self.recorded.edition
        if self.upstream is None:
            stamped = self.recorded.source is None
            return recorded, Edition(self.spec.version, self.spec.content, self.spec.raw if stamped else None)
        return (self.spec if self.provider else recorded), self.upstream


def kind_of(situation: Situation) -> Kind:
    """Return the first kind whose row matches."""
    return next(kind for kind, matches in _ROWS if matches(situation))


def compares_versions_only(situation: Situation) -> bool:
    """Tell whether no content was compared, because the version file records none that can be."""
    return situation.recorded is not None and not _comparable(situation.recorded.content, situation.spec.content)


def _is_unknown(situation: Situation) -> bool:
    return isinstance(situation.upstream, DeliveryFailure)


def _is_unversioned(situation: Situation) -> bool:
    return situation.recorded is None


def _is_modified(situation: Situation) -> bool:
    if situation.recorded is None or (situation.provider and situation.upstream is not None):
        return False
    return situation.spec.version != situation.recorded.version or _differ(
        situation.spec.content, situation.recorded.content
    )


def _is_reformatted(situation: Situation) -> bool:
    ours, theirs = situation.sides()
    return _is_same(situation) and _equal(ours.content, theirs.content) and _differ(ours.raw, theirs.raw)


def _is_same(situation: Situation) -> bool:
    ours, theirs = situation.sides()
    return ours.version == theirs.version and not _differ(ours.content, theirs.content)


def _is_silent(situation: Situation) -> bool:
    ours, theirs = situation.sides()
    return ours.version == theirs.version


def _is_renamed(situation: Situation) -> bool:
    ours, theirs = situation.sides()
    return _equal(ours.content, theirs.content)


def _is_newer(situation: Situation) -> bool:
    """Versions that have no order count as newer: nobody can say that upstream went back."""
    ours, theirs = situation.sides()
    return compare_versions(theirs.version, ours.version) != "older"


def _is_proposal(situation: Situation) -> bool:
    return situation.provider


def _comparable(one: str | None, other: str | None) -> bool:
    """Both are there, and made in the same way (`c1:sha256`)."""
    return one is not None and other is not None and one.rpartition(":")[0] == other.rpartition(":")[0]


def _equal(one: str | None, other: str | None) -> bool:
    return _comparable(one, other) and one == other


def _differ(one: str | None, other: str | None) -> bool:
    return _comparable(one, other) and one != other


_ROWS: tuple[tuple[Kind, Callable[[Situation], bool]], ...] = (
    (Kind.UNKNOWN, _is_unknown),
    (Kind.UNVERSIONED, _is_unversioned),
    (Kind.LOCAL_MODIFIED, _is_modified),
    (Kind.FORMAT_ONLY, _is_reformatted),
    (Kind.NONE, _is_same),
    (Kind.SILENT, _is_silent),
    (Kind.VERSION_ONLY, _is_renamed),
    (Kind.UPSTREAM_NEWER, _is_newer),
    (Kind.PROPOSAL, _is_proposal),
    (Kind.UPSTREAM_OLDER, lambda _: True),
)
