"""The page for those who come from other linters names rules that there are."""

from __future__ import annotations

import re
from pathlib import Path

from contractctl.lint.rules import RULES

PAGE = Path(__file__).parent.parent.parent / "docs" / "other-linters.md"


def test_every_rule_on_the_page_exists() -> None:
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", PAGE.read_text()))
    assert named - {rule.code for rule in RULES} == set()


def test_every_owasp_rule_is_on_the_page() -> None:
    page = PAGE.read_text()
    assert [rule.code for rule in RULES if rule.profile == "owasp" and f"`{rule.code}`" not in page] == []
