"""What a team wants of a comparison besides the law: how bad a change is to it, what is compared at all."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from contractctl.core.changes import Category, Impact
from contractctl.core.records import dataclass

ChangeSetting: TypeAlias = Impact | Literal["off"]
"""What a team may say about a change: how bad it is, or that it is not to be told."""
CHANGE_SETTINGS: tuple[ChangeSetting, ...] = (*Impact, "off")
VersionPolicy: TypeAlias = Literal["none", "semver"]
VERSION_POLICIES: tuple[VersionPolicy, ...] = get_args(VersionPolicy)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which changes are meant: those of which all that is said here is true. What is not said is empty.

    `ids`, `paths` and `operations` are alternatives. They are globs: `*` stands for anything but a slash, `**` for
    anything. The names of path variables do not count. An operation is `GET /pets/{id}`.
    """

    ids: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class SeverityRule:
    """How bad the changes in a scope are. `origin` is where a reader finds the rule: `diff.severity[0]`."""

    scope: Scope
    severity: ChangeSetting
    origin: str


@dataclass(frozen=True, slots=True)
class DiffPolicy:
    """What a configuration says about comparisons.

    The first rule of `severity` that a change is in the scope of decides. Without `include` every path is compared but
    for those of `exclude`; both are globs. `deprecation_days` is the notice that a deprecation has to give, 0 for none.
    """

    severity: tuple[SeverityRule, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    deprecation_days: int = 0
    version_policy: VersionPolicy = "none"
