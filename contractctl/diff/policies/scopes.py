"""Whether a change is in the scope of something that a team said."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from contractctl.core.changes import Verdict
from contractctl.core.policies import Scope
from contractctl.diff.policies.globs import matches, matches_operation, matches_path

Quantifier = Callable[[Iterable[bool]], bool]
"""`all` or `any`, of the operations that a change reaches."""


def is_in_scope(verdict: Verdict, scope: Scope, *, of: Quantifier) -> bool:
    """Tell whether a change is in a scope: by itself, and by all or any of the operations that it reaches.

    A change of no operation at all is in no scope that names paths or operations.
    """
    change = verdict.change
    if scope.ids and not any(_is_kind(glob, change.kind) for glob in scope.ids):
        return False
    if scope.category not in (None, verdict.category):
        return False
    if not scope.paths and not scope.operations:
        return True
    return bool(change.operations) and of(_names(scope, title) for title in change.operations)


def _names(scope: Scope, title: str) -> bool:
    if scope.paths and not matches_path(scope.paths, title):
        return False
    return not scope.operations or any(matches_operation(glob, title) for glob in scope.operations)


def _is_kind(glob: str, kind: str) -> bool:
    """Tell whether an id stands for a kind; one without a direction stands for both."""
    return matches(glob, kind) or matches(glob, kind.removeprefix("request-").removeprefix("response-"))
