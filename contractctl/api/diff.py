"""Compare two descriptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeGuard, get_args

from contractctl.api.descriptions import open_side
from contractctl.config import Config
from contractctl.contract.build import BuiltContract
from contractctl.core.changes import Verdict
from contractctl.core.failures import UsageFailure
from contractctl.core.findings import Finding
from contractctl.core.reports import DiffReport, DiffThreshold
from contractctl.diff import diff_contracts
from contractctl.source.document import Document


def diff(base: str, revision: str, *, config: Config, fail_on: DiffThreshold | None = None) -> DiffReport:
    """Compare two SPECs (paths, URLs, `REF:path` of git) and judge every change from `base` to `revision`.

    A fault inside one side is a diagnostic and the rest is compared. Raise UsageFailure for a side that is no
    description, DeliveryFailure for one that cannot be fetched.
    """
    before, base_built = open_side(base, "base")
    after, revision_built = open_side(revision, "revision")
    verdicts = diff_contracts(base_built.contract, revision_built.contract)
    return DiffReport(
        base=base,
        revision=revision,
        verdicts=tuple(_located(verdict, before, after) for verdict in verdicts),
        diagnostics=(*_diagnostics(base_built, before), *_diagnostics(revision_built, after)),
        fail_on=fail_on or _threshold(config),
    )


def _located(verdict: Verdict, before: Document, after: Document) -> Verdict:
    change = verdict.change
    base = before.located(change.base) if change.base else None
    revision = after.located(change.revision) if change.revision else None
    return replace(verdict, change=replace(change, base=base, revision=revision))


def _diagnostics(built: BuiltContract, document: Document) -> Iterable[Finding]:
    for finding in built.findings:
        yield replace(finding, location=document.located(finding.location))


def _threshold(config: Config) -> DiffThreshold:
    value = config.diff_fail_on
    if value is None:
        return "breaking"
    if _is_threshold(value):
        return value
    hint = f"use {', '.join(get_args(DiffThreshold))}"
    raise UsageFailure(f"{config.file}: diff.fail-on: no threshold `{value}`", hint=hint)


def _is_threshold(value: str) -> TypeGuard[DiffThreshold]:
    return value in get_args(DiffThreshold)
