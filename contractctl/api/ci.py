"""Everything a pull request needs: lint, diff, drift, and the mock built and pushed, in one report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar, assert_never

from contractctl.api.build_mock import Destinations, Recipe, build_mock
from contractctl.api.diff import DiffOptions, diff
from contractctl.api.drift import drift
from contractctl.api.lint import lint
from contractctl.api.mock import compile_mock
from contractctl.api.specs import choose_specs, configured
from contractctl.api.tagging import commit_of_run
from contractctl.config import Config
from contractctl.core.failures import Failure, UsageFailure
from contractctl.core.findings import Severity
from contractctl.core.progress import SILENCE, Steps
from contractctl.core.records import dataclass
from contractctl.core.reports import (
    BuildReport,
    CiReport,
    DiffReport,
    DiffThreshold,
    DriftReport,
    LintReport,
    LintThreshold,
    Undone,
)
from contractctl.github.event import OtherEvent, PullRequest, Push, Run
from contractctl.github.history import merge_base, pull_request_base
from contractctl.image.tags import automatic_tags
from contractctl.source.git import former_name, has_git_file

Part: TypeAlias = "LintReport | DiffReport | DriftReport | BuildReport"
R = TypeVar("R")
_SHORT = 12


@dataclass(frozen=True, slots=True)
class CiOptions:
    """What a run may choose. `base` is a git reference, `push` "auto" pushes where the run's token may.

    `image` is a name without a tag; `tags` as for `build-mock`. None stands for what is configured.
    """

    base: str | None = None
    push: Literal["auto", "true", "false"] = "auto"
    image: str | None = None
    tags: tuple[str, ...] = ()
    base_image: str | None = None
    lint_fail_on: LintThreshold | None = None
    diff_fail_on: DiffThreshold | None = None


def ci(
    specs: Iterable[str],
    *,
    config: Config,
    run: Run | None,
    options: CiOptions,
    steps: Steps | None = None,
) -> CiReport:
    """Check every SPEC and build its mock; `run` is the workflow run, None outside of GitHub Actions.

    A part that cannot be done is told in the report and the rest goes on. The mock is built and pushed whenever the
    description keeps to the specification, whatever diff and drift say: clients are to have it before the backend
    is there. Raise UsageFailure when it is not clear what to work on.
    """
    chosen = choose_specs(specs, config)
    work = _Work(config, run, options, steps or SILENCE, several=len(chosen) > 1)
    base = work.attempt("find the base", work.find_base)
    for spec in chosen:
        work.check(spec, base)
    return CiReport(
        event=_event_name(run),
        reports=tuple(work.reports),
        undone=tuple(work.undone),
        notes=tuple(dict.fromkeys(work.notes)),
        base=base,
    )


class _Work:
    """One run as it goes: what was reported, what could not be done, what was left out."""

    def __init__(self, config: Config, run: Run | None, options: CiOptions, step: Steps, *, several: bool) -> None:
        self._config = config
        self._run = run
        self._options = options
        self._step = step
        self._several = several
        self.reports: list[Part] = []
        self.undone: list[Undone] = []
        self.notes: list[str] = []

    def attempt(self, task: str, work: Callable[[], R]) -> R | None:
        """Do one part; a failure of it is kept for the report."""
        self._step(task)
        try:
            return work()
        except Failure as failure:
            self.undone.append(Undone(task, failure.message, failure.hint, failure.exit_code))
            return None

    def find_base(self) -> str | None:
        """Return the commit to compare with, or None where there is nothing to compare with."""
        if self._options.base is not None:
            return merge_base(self._options.base, Path())
        if self._run is not None and isinstance(self._run.event, PullRequest):
            return pull_request_base(self._run.event, Path())
        self.notes.append("nothing to compare with: this is no pull request, and no --base is named")
        return None

    def check(self, spec: str, base: str | None) -> None:
        """Lint, compare and build one SPEC."""
        linted = self.attempt(
            f"lint {spec}", lambda: lint((spec,), config=self._config, fail_on=self._options.lint_fail_on)
        )
        if linted is None:
            return
        self.reports.append(linted)
        self.notes.extend(linted.notes)
        if base is not None and not linted.unloadable:
            self._keep(self.attempt(f"compare {spec}", lambda: self._diff(spec, base)))
        self._keep(self.attempt(f"check the drift of {spec}", lambda: self._drift(spec)))
        if linted.count(Severity.ERROR):
            self.notes.append(f"no mock of {spec} was built: its errors come first")
            return
        self._keep(self.attempt(f"build the mock of {spec}", lambda: self._build(spec)))

    def _keep(self, report: Part | None) -> None:
        if report is not None:
            self.reports.append(report)

    def _diff(self, spec: str, base: str) -> DiffReport | None:
        before = self._name_at(base, spec)
        if before is None:
            self.notes.append(f"{spec} is new: there is nothing to compare it with")
            return None
        options = DiffOptions(fail_on=self._options.diff_fail_on)
        return diff(f"{base[:_SHORT]}:{before}", spec, config=self._config, options=options)

    def _name_at(self, base: str, spec: str) -> str | None:
        """Return what a description was called at the base: moved, it breaks no less. None for a new one."""
        if has_git_file(base, spec):
            return spec
        folder = Path(spec).parent
        former = former_name(base, Path(spec).name, folder=folder)
        if former is None:
            return None
        before = os.path.normpath(folder / former)
        self.notes.append(f"{spec} was {before} before: it is compared with that")
        return before

    def _drift(self, spec: str) -> DriftReport | None:
        known = configured(spec, self._config)
        if known.upstream is None and not known.version_file.exists():
            self.notes.append(f"no drift check of {spec}: `contractctl stamp {spec}` writes {known.version_file.name}")
            return None
        return drift(spec, config=self._config)

    def _build(self, spec: str) -> BuildReport:
        name = self._options.image or configured(spec, self._config).image
        if self._several and configured(spec, self._config).image is None:
            hint = "write `image:` beside each `path:` in contractctl.yaml"
            raise UsageFailure(f"{spec} has no image name of its own", hint=hint)
        compiled = compile_mock(spec, config=self._config, options={})
        recipe = Recipe(tags=self._options.tags or self._tags(), name=name, base=self._options.base_image)
        pushes = self._pushes()
        return build_mock((compiled,), recipe, Destinations(push=pushes, nowhere=not pushes), steps=self._step)

    def _tags(self) -> tuple[str, ...]:
        """Return those of `-t auto` in a workflow run; none means the contract's version."""
        return automatic_tags(commit_of_run(self._run)) if self._run is not None else ()

    def _pushes(self) -> bool:
        if self._options.push != "auto":
            return self._options.push == "true"
        if self._run is None:
            self.notes.append("the mock was built and not pushed: this is no workflow run (--push true pushes)")
            return False
        if isinstance(self._run.event, PullRequest) and not self._run.event.may_publish:
            self.notes.append("the mock was built and not pushed: the token of a fork or of Dependabot may not write")
            return False
        return True


def _event_name(run: Run | None) -> str:
    if run is None:
        return "local"
    match run.event:
        case PullRequest():
            return "pull_request"
        case Push():
            return "push"
        case OtherEvent(name=name):
            return name
        case _:
            assert_never(run.event)
