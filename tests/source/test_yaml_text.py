"""The sharp edges of YAML: what is read in spite of libyaml, and what is refused, where, in which words."""

from __future__ import annotations

import pytest

from contractctl.core.failures import UnloadableDescription
from contractctl.core.locations import Place, Pointer, Span
from contractctl.source.parse import parse_document


def read(text):
    return parse_document("a.yaml", text.encode())


def span_of(text, *tokens):
    return read(text).locate(Place("a.yaml", Pointer(tokens)))


@pytest.mark.parametrize(
    ("text", "root"),
    [
        pytest.param("a: b\x85c\n", {"a": "b\x85c"}, id="U+0085 in a plain scalar"),
        pytest.param("a: b\u2028c\n", {"a": "b\u2028c"}, id="U+2028 in a plain scalar"),
        pytest.param("a\u2029b: c\n", {"a\u2029b": "c"}, id="U+2029 in a key"),
        pytest.param("a: 'b\u2028 c'\n", {"a": "b\u2028 c"}, id="U+2028 in single quotes"),
        pytest.param('a: "b\u2028\x7f\ufffe"\n', {"a": "b\u2028\x7f\ufffe"}, id="what JSON allows in quotes"),
        pytest.param("a: |\n  b\u2028c\n", {"a": "b\u2028c\n"}, id="U+2028 in a block"),
        pytest.param("# \u2028: [\na: b\n", {"a": "b"}, id="U+2028 in a comment"),
        pytest.param("a: \U00100000\u2028\n", {"a": "\U00100000\u2028"}, id="a private-use character beside it"),
        pytest.param('a: "\\U00100000\u2028"\n', {"a": "\U00100000\u2028"}, id="an escaped one beside it"),
        pytest.param(r'a: "\ud83d\ude00"', {"a": "😀"}, id="two escapes that are one character"),
        pytest.param(r'a: "\\\uD83D\uDE00\\ud83d\\ude00"', {"a": "\\😀\\ud83d\\ude00"}, id="backslashes around them"),
        pytest.param(r'"\ud83d\ude00": 1', {"😀": 1}, id="two escapes in a key"),
        pytest.param(r"a: \ud83d\ude00", {"a": r"\ud83d\ude00"}, id="no escapes in a plain scalar"),
        pytest.param(r"a: '\uD83d\ude00 \ud83d\uDE01'", {"a": r"\uD83d\ude00 \ud83d\uDE01"}, id="nor in single quotes"),
        pytest.param("a: |\n  \\ud83d\\ude00\n", {"a": "\\ud83d\\ude00\n"}, id="nor in a block"),
        pytest.param("{'a': 1, b: [2,],}", {"a": 1, "b": [2]}, id="a flow mapping that begins as JSON does"),
        pytest.param("? a\n: b\n", {"a": "b"}, id="an explicit key"),
        pytest.param(f"? {'k' * 2000}\n: b\n", {"k" * 2000: "b"}, id="an explicit key of 2 000 characters"),
        pytest.param("? \n: c\nnull: a\n~: b\n", {"null": "a", "~": "b", "": "c"}, id="keys of nothing are text"),
        pytest.param("1.0: a\ntrue: b\n", {"1.0": "a", "true": "b"}, id="keys stay as they are written"),
        pytest.param("&a b: *a\n", {"b": "b"}, id="an anchor at a key"),
        pytest.param("a: &x 1.0\n*x : b\n", {"a": 1.0, "1.0": "b"}, id="an alias as a key is as it is written"),
        pytest.param("a: &x 1\nb: &x 2\nc: *x\n", {"a": 1, "b": 2, "c": 2}, id="an anchor twice: the last one counts"),
        pytest.param("%YAML 1.1\n---\na: yes please\n", {"a": "yes please"}, id="a directive for YAML 1.1"),
        pytest.param("%YAML 1.2\n---\na: b\n...\n", {"a": "b"}, id="a directive for YAML 1.2, and an end"),
        pytest.param("a: b\r\rc: d\r", {"a": "b", "c": "d"}, id="lines that end in CR"),
        pytest.param("a: " + "x" * 100_000, {"a": "x" * 100_000}, id="a very long line"),
        pytest.param("a: \tb\n", {"a": "b"}, id="a tab after a colon"),
        pytest.param("a: ! 12\n", {"a": "12"}, id="the tag that says text"),
        pytest.param("a: !!float 1\nb: !!map {}\n", {"a": 1, "b": {}}, id="tags that say what there is"),
        pytest.param("a: -0\nb: -0.0\n", {"a": 0, "b": -0.0}, id="minus zero"),
        pytest.param("a: {<<: [{b: 1}, {b: 2, c: 3}]}", {"a": {"b": 1, "c": 3}}, id="merged: the first one counts"),
        pytest.param("a: {'<<': {b: 1}}", {"a": {"<<": {"b": 1}}}, id="quoted, it is a key"),
    ],
)
def test_it_is_read_without_a_word(text, root):
    document = read(text)
    assert (document.root, document.problems) == (root, ())


def test_a_directive_for_yaml_1_1_changes_no_meaning_but_what_it_would_change_is_told():
    document = read("%YAML 1.1\n---\na: no\n")
    assert document.root == {"a": "no"}
    assert [problem.rule for problem in document.problems] == ["yaml-ambiguous-scalar"]


@pytest.mark.parametrize(
    ("text", "tokens", "span"),
    [
        pytest.param("a: b\u2028c\nd: e\n", ("d",), Span(2, 4, 2, 5), id="U+2028 ends no line"),
        pytest.param("a: b\x85c\r\nd: e\n", ("a",), Span(1, 4, 1, 7), id="U+0085 is one column"),
        pytest.param('a: ["\\ud83d\\ude00", b]', ("a", "1"), Span(1, 21, 1, 22), id="two escapes are twelve columns"),
        pytest.param("a: b\rc: d\r", ("c",), Span(2, 4, 2, 5), id="CR ends a line"),
        pytest.param("a: {<<: [{b: 1}, {c: 3}]}", ("a", "c"), Span(1, 22, 1, 23), id="what a list merges"),
    ],
)
def test_it_stands_where_editors_say(text, tokens, span):
    assert span_of(text, *tokens) == span


@pytest.mark.parametrize(
    ("text", "rule", "message", "hint", "span"),
    [
        pytest.param(
            "200: a\n'200': b\n",
            "document-key-duplicate",
            "the key `200` stands twice in one mapping; only the last one counts",
            "remove or rename one of them",
            Span(2, 1, 2, 6),
            id="keys that collide",
        ),
        pytest.param(
            "a: !thing {}\n",
            "yaml-custom-tag",
            "the YAML tag `!thing` means nothing in an OpenAPI description; it is passed over",
            "remove the tag",
            Span(1, 4, 1, 12),
            id="a tag of one's own at a mapping",
        ),
        pytest.param(
            "!thing a: b\n",
            "yaml-custom-tag",
            "the YAML tag `!thing` means nothing in an OpenAPI description; it is passed over",
            "remove the tag",
            Span(1, 1, 1, 9),
            id="a tag of one's own at a key",
        ),
        pytest.param(
            "a: !!int x\n",
            "yaml-custom-tag",
            "this is not what its YAML tag `!!int` says; the tag is passed over",
            "remove the tag",
            Span(1, 4, 1, 11),
            id="a tag that is wrong",
        ),
        pytest.param(
            "a: !!map []\n",
            "yaml-custom-tag",
            "this is not what its YAML tag `!!map` says; the tag is passed over",
            "remove the tag",
            Span(1, 4, 1, 11),
            id="a tag that is wrong at a list",
        ),
        pytest.param(
            "a: {<<: 3}\n",
            "yaml-alias",
            "`<<` merges a mapping, or a list of them, and this is neither",
            "write an alias of a mapping after it",
            Span(1, 5, 1, 7),
            id="a merge of a number",
        ),
    ],
)
def test_it_is_read_and_told(text, rule, message, hint, span):
    (problem,) = read(text).problems
    assert (problem.rule, problem.message, problem.hint, problem.location.span) == (rule, message, hint, span)


KEY = "k" * 1_025
LONG_KEY = "not YAML: a key of more than 1,024 characters stands before `:`"
EXPLICIT = "write `? ` before it, and `: ` on the next line"
NO_TOKEN = "not YAML: while scanning for the next token found character that cannot start any token"


@pytest.mark.parametrize(
    ("text", "rule", "message", "hint", "span"),
    [
        pytest.param(
            "a:\n\tb: 1\n", "yaml-syntax", NO_TOKEN, "indent with spaces, not tabs", Span(2, 1, 2, 1), id="a tab"
        ),
        pytest.param(
            "a: @b\n", "yaml-syntax", NO_TOKEN, "quote the text: it begins with `@`", Span(1, 4, 1, 4), id="an at sign"
        ),
        pytest.param(
            "a: b: c\n",
            "yaml-syntax",
            "not YAML: mapping values are not allowed in this context",
            "quote text that holds `: `, or mend the indentation",
            Span(1, 5, 1, 5),
            id="a colon in plain text",
        ),
        pytest.param(
            'a: "\\d"\n',
            "yaml-syntax",
            "not YAML: while parsing a quoted scalar found unknown escape character",
            r"write `\\` for a backslash, or use single quotes",
            Span(1, 5, 1, 5),
            id="a backslash in double quotes",
        ),
        pytest.param(
            "a: 1\n...\ngarbage\n",
            "yaml-syntax",
            "not YAML: did not find expected <document start>",
            "remove what follows `...`",
            Span(3, 1, 3, 1),
            id="garbage after the end",
        ),
        pytest.param(
            "%YAML 1.3\n---\na: 1\n",
            "yaml-syntax",
            "not YAML: `%YAML 1.3` asks for a version that is not read",
            "write `%YAML 1.2`, or remove the line",
            Span(1, 1, 1, 10),
            id="a directive for YAML 1.3",
        ),
        pytest.param(f"{KEY}: 1\n", "yaml-syntax", LONG_KEY, EXPLICIT, Span(1, 1, 1, 1026), id="a long first key"),
        pytest.param(f"a: 1\n{KEY}: 1", "yaml-syntax", LONG_KEY, EXPLICIT, Span(2, 1, 2, 1029), id="a long later key"),
        pytest.param(f"{{a: 1, {KEY}: 1}}", "yaml-syntax", LONG_KEY, EXPLICIT, Span(1, 8, 1, 1033), id="one in braces"),
        pytest.param(
            r'a: "x \ud83d"',
            "document-encoding",
            r"`\ud83d` is half of a character: a surrogate without the other one of its pair",
            "write the character itself",
            Span(1, 7, 1, 13),
            id="half a character",
        ),
        pytest.param(
            "a: 😀\x01\n",
            "yaml-syntax",
            "not YAML: control characters are not allowed",
            "remove the control character",
            Span(1, 5, 1, 6),
            id="a control character",
        ),
        pytest.param(
            "a: \x00\n",
            "yaml-syntax",
            "not YAML: control characters are not allowed",
            "remove the control character",
            Span(1, 4, 1, 5),
            id="NUL",
        ),
        pytest.param(
            "a: &x {}\n*x : b\n",
            "yaml-complex-key",
            "a mapping key must be a scalar",
            "write the key as text",
            Span(2, 1, 2, 3),
            id="an alias of a mapping as a key",
        ),
        pytest.param(
            "a: 1\n---\n",
            "yaml-multiple-documents",
            "the file holds more than one YAML document",
            "keep one description a file",
            Span(2, 1, 2, 4),
            id="a second document that is empty",
        ),
    ],
)
def test_it_is_refused_where_it_stands(text, rule, message, hint, span):
    with pytest.raises(UnloadableDescription) as refusal:
        read(text)
    (finding,) = refusal.value.findings
    assert (finding.rule, finding.message, finding.hint, finding.location.span) == (rule, message, hint, span)


def test_of_two_merges_in_one_mapping_the_last_one_counts():
    document = read("a: {<<: {b: 1}, <<: {c: 2}}\n")
    assert document.root == {"a": {"c": 2}}
    assert [problem.rule for problem in document.problems] == ["document-key-duplicate"]
