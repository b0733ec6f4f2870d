"""Findings of any text at any place, for laws that hold for all."""

from __future__ import annotations

from hypothesis import strategies as st

from contractctl.core.findings import Finding, Related, Severity
from contractctl.core.locations import Excerpt, Location, Place, Pointer, Span
from contractctl.core.reports import LintReport

WORDS = st.text(st.characters(codec=None), max_size=30)
NUMBERS = st.integers(1, 40)
CODES = st.sampled_from(("path-parameter-undeclared", "yaml-syntax", "tag-undeclared"))
PLACES = st.builds(Place, WORDS, st.builds(Pointer, st.lists(WORDS, max_size=3).map(tuple)))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    line, column = draw(NUMBERS), draw(NUMBERS)
    more = draw(st.integers(0, 2))
    end = draw(NUMBERS) if more else column + draw(st.integers(0, 40))
    excerpt = draw(st.none() | st.builds(Excerpt, WORDS, st.integers(1, column)))
    return Span(line, column, line + more, end, excerpt)


LOCATIONS = st.builds(Location, PLACES, st.none() | spans())
FINDINGS = st.builds(
    Finding,
    CODES,
    st.sampled_from(Severity),
    WORDS,
    LOCATIONS,
    hint=WORDS,
    related=st.lists(st.builds(Related, WORDS, LOCATIONS), max_size=2).map(tuple),
    operations=st.lists(WORDS, max_size=5).map(tuple),
    subject=WORDS,
)
REPORTS = st.builds(
    LintReport,
    st.lists(FINDINGS, max_size=5).map(tuple),
    st.lists(WORDS, max_size=3).map(tuple),
    st.sampled_from(("error", "warning", "info", "none")),
)
