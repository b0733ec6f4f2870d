"""Findings: what a check says about a place. One shape between all checks and all formats."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

from contractctl.core.fingerprints import fingerprint
from contractctl.core.records import dataclass

if TYPE_CHECKING:
    from contractctl.core.locations import Location


class Severity(StrEnum):
    """How bad a finding is, worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst; sorts errors before warnings before infos."""
        return ("error", "warning", "info").index(self.value)


Setting: TypeAlias = Severity | Literal["off"]
"""What a team may say about a rule: how bad its findings are, or that it is not to run."""
SETTINGS: tuple[Setting, ...] = (*Severity, "off")


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a finding: the other duplicate, the schema that an example breaks."""

    message: str
    location: Location


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect at one place.

    `rule` is the kebab-case code. `subject` tells two findings of one rule at one place apart without resting on
    wording (the name of the missing path variable, say). `operations` are titles such as `GET /pets/{id}`. `identity`
    is the pointer of its place with list items by what they are rather than by their index, where somebody made it.
    """

    rule: str
    severity: Severity
    message: str
    location: Location
    hint: str = ""
    related: tuple[Related, ...] = ()
    operations: tuple[str, ...] = ()
    subject: str = ""
    identity: str = ""

    @property
    def fingerprint(self) -> str:
        """32 hex digits that survive moved lines, reworded messages, and items put before others in a list."""
        return self.fingerprint_in(self.location.place.uri)

    def fingerprint_in(self, uri: str) -> str:
        """Return what the fingerprint would be if the document had this name: the same file goes by several."""
        return fingerprint(self.rule, f"{uri}#{self.identity or self.location.place.pointer}", self.subject)
