"""Unquoted scalars: where YAML 1.1 (yaml.org/type) and the core schema of YAML 1.2.2 §10.3.2 read them differently."""

from __future__ import annotations

import pytest

from contractctl.core.locations import Span
from contractctl.source.parse import parse_document

AMBIGUOUS = [
    # the scalar, what it is in 1.1, what it is in 1.2, what is read, how a number is written for both
    ("yes", "a boolean", "string", "yes", None),
    ("NO", "a boolean", "string", "NO", None),
    ("on", "a boolean", "string", "on", None),
    ("Off", "a boolean", "string", "Off", None),
    ("012", "an octal number", "number", 12, "12"),
    ("-0010", "an octal number", "number", -10, "-10"),
    ("0_7", "an octal number", "string", "0_7", None),
    ("08", "a string", "number", 8, "8"),
    ("0123456789", "a string", "number", 123456789, "123456789"),
    ("0b101", "a binary number", "string", "0b101", None),
    ("0x1_F", "a hexadecimal number", "string", "0x1_F", None),
    ("-0x1F", "a hexadecimal number", "string", "-0x1F", None),
    ("0o14", "a string", "number", 12, "12"),
    ("1:30", "a number to base 60", "string", "1:30", None),
    ("+190:20:30", "a number to base 60", "string", "+190:20:30", None),
    ("0:30.5", "a number to base 60", "string", "0:30.5", None),
    ("1_000", "a number", "string", "1_000", None),
    ("1_0.5", "a number", "string", "1_0.5", None),
    (".5_0", "a number", "string", ".5_0", None),
    ("1e3", "a string", "number", 1000.0, "1000.0"),
    ("1E+3", "a string", "number", 1000.0, "1000.0"),
    ("1.5e3", "a string", "number", 1500.0, "1500.0"),
    ("1e300", "a string", "number", 1e300, "1.0e+300"),
    ("2020-01-01", "a date", "string", "2020-01-01", None),
    ("2001-12-14t21:59:43.10-05:00", "a time", "string", "2001-12-14t21:59:43.10-05:00", None),
    ("2001-12-14 21:59:43 Z", "a time", "string", "2001-12-14 21:59:43 Z", None),
    ("=", "a mark for a default", "string", "=", None),
    ("<<", "a mark for merging", "string", "<<", None),
]


@pytest.mark.parametrize(("scalar", "before", "now", "value", "number"), AMBIGUOUS, ids=[row[0] for row in AMBIGUOUS])
def test_what_the_two_versions_read_differently_is_told(scalar, before, now, value, number):
    document = parse_document("a.yaml", f"key: {scalar}\n".encode())
    (problem,) = document.problems
    assert document.root == {"key": value}
    assert problem.rule == "yaml-ambiguous-scalar"
    assert problem.message == f"`{scalar}` without quotes is {before} in YAML 1.1 and a {now} in 1.2"
    otherwise = f"; write {number} if it is a number" if number else ""
    assert problem.hint == f'quote it if it is text: "{scalar}"{otherwise}'
    assert problem.location.span == Span(1, 6, 1, 6 + len(scalar))


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        # Libraries leave the single letters of 1.1's booleans alone, and `y` is the name of a coordinate.
        ("y", "y"),
        ("N", "N"),
        ("yEs", "yEs"),
        ("onn", "onn"),
        ("true", True),
        ("~", None),
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("+1", 1),
        ("12", 12),
        ("0x1F", 31),
        ("0b2", "0b2"),
        ("0o8", "0o8"),
        ("1.0", 1.0),
        ("1.", 1.0),
        ("-.5", -0.5),
        ("1.5e+3", 1500.0),
        ("3.1.0", "3.1.0"),
        ("1:60", "1:60"),
        ("00:30", "00:30"),
        ("_1", "_1"),
        ("+", "+"),
        ("-", "- "),
        ("2020-1-1", "2020-1-1"),
        ("2020-01", "2020-01"),
        ("2020-01-01T00", "2020-01-01T00"),
        ("==", "=="),
        ("<", "<"),
        ("'012'", "012"),
        ("!!str 012", "012"),
        ("|-\n  012", "012"),
        ("9007199254740993", 9007199254740993),
        ("1e", "1e"),
    ],
    ids=str,
)
def test_what_the_two_versions_agree_on_is_not_told(scalar, value):
    if scalar == "-":
        scalar, value = "'-'", "-"
    document = parse_document("a.yaml", f"key: {scalar}\n".encode())
    assert (document.problems, document.root) == ((), {"key": value})
    assert type(document.root["key"]) is type(value)


@pytest.mark.parametrize(
    ("key", "warned"),
    [("no", True), ("2020-01-01", True), ("y", False), ("'no'", False), ("200", False), ("<", False)],
)
def test_keys_are_text_in_both_versions_or_told(key, warned):
    document = parse_document("a.yaml", f"{key}: 1\n".encode())
    assert document.root == {key.strip("'"): 1}
    assert [problem.rule for problem in document.problems] == ["yaml-ambiguous-scalar"] * warned


@pytest.mark.parametrize("digits", ["9007199254740993", "123456789012345678901234567890", "-9223372036854775809"])
@pytest.mark.parametrize("text", ['{{"a": {}}}', "a: {}\n"], ids=["JSON", "YAML"])
def test_integers_keep_all_their_digits(text, digits):
    assert parse_document("a", text.format(digits).encode()).root == {"a": int(digits)}


@pytest.mark.parametrize("scalar", [".nan", ".NaN", ".inf", "-.INF", "+.Inf"])
def test_what_is_no_number_in_json_is_told(scalar):
    (problem,) = parse_document("a.yaml", f"a: {scalar}\n".encode()).problems
    assert (problem.rule, problem.message) == ("yaml-not-json", f"`{scalar}` has no counterpart in JSON")
    assert problem.hint == "write a finite number, or quote it"
