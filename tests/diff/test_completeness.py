"""Every field of every object of OpenAPI, set, unset and changed, has a verdict or a written reason for none."""

from __future__ import annotations

import pytest

from tests.diff.cells import NOTHING, TABLES, Row, fields_of, rows

JUDGED = [row for row in rows() if row.values]
OLDER = [(row, version) for row in JUDGED for version in row.versions[:-1]]


@pytest.mark.parametrize("version", TABLES)
def test_every_field_has_a_row(version: str) -> None:
    known = {(row.object, row.field) for row in rows() if version in row.versions}
    assert [f"{name}.{field}" for name, field in fields_of(version) if (name, field) not in known] == []


def test_every_row_is_of_a_field_that_there_is() -> None:
    known = {(*place, version) for version in TABLES for place in fields_of(version)}
    places = {(row.object, row.field, version) for row in rows() for version in row.versions}
    assert sorted(places - known) == []


def test_every_row_that_says_nothing_says_why() -> None:
    silent = [row for row in rows() if set(row.expected.values()) == {NOTHING}]
    assert [f"{row.object}.{row.field}" for row in silent if not row.because] == []
    assert [row for row in rows() if not row.values and not row.because] == []


@pytest.mark.parametrize("row", JUDGED, ids=[f"{row.object}.{row.field} in {row.versions[-1]}" for row in JUDGED])
def test_the_verdict_on_a_field(row: Row) -> None:
    assert row.cells(row.versions[-1]) == row.expected


@pytest.mark.parametrize(
    ("row", "version"), OLDER, ids=[f"{row.object}.{row.field} in {version}" for row, version in OLDER]
)
def test_a_field_differs_in_an_older_version_as_in_the_newest(row: Row, version: str) -> None:
    assert row.facts(version) == row.facts(row.versions[-1])
