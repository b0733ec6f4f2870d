"""What a rule is: a function from a subject to defects, with a code, a severity and a manual page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from contractctl.core.findings import Finding, Related, Severity
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.core.records import dataclass
from contractctl.lint.manual import Manual, read_manual
from contractctl.lint.subject import Subject


@dataclass(frozen=True, slots=True)
class Defect:
    """What a rule has to say about one place; the rule adds its code and severity.

    `subject` tells two defects of one rule at one place apart.
    """

    at: Location
    message: str
    hint: str = ""
    subject: str = ""
    related: tuple[Related, ...] = ()


_BEGINNING: Final = 800
_ENDING: Final = 200
Check: TypeAlias = Callable[[Subject], Iterator[Defect]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One idea that is checked.

    `code` is kebab-case and names the fault; `severity` is the default one; `profile` is the first that it belongs to.
    """

    code: str
    severity: Severity
    family: str
    profile: Profile
    check: Check

    @property
    def manual(self) -> Manual:
        """The manual page, read from the docstring of the check."""
        return read_manual(self.check.__doc__ or "")

    def findings(self, subject: Subject, severity: Severity) -> Iterator[Finding]:
        """Yield a finding for each defect, in the order of the check."""
        for defect in self.check(subject):
            yield Finding(
                self.code,
                severity,
                _shortened(defect.message),
                defect.at,
                hint=_shortened(defect.hint),
                related=defect.related,
                subject=defect.subject,
            )


def _shortened(text: str) -> str:
    """Leave out the middle of what nobody reads: the name of a thing may be a megabyte long."""
    is_short = len(text) <= _BEGINNING + _ENDING
    return text if is_short else f"{text[:_BEGINNING]}…{text[-_ENDING:]}"


def rule(
    code: str, *, severity: Severity, family: str, profile: Profile = Profile.RECOMMENDED
) -> Callable[[Check], Rule]:
    """Make a rule of a check. It takes effect where the table of `rules` lists it."""

    def declare(check: Check) -> Rule:
        return Rule(code, severity, family, profile, check)

    return declare
