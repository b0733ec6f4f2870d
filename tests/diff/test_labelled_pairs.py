"""Labelled pairs: does the way from base to revision break somebody? `labelled.py` says how rows are read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from contractctl.api.diff import diff
from contractctl.config import Config
from contractctl.core.changes import Direction, Impact
from contractctl.core.reports import DiffReport
from tests.cli.running import CommandLine
from tests.diff.labelled import SEATS, Description, LabelledPair, Row, Seat, broken, rows, single_pairs, travelling

SCHEMAS = rows("schemas")
SINGLE = list(single_pairs())
NAMES = {
    (True, True): "both",
    (True, False): "requests",
    (False, True): "responses",
    (False, False): "nobody",
}
SEATED = [(row, list(SEATS.items())[number % len(SEATS)]) for number, row in enumerate(SCHEMAS[::4])]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all pairs, which overwrite each other there: a thousand folders take longer than the pairs."""
    return tmp_path_factory.mktemp("pairs")


def _written(folder: Path, name: str, description: Description) -> str:
    path = folder / name
    path.write_text(json.dumps(description))
    return str(path)


def _diff(base: Description, revision: Description, folder: Path) -> DiffReport:
    sides = _written(folder, "base.json", base), _written(folder, "revision.json", revision)
    report = diff(*sides, config=Config(folder))
    assert report.diagnostics == ()
    return report


def _broken(report: DiffReport) -> str:
    directions = {verdict.change.direction for verdict in report.verdicts if verdict.impact is Impact.BREAKING}
    assert (report.exit_code == 1) == bool(directions)
    return NAMES[Direction.REQUEST in directions, Direction.RESPONSE in directions]


def _kinds(report: DiffReport) -> list[str]:
    return sorted({verdict.change.kind for verdict in report.verdicts})


@pytest.mark.parametrize("row", SCHEMAS, ids=[row["it"] for row in SCHEMAS])
def test_schemas_break_what_the_label_names(row: Row, folder: Path) -> None:
    report = _diff(*travelling(row), folder)
    assert _broken(report) == broken(row)
    if "kinds" in row:
        assert _kinds(report) == sorted(f"{way}-{kind}" for way in ("request", "response") for kind in row["kinds"])


@pytest.mark.parametrize(
    ("row", "seats"),
    [(row, seats) for row, (_, seats) in SEATED],
    ids=[f"{row['it']}, in {where}" for row, (where, _) in SEATED],
)
def test_the_way_back_breaks_the_other_side_wherever_the_schema_travels(
    row: Row, seats: tuple[Seat, Seat], folder: Path
) -> None:
    assert _broken(_diff(*travelling(row, seats, undone=True), folder)) == broken(row, undone=True)


@pytest.mark.parametrize("pair", SINGLE, ids=[pair.it for pair in SINGLE])
def test_descriptions_break_or_not_as_labelled(pair: LabelledPair, folder: Path) -> None:
    report = _diff(pair.base, pair.revision, folder)
    assert report.exit_code == int(pair.breaking)
    if pair.kinds is not None:
        assert _kinds(report) == list(pair.kinds)


@pytest.mark.parametrize("pair", SINGLE[::160], ids=[pair.it for pair in SINGLE[::160]])
def test_the_exit_status_is_the_label(pair: LabelledPair, folder: Path) -> None:
    cli = CommandLine(folder, {"PATH": os.environ["PATH"], "HOME": str(folder)})
    base, revision = _written(folder, "a.json", pair.base), _written(folder, "b.json", pair.revision)
    assert cli.run("diff", base, revision).status == int(pair.breaking)


def test_pairs_that_break_nobody_are_at_least_half() -> None:
    breaking = sum(pair.breaking for pair in SINGLE)
    of_schemas = [broken(row) for row in SCHEMAS] + [broken(row, undone=True) for row, _ in SEATED]
    harmless = of_schemas.count("nobody") + len(SINGLE) - breaking
    assert harmless >= len(of_schemas) + len(SINGLE) - harmless >= 300
