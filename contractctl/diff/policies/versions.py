"""How far `info.version` has to rise: Semantic Versioning 2.0.0 §4, §6 to §8, §11."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from contractctl.core.changes import Category, Direction, Impact, Verdict
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.core.reports import VersionAdvice

_VERSION = pattern(
    r"v?(0|[1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,17})"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?"
)
_LONGEST = 256


class Rise(IntEnum):
    """What has to rise, least first."""

    NOTHING = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@dataclass(frozen=True, slots=True)
class _Version:
    """A semantic version without its build metadata. `prerelease` is empty for a release."""

    core: tuple[int, int, int]
    prerelease: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join(map(str, self.core)) + ("-" + ".".join(self.prerelease) if self.prerelease else "")

    @property
    def precedence(self) -> tuple[tuple[int, int, int], bool, tuple[tuple[bool, int, str], ...]]:
        """The sort key of §11."""
        identifiers = tuple((not one.isdecimal(), int(one) if one.isdecimal() else 0, one) for one in self.prerelease)
        return self.core, not self.prerelease, identifiers

    def raised(self, rise: Rise) -> _Version:
        """Return the least version that such a change allows; before 1.0.0 a breaking one takes the minor (§4)."""
        major, minor, patch = self.core
        if rise is Rise.NOTHING:
            return self
        if self.prerelease:
            return self._next_prerelease()
        if rise is Rise.MAJOR and major:
            return _Version((major + 1, 0, 0))
        return _Version((major, minor, patch + 1) if rise is Rise.PATCH else (major, minor + 1, 0))

    def _next_prerelease(self) -> _Version:
        """Return the one after: a prerelease promises nothing (§9), so that any later version will do."""
        *others, last = self.prerelease
        return _Version(self.core, (*others, str(int(last) + 1)) if last.isdecimal() else (*self.prerelease, "1"))


def version_advice(
    verdicts: Iterable[Verdict], excused: Iterable[Verdict], *, base: str, revision: str
) -> VersionAdvice:
    """Say what `info.version` has to become. A change that an approval covers counts as a fix."""
    needs = [*map(_rise, verdicts), *(Rise.PATCH for _ in excused)]
    rise = max(needs, default=Rise.NOTHING)
    before, after = _read(base), _read(revision)
    if before is None:
        return _from_no_version(rise, after, base, revision)
    least = before.raised(rise)
    if after is None:
        message = f"the version `{revision}` is no semantic version; {_because(rise)}the next one is {least}"
        return VersionAdvice(base, revision, str(least), rise is Rise.NOTHING and base == revision, message)
    if after.precedence < before.precedence:
        message = f"the version went back from {base} to {revision}; {_because(rise)}it has to be {least} at least"
        return VersionAdvice(base, revision, str(least), False, message)
    enough = _is_enough(after, least)
    message = _rose(base, revision) if enough else _too_little(base, revision)
    due = f"{_because(rise)}{least} is {'enough' if enough else 'needed'}" if rise else "no change asks for more"
    return VersionAdvice(base, revision, str(least), enough, f"{message}; {due}")


def _is_enough(after: _Version, least: _Version) -> bool:
    """Compare what was reached; a prerelease of the version that is needed is on its way there."""
    return after.precedence >= least.precedence or (not least.prerelease and after.core >= least.core)


def _from_no_version(rise: Rise, after: _Version | None, base: str, revision: str) -> VersionAdvice:
    message = f"the version `{base}` of base is no semantic version, so nothing can be said of how far it has to rise"
    if after is None and rise:
        message += f"; neither is `{revision}`: write one such as 1.0.0"
    return VersionAdvice(base, revision, None, after is not None or rise is Rise.NOTHING, message)


def _rise(verdict: Verdict) -> Rise:
    """Return what one change asks for: what takes away, what adds, and the rest."""
    if verdict.impact is Impact.BREAKING:
        return Rise.MAJOR
    kind = verdict.change.kind
    adds = kind.endswith(("-added", "-deprecated"))
    widens = verdict.change.direction is Direction.REQUEST and verdict.category is Category.WIRE
    return Rise.MINOR if adds or widens or verdict.impact is Impact.WARNING else Rise.PATCH


def _because(rise: Rise) -> str:
    return {
        Rise.MAJOR: "for a breaking change ",
        Rise.MINOR: "for what was added ",
        Rise.PATCH: "for what was changed ",
        Rise.NOTHING: "",
    }[rise]


def _rose(base: str, revision: str) -> str:
    return f"the version stays {base}" if base == revision else f"the version rose from {base} to {revision}"


def _too_little(base: str, revision: str) -> str:
    return f"the version stays {base}" if base == revision else f"the version rose only from {base} to {revision}"


def _read(version: str) -> _Version | None:
    found = _VERSION.fullmatch(version) if len(version) <= _LONGEST else None
    if found is None:
        return None
    major, minor, patch, prerelease = found.groups()
    return _Version((int(major), int(minor), int(patch)), tuple(prerelease.split(".")) if prerelease else ())
