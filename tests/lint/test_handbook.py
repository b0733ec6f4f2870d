"""The page about the rules is the one that the rules give."""

from __future__ import annotations

import re
from pathlib import Path

from contractctl.lint.handbook import handbook
from contractctl.lint.rules import RULES

ROOT = Path(__file__).parent.parent.parent
CODES = [rule.code for rule in RULES]


def test_docs_rules_is_current():
    page = ROOT / "docs" / "rules.md"
    assert page.read_text() == handbook(), "run tools/rules"


def test_every_code_has_a_heading_that_reports_link_to():
    headings = re.findall(r"^### (.+)$", handbook(), re.MULTILINE)
    assert sorted(headings) == sorted(CODES)


def test_the_table_at_the_top_lists_every_rule_and_its_links_lead_to_headings():
    page = handbook()
    links = re.findall(r"^\| \[`(.+?)`\]\(#(.+?)\) \| \w+ \| \w+ \| .+ \|$", page, re.MULTILINE)
    assert sorted(links) == sorted((code, code) for code in CODES)
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^##+ (.+)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(.+?)\)", page)) <= headings
