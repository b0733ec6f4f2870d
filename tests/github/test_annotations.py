"""Annotations: what is said about each report, where, and which ones make it into the number that GitHub shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contractctl.core.changes import Category, Change, Direction, Impact, Message, Verdict, Witness
from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location, Place, Pointer, Span
from contractctl.core.reports import CiReport, DiffReport, DriftReport, LintReport, Undone, VersionAdvice
from contractctl.github.annotations import Annotation, Level, annotations_of, render, render_annotations
from tests.github.runner import Runner


def finding(
    line: int, severity: Severity = Severity.ERROR, uri: str = "openapi.yaml", message: str = "wrong"
) -> Finding:
    place = Place(uri, Pointer(("paths",)))
    return Finding("a-rule", severity, message, Location(place, Span(line, 5, line, 12)), "mend it")


def verdict(impact: Impact, *, gone: bool = False) -> Verdict:
    base = Location(Place("origin/main:openapi.yaml"), Span(9, 3, 9, 10))
    revision = None if gone else Location(Place("openapi.yaml"), Span(4, 1, 6, 1))
    change = Change("a-change", Direction.REQUEST, ("GET /pets",), "`x` is required now", base, revision)
    return Verdict(change, impact, Category.WIRE, "clients do not send it")


def drift(kind: str, state: str, *, tolerated: bool = False, hint: str = "do it") -> DriftReport:
    return DriftReport(kind, state, "it says", hint, "openapi.yaml", "1", "2", None, None, (), tolerated)


def test_a_finding_is_told_on_its_line() -> None:
    assert render(LintReport((finding(7),), ("openapi.yaml",))) == (
        "::error file=openapi.yaml,line=7,col=5,endLine=7,endColumn=11,title=a-rule::wrong%0Amend it\n"
    )


def test_a_change_over_several_lines_has_no_columns_and_ends_on_the_last_of_them() -> None:
    report = DiffReport("origin/main:openapi.yaml", "openapi.yaml", (verdict(Impact.BREAKING),))
    assert render(report) == (
        "::error file=openapi.yaml,line=4,endLine=5,title=a-change::`x` is required now%0Awhy: clients do not send it\n"
    )


PROOF = Witness(Direction.REQUEST, {"a": 1}, "base", "revision", "`x` is required", "request body")
PROOFS: dict[str, tuple[Witness, str]] = {
    "a request with a body": (
        replace(PROOF, message=Message("POST /pets", (), {"a": 1}, has_body=True)),
        'see: POST /pets {"a": 1}',
    ),
    "a request without": (replace(PROOF, message=Message("DELETE /pets/1")), "see: DELETE /pets/1"),
    "a value that no message carries": (PROOF, 'see: request body {"a": 1}'),
    "a body that is too long": (
        replace(PROOF, message=Message("POST /pets", (), "a" * 300, has_body=True)),
        f"see: POST /pets {'a' * 200}…",
    ),
}


@pytest.mark.parametrize(("witness", "line"), PROOFS.values(), ids=PROOFS)
def test_a_change_is_told_with_what_shows_it(witness: Witness, line: str) -> None:
    report = DiffReport("a", "openapi.yaml", (replace(verdict(Impact.BREAKING), witness=witness),))
    (remark,) = annotations_of(report)
    told = ("`x` is required now", "why: clients do not send it", line, "revision: `x` is required")
    assert remark.message.split("\n") == list(told)


def test_a_version_that_has_not_risen_enough_is_an_error_and_one_that_has_is_not_told() -> None:
    low = VersionAdvice("1.0.0", "1.0.1", "2.0.0", is_enough=False, message="1.0.1 is too low")
    report = DiffReport("a", "b.yaml", (), version=low)
    assert list(annotations_of(report)) == [Annotation("error", "info.version", "1.0.1 is too low", "b.yaml")]
    assert list(annotations_of(replace(report, version=replace(low, is_enough=True)))) == []


def test_what_an_approval_excuses_is_not_told() -> None:
    assert list(annotations_of(DiffReport("a", "b.yaml", (), excused=(verdict(Impact.BREAKING),)))) == []


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        pytest.param(
            DiffReport("a", "b.yaml", (verdict(Impact.WARNING, gone=True), verdict(Impact.COMPATIBLE))),
            [("warning", "a-change", "b.yaml")],
            id="what is gone is told at the file that lacks it, and compatible changes are not told",
        ),
        pytest.param(
            DiffReport("a", "HEAD:b.yaml", (verdict(Impact.BREAKING, gone=True),)),
            [("error", "a-change", "")],
            id="a revision that is no file of the checkout",
        ),
        pytest.param(
            LintReport((finding(1, Severity.INFO, "https://a.example/x.yaml"),), ()),
            [("notice", "a-rule", "")],
            id="a finding behind a URL",
        ),
        pytest.param(drift("silent", "true"), [("error", "drift: silent", "openapi.yaml")], id="drift"),
        pytest.param(drift("unknown", "unknown"), [("error", "drift: unknown", "openapi.yaml")], id="unknown"),
        pytest.param(
            drift("unknown", "unknown", tolerated=True),
            [("warning", "drift: unknown", "openapi.yaml")],
            id="unknown, and that is tolerated",
        ),
        pytest.param(drift("none", "false", hint=""), [], id="no drift"),
        pytest.param(drift("none", "false"), [("notice", "drift: none", "openapi.yaml")], id="no drift, with a hint"),
        pytest.param(
            CiReport(
                "pull_request",
                (LintReport((finding(1),), ()), drift("silent", "true")),
                (Undone("build-mock", "registry down", "try later", 3),),
            ),
            [
                ("error", "a-rule", "openapi.yaml"),
                ("error", "drift: silent", "openapi.yaml"),
                ("error", "build-mock", ""),
            ],
            id="a whole run",
        ),
        pytest.param(
            CiReport(
                "pull_request",
                (
                    LintReport((finding(1),), ()),
                    DiffReport("a", "b.yaml", (), (finding(1, message="in other words"), finding(1, uri="a"))),
                ),
            ),
            [("error", "a-rule", "openapi.yaml"), ("error", "a-rule", "a")],
            id="a defect that lint and diff come across is told once",
        ),
    ],
)
def test_what_is_told(report, expected: list[tuple[Level, str, str]]) -> None:
    assert [(each.level, each.title, each.file) for each in annotations_of(report)] == expected


def test_a_place_that_is_no_file_of_the_checkout_is_named_in_the_message() -> None:
    [annotation] = annotations_of(LintReport((finding(1, uri="<stdin>"),), ()))
    assert annotation == Annotation("error", "a-rule", "<stdin>: wrong\nmend it")


def remarks(level: Level, count: int) -> list[Annotation]:
    return [Annotation(level, "t", f"{level} {line}", "a.yaml", Span(line, 1, line, 2)) for line in range(1, count + 1)]


def shown(annotations: list[Annotation], **options: object) -> list[str]:
    return [obeyed.message for obeyed in Runner().read(render_annotations(annotations, **options))]


def test_all_that_fits_is_shown_the_worst_first() -> None:
    given = [*remarks("notice", 1), *remarks("warning", 1), *remarks("error", 2)]
    assert shown(given) == ["error 1", "error 2", "warning 1", "notice 1"]


def test_ten_of_a_level_are_shown_and_the_rest_is_counted() -> None:
    given = [*remarks("warning", 11), *remarks("error", 13)]
    expected = [f"error {line}" for line in range(1, 11)] + [f"warning {line}" for line in range(1, 11)]
    assert shown(given) == [*expected, "and 3 more errors and 1 more warning: see the whole report"]


def test_the_note_about_the_rest_has_room_among_the_notices() -> None:
    expected = [f"notice {line}" for line in range(1, 10)] + ["and 2 more notices: see the whole report"]
    assert shown(remarks("notice", 11)) == expected
    assert len(shown(remarks("notice", 10))) == 10
    assert len(shown([*remarks("notice", 10), *remarks("error", 11)])) == 20


def test_changed_lines_come_first_within_their_level() -> None:
    given = [*remarks("error", 12), *remarks("warning", 2)]
    found = shown(given, changed={"a.yaml": (range(12, 13), range(2, 3)), "b.yaml": (range(1, 99),)})
    assert found[:3] == ["error 2", "error 12", "error 1"]
    assert found[-3:] == ["warning 2", "warning 1", "and 2 more errors: see the whole report"]


def test_files_are_named_from_the_root_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "api").mkdir()
    monkeypatch.chdir(tmp_path / "api")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    line = render(LintReport((finding(7),), ("openapi.yaml",)))
    assert line.startswith("::error file=api/openapi.yaml,line=7,")


def test_a_file_outside_of_the_repository_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    outside = str(tmp_path / "openapi.yaml")
    [obeyed] = Runner().read(render_annotations([Annotation("error", "t", "m", outside)], workspace=tmp_path / "work"))
    assert obeyed.properties["file"] == outside


def test_hostile_text_is_told_and_not_obeyed() -> None:
    message = "title `x\n::set-output name=a::b ##[add-path]/tmp ${{ github.token }}`"
    obeyed = Runner().read(render(LintReport((finding(1, message=message),), ())))
    assert [(each.name, each.message) for each in obeyed] == [("error", f"{message}\nmend it")]
