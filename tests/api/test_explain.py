"""Codes and what there is to say of them."""

from __future__ import annotations

import pytest

from contractctl.api.explain import explain, list_rules, rule_help
from contractctl.core.failures import UsageFailure
from contractctl.core.profiles import Profile
from contractctl.core.reports import OtherCode, RuleHelp
from contractctl.lint.rules import RULES


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_every_code_that_lint_tells_has_a_page(code: str) -> None:
    (page,) = explain([code])
    assert isinstance(page, RuleHelp)
    assert (page.code, all((page.title, page.why, page.source, page.bad, page.good))) == (code, True)
    assert page.docs.endswith(f"/docs/rules.md#{code}")


@pytest.mark.parametrize(
    "code",
    [
        "cross-check-disagrees",
        "cross-check-unseen",
        "cross-check-stopped",
        "version-too-low",
    ],
)
def test_what_is_neither_a_rule_nor_a_change_is_said_in_a_sentence(code: str) -> None:
    (page,) = explain([code])
    assert isinstance(page, OtherCode)
    assert page.code == code


@pytest.mark.parametrize(
    "code",
    [
        "zebra",
        "",
        "request-",
        "request-removed-x",
        "request-operation-removed",
        "tag-undeclard",
        "../etc",
        "REQUEST-type-changed",
    ],
)
def test_what_is_neither_is_refused(code: str) -> None:
    with pytest.raises(UsageFailure):
        explain([code])


def test_a_code_that_is_asked_for_twice_is_explained_once() -> None:
    first, second = RULES[1].code, RULES[0].code
    assert [page.code for page in explain([first, second, first])] == [first, second]


def test_pages_are_given_for_what_has_one() -> None:
    assert list(rule_help(["zebra", "yaml-syntax", RULES[0].code])) == sorted(["yaml-syntax", RULES[0].code])


def test_a_list_holds_what_runs_with_a_profile() -> None:
    assert [page.code for page in list_rules()] == [rule.code for rule in RULES]
    assert {page.profile for page in list_rules([Profile.SPEC])} == {Profile.SPEC}
    assert {page.profile for page in list_rules([Profile.STRICT])} <= {
        Profile.SPEC,
        Profile.RECOMMENDED,
        Profile.STRICT,
    }
