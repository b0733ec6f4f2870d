"""Texts at the edge of what can be read: JSON and YAML are told alike."""

from __future__ import annotations

import sys

import pytest

from contractctl.core.failures import UnloadableDescription
from contractctl.core.locations import Pointer, Span
from contractctl.source.parse import parse_document

MEND = "mend the syntax here"
LARGEST = sys.float_info.max


def nested(depth: int) -> str:
    """A mapping, and lists in it, `depth` collections in all."""
    return '{"a": ' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_two_hundred_levels_are_read(name):
    assert parse_document(name, nested(200).encode()).text == nested(200)


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
@pytest.mark.parametrize("depth", [201, 900, 5_000, 100_000])
def test_the_bracket_that_is_one_too_deep_is_named(name, depth):
    with pytest.raises(UnloadableDescription) as refusal:
        parse_document(name, nested(depth).encode())
    (finding,) = refusal.value.findings
    assert (finding.rule, finding.message) == ("document-too-deep", "the text is nested deeper than 200 levels")
    assert finding.location.span == Span(1, 206, 1, 207)


def test_brackets_in_strings_are_no_depth():
    text = '{"a": "' + "[" * 300 + '"}'
    assert parse_document("a.json", text.encode()).root == {"a": "[" * 300}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        pytest.param("a.json", '{"a": 1e999}', LARGEST, id="JSON"),
        pytest.param("a.json", '{"a": -1.79769313486232E+308}', -LARGEST, id="the least double of .NET"),
        pytest.param("a.yaml", "a: 1.79769313486232E+308\n", LARGEST, id="YAML"),
        pytest.param("a.yaml", "a: !!float 1e+999\n", LARGEST, id="YAML with a tag"),
    ],
)
def test_a_number_beyond_the_largest_is_told_and_read_as_the_largest(name, text, value):
    document = parse_document(name, text.encode())
    (problem,) = document.problems
    assert (problem.rule, problem.location.place.pointer) == ("number-too-large", Pointer(("a",)))
    assert (problem.location.span.line, document.root) == (1, {"a": value})


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_an_integer_of_five_thousand_digits_is_refused_at_its_place(name):
    with pytest.raises(UnloadableDescription) as refusal:
        parse_document(name, b'{"x": 1,\n "a": ' + b"9" * 5_000 + b"}")
    (finding,) = refusal.value.findings
    message = "the number `99999999999999999999…` has 5,000 characters; no program reads that many"
    assert (finding.rule, finding.message) == ("number-too-large", message)
    assert finding.location.span == Span(2, 7, 2, 5007)


@pytest.mark.parametrize(
    ("escape", "column"),
    [
        pytest.param(r"\ud83d", 8, id="a first half alone"),
        pytest.param(r"\uDE00", 8, id="a second half alone"),
        pytest.param(r"\ude00\ud83d", 8, id="the halves in the wrong order"),
        pytest.param(r"\ud83dx\ude00", 8, id="a letter between the halves"),
        pytest.param(r"\ud83d\ude00\ud83d", 20, id="a pair and a half"),
    ],
)
def test_half_a_character_is_refused_at_its_place(escape, column):
    with pytest.raises(UnloadableDescription) as refusal:
        parse_document("a.json", f'{{"a": "{escape}"}}'.encode())
    (finding,) = refusal.value.findings
    assert (finding.rule, finding.location.span) == ("document-encoding", Span(1, column, 1, column + 6))


@pytest.mark.parametrize(
    ("escape", "text"),
    [
        pytest.param(r"\ud83d\ude00", "😀", id="a pair"),
        pytest.param(r"\\ud83d", r"\ud83d", id="a backslash, and then letters"),
        pytest.param(r"\\\ud83d\ude00", "\\😀", id="a backslash, and then a pair"),
    ],
)
def test_whole_characters_are_read(escape, text):
    assert parse_document("a.json", f'{{"a": "{escape}"}}'.encode()).root == {"a": text}


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_a_name_that_python_takes_for_a_number_is_refused_where_it_stands(name):
    with pytest.raises(UnloadableDescription) as refusal:
        parse_document("a.json", f'{{"{name}": {name}}}'.encode())
    (finding,) = refusal.value.findings
    start = len(name) + 6
    assert (finding.rule, finding.location.span) == ("json-syntax", Span(1, start, 1, start + len(name)))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("# to do\n", "holds nothing but comments", id="comments"),
        pytest.param("---\n", "holds nothing", id="a document mark"),
        pytest.param("null\n", "holds nothing", id="null"),
        pytest.param("[1]", "holds a list, not a mapping", id="a list in JSON"),
    ],
)
def test_a_text_without_a_mapping_is_refused_for_what_it_holds(text, holds):
    with pytest.raises(UnloadableDescription) as refusal:
        parse_document("a.yaml", text.encode())
    assert refusal.value.findings[0].message == f"not an OpenAPI description: the file {holds}"


@pytest.mark.parametrize(
    ("text", "message", "hint", "span"),
    [
        pytest.param(
            '{"a": 1,\n}', "a comma stands before `}`", "remove the comma", Span(1, 8, 1, 8), id="a last comma"
        ),
        pytest.param(
            '{"a": [1 , ]}', "a comma stands before `]`", "remove the comma", Span(1, 10, 1, 10), id="in a list"
        ),
        pytest.param("{ // why\n}", "JSON has no comments", "remove the comment", Span(1, 3, 1, 3), id="a comment"),
        pytest.param(
            '{"a": 1} # b', "JSON has no comments", "remove the comment", Span(1, 10, 1, 10), id="one at the end"
        ),
        pytest.param(
            "{'a': 1}",
            "strings and keys stand in double quotes",
            "write \" for '",
            Span(1, 2, 1, 2),
            id="single quotes",
        ),
        pytest.param(
            '{"a": "b\n"}',
            "a string goes over the end of its line, or holds a control character",
            r"write \n or \t",
            Span(1, 9, 1, 9),
            id="a string of two lines",
        ),
        pytest.param(
            '{"a": "\\d"}', "no character is written so", r"write \\ for a backslash", Span(1, 8, 1, 8), id="an escape"
        ),
        pytest.param(
            "{}\n{}",
            "the text goes on after its end",
            "remove what follows, or mend the brackets before it",
            Span(2, 1, 2, 1),
            id="two texts",
        ),
        pytest.param(
            "{a: 1}", "Expecting property name enclosed in double quotes", MEND, Span(1, 2, 1, 2), id="a bare key"
        ),
    ],
)
def test_what_is_nearly_json_is_refused_in_words(text, message, hint, span):
    with pytest.raises(UnloadableDescription) as refusal:
        parse_document("a.json", text.encode())
    (finding,) = refusal.value.findings
    assert (finding.rule, finding.message, finding.hint) == ("json-syntax", f"not JSON: {message}", hint)
    assert finding.location.span == span


@pytest.mark.parametrize(
    ("text", "root"),
    [
        pytest.param('{"a": -0, "b": 1E400}', {"a": 0, "b": LARGEST}, id="an exponent too large"),
        pytest.param('{"a": 1e-400}', {"a": 0.0}, id="an exponent too small"),
        pytest.param('{"a": "\u2028\x7f"}', {"a": "\u2028\x7f"}, id="characters that YAML has not outside quotes"),
        pytest.param('{"": 1}', {"": 1}, id="an empty key"),
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_json_is_read_as_json_under_every_name(name, text, root):
    assert parse_document(name, text.encode()).root == root
