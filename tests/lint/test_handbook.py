"""The page about the rules is the one that the rules give."""

from __future__ import annotations

from pathlib import Path

from contractctl.lint.handbook import handbook


def test_docs_rules_is_current():
    page = Path(__file__).parent.parent.parent / "docs" / "rules.md"
    assert page.read_text() == handbook(), "run tools/rules"
