"""The header that tells violations: always JSON, never too long, and never silent."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.mockserver.violations import HEADER_LIMIT, Violation, pointer_to, violations_header

LAW = settings(derandomize=True, deadline=None)
LONG = st.sampled_from(["\U0001f996", "a", '"\\']).map(lambda part: part * 5000)
TEXT = st.text(max_size=40) | LONG
VIOLATIONS = st.lists(st.builds(Violation, st.sampled_from(["query", "body"]), TEXT, TEXT, TEXT, TEXT), min_size=1)


@LAW
@given(VIOLATIONS)
def test_the_header_is_json_of_at_most_four_kilobytes(violations: list[Violation]) -> None:
    header = violations_header(violations)
    assert header.isascii()
    assert len(header) <= HEADER_LIMIT
    assert 1 <= len(json.loads(header)) <= len(violations)


@LAW
@given(st.lists(st.builds(Violation, st.just("body"), *[st.text(max_size=9)] * 4), min_size=1, max_size=4))
def test_what_is_short_is_told_word_for_word(violations: list[Violation]) -> None:
    assert json.loads(violations_header(violations)) == [violation.as_json() for violation in violations]


def test_pointers_escape_what_they_have_a_use_for() -> None:
    assert pointer_to(["a/b", "~", 0, ""]) == "/a~1b/~0/0/"
