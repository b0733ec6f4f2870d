"""Each rule's manual page is true: the bad description has this fault and no other, the good one has none."""

from __future__ import annotations

import re

import pytest

from contractctl.lint.engine import lint_document
from contractctl.lint.rule import Rule
from contractctl.lint.rules import RULES
from tests.lint.cases import document

pages = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


@pages
def test_a_manual_page_is_complete(rule: Rule) -> None:
    page = rule.manual
    assert all((page.title, page.why, page.source, page.bad, page.good))
    assert page.title.endswith(".")


@pages
def test_the_bad_description_has_the_fault_and_no_other(rule: Rule) -> None:
    found = lint_document(document(rule.manual.bad), rules={rule.code: rule.severity})
    assert [(one.rule, one.severity) for one in found] == [(rule.code, rule.severity)]


@pages
def test_the_good_description_has_no_fault(rule: Rule) -> None:
    assert lint_document(document(rule.manual.good), rules={rule.code: rule.severity}) == ()


def test_codes_are_kebab_case_and_each_is_there_once() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(-[a-z]+)+", code)] == []
