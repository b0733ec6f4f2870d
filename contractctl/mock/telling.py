"""Findings of a compilation: each once, with all the operations that it reaches."""

from __future__ import annotations

from dataclasses import replace

from contractctl.core.findings import Finding, Related, Severity
from contractctl.core.locations import Location, Place


class Told:
    """The findings so far. One that is told again for another operation is one finding with both."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[str, Finding] = {}

    def tell(self, finding: Finding) -> None:
        """Add a finding, or its operations to the one that is known."""
        known = self._found.get(finding.fingerprint)
        if known is not None:
            finding = replace(known, operations=tuple(dict.fromkeys((*known.operations, *finding.operations))))
        self._found[finding.fingerprint] = finding

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings in the order in which they were first told."""
        return tuple(self._found.values())


def warning(
    rule: str, at: Place, message: str, *, hint: str = "", operation: str = "", because: tuple[str, Place] | None = None
) -> Finding:
    """Make a finding of a compilation; `because` is a second place, with what it says."""
    related = (Related(because[0], Location(because[1])),) if because else ()
    operations = (operation,) if operation else ()
    return Finding(rule, Severity.WARNING, message, Location(at), hint, related, operations)
