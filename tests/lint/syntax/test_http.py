"""What HTTP allows in names of fields and media types."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.lint.syntax.http import is_token, media_type

_TOKENS = st.text(string.ascii_letters + string.digits + "!#$%&'+.^_`|~-", min_size=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("text/html", ("text/html",)),
        ("Text/HTML", ("text/html",)),
        ("text/html;charset=UTF-8", ("text/html", "charset=utf-8")),
        ('text/html ; Charset="utf-8"', ("text/html", "charset=utf-8")),
        ("a/b; version=B", ("a/b", "version=B")),
        ("a/b;d=2;c=1", ("a/b", "c=1", "d=2")),
        ('a/b; c="d;e, \\"f\\""', ("a/b", 'c=d;e, "f"')),
        ("a/b;", ("a/b",)),
        ("text/*", ("text/*",)),
        ("*/*", ("*/*",)),
        ("*/*;q=0.1", ("*/*", "q=0.1")),
        ("application/vnd.pets+json", ("application/vnd.pets+json",)),
    ],
)
def test_a_media_type_is_read(text: str, expected: tuple[str, ...]) -> None:
    assert media_type(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "json", "*", "*/json", "/", "a/", "/b", "a/b/c", "a b/c", "a/b c", "a/b, c/d", "a/b;c", "a/b; c = d"),
        *("a/b ", 'a/b;c="d', "a/b;=c", "größe/b", "a/b;c=d e", "a\\b", "a/b\n"),
    ],
)
def test_what_is_no_media_type_is_none(text: str) -> None:
    assert media_type(text) is None


@given(_TOKENS, st.dictionaries(_TOKENS.map(str.lower), _TOKENS, max_size=4))
def test_case_order_and_quotes_mean_nothing(name: str, parameters: dict[str, str]) -> None:
    one = f"{name}/{name}" + "".join(f";{key}={value}" for key, value in parameters.items())
    quoted = [f' ; {key.upper()}="{value}"' for key, value in parameters.items()]
    other = f"{name.upper()}/{name}" + "".join(reversed(quoted))
    assert media_type(one) is not None
    assert media_type(one) == media_type(other)


@pytest.mark.parametrize("text", ["X-Request-ID", "a", "1", "!#$%&'*+-.^_`|~"])
def test_a_token_is_one(text: str) -> None:
    assert is_token(text)


@pytest.mark.parametrize("text", ["", "a b", "a:", "a/b", "(a)", "a=b", "é", "a\n", '"a"', "a,b", "a;b", "[a]", "{a}"])
def test_what_is_no_token_is_none(text: str) -> None:
    assert not is_token(text)
