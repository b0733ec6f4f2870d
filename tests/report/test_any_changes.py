"""Laws that hold for whatever a diff may find, in every format."""

from __future__ import annotations

import json as standard_json
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.core.changes import Impact
from contractctl.core.reports import DiffReport
from contractctl.report import html, json, junit, markdown, sarif, text
from tests.report.changes import REPORTS
from tests.report.schemas import VALIDATOR
from tests.report.test_html import Page

law = settings(max_examples=10, derandomize=True, deadline=None)


@law
@given(REPORTS)
def test_text_is_printable_and_ends_with_the_counts(report: DiffReport) -> None:
    lines = text.render(report).split("\n")
    assert all(line.isprintable() for line in lines)
    assert lines[-2].startswith((f"{report.count(Impact.BREAKING)} breaking, ", "no changes from "))


@law
@given(REPORTS)
def test_json_is_read_back(report: DiffReport) -> None:
    assert standard_json.loads(json.render(report)) == json.as_json(report)


@law
@given(REPORTS)
def test_a_page_has_its_elements_closed_and_its_links_lead_somewhere(report: DiffReport) -> None:
    page = Page(html.render(report))
    names = page.values("id")
    assert len(set(names)) == len(names)
    assert {link[1:] for link in page.values("href") if link.startswith("#")} <= set(names)


@law
@given(REPORTS, st.integers(2_000, 10_000))
def test_a_comment_keeps_within_its_limit(report: DiffReport, limit: int) -> None:
    assert len(markdown.render(report, limit=limit).encode()) <= limit


@law
@given(REPORTS)
def test_a_test_fails_for_each_change_that_fails_the_run(report: DiffReport) -> None:
    failed = ET.fromstring(junit.render(report).encode()).findall("testsuite/testcase/failure")
    assert bool(failed) == bool(report.exit_code)


@law
@given(REPORTS)
def test_a_log_is_valid_and_holds_what_is_not_compatible(report: DiffReport) -> None:
    log = standard_json.loads(sarif.render(report))
    VALIDATOR.validate(log)
    loud = sum(verdict.impact is not Impact.COMPATIBLE for verdict in report.verdicts)
    low = report.version is not None and not report.version.is_enough
    assert len(log["runs"][0]["results"]) == len(report.diagnostics) + loud + low
