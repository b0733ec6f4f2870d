"""The header that tells violations: always JSON, never too long, and never silent."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.mockserver.answers import Answer
from contractctl.mockserver.contracts import Contracts
from contractctl.mockserver.requests import Request
from contractctl.mockserver.violations import HEADER_LIMIT, Violation, pointer_to, violations_header
from tests.mockserver.serving import bundle_of

LAW = settings(derandomize=True, deadline=None)
LONG = st.sampled_from(["\U0001f996", "a", '"\\']).map(lambda part: part * 5000)
TEXT = st.text(max_size=40) | LONG
VIOLATIONS = st.lists(st.builds(Violation, st.sampled_from(["query", "body"]), TEXT, TEXT, TEXT, TEXT), min_size=1)

NUMBERS = """\
openapi: 3.1.0
info: {title: Numbers, version: '1'}
paths:
  /{n}:
    parameters: [{name: n, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'204': {description: fine}}}
"""


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


def test_a_target_is_refused_as_often_as_it_comes_and_no_other_for_it(tmp_path: Path) -> None:
    path = tmp_path / "numbers.bundle"
    path.write_bytes(bundle_of(NUMBERS))
    contracts = Contracts.open((("", str(path)),), {"log": "none"}, {})
    statuses = []
    for target in (b"/1", b"/a", b"/a", b"/1"):
        opened = contracts.begin(Request("GET", target, {}))
        assert not isinstance(opened, Answer)
        statuses.append(opened.complete().status)
    assert statuses == [204, 400, 400, 204]
