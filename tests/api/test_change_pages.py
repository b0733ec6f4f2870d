"""The page about the kinds of changes is the one that the catalogue and its examples give."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contractctl.api.diff import diff
from contractctl.api.explain import change_manuals, explain, list_changes
from contractctl.config import load_config
from contractctl.core.changes import Direction, Impact
from contractctl.core.reports import ChangeHelp
from contractctl.report.change_handbook import handbook
from contractctl.report.change_page import text

ROOT = Path(__file__).parents[2]
NAMES = [page.name for page in list_changes()]


@pytest.fixture(scope="module")
def manuals() -> tuple[ChangeHelp, ...]:
    return change_manuals()


def test_docs_changes_is_current(manuals: tuple[ChangeHelp, ...]) -> None:
    assert (ROOT / "docs" / "changes.md").read_text("utf-8") == handbook(manuals), "run tools/changes"


def test_every_kind_has_a_heading_that_reports_link_to_and_a_row(manuals: tuple[ChangeHelp, ...]) -> None:
    page = handbook(manuals)
    assert re.findall(r"^### (.+)$", page, re.MULTILINE) == NAMES
    assert re.findall(r"^\| \[`(.+?)`\]\(#\1\) \|", page, re.MULTILINE) == NAMES
    assert [manual.docs.rpartition("#")[2] for manual in manuals] == NAMES


def test_what_breaks_by_a_schema_is_shown_by_a_witness(manuals: tuple[ChangeHelp, ...]) -> None:
    unshown = [
        f"{judged.direction}-{page.name}"
        for page in manuals
        for judged in page.judged
        if page.part == "schema" and judged.impact is Impact.BREAKING and judged.witness is None
    ]
    assert unshown == []


def test_the_prose_of_a_page_fits_into_80_columns(manuals: tuple[ChangeHelp, ...]) -> None:
    prose = [line for manual in manuals for line in text(manual).splitlines() if not line.startswith(("  ", "More: "))]
    assert [line for line in prose if len(line) > 80] == []


@pytest.mark.parametrize(
    "code", ["request-property-became-required", "response-property-became-required", "property-became-required"]
)
def test_a_kind_is_explained_with_its_direction_and_without(code: str) -> None:
    (page,) = explain([code])
    assert isinstance(page, ChangeHelp)
    assert (page.code, page.name) == (code, "property-became-required")
    assert [(one.direction, one.impact) for one in page.judged] == [
        (Direction.REQUEST, Impact.BREAKING),
        (Direction.RESPONSE, Impact.COMPATIBLE),
    ]


BASE = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {parameters: [], responses: {}}}}\n"
REVISION = BASE.replace("[]", "[{name: q, in: query, required: true, schema: {}}]")


@pytest.mark.parametrize("code", ["required-parameter-added", "request-required-parameter-added"])
def test_a_team_sets_a_kind_as_its_page_says(code: str, tmp_path: Path) -> None:
    (page,) = explain([code])
    assert isinstance(page, ChangeHelp)
    setting = text(page).partition("breaking, warning, compatible or off:\n\n")[2].partition("\n\n")[0]
    (tmp_path / "contractctl.yaml").write_text(setting)
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "revision.yaml").write_text(REVISION)
    config = load_config(tmp_path / "contractctl.yaml")
    report = diff(str(tmp_path / "base.yaml"), str(tmp_path / "revision.yaml"), config=config)
    (verdict,) = report.verdicts
    assert (verdict.impact, verdict.judged) == (Impact.WARNING, Impact.BREAKING)
    assert list(report.read_kinds()) == ["request-required-parameter-added"]
