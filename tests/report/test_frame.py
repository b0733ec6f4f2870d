"""The line of the source under a finding: what is marked is what the span says, and lines stay within a log."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.locations import Excerpt, Location, Place, Span
from contractctl.core.reports import LintReport
from contractctl.report import text
from contractctl.report.frame import frame_at, frame_lines
from tests.report.samples import AMBIGUOUS, UNDECLARED


def location(line: int, first: int, end: tuple[int, int], words: str, column: int = 1) -> Location:
    return Location(Place("a.yaml"), Span(line, first, *end, Excerpt(words, column)))


def marked(words: str) -> Location:
    """A place of line 41 between the two `»` in the words."""
    before, middle, after = words.split("»")
    first = len(before) + 1
    return location(41, first, (41, first + len(middle)), before + middle + after)


def lines(at: Location) -> list[str]:
    return [lead + shown for lead, shown in frame_lines(at)]


FRAMES = {
    "a key": (marked("    »get»:"), ["  41 |     get:", "     |     ^^^"]),
    "a whole line": (marked("»openapi: 3.1.0»"), ["  41 | openapi: 3.1.0", "     | ^^^^^^^^^^^^^^"]),
    "nothing between two characters": (marked("a: »»b"), ["  41 | a: b", "     |    ^"]),
    "what is missing at the end": (marked("a:»»"), ["  41 | a:", "     |   ^"]),
    "a tab before it": (marked("\tx: »y»"), ["  41 |     x: y", "     |        ^"]),
    "a tab up to the next stop": (marked("ab\t»y»"), ["  41 | ab  y", "     |     ^"]),
    "a tab within": (marked("»a\tb»"), ["  41 | a   b", "     | ^^^^^"]),
    "wide characters before it": (marked("漢字: »x»"), ["  41 | 漢字: x", "     |       ^"]),
    "wide characters within": (marked("a: »漢字»!"), ["  41 | a: 漢字!", "     |    ^^^^"]),
    "a combining character": (marked("e\u0301: »x»"), ["  41 | e\u0301: x", "     |    ^"]),
    "a control character before it": (marked("a\x1b: »x»"), ["  41 | a\\x1b: x", "     |        ^"]),
    "a control character within": (marked("a: »\x07»"), ["  41 | a: \\x07", "     |    ^^^^"]),
    "half a character": (marked("\ud800»x»"), ["  41 | \\xd800x", "     |       ^"]),
    "several lines": (location(41, 4, (44, 2), "a: |"), ["  41 | a: |", "     |    ^"]),
    "an excerpt that begins within its line": (
        location(1, 101, (1, 104), '"a": bcd}', column=96),
        ['   1 | …"a": bcd}', "     |       ^^^"],
    ),
    "an excerpt that ends within the stretch": (location(1, 3, (1, 900), "a bc"), ["   1 | a bc", "     |   ^^"]),
    "a line over 9 999": (location(12345, 1, (12345, 2), "a"), ["12345 | a", "      | ^"]),
}


@pytest.mark.parametrize(("at", "shown"), FRAMES.values(), ids=FRAMES)
def test_the_stretch_is_marked_in_its_line(at: Location, shown: list[str]) -> None:
    assert lines(at) == shown


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(Location(Place("a.yaml")), id="no span"),
        pytest.param(Location(Place("a.yaml"), Span(1, 1, 1, 2)), id="no text"),
        pytest.param(location(1, 1, (1, 1), ""), id="an empty line"),
        pytest.param(location(1, 1, (1, 3), " \t"), id="a blank line"),
    ],
)
def test_where_there_is_nothing_to_see_nothing_is_shown(at: Location) -> None:
    assert (lines(at), frame_at(at)) == ([], None)


def test_a_long_line_is_cut_behind_the_stretch() -> None:
    assert lines(marked("    »url»: " + "x" * 200)) == ["  41 |     url: " + "x" * 62 + "…", "     |     ^^^"]


def test_a_long_line_is_cut_on_both_sides_of_a_stretch_far_within() -> None:
    assert lines(marked("x" * 100 + "»yy»" + "z" * 100)) == [
        "  41 | …" + "x" * 16 + "yy" + "z" * 53 + "…",
        "     |  " + " " * 16 + "^^",
    ]


def columns(shown: str) -> int:
    wide = sum(unicodedata.east_asian_width(char) in {"W", "F"} for char in shown)
    return len(shown) + wide - sum(unicodedata.category(char) in {"Mn", "Me"} for char in shown)


@given(st.text(st.characters(codec=None), max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_any_line_fits_into_80_columns_and_something_is_marked(words: str, one: int, other: int) -> None:
    first, last = sorted((min(one, len(words)), min(other, len(words))))
    for lead, shown in frame_lines(location(7, first + 1, (7, last + 1), words)):
        assert (lead + shown).isprintable()
        assert columns(lead + shown) <= 80
    frame = frame_at(location(7, first + 1, (7, last + 1), words))
    assert (frame is None) == (not words.strip())
    assert frame is None or frame.marks >= 1


@given(st.text("ab 漢\u0301\t\x1b", max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_marks_stand_below_what_they_mark(words: str, one: int, other: int) -> None:
    first, last = sorted((min(one, len(words)), min(other, len(words))))
    frame = frame_at(location(7, first + 1, (7, last + 1), words), width=40)
    if frame is not None:
        assert frame.column == columns(frame.before)
        assert frame.marks == max(columns(frame.marked), 1)


def test_many_findings_are_told_without_their_lines_and_with_a_list_of_rules() -> None:
    shown = text.render(LintReport((UNDECLARED,) * 100 + (AMBIGUOUS,), ("a",))).splitlines()
    assert shown[-8:] == [
        "  hint: add a parameter named `id` with `in: path`",
        *text.render(LintReport((replace(AMBIGUOUS, location=Location(AMBIGUOUS.location.place)),), ("a",)))
        .replace("api/openapi.yaml:", "api/openapi.yaml:30:19:")
        .splitlines()[:3],
        "",
        "    100  error    path-parameter-undeclared",
        "      1  warning  yaml-ambiguous-scalar",
        "100 errors, 1 warning in 1 file",
    ]
    assert len(shown) == 100 * 2 + 3 + 4


def test_a_hundred_findings_are_told_with_their_lines() -> None:
    shown = text.render(LintReport((UNDECLARED,) * 100, ("a",))).splitlines()
    assert len(shown) == 100 * 4 + 1
