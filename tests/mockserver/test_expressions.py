"""Runtime expressions: the grammar, and that what was read is written back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.encodings.expressions import Expression, NotAnExpression, Part, Template, parse_template

laws = settings(deadline=None, derandomize=True, max_examples=100)

TOKENS = st.text("!#$%&'*+.^_`|~-09azAZ", min_size=1)
CHARS = st.one_of(
    st.characters(min_codepoint=0x20, exclude_characters='"\\', exclude_categories=["Cs"]),
    st.sampled_from(['\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u00e9", "\\uD83D\\uDE00"]),
)
NAMES = st.lists(CHARS).map("".join)
MESSAGES = st.sampled_from(["request", "response"])
PARTS: tuple[Part, ...] = ("query", "path")
EXPRESSIONS = st.one_of(
    st.sampled_from([Expression("url"), Expression("method"), Expression("statusCode")]),
    st.builds(Expression, st.just("header"), MESSAGES, TOKENS),
    st.builds(Expression, st.sampled_from(PARTS), MESSAGES, NAMES),
    st.builds(
        lambda message, pointer: Expression("body", message, pointer=pointer),
        MESSAGES,
        st.none() | st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple),
    ),
)
FRAGMENTS = [*'${}.#/~0\\"ab', "$request.", "body", "query.", "{$url}", "{$request.body#/", "header.x"]
CONSTANTS = st.text(st.characters(exclude_characters="{}$", exclude_categories=["Cs"]), min_size=1)


@laws
@given(EXPRESSIONS)
def test_an_expression_that_is_written_is_read_as_itself(expression: Expression) -> None:
    assert parse_template(str(expression)) == Template((expression,), is_whole=True)


@laws
@given(st.lists(st.one_of(EXPRESSIONS.filter(lambda one: not set(str(one)) & set("{}")), CONSTANTS)))
def test_expressions_in_braces_are_read_wherever_they_stand(parts: list[str | Expression]) -> None:
    written = "".join(part if isinstance(part, str) else f"{{{part}}}" for part in parts)
    found = parse_template(written)
    assert [*found.expressions] == [part for part in parts if isinstance(part, Expression)]
    assert str(found) == written


@laws
@given(st.lists(st.sampled_from(FRAGMENTS)).map("".join))
def test_any_text_is_read_as_itself_or_refused(text: str) -> None:
    with contextlib.suppress(NotAnExpression):
        assert str(parse_template(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("$request", id="a message alone"),
        pytest.param("$request.", id="a message and nothing of it"),
        pytest.param("$request.body.url", id="a body with a dot for the sharp"),
        pytest.param("$request.body/url", id="a pointer without its sharp"),
        pytest.param("$request.body#url", id="a pointer that does not begin with a slash"),
        pytest.param("$request.body#/a~2", id="a pointer with an escape that there is not"),
        pytest.param("$request.header.", id="a header without a name"),
        pytest.param("$request.header.X Y", id="a header whose name has a blank"),
        pytest.param('$request.query."x', id="a name with a quotation mark"),
        pytest.param("$request.query.a\\x", id="a name with an escape that JSON has not"),
        pytest.param("$request.query.a\nb", id="a name with a line end"),
        pytest.param("$request.cookie.a", id="a part that messages do not have"),
        pytest.param("$URL", id="a word in another case"),
        pytest.param("$url.path", id="a word with more behind it"),
        pytest.param("http://x/{$request.body#/a", id="a brace that is not closed"),
        pytest.param("http://x/{$nothing}", id="one of several that is none"),
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(NotAnExpression):
        parse_template(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("http://example.com/{id}", id="a variable of a path"),
        pytest.param("$5", id="a price"),
        pytest.param("costs $request.body", id="an expression without braces behind something else"),
        pytest.param("{ $url }", id="a blank in the braces"),
        pytest.param("{}", id="empty braces"),
    ],
)
def test_what_does_not_look_like_an_expression_is_a_constant(text: str) -> None:
    assert [*parse_template(text).expressions] == []


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("$request.header.X-Id", Expression("header", "request", "X-Id")),
        ("$response.body", Expression("body", "response")),
        ("$response.body#", Expression("body", "response", pointer=())),
        ("$request.body#/a~1b/0/~01", Expression("body", "request", pointer=("a/b", "0", "~1"))),
        ("$request.body#/a}b", Expression("body", "request", pointer=("a}b",))),
        ("$request.query.", Expression("query", "request")),
        ("$request.path.a.b", Expression("path", "request", "a.b")),
    ],
)
def test_the_parts_of_an_expression(text: str, expression: Expression) -> None:
    assert parse_template(text).parts == (expression,)


def test_the_escapes_of_a_name_are_those_of_json() -> None:
    found = parse_template(r"$request.query.a\u002Eb\"")
    assert [one.meant for one in found.expressions] == ['a.b"']
