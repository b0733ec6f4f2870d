"""Comments of YAML: told from what looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.source.comments import comments_holding
from contractctl.source.parse import parse_part

HITS = {
    "behind a value": ("a: 1 # W x\n", ["# W x"]),
    "behind a key": ("a: # W\n  b: 1\n", ["# W"]),
    "on a line of its own": ("  # W\na: 1\n", ["  # W"]),
    "at the end, without a line end": ("a: 1 # W", ["# W"]),
    "behind the dash of an item": ("-  # W\n  a: 1\n", ["-  # W"]),
    "behind a quoted value that holds a #": ("a: 'b # W' # c W\n", ["# c W"]),
    "behind a quoted value that holds the word": ("a: 'W' # W\n", ["# W"]),
    "behind a plain value with a # in it": ("a: b#c # W\n", ["# W"]),
    "behind the mark of a block scalar": ("a: |  # W\n  text\n", ["# W"]),
    "behind the marks of a block scalar with an anchor": ("a: &b !!str >-  # W\n  text\n", ["# W"]),
    "behind a block scalar": ("a: |\n  text\n# W\nb: 1\n", ["# W"]),
    "in a flow mapping of several lines": ("{a: 1, # W\n b: 2}\n", ["# W"]),
    "in an empty flow mapping": ("a: { # W\n}\n", ["# W"]),
    "in an empty flow list": ("a: [ # W\n]\n", ["# W"]),
    "behind a value of several lines": ("a: 'b\n  c' # W\n", ["# W"]),
    "behind a bracket": ("a: [1]# W\n", ["# W"]),
    "behind an alias": ("a: &b 1\nc: *b # W\n", ["# W"]),
    "behind a # in the comment": ("a: 1 # x # W\n", ["# x # W"]),
    "one a line": ("a: 1 # W W # W\nb: 2 # W\n", ["# W W # W", "# W"]),
    "lines that end in a carriage return and a line feed": ("a: 1 # W\r\nb: 2\r\n", ["# W"]),
    "lines that end in a carriage return": ("a: 1 # W\rb: 2 # W\r", ["# W", "# W"]),
    "behind a line separator, which ends no line": ("a: 'b\u2028c' # W\n", ["# W"]),
    "below a directive": ("%YAML 1.2\n--- # W\n# W\na: 1\n", ["--- # W", "# W"]),
    "below the end of the document": ("a: 1\n...\n# W\n", ["# W"]),
    "behind a byte order mark": ("\ufeff# W\na: 1\n", ["# W"]),
    "behind a merge key": ("a: &a {b: 1}\nc:\n  <<: *a # W\n", ["# W"]),
    "behind a key with a question mark": ("? a # W\n: b # W\n", ["# W", "# W"]),
    "behind a value with characters beyond U+FFFF": ("a: \U0001f600 # W\n", ["# W"]),
    "behind nothing": ("a: # W\nb: 1\n", ["# W"]),
}
NO_OPS = {
    "in double quotes": 'a: "b # W"\n',
    "in single quotes": "a: 'b # W'\n",
    "in quotes of several lines": "a: 'b\n  # W\n  c'\n",
    "in a literal": "a: |\n  # W\n  b\n",
    "in a folded scalar": "a: >\n  b\n  # W\n",
    "in a literal with an anchor": "a: &b |\n  # W\n",
    "in the last line of a literal at the end": "a: |\n  b\n  # W",
    "in a quoted key": "'a # W': 1\n",
    "in a plain value without a blank before it": "a: b#W\n",
    "in a plain key": "a#W: 1\n",
    "in a list of JSON": '["# W", {"a": "x # W"}]\n',
    "another comment": "a: W # b\n",
    "a word alone": "a: W\n",
    "an empty document": "{}\n",
    "in a quoted item": "- '# W'\n",
}


def _comments(text: str) -> list[str]:
    marks = parse_part("a.yaml", text.encode()).marks()
    found = comments_holding("W", marks)
    return [text[marks.line_at(one.start).start : one.start] * one.is_alone + one.text for one in found]


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_comment_is_found(text: str, expected: list[str]) -> None:
    assert _comments(text) == expected


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_no_comment_is_not(text: str) -> None:
    assert _comments(text) == []


_LINES = st.lists(
    st.sampled_from(
        [
            "a: 1",
            "b: 'x # W'",
            "c: |\n  # W\n  y",
            "d:\n  e: >-\n    # W",
            'f: "a\n  # W"',
            "g: [1,\n  2]",
            "h: {}",
            "i:",
        ]
    ),
    unique=True,
    min_size=1,
)


@given(lines=_LINES, data=st.data())
def test_a_comment_that_is_put_between_members_is_found_and_changes_nothing(
    lines: list[str], data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.integers(0, len(lines) - 1)))
    text = "\n".join(f"# W {index}\n{line}" if index in chosen else line for index, line in enumerate(lines)) + "\n"
    assert _comments(text) == [f"# W {index}" for index in sorted(chosen)]
    assert parse_part("a.yaml", text.encode()).root == parse_part("a.yaml", ("\n".join(lines) + "\n").encode()).root
