"""The grammars of URLs, e-mail addresses and license expressions."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.lint.syntax.addresses import begins_with_host, has_scheme, is_email_address, url_fault
from contractctl.lint.syntax.licenses import expression_fault

URLS = (
    *("", "/", "//a.io", "?a", "#a", "a/b:c", "./1:2", "https:", "https:/a", "urn:isbn:1", "tel:+1-2", "mailto:a@b"),
    *("https://a.io", "https://tom:1@a.io:/b;c=d/e%20f?g=/?h#i/?j", "http://[2001:db8::1]:80", "http://[v7.a:b]/"),
    *("https://пример.рф/ä?ö#ü", "file:///a", "https://a.io/(b)!$&'*+,;=@~_-."),
)
NO_URLS = {
    "a b": "a blank cannot stand in one",
    "a\tb": "the character 0x9 cannot stand in one",
    "`a`": "the character 0x60 cannot stand in one",
    "{a}": "`{` cannot stand in one",
    "a%2": "`%` begins no escape such as `%20`",
    "1:2": "its delimiters are not where RFC 3986 has them",
    "https://a:b": "its delimiters are not where RFC 3986 has them",
    "https://[a": "its delimiters are not where RFC 3986 has them",
    "https://a.io/[b]": "its delimiters are not where RFC 3986 has them",
    "#a#b": "its delimiters are not where RFC 3986 has them",
}


@pytest.mark.parametrize("text", URLS)
def test_a_url_is_one(text: str) -> None:
    assert url_fault(text) == ""


@pytest.mark.parametrize(("text", "fault"), NO_URLS.items())
def test_what_is_no_url_is_told_why(text: str, fault: str) -> None:
    assert url_fault(text) == fault


@given(st.text(), st.text(), st.text())
def test_whatever_is_escaped_makes_a_url(path: str, query: str, fragment: str) -> None:
    path, query, fragment = (quote(part, errors="replace") for part in (path, query, fragment))
    assert url_fault(f"https://a.io/{path}?{query}#{fragment}") == ""


@pytest.mark.parametrize("text", ["https://a.io", "mailto:a@b", "a+b.c-1:"])
def test_a_scheme_is_seen(text: str) -> None:
    assert has_scheme(text)


@pytest.mark.parametrize("text", ["a.io", "/a:b", "1a:b", "", ":a", "?a:b"])
def test_no_scheme_is_seen_where_there_is_none(text: str) -> None:
    assert not has_scheme(text)


@pytest.mark.parametrize(
    "text", ["www.a", "a.com", "A.B.ORG/c", "a-1.io?b", "localhost", "localhost:80/a", "a.com:80", "tom@a.de#b"]
)
def test_a_host_is_seen_at_the_front(text: str) -> None:
    assert begins_with_host(text)


@pytest.mark.parametrize(
    "text", ["", "/a.com", "./a.com", "https://a.com", "a.html", "a/b.com", "a.company", "com", "LICENSE.md", "a.com.b"]
)
def test_no_host_is_seen_where_there_may_be_none(text: str) -> None:
    assert not begins_with_host(text)


@pytest.mark.parametrize(
    "text", ["a@b", "a.b+c@d-e.f", "'a'@b.c", '"a b"@c.d', r'"a\"b"@c.d', "a@[127.0.0.1]", "a@[IPv6:::1]", "ä@ö.de"]
)
def test_an_email_address_is_one(text: str) -> None:
    assert is_email_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "@b", "a@", "a@b@c", "a b@c", ".a@b", "a.@b", "a..b@c", "a@b.", "a@b..c", "mailto:a@b", "<a@b>", "a@b\n"],
)
def test_what_is_no_email_address_is_none(text: str) -> None:
    assert not is_email_address(text)


_licenses = st.sampled_from(["MIT", "GPL-2.0+", "LicenseRef-a", "DocumentRef-a:LicenseRef-b.1"])
_simple = st.one_of(_licenses, st.builds("{} WITH {}".format, _licenses, st.sampled_from(["a-b", "AdditionRef-c"])))
_expressions = st.recursive(
    _simple,
    lambda inner: st.one_of(
        st.builds("({})".format, inner), st.builds("{} {} {}".format, inner, st.sampled_from(["AND", "or"]), inner)
    ),
)
NO_EXPRESSIONS = {
    "": "it is empty",
    "MIT OR": "a license is missing at its end",
    "GPL-2.0 WITH": "an exception is missing at its end",
    "MIT Apache-2.0": "`Apache-2.0` stands where `AND` or `OR` is due",
    "MIT Or Apache-2.0": "`Or` stands where `AND` or `OR` is due",
    "(MIT) WITH a": "`WITH` stands where `AND` or `OR` is due",
    "a WITH b WITH c": "`WITH` stands where `AND` or `OR` is due",
    "a WITH (b)": "`(` stands where an exception is due",
    "AND MIT": "`AND` stands where a license is due",
    "MIT/X11": "`MIT/X11` stands where a license is due",
    "(MIT": "a `)` is missing",
    "MIT)": "`)` closes nothing",
    "()": "`)` stands where a license is due",
}


@given(_expressions)
def test_an_expression_of_the_grammar_has_no_fault(text: str) -> None:
    assert expression_fault(text) == ""


@given(_expressions, _expressions)
def test_two_expressions_side_by_side_are_none(one: str, other: str) -> None:
    assert expression_fault(f"{one} {other}") != ""


@pytest.mark.parametrize(("text", "fault"), NO_EXPRESSIONS.items())
def test_what_is_no_expression_is_told_why(text: str, fault: str) -> None:
    assert expression_fault(text) == fault
