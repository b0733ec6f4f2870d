"""The message that proves a verdict: a few lines in a log, all of it on a page, and never a line of its own making."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.core.changes import Direction, Message, Witness
from contractctl.core.json import Json
from contractctl.core.locations import Pointer
from contractctl.report.bodies import in_line
from contractctl.report.witness import full, proof, short

JSON_TYPE = ("Content-Type", "application/json")
PLAIN = Witness(Direction.REQUEST, {"a": 1}, "base", "revision", "`b` is required", "request body (application/json)")
TEXTS = st.text(st.characters(codec=None), max_size=40)
WORDS = st.text(st.characters(codec="ascii", categories=("L", "N", "P")), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(TEXTS, inner, max_size=8),
    max_leaves=40,
)
MESSAGES = st.none() | st.builds(
    Message, TEXTS, st.lists(st.tuples(TEXTS, TEXTS), max_size=6).map(tuple), VALUES, st.booleans()
)
WITNESSES = st.builds(
    Witness,
    st.sampled_from((Direction.REQUEST, Direction.RESPONSE)),
    VALUES,
    st.just("base"),
    st.just("revision"),
    TEXTS,
    TEXTS,
    MESSAGES,
    st.lists(st.just("0") | TEXTS, max_size=3).map(tuple).map(Pointer),
)


def sent(start: str, body: Json = None, *headers: tuple[str, str], kind: Direction = Direction.REQUEST) -> Witness:
    return replace(PLAIN, kind=kind, message=Message(start, headers, body, has_body=body is not None))


SHORT: dict[str, tuple[Witness, list[str]]] = {
    "a request without a body": (sent("DELETE /pets/1"), ["DELETE /pets/1"]),
    "JSON goes without saying": (sent("POST /pets", {"a": 1}, JSON_TYPE), ["POST /pets", '{"a": 1}']),
    "another media type is said": (
        sent("POST /pets", "a=1", ("Content-Type", "text/plain")),
        ["POST /pets", "Content-Type: text/plain", "a=1"],
    ),
    "a text in JSON has its quotes": (sent("POST /pets", "a", JSON_TYPE), ["POST /pets", '"a"']),
    "a response has the name of its status": (sent("404", kind=Direction.RESPONSE), ["404 Not Found"]),
    "a status that nobody has named": (sent("299", kind=Direction.RESPONSE), ["299"]),
    "two headers at most": (
        sent("GET /", None, ("A", "1"), ("B", "2"), ("C", "3")),
        ["GET /", "A: 1", "B: 2 (and 1 more)"],
    ),
    "a start that is too long": (sent("GET /" + "x" * 50), ["GET /" + "x" * 34 + "…"]),
    "a long body": (
        sent("POST /", ["abc"] * 60),
        ["POST /", '["abc", "abc", "abc", "abc", "abc",', '"abc", "abc", "abc", … 52 more]'],
    ),
    "an empty text has no line": (
        sent("POST /", "", ("Content-Type", "text/plain")),
        ["POST /", "Content-Type: text/plain"],
    ),
    "a value that no message carries": (PLAIN, ['request body (application/json): {"a":', "1}"]),
}


@pytest.mark.parametrize(("witness", "lines"), SHORT.values(), ids=SHORT)
def test_short(witness: Witness, lines: list[str]) -> None:
    assert list(short(witness, 40)) == lines


FULL: dict[str, tuple[Witness, list[str]]] = {
    "a request": (
        sent("POST /pets", {"a": 1}, JSON_TYPE),
        ["POST /pets HTTP/1.1", "Content-Type: application/json", "", '{"a": 1}'],
    ),
    "a response": (sent("200", {}, kind=Direction.RESPONSE), ["HTTP/1.1 200 OK", "", "{}"]),
    "a body that is a text of lines": (
        sent("POST /", "a\nb\x1b", ("content-type", "text/plain")),
        ["POST / HTTP/1.1", "content-type: text/plain", "", "a", "b\\x1b"],
    ),
    "parts that fit have a line": (
        sent("POST /", {"a": "x" * 70, "b": [1, 2]}),
        ["POST / HTTP/1.1", "", "{", f'  "a": "{"x" * 70}",', '  "b": [1, 2]', "}"],
    ),
    "numbers fill their lines": (
        sent("POST /", [*range(1_000, 1_020)]),
        [
            "POST / HTTP/1.1",
            "",
            "[",
            "  1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012,",
            "  1013, 1014, 1015, 1016, 1017, 1018, 1019",
            "]",
        ],
    ),
    "a start that is too long": (
        sent("GET /" + "x" * 3_000),
        ["GET /" + "x" * 1_995 + "… (3,014 characters)"],
    ),
    "a header is no place for a line": (
        sent("GET /", None, ("A", "1\r\nB: 2")),
        ["GET / HTTP/1.1", "A: 1\\x0d\\x0aB: 2"],
    ),
    "an empty text has no line": (
        sent("POST /", "", ("Content-Type", "text/plain")),
        ["POST / HTTP/1.1", "Content-Type: text/plain"],
    ),
    "a value that no message carries": (PLAIN, ['{"a": 1}']),
}


@pytest.mark.parametrize(("witness", "lines"), FULL.values(), ids=FULL)
def test_full(witness: Witness, lines: list[str]) -> None:
    assert list(full(witness)) == lines


def test_of_a_long_text_the_first_lines_are_shown_and_its_length() -> None:
    text = "".join(f"{number}\n" for number in range(100))
    lines = full(sent("POST /", text, ("Content-Type", "text/plain")))
    shown = [*map(str, range(60)), f"… ({len(text):,} characters)"]
    assert lines == ["POST / HTTP/1.1", "Content-Type: text/plain", "", *shown]


MANY: dict[str, Json] = {f"m{number}": number for number in range(9)}
ELIDED: dict[str, tuple[Json, tuple[str, ...], str]] = {
    "the member that is refused": (
        {**MANY, "full_name": 1},
        ("full_name",),
        '{"m0": 0, "m1": 1, "full_name": 1, … 7 more}',
    ),
    "a member of an item": (
        [{**MANY, "url": {}}, {**MANY}],
        ("0", "url"),
        '[{"m0": 0, "url": {}, … 8 more}, {…}]',
    ),
    "an item after others": ([*["abc"] * 50, "x", *["abc"] * 5], ("50",), '["abc", "abc", … 48 more, "x", … 5 more]'),
    "a member that is missing": ({**MANY, "n": "x" * 20}, (), '{"m0": 0, "m1": 1, "m2": 2, "m3": 3, … 6 more}'),
    "one too many": ([1] * 501, (), "[1, 1, 1, 1, 1, 1, 1, 1, … 493 more]"),
    "a long text": ({"a": "x" * 1_050}, ("a",), f'{{"a": "{"x" * 40}… 1,010 more"}}'),
    "a long name": ({"n" * 1_050: 1}, ("n" * 1_050,), f'{{"{"n" * 40}… 1,010 more": 1}}'),
    "a way that is not there": (
        {**MANY, "n": "x" * 20},
        ("gone", "1"),
        '{"m0": 0, "m1": 1, "m2": 2, "m3": 3, … 6 more}',
    ),
}


@pytest.mark.parametrize(("value", "at", "line"), ELIDED.values(), ids=ELIDED)
def test_of_a_long_body_what_leads_to_the_fault_is_shown(value: Json, at: tuple[str, ...], line: str) -> None:
    assert in_line(value, at, 40, elided_room=52) == line


def test_a_long_body_is_spread_around_the_fault() -> None:
    body: Json = {"data": [{"number": number, "name": "n" * 30} for number in range(20)], "more": True}
    witness = replace(sent("200", body, kind=Direction.RESPONSE), value=body, at=Pointer(("data", "7", "name")))
    items = [f'    {{"number": {number}, "name": "{"n" * 30}"}},' for number in (0, 1, 2, 3, 7)]
    shown = ['  "data": [', *items[:4], "    … 3 more,", items[4], "    … 12 more", "  ],", '  "more": true']
    assert list(full(witness, most=14)) == ["HTTP/1.1 200 OK", "", "{", *shown, "}"]


def test_a_fault_in_another_part_of_the_message_says_nothing_of_the_body() -> None:
    witness = replace(sent("POST /?q=5", {"q": 1}), value=5, at=Pointer(("q",)))
    assert full(witness, most=3) == full(replace(witness, at=Pointer()), most=3)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(WITNESSES, st.integers(40, 80))
def test_the_short_form_keeps_its_width_and_number_of_lines(witness: Witness, width: int) -> None:
    lines = list(short(witness, width))
    assert 1 <= len(lines) <= 5
    assert all(len(line) <= width and line.isprintable() for line in lines)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(WITNESSES)
def test_the_full_form_is_printable_and_has_an_end(witness: Witness) -> None:
    lines = full(witness)
    assert len(lines) <= 70
    assert all(line.isprintable() for line in lines)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.dictionaries(WORDS, st.integers() | WORDS | st.lists(WORDS, max_size=3), max_size=20))
def test_a_body_of_json_is_read_back_from_the_full_form(body: dict[str, Json]) -> None:
    lines = full(sent("POST /", body, JSON_TYPE))
    assert json.loads("\n".join(lines[3:])) == body


def test_the_sentence_says_who_takes_it_and_who_does_not() -> None:
    assert proof(PLAIN) == "base takes this, revision refuses it: `b` is required"
    response = replace(PLAIN, kind=Direction.RESPONSE, accepted_by="revision", rejected_by="base")
    assert proof(response) == "revision may send this, base never does: `b` is required"
