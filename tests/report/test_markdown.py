"""Markdown stays within what GitHub takes, and what is worst stays in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location, Place, Span
from contractctl.core.reports import CiReport, DiffReport, LintReport, Report
from contractctl.report import markdown
from tests.report.findings import REPORTS
from tests.report.samples import ADDED, CI, LINT, REQUIRED, UNDECLARED


def numbered(number: int, severity: Severity, file: str = "a.yaml") -> Finding:
    at = Location(Place(file), Span(number, 1, number, 2))
    return replace(UNDECLARED, severity=severity, location=at, message=f"number {number}.", hint="")


INFOS = tuple(numbered(number, Severity.INFO) for number in range(1, 2000))
LATE = numbered(2000, Severity.ERROR)
CHANGES = DiffReport("a.yaml", "b.yaml", (ADDED,) * 2000 + (REQUIRED,))
LONG: dict[str, Report] = {
    "lint": LintReport((*INFOS, LATE), ("a.yaml",)),
    "lint of many files": LintReport(
        tuple(numbered(number, Severity.ERROR, f"{number}.yaml") for number in range(900)), ("a.yaml",)
    ),
    "diff": CHANGES,
    "ci": CiReport("push", (LintReport((*INFOS, LATE), ("a.yaml",)), CHANGES), CI.undone, CI.notes),
}


@pytest.mark.parametrize("limit", [markdown.COMMENT_LIMIT, 20_000, 4_000])
@pytest.mark.parametrize("report", LONG.values(), ids=LONG)
def test_a_long_report_keeps_within_its_limit(report: Report, limit: int) -> None:
    assert limit // 2 < len(markdown.render(report, limit=limit).encode()) <= limit


def test_the_worst_stays_and_the_rest_is_counted() -> None:
    shown = markdown.render(LONG["lint"], limit=4_000)
    assert "number 2000." in shown
    kept = shown.count("| 🔵 info |")
    assert shown.endswith(f"\n\n{1999 - kept} of 2000 findings are not shown: there is no room here.\n")


def test_every_part_of_a_run_has_room() -> None:
    shown = markdown.render(LONG["ci"], limit=8_000)
    assert all(words in shown for words in ("number 2000.", "became required", "ask for a token", "has no upstream"))


def test_thirty_rows_are_open_and_the_rest_is_folded_with_the_worst_first() -> None:
    shown = markdown.render(LintReport((*INFOS[:30], LATE, *(numbered(1, Severity.INFO, "b.yaml"),)), ("a.yaml",)))
    opened, *folds = shown.split("<details>")
    assert opened.count("\n| 🔵") + opened.count("\n| 🔴") == 30
    assert "number 2000." in opened
    assert [fold.partition("</summary>")[0] for fold in folds] == [
        "<summary>1 more",
        "<summary><code>b.yaml</code>: 1 finding",
    ]


def test_what_is_short_has_no_fold() -> None:
    assert "<details>" not in markdown.render(LINT)


@given(REPORTS, st.integers(2_000, 10_000))
def test_any_findings_keep_within_the_limit(report: LintReport, limit: int) -> None:
    assert len(markdown.render(report, limit=limit).encode()) <= limit
