"""Markdown stays within what GitHub takes, and what is worst stays in it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location, Place, Pointer, Span
from contractctl.core.reports import CiReport, DiffReport, LintReport, Report
from contractctl.report import markdown
from tests.report.findings import REPORTS
from tests.report.samples import ADDED, CI, EXCUSED, KIND, LINT, LOOSENED, REQUIRED, UNDECLARED


def numbered(number: int, severity: Severity, file: str = "a.yaml") -> Finding:
    at = Location(Place(file), Span(number, 1, number, 2))
    return replace(UNDECLARED, severity=severity, location=at, message=f"number {number}.", hint="")


INFOS = tuple(numbered(number, Severity.INFO) for number in range(1, 2000))
LATE = numbered(2000, Severity.ERROR)
CHANGES = DiffReport("a.yaml", "b.yaml", (ADDED,) * 2000 + (REQUIRED,))
MANY = tuple(
    replace(REQUIRED, change=replace(REQUIRED.change, operations=(place,), message=f"`{place}`: number {number}"))
    for number, place in ((number, f"POST /pets/{number // 4}") for number in range(500))
)
LONG: dict[str, Report] = {
    "breaking changes": DiffReport("a.yaml", "b.yaml", MANY, fail_on="none"),
    "warnings": DiffReport("a.yaml", "b.yaml", (LOOSENED,) * 600, excused=(EXCUSED,) * 600, notes=("a note",) * 600),
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


def summaries(shown: str) -> list[str]:
    return re.findall(r"<summary>(.*?)</summary>", shown)


def test_up_to_five_breaking_changes_are_open_with_what_shows_them() -> None:
    shown = markdown.render(DiffReport("a.yaml", "b.yaml", MANY[:5], read_kinds=lambda: {KIND.code: KIND}))
    assert summaries(shown) == []
    assert shown.count("```http\nPOST /pets HTTP/1.1\n") == shown.count("\n🔴 ") == 5
    assert shown.count("#### ") == 2


def test_of_more_each_is_a_line_that_opens() -> None:
    shown = markdown.render(DiffReport("a.yaml", "b.yaml", MANY[:6]))
    assert summaries(shown) == [f"🔴 number {number} · line 9" for number in range(6)]
    assert shown.count("```http\nPOST /pets HTTP/1.1\n") == 6


def test_after_thirty_breaking_changes_the_rest_is_one_table() -> None:
    assert summaries(markdown.render(DiffReport("a.yaml", "b.yaml", MANY[:33])))[30:] == ["🔴 3 more breaking changes"]


def test_what_was_done_alike_in_several_places_is_told_once() -> None:
    change = REQUIRED.change
    alike = (replace(change, operations=(name,), message=f"`{name}`: gone") for name in ("GET /a", "GET /b", "GET /c"))
    shown = markdown.render(DiffReport("a.yaml", "b.yaml", tuple(replace(REQUIRED, change=each) for each in alike)))
    assert shown.count("```http") == 1
    assert (
        "🔴 **gone** `request-property-became-required`<br>line 9<br>the same in `GET /b` (line 9), `GET /c` (line 9)"
        in shown
    )


def test_warnings_share_the_thirty_with_what_breaks() -> None:
    shown = markdown.render(DiffReport("a.yaml", "b.yaml", (*MANY[:28], *(LOOSENED,) * 3)))
    assert summaries(shown)[28:] == ["🟡 1 more warning"]


def test_what_is_left_out_of_a_long_diff_is_counted() -> None:
    shown = markdown.render(LONG["breaking changes"], limit=20_000)
    told = len(summaries(shown)) - 1 + shown.count("\n| `POST /pets/")
    assert shown.endswith(f"\nNot shown, for there is no room here: {500 - told} breaking changes.\n")


def test_a_place_in_a_file_of_one_line_is_named_by_its_pointer() -> None:
    at = Location(Place("b.yaml", Pointer(("paths", "/pets"))), Span(1, 4000, 1, 4010))
    change = replace(ADDED.change, revision=at)
    shown = markdown.render(DiffReport("a.yaml", "b.yaml", (replace(ADDED, change=change),)))
    assert "| `#/paths/~1pets` |" in shown


@pytest.mark.parametrize("words", ["ask @octocat", "see #12", "a <b> & @octocat"])
def test_nobody_is_called_by_what_a_description_says(words: str) -> None:
    change = replace(REQUIRED.change, message=words)
    for count in (1, 6, 40):
        changes = (replace(change, kind=f"kind-{number}") for number in range(count))
        verdicts = tuple(replace(REQUIRED, change=each) for each in changes)
        shown = markdown.render(DiffReport("a.yaml", "b.yaml", verdicts))
        assert not re.search(r"[@#](octocat|12)", shown)


def test_what_is_short_has_no_fold() -> None:
    assert "<details>" not in markdown.render(LINT)


@given(REPORTS, st.integers(2_000, 10_000))
def test_any_findings_keep_within_the_limit(report: LintReport, limit: int) -> None:
    assert len(markdown.render(report, limit=limit).encode()) <= limit
