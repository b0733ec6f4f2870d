"""The page is whole in itself: it loads nothing, obeys nothing, and its links lead somewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given

from contractctl.core.reports import Hidden, LintReport, Report
from contractctl.report import html
from tests.report.findings import REPORTS
from tests.report.samples import LINT, SAMPLES, UNDECLARED

VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """The elements of a page with their attributes; fails where one is not closed in its place."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]


reports = pytest.mark.parametrize("report", SAMPLES.values(), ids=SAMPLES)


@reports
def test_nothing_is_loaded_from_anywhere(report: Report) -> None:
    page = Page(html.render(report))
    assert page.values("src") == page.values("style") == []
    assert {tag for tag, _ in page.elements}.isdisjoint({"link", "img", "iframe", "object", "base", "form"})
    assert not re.search(r"url\(|@import|fetch\(|innerHTML|eval\(", html.render(report))


@reports
def test_the_policy_lets_run_what_is_in_the_page_and_nothing_else(report: Report) -> None:
    page = html.render(report)
    (style,), (script,) = (
        re.findall(r"<style>(.*?)</style>", page, re.DOTALL),
        re.findall(r"<script>(.*?)</script>", page, re.DOTALL),
    )
    one, other = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    policy = f"default-src 'none'; style-src 'sha256-{one}'; script-src 'sha256-{other}'; "
    assert f"content=\"{policy}base-uri 'none'; form-action 'none'\"" in page


@reports
def test_links_within_the_page_lead_somewhere(report: Report) -> None:
    page = Page(html.render(report))
    names = page.values("id")
    assert len(set(names)) == len(names)
    assert {link[1:] for link in page.values("href") if link.startswith("#")} <= set(names)


def test_what_is_not_shown_is_counted() -> None:
    hidden = Hidden(ignored=2, in_baseline=1, baseline="<known>.json")
    page = html.render(replace(LINT, hidden=hidden))
    line = "<p>2 errors, 1 warning, 1 info in 4 files; 2 ignored; 1 known, in &lt;known&gt;.json</p>"
    assert line in page.splitlines()


def test_a_link_is_the_same_whatever_else_is_found() -> None:
    link = f'id="f-{UNDECLARED.fingerprint}"'
    assert link in html.render(LINT)
    assert link in html.render(LintReport((UNDECLARED,), ("api/openapi.yaml",)))


@given(REPORTS)
def test_any_findings_are_elements_closed_in_their_places(report: LintReport) -> None:
    page = Page(html.render(report))
    levels = [value for tag, attributes in page.elements if tag == "article" and (value := attributes["data-level"])]
    assert sorted(levels) == sorted(finding.severity.value for finding in report.findings)
    html.render(report).encode()
