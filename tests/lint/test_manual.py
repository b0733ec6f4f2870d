"""Each rule's manual page is true: the bad description has this fault and no other, the good one has none."""

from __future__ import annotations

import re

import pytest

from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding
from contractctl.lint.engine import lint_document
from contractctl.lint.manual import whole
from contractctl.lint.rule import Rule
from contractctl.lint.rules import RULES
from contractctl.source.parse import parse_document

pages = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def linted(example: str, rule: Rule) -> tuple[Finding, ...]:
    """What is wrong with the description of a page, which is JSON or YAML by its first character."""
    name = "openapi.json" if example.startswith("{") else "openapi.yaml"
    try:
        read = parse_document(name, whole(example).encode())
    except UnloadableDescription as failure:
        return failure.findings
    return lint_document(read, rules={rule.code: rule.severity})


@pages
def test_a_manual_page_is_complete(rule: Rule) -> None:
    page = rule.manual
    assert all((page.title, page.why, page.source, page.bad, page.good))
    assert page.title.endswith(".")


@pages
def test_the_bad_description_has_the_fault_and_no_other(rule: Rule) -> None:
    assert [(one.rule, one.severity) for one in linted(rule.manual.bad, rule)] == [(rule.code, rule.severity)]


@pages
def test_the_good_description_has_no_fault(rule: Rule) -> None:
    assert linted(rule.manual.good, rule) == ()


def test_codes_are_kebab_case_and_each_is_there_once() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(-[a-z]+)+", code)] == []
