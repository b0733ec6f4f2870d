"""What a team says beside the law: severities, notice of deprecations, how far a version has to rise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contractctl.core.changes import Category, Change, Direction, Impact, Verdict
from contractctl.core.policies import ChangeSetting, Scope, SeverityRule
from contractctl.diff.policies.approvals import Judged
from contractctl.diff.policies.approvals_file import Accepted, Signature, read_approvals, with_approvals
from contractctl.diff.policies.globs import matches, matches_operation
from contractctl.diff.policies.notice import with_notice
from contractctl.diff.policies.severities import with_severities
from contractctl.diff.policies.versions import version_advice

TODAY = date(2026, 1, 1)


def verdict(
    kind: str = "request-property-became-required",
    impact: Impact = Impact.BREAKING,
    *,
    operations: tuple[str, ...] = ("POST /pets",),
    direction: Direction = Direction.REQUEST,
    category: Category = Category.WIRE,
    after: str | None = None,
) -> Verdict:
    change = Change(kind, direction, operations, "a message", None, None, after=after)
    return Verdict(change, impact, category, "the law's reason")


@pytest.mark.parametrize(
    ("glob", "text", "is_meant"),
    [
        pytest.param("/pets", "/pets", True, id="a path itself"),
        pytest.param("/pets", "/pets/{id}", False, id="not what is below it"),
        pytest.param("/pets/*", "/pets/{id}", True, id="one step below"),
        pytest.param("/pets/*", "/pets/{id}/toys", False, id="not two steps below"),
        pytest.param("/internal/**", "/internal/a/b", True, id="all below"),
        pytest.param("/internal/**", "/internal", True, id="all below, and itself"),
        pytest.param("/internal/**", "/internals", False, id="no longer name"),
        pytest.param("/**/toys", "/pets/{id}/toys", True, id="at any depth"),
        pytest.param("/**/toys", "/toys", True, id="at no depth"),
        pytest.param("/pets/{id}", "/pets/{petId}", True, id="a variable of another name"),
        pytest.param("/pets/{id}", "/pets/mine", False, id="no variable"),
        pytest.param("/v?/pets", "/v2/pets", True, id="one character"),
        pytest.param("/a.b", "/aXb", False, id="a dot is a dot"),
        pytest.param("request-*", "request-enum-value-removed", True, id="the beginning of an id"),
        pytest.param("*-removed", "request-enum-value-removed", True, id="the end of an id"),
    ],
)
def test_a_glob_stands_for_paths_and_ids(glob: str, text: str, *, is_meant: bool) -> None:
    assert matches(glob, text) is is_meant


@pytest.mark.parametrize(
    ("glob", "is_meant"),
    [("GET /pets/*", True), ("get /pets/{petId}", True), ("* /pets/**", True), ("POST /pets/*", False)],
)
def test_a_glob_stands_for_operations(glob: str, *, is_meant: bool) -> None:
    assert matches_operation(glob, "GET /pets/{id}") is is_meant


def rule(severity: ChangeSetting, **scope: tuple[str, ...]) -> SeverityRule:
    return SeverityRule(Scope(**scope), severity, "diff.severity[0] of contractctl.yaml")


BOTH = ("POST /pets", "POST /internal/pets")


@pytest.mark.parametrize(
    ("said", "operations", "impact"),
    [
        pytest.param(rule(Impact.WARNING, ids=("request-*",)), BOTH, Impact.WARNING, id="by a glob of ids"),
        pytest.param(
            rule(Impact.WARNING, ids=("property-became-required",)), BOTH, Impact.WARNING, id="by an id of no direction"
        ),
        pytest.param(rule(Impact.WARNING, ids=("response-*",)), BOTH, Impact.BREAKING, id="not by another id"),
        pytest.param(rule(Impact.WARNING, paths=("/internal/**",)), BOTH[1:], Impact.WARNING, id="by a path"),
        pytest.param(
            rule(Impact.WARNING, paths=("/internal/**",)),
            BOTH,
            Impact.BREAKING,
            id="not if a public path is reached",
        ),
        pytest.param(
            rule(Impact.WARNING, operations=("POST /**",)), BOTH, Impact.WARNING, id="by a glob of all its operations"
        ),
        pytest.param(rule(Impact.WARNING, paths=("/**",)), (), Impact.BREAKING, id="not what is of no operation"),
        pytest.param(
            rule(Impact.WARNING, paths=("/pets",), operations=("GET /pets",)),
            BOTH[:1],
            Impact.BREAKING,
            id="not where one of two conditions fails",
        ),
    ],
)
def test_a_rule_says_how_bad_the_changes_in_its_scope_are(
    said: SeverityRule, operations: tuple[str, ...], impact: Impact
) -> None:
    (seen,) = with_severities([verdict(operations=operations)], [said])
    assert seen.impact is impact


def test_a_team_may_make_more_of_a_change_that_reaches_one_of_its_operations() -> None:
    added = verdict("response-property-added", Impact.COMPATIBLE, operations=BOTH)
    (seen,) = with_severities([added], [rule(Impact.BREAKING, paths=("/pets",))])
    reason = "diff.severity[0] of contractctl.yaml says breaking; by the law it is compatible: the law's reason"
    assert (seen.impact, seen.judged, seen.reason) == (Impact.BREAKING, Impact.COMPATIBLE, reason)


def test_what_is_off_is_not_told() -> None:
    assert list(with_severities([verdict()], [rule("off", ids=("request-*",))])) == []


def test_the_first_rule_for_a_change_decides() -> None:
    rules = [rule(Impact.WARNING, operations=("POST /pets",)), rule(Impact.COMPATIBLE, ids=("*",))]
    mine, other = with_severities([verdict(), verdict(operations=("GET /toys",))], rules)
    assert (mine.impact, other.impact) == (Impact.WARNING, Impact.COMPATIBLE)


def test_what_is_said_of_a_category_is_said_of_no_other() -> None:
    said = SeverityRule(Scope(category=Category.SDK), Impact.BREAKING, "here")
    seen = with_severities([verdict("operation-id-changed", Impact.WARNING, category=Category.SDK), verdict()], [said])
    assert [one.judged for one in seen] == [Impact.WARNING, None]


@pytest.mark.parametrize(
    ("sunset", "days", "fault"),
    [
        pytest.param("2026-03-01", 30, "", id="enough notice"),
        pytest.param("2026-01-31", 30, "", id="just enough notice"),
        pytest.param("2026-01-30", 30, "the `x-sunset` 2026-01-30 is before 2026-01-31", id="a day too near"),
        pytest.param(None, 30, "no `x-sunset` says when the operation goes", id="no sunset"),
        pytest.param("soon", 30, "the `x-sunset` is `soon`, which is no date; write such as 2026-01-31", id="no date"),
        pytest.param(None, 0, "", id="nothing is asked for"),
    ],
)
def test_a_deprecation_gives_notice(sunset: str | None, days: int, fault: str) -> None:
    told = verdict("operation-deprecated", Impact.COMPATIBLE, category=Category.LIFECYCLE, after=sunset)
    (seen,) = with_notice([told], days, today=TODAY)
    if not fault:
        assert seen == told
        return
    reason = f"`diff.deprecation-days` asks for 30 days of notice: {fault}; by the law it is compatible"
    assert (seen.impact, seen.judged, seen.reason) == (Impact.BREAKING, Impact.COMPATIBLE, reason)


TEXT = st.text(max_size=30)


@settings(derandomize=True, max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXT, TEXT), max_size=12), TEXT, TEXT, TEXT, st.none() | st.dates())
def test_approvals_are_read_as_they_were_written(
    tmp_path: Path, names: list[tuple[str, str]], message: str, reason: str, owner: str, expires: date | None
) -> None:
    file = tmp_path / "accepted.yaml"
    file.unlink(missing_ok=True)
    operations = tuple(f"{method} {path}" for method, path in names)
    change = Change("request-type-changed", Direction.REQUEST, operations, message, None, None)
    told = Verdict(change, Impact.BREAKING, Category.WIRE, "")
    signature = Signature(reason or "so", owner, expires)
    file.write_bytes(with_approvals(file, [Accepted(told, "a.yaml")], signature))
    file.write_bytes(with_approvals(file, [Accepted(told, "b.yaml")], signature))
    read = read_approvals(file)
    told_of = (signature.reason, owner, expires)
    assert [(one.reason, one.owner, one.expires, one.file) for one in read] == [
        (*told_of, "a.yaml"),
        (*told_of, "b.yaml"),
    ]
    assert all(one.covers(told, Judged((told,), (one.file,))) for one in read)


ADDED = verdict("operation-added", Impact.COMPATIBLE, direction=Direction.NEITHER)
WIDENED = verdict("request-type-widened", Impact.COMPATIBLE)
NARROWED = verdict("response-enum-value-removed", Impact.COMPATIBLE, direction=Direction.RESPONSE)
BREAKING = verdict()


@pytest.mark.parametrize(
    ("base", "changes", "revision", "needed", "is_enough"),
    [
        pytest.param("1.4.2", [BREAKING, ADDED], "2.0.0", "2.0.0", True, id="a breaking change takes the major"),
        pytest.param("1.4.2", [BREAKING], "1.5.0", "2.0.0", False, id="and no less"),
        pytest.param("0.4.2", [BREAKING], "0.5.0", "0.5.0", True, id="before 1.0.0 it takes the minor"),
        pytest.param("0.4.2", [BREAKING], "0.4.3", "0.5.0", False, id="and no less before 1.0.0"),
        pytest.param("1.4.2", [ADDED], "1.5.0", "1.5.0", True, id="an addition takes the minor"),
        pytest.param("1.4.2", [ADDED], "1.4.3", "1.5.0", False, id="and no less for an addition"),
        pytest.param("1.4.2", [WIDENED], "1.4.3", "1.5.0", False, id="a request that takes more is an addition"),
        pytest.param("1.4.2", [NARROWED], "1.4.3", "1.4.3", True, id="what is left takes the patch"),
        pytest.param("1.4.2", [NARROWED], "1.4.2", "1.4.3", False, id="and no less for what is left"),
        pytest.param("1.4.2", [], "1.4.2", "1.4.2", True, id="no change takes nothing"),
        pytest.param("1.4.2", [], "1.4.1", "1.4.2", False, id="a version does not go back"),
        pytest.param("1.4.2", [BREAKING], "3.0.0", "2.0.0", True, id="more than is needed"),
        pytest.param("1.4.2", [BREAKING], "2.0.0-rc.1", "2.0.0", True, id="a prerelease of what is needed"),
        pytest.param("1.4.2", [BREAKING], "1.5.0-rc.1", "2.0.0", False, id="a prerelease of too little"),
        pytest.param("2.0.0-rc.1", [BREAKING], "2.0.0-rc.2", "2.0.0-rc.2", True, id="a prerelease promises nothing"),
        pytest.param("2.0.0-rc", [BREAKING], "2.0.0", "2.0.0-rc.1", True, id="a release after a prerelease"),
        pytest.param("v1.4.2", [ADDED], "v1.5.0", "1.5.0", True, id="a leading v"),
        pytest.param("1.4.2+build.7", [], "1.4.2+build.8", "1.4.2", True, id="build metadata do not count"),
        pytest.param("2025-01-31", [BREAKING], "2025-02-28", None, False, id="dates are no semantic versions"),
        pytest.param("2025-01-31", [BREAKING], "1.0.0", None, True, id="the first semantic version"),
        pytest.param("1.4", [], "1.4", None, True, id="nothing is asked of a short form without changes"),
        pytest.param("1.4.2", [ADDED], "next", "1.5.0", False, id="a word after a version"),
        pytest.param("1.4.2", [ADDED], "1" * 300 + ".0.0", "1.5.0", False, id="a number that is too long"),
    ],
)
def test_a_version_has_to_rise_as_far_as_its_changes_ask_for(
    base: str, changes: list[Verdict], revision: str, needed: str | None, *, is_enough: bool
) -> None:
    advice = version_advice(changes, [], base=base, revision=revision)
    assert (advice.needed, advice.is_enough) == (needed, is_enough)


def test_an_approved_change_asks_for_a_patch() -> None:
    advice = version_advice([], [BREAKING], base="1.4.2", revision="1.4.3")
    assert (advice.needed, advice.is_enough) == ("1.4.3", True)


@pytest.mark.parametrize(
    ("base", "changes", "revision", "message"),
    [
        (
            "1.4.2",
            [BREAKING],
            "1.5.0",
            "the version rose only from 1.4.2 to 1.5.0; for a breaking change 2.0.0 is needed",
        ),
        ("1.4.2", [ADDED], "1.4.2", "the version stays 1.4.2; for what was added 1.5.0 is needed"),
        ("1.4.2", [BREAKING], "2.0.0", "the version rose from 1.4.2 to 2.0.0; for a breaking change 2.0.0 is enough"),
        ("1.4.2", [], "1.4.2", "the version stays 1.4.2; no change asks for more"),
        (
            "1.4.2",
            [ADDED],
            "1.3.0",
            "the version went back from 1.4.2 to 1.3.0; for what was added it has to be 1.5.0 at least",
        ),
        (
            "1.4.2",
            [ADDED],
            "next",
            "the version `next` is no semantic version; for what was added the next one is 1.5.0",
        ),
        (
            "1.4",
            [ADDED],
            "1.5",
            (
                "the version `1.4` of base is no semantic version, so nothing can be said of how far it has to rise; "
                "neither is `1.5`: write one such as 1.0.0"
            ),
        ),
    ],
)
def test_the_next_version_is_told(base: str, changes: list[Verdict], revision: str, message: str) -> None:
    assert version_advice(changes, [], base=base, revision=revision).message == message
