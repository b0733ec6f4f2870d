"""Reports: what a command found, ready to be rendered. Each knows the exit code that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from contractctl.core.changes import Impact
from contractctl.core.findings import Severity
from contractctl.core.records import dataclass

if TYPE_CHECKING:
    from contractctl.core.changes import Direction, Verdict, Witness
    from contractctl.core.findings import Finding
    from contractctl.core.locations import Place
    from contractctl.core.profiles import Profile

LintThreshold: TypeAlias = Literal["error", "warning", "info", "none"]
DiffThreshold: TypeAlias = Literal["breaking", "warning", "any", "none"]
LINT_THRESHOLDS: tuple[LintThreshold, ...] = get_args(LintThreshold)
DIFF_THRESHOLDS: tuple[DiffThreshold, ...] = get_args(DiffThreshold)
RULES_PAGE = "https://github.com/contractctl/contractctl/blob/main/docs/rules.md"
CHANGES_PAGE = "https://github.com/contractctl/contractctl/blob/main/docs/changes.md"


@dataclass(frozen=True, slots=True)
class RuleHelp:
    """The manual page of a rule: what is wrong, why it matters, who says so, a bad and a good description in YAML.

    `severity` is the default one. `profile` is the first that the rule belongs to.
    """

    code: str
    title: str
    why: str
    source: str
    bad: str
    good: str
    severity: Severity
    family: str
    profile: Profile

    @property
    def docs(self) -> str:
        """The address of this page on the web."""
        return f"{RULES_PAGE}#{self.code}"


@dataclass(frozen=True, slots=True)
class Judged:
    """How the example of a kind of change is judged where it travels in one direction, and why.

    `law` is what may happen in that direction. `witness` is looked for only where somebody shows it.
    """

    direction: Direction
    impact: Impact
    why: str
    law: str
    witness: Witness | None = None


@dataclass(frozen=True, slots=True)
class ChangeHelp:
    """The manual page of a kind of change.

    `code` is the kind as it was asked for, `name` the same without a direction, which it has in the handbook. `base`
    and `revision` are its example in YAML, `part` says what of a description they are; `judged` has the directions in
    which the example travels. `hint` says what to do instead; it is empty where nothing breaks.
    """

    code: str
    name: str
    family: str
    title: str
    judged: tuple[Judged, ...]
    hint: str
    part: str
    base: str
    revision: str

    @property
    def docs(self) -> str:
        """The address of this page on the web."""
        return f"{CHANGES_PAGE}#{self.name}"


@dataclass(frozen=True, slots=True)
class OtherCode:
    """What there is to say of a code that no rule of lint has."""

    code: str
    message: str


def _no_rules() -> Mapping[str, RuleHelp]:
    return {}


def _no_kinds() -> Mapping[str, ChangeHelp]:
    return {}


@dataclass(frozen=True, slots=True)
class Hidden:
    """How many findings a run does not show, by why: ignored where they stand, in a baseline, there at a commit before.

    `baseline` is the file and `base` the revision as the user named them, empty for none.
    """

    ignored: int = 0
    in_baseline: int = 0
    at_base: int = 0
    baseline: str = ""
    base: str = ""

    @property
    def count(self) -> int:
        """All of them."""
        return self.ignored + self.in_baseline + self.at_base


@dataclass(frozen=True, slots=True)
class LintReport:
    """The findings of one run over `files`, sorted by file, place and rule; every location has its span.

    `unloadable` are the files that make no description at all; their findings say why. `read` are the
    files that these descriptions consist of, sorted; where nobody says so, `files`. `read_rules` gives the manual pages
    of the rules that have findings; pages are read by the formats that show them, and by no other.
    `hidden` counts what is not among the findings, `notes` say what a reader should know of it.
    """

    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    fail_on: LintThreshold = "error"
    unloadable: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    read_rules: Callable[[], Mapping[str, RuleHelp]] = field(default=_no_rules, compare=False, repr=False)
    hidden: Hidden = Hidden()
    notes: tuple[str, ...] = ()

    @property
    def consulted(self) -> tuple[str, ...]:
        """The files that findings may lie in: one description may consist of several."""
        return self.read or self.files

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """1 when a finding is at or over the threshold, else 0."""
        if self.fail_on == "none":
            return 0
        threshold = Severity(self.fail_on).rank
        return int(any(finding.severity.rank <= threshold for finding in self.findings))


@dataclass(frozen=True, slots=True)
class VersionAdvice:
    """What `info.version` has to become under semantic versioning.

    `base` and `revision` are as written. `needed` is the least version that the changes allow, None where the base has
    no semantic version. `is_enough` tells whether revision has at least that.
    """

    base: str
    revision: str
    needed: str | None
    is_enough: bool
    message: str


@dataclass(frozen=True, slots=True)
class DiffReport:
    """The judged changes from `base` to `revision`, worst first, with the findings inside either side.

    `excused` are the changes that an approval covers; they fail nothing. `notes` say what a reader should know:
    approvals that are stale or have expired, what was left out. `version` is there under a version policy.
    `read_kinds` gives the manual pages of the kinds of the verdicts that are not compatible; `read` are the names of
    the documents of both sides, and of the files that say what the team makes of changes.
    """

    base: str
    revision: str
    verdicts: tuple[Verdict, ...]
    diagnostics: tuple[Finding, ...] = ()
    fail_on: DiffThreshold = "breaking"
    excused: tuple[Verdict, ...] = ()
    notes: tuple[str, ...] = ()
    version: VersionAdvice | None = None
    read_kinds: Callable[[], Mapping[str, ChangeHelp]] = field(default=_no_kinds, compare=False, repr=False)
    read: tuple[str, ...] = ()

    def count(self, impact: Impact) -> int:
        """Return how many verdicts have this impact."""
        return sum(verdict.impact is impact for verdict in self.verdicts)

    @property
    def exit_code(self) -> int:
        """1 when a change is at or over the threshold, or the version has not risen enough, else 0."""
        if self.fail_on == "none":
            return 0
        if self.version is not None and not self.version.is_enough:
            return 1
        threshold = {"breaking": 0, "warning": 1, "any": 2}[self.fail_on]
        return int(any(verdict.impact.rank <= threshold for verdict in self.verdicts))


@dataclass(frozen=True, slots=True)
class DriftReport:
    """How a contract and its version file stand to upstream.

    `kind` is one of the kinds of docs/drift.md; `drift` is "unknown" exactly when upstream could not be asked.
    Digests are `c1:sha256:…` of the canonical content without `info.version`, or None where there is none.
    `tolerated` says that "unknown" is a warning here (`--allow-unreachable`).
    """

    kind: str
    drift: Literal["true", "false", "unknown"]
    message: str
    hint: str
    spec: str
    local_version: str | None
    upstream_version: str | None
    local_digest: str | None
    upstream_digest: str | None
    verdicts: tuple[Verdict, ...] = ()
    tolerated: bool = False

    def count(self, impact: Impact) -> int:
        """Return how many of the changes between the local contract and upstream have this impact."""
        return sum(verdict.impact is impact for verdict in self.verdicts)

    @property
    def exit_code(self) -> int:
        """0 in sync, 1 drift, 3 when nobody could tell, unless that is tolerated."""
        return {"false": 0, "true": 1, "unknown": 0 if self.tolerated else 3}[self.drift]


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """One layer of a built image: what it holds, its digest, its compressed size in bytes."""

    name: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """A built mock image: `name` without tag, `tags`, its digest, and where it went.

    `digest` is what the image has everywhere; with `is_local` it is the engine's own identity, which nobody can pull.
    """

    name: str
    tags: tuple[str, ...]
    digest: str
    platforms: tuple[str, ...]
    layers: tuple[LayerSummary, ...]
    spec_digest: str
    base: str
    port: int
    delivered: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    is_local: bool = False

    @property
    def reference(self) -> str:
        """`name@sha256:…`, which pulls exactly this image; `name:tag` for one that only the engine has."""
        return f"{self.name}:{self.tags[0]}" if self.is_local else f"{self.name}@{self.digest}"

    @property
    def exit_code(self) -> int:
        """Always 0: what could not be built or delivered is a failure, not a report."""
        return 0


@dataclass(frozen=True, slots=True)
class ServedContract:
    """A contract in a mock image, by its labels: name, `info.version`, and the digest of spec-version.txt."""

    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class InspectReport:
    """What an image in a registry serves, at least one contract. What is unknown is empty.

    `digest` is that of what `reference` names, or of the image for the platform that was asked for. `created` and
    `layers` are known of one platform only.
    """

    reference: str
    digest: str
    platforms: tuple[str, ...]
    contracts: tuple[ServedContract, ...]
    title: str = ""
    base: str = ""
    base_digest: str = ""
    source: str = ""
    created: str = ""
    layers: tuple[LayerSummary, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """Something that a longer command could not do, while it went on with the rest."""

    task: str
    message: str
    hint: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class CiReport:
    """What one continuous-integration run found: the reports in the order of the work, and what it could not do.

    `notes` say what was left out and why, `base` is the commit that was compared with.
    """

    event: str
    reports: tuple[Part, ...]
    undone: tuple[Undone, ...] = ()
    notes: tuple[str, ...] = ()
    base: str | None = None

    def told_once(self) -> Iterator[Part]:
        """Yield the reports without the findings of diff and build at places of which lint has spoken."""
        told: set[Place] = set()
        for report in self.reports:
            match report:
                case LintReport():
                    told.update(finding.location.place for finding in report.findings)
                    yield report
                case DiffReport():
                    yield replace(report, diagnostics=_beside(report.diagnostics, told))
                case BuildReport():
                    yield replace(report, findings=_beside(report.findings, told))
                case _:
                    yield report

    @property
    def exit_code(self) -> int:
        """The gravest of all: 3 over 2 over 1 over 0."""
        return max((part.exit_code for part in (*self.reports, *self.undone)), default=0)


def _beside(findings: Iterable[Finding], told: set[Place]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.location.place not in told)


Part: TypeAlias = "LintReport | DiffReport | DriftReport | BuildReport"
Report: TypeAlias = "LintReport | DiffReport | DriftReport | BuildReport | CiReport"
