"""Texts to documents: values, faults, refusals."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from contractctl.core.failures import UnloadableDescription
from contractctl.core.locations import Place, Pointer, Span
from contractctl.source.parse import parse_document

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(min_size=1), JSON_VALUES, min_size=1, max_size=5)


@given(OBJECTS, st.sampled_from([None, 2]))
def test_a_json_text_gives_the_value_that_was_dumped(value, indent):
    text = json.dumps(value, indent=indent)
    assert parse_document("a.json", text.encode()).root == value


ASCII = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=12)
PLAIN_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | ASCII,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ASCII, inner, max_size=4),
    max_leaves=12,
)


@example({"0": "0E0"}, True)
@given(st.dictionaries(ASCII, PLAIN_VALUES, min_size=1, max_size=5), st.sampled_from([True, False, None]))
def test_a_yaml_text_in_any_style_gives_the_value_that_was_dumped(value, flow):
    text = yaml.safe_dump(value, default_flow_style=flow, sort_keys=False)
    document = parse_document("a.yaml", text.encode())
    # `<<` is a merge key, and our document has merged it; what YAML 1.1 reads otherwise it has dumped without quotes.
    if "<<" not in text and not document.problems:
        assert document.root == value


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        pytest.param("", None, id="nothing is null"),
        pytest.param("~", None, id="a tilde is null"),
        pytest.param("true", True, id="true is a boolean"),
        pytest.param("no", "no", id="no is text, as in YAML 1.2"),
        pytest.param("012", 12, id="a leading zero is decimal, as in YAML 1.2"),
        pytest.param("0o14", 12, id="0o is octal"),
        pytest.param("0xC", 12, id="0x is hexadecimal"),
        pytest.param("1e3", 1000.0, id="an exponent without a dot is a number"),
        pytest.param("1_000", "1_000", id="underscores make text"),
        pytest.param("2020-01-01", "2020-01-01", id="a date is text"),
        pytest.param("1.0", 1.0, id="a version without quotes is a number"),
        pytest.param("9007199254740993", 9007199254740993, id="integers over 2 to the 53 stay exact"),
        pytest.param("+1", 1, id="a plus sign is allowed"),
        pytest.param(".", ".", id="a dot alone is text"),
        pytest.param("'12'", "12", id="quotes make text"),
        pytest.param("!!str 12", "12", id="the str tag makes text"),
        pytest.param("|\n  a\n  b\n", "a\nb\n", id="a literal block keeps its lines"),
    ],
)
def test_plain_scalars_mean_what_yaml_1_2_says(scalar, value):
    assert parse_document("a.yaml", f"key: {scalar}\n".encode()).root == {"key": value}


@pytest.mark.parametrize(
    ("text", "rule", "pointer", "span"),
    [
        pytest.param(
            "a: no\n", "yaml-ambiguous-scalar", "/a", Span(1, 4, 1, 6), id="a value that YAML 1.1 reads as a boolean"
        ),
        pytest.param(
            "on: 1\n", "yaml-ambiguous-scalar", "/on", Span(1, 1, 1, 3), id="a key that YAML 1.1 reads as a boolean"
        ),
        pytest.param(
            "a: [1, 012]\n",
            "yaml-ambiguous-scalar",
            "/a/1",
            Span(1, 8, 1, 11),
            id="an item that YAML 1.1 reads as octal",
        ),
        pytest.param("a: 1\nb: 2\na: 3\n", "document-key-duplicate", "/a", Span(3, 1, 3, 2), id="a key twice in YAML"),
        pytest.param(
            '{"a": {"b": 1, "b": 2}}', "document-key-duplicate", "/a/b", Span(1, 16, 1, 19), id="a key twice in JSON"
        ),
        pytest.param(
            "200: a\n'200': b\n",
            "document-key-duplicate",
            "/200",
            Span(2, 1, 2, 6),
            id="a number and a text that are one key",
        ),
        pytest.param("a: .nan\n", "yaml-not-json", "/a", Span(1, 4, 1, 8), id="a number that JSON has not"),
        pytest.param("a: !thing x\n", "yaml-custom-tag", "/a", Span(1, 4, 1, 12), id="a tag of one's own"),
    ],
)
def test_faults_that_leave_a_value_are_told_with_their_place(text, rule, pointer, span):
    (problem,) = parse_document("openapi", text.encode()).problems
    assert (problem.rule, str(problem.location.place.pointer), problem.location.span) == (rule, pointer, span)


def test_a_duplicate_key_names_both_places_and_the_last_one_counts():
    document = parse_document("a.yaml", b"a: 1\nb: 2\na: 3\n")
    assert document.root == {"a": 3, "b": 2}
    assert document.problems[0].related[0].location.span == Span(1, 1, 1, 2)


DEEP = 100_000


@pytest.mark.parametrize(
    ("data", "rule", "message"),
    [
        pytest.param(b"", "document-not-openapi", "the file is empty", id="no bytes"),
        pytest.param(b"  \n\n", "document-not-openapi", "the file is empty", id="blanks"),
        pytest.param(
            b"- a\n- b\n",
            "document-not-openapi",
            "not an OpenAPI description: the file holds a list, not a mapping",
            id="a list",
        ),
        pytest.param(
            b"hello\n",
            "document-not-openapi",
            "not an OpenAPI description: the file holds plain text, not a mapping",
            id="a word",
        ),
        pytest.param(
            b"<!doctype html><p>Log in</p>",
            "document-not-openapi",
            "not an OpenAPI description: the file is HTML",
            id="a login page",
        ),
        pytest.param(b"title: caf\xe9\n", "document-encoding", "byte 10 (0xe9) is not UTF-8", id="latin-1"),
        pytest.param(
            b"a: 1\n---\nb: 2\n",
            "yaml-multiple-documents",
            "the file holds more than one YAML document",
            id="two documents",
        ),
        pytest.param(
            b"a: *b\n", "yaml-alias", "the alias `*b` names no anchor above it", id="an alias without an anchor"
        ),
        pytest.param(
            b"a: &a [*a]\n",
            "yaml-alias",
            "the alias `*a` stands inside its own anchor",
            id="an alias inside its anchor",
        ),
        pytest.param(
            b"[" * DEEP, "document-too-deep", "the text is nested deeper than 200 levels", id="a wall of brackets"
        ),
        pytest.param(
            b'{"a":' * DEEP, "document-too-deep", "the text is nested deeper than 200 levels", id="a wall of braces"
        ),
        pytest.param(
            b"a: &a " + b"[" * 150 + b"]" * 150 + b"\nb: " + b"[" * 50 + b"*a" + b"]" * 50,
            "document-too-deep",
            "the text is nested deeper than 200 levels",
            id="a wall of brackets in another, by an alias",
        ),
        pytest.param(b"? [a]\n: b\n", "yaml-complex-key", "a mapping key must be a scalar", id="a list as a key"),
    ],
)
def test_what_is_no_description_is_refused_in_words(data, rule, message):
    with pytest.raises(UnloadableDescription) as refusal:
        parse_document("openapi.yaml", data)
    (finding,) = refusal.value.findings
    assert (finding.rule, finding.message) == (rule, message)
    assert finding.location.span is not None


def test_broken_yaml_is_refused_at_the_line_that_is_broken():
    with pytest.raises(UnloadableDescription) as refusal:
        parse_document("openapi.yaml", b"openapi: 3.1.0\ninfo:\n  title: [a\npaths: {}\n")
    (finding,) = refusal.value.findings
    assert (finding.rule, finding.location.span.line) == ("yaml-syntax", 4)


def test_broken_json_is_refused_at_the_character_that_is_broken():
    with pytest.raises(UnloadableDescription) as refusal:
        parse_document("openapi.json", b'{"a": 1,\n "b": }')
    (finding,) = refusal.value.findings
    assert (finding.rule, finding.location.span) == ("json-syntax", Span(2, 7, 2, 7))


def test_aliases_may_nest_as_deep_as_what_they_stand_for():
    text = b"a: &a " + b"[" * 150 + b"]" * 150 + b"\nb: " + b"[" * 49 + b"*a" + b"]" * 49
    root = parse_document("openapi.yaml", text).root
    depth, value = 1, root["b"]
    while value:
        depth, value = depth + 1, value[0]
    assert depth == 199  # and the root around them


def test_an_alias_bomb_is_refused_before_it_expands():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 12)]
    with pytest.raises(UnloadableDescription) as refusal:
        parse_document("openapi.yaml", "\n".join(lines).encode())
    assert refusal.value.findings[0].rule == "yaml-alias"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("a: é\n".encode(), id="UTF-8"),
        pytest.param("\ufeffa: é\n".encode(), id="UTF-8 with a mark"),
        pytest.param("a: é\n".encode("utf-16"), id="UTF-16"),
        pytest.param("\ufeffa: é\n".encode("utf-16-be"), id="UTF-16, big end first"),
        pytest.param("a: é\r\n".encode(), id="lines ended as on Windows"),
    ],
)
def test_encodings_give_the_same_value(data):
    assert parse_document("a.yaml", data).root == {"a": "é"}


def test_merge_keys_add_what_is_not_written_out():
    document = parse_document("a.yaml", b"base: &b {x: 1, y: 2}\nhere: {<<: *b, y: 3}\n")
    assert document.root["here"] == {"x": 1, "y": 3}
    assert document.locate(Place("a.yaml", Pointer(("here", "x")))) == Span(1, 14, 1, 15)
