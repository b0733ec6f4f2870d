"""Changes of any text at any place, with any witness, for laws that hold for all."""

from __future__ import annotations

from hypothesis import strategies as st

from contractctl.core.changes import Category, Change, Direction, Impact, Message, Verdict, Witness
from contractctl.core.locations import Pointer
from contractctl.core.reports import DiffReport, VersionAdvice
from tests.report.findings import FINDINGS, LOCATIONS, WORDS
from tests.report.samples import KIND

KINDS = st.sampled_from((KIND.code, "operation-removed", "response-enum-value-added", "request-property-removed"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=10,
)
HEADERS = st.lists(st.tuples(WORDS | st.just("Content-Type"), WORDS | st.just("text/plain")), max_size=3).map(tuple)
MESSAGES = st.none() | st.builds(Message, WORDS | st.just("200"), HEADERS, VALUES, st.booleans())
WITNESSES = st.builds(
    Witness,
    st.sampled_from((Direction.REQUEST, Direction.RESPONSE)),
    VALUES,
    st.sampled_from(("base", "revision")),
    st.sampled_from(("base", "revision")),
    WORDS,
    WORDS,
    MESSAGES,
    st.lists(st.just("0") | WORDS, max_size=3).map(tuple).map(Pointer),
)
CHANGES = st.builds(
    Change,
    KINDS,
    st.sampled_from(Direction),
    st.lists(WORDS, max_size=5).map(tuple),
    WORDS,
    st.none() | LOCATIONS,
    st.none() | LOCATIONS,
    VALUES,
    VALUES,
)
VERDICTS = st.builds(
    Verdict,
    CHANGES,
    st.sampled_from(Impact),
    st.sampled_from(Category),
    WORDS,
    st.none() | WITNESSES,
    st.none() | st.sampled_from(Impact),
    st.none() | WORDS,
)
ADVICE = st.none() | st.builds(VersionAdvice, WORDS, WORDS, st.none() | WORDS, st.booleans(), WORDS)
REPORTS = st.builds(
    DiffReport,
    WORDS,
    WORDS,
    st.lists(VERDICTS, max_size=8).map(tuple),
    st.lists(FINDINGS, max_size=2).map(tuple),
    st.sampled_from(("breaking", "warning", "any", "none")),
    st.lists(VERDICTS, max_size=2).map(tuple),
    st.lists(WORDS, max_size=7).map(tuple),
    ADVICE,
    read_kinds=st.just(lambda: {KIND.code: KIND}),
)
