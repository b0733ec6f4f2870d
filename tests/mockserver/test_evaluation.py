"""What expressions stand for: whatever a client sends, a value or nothing, and never another host."""

from __future__ import annotations

import contextlib
from urllib.parse import parse_qs, unquote, urlsplit

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contractctl.encodings.expressions import Expression, parse_template
from contractctl.mockserver.answers import Answer, make_answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.callbacks.calling import filled
from contractctl.mockserver.callbacks.evaluation import Exchanged, Silent
from contractctl.mockserver.callbacks.targets import read_target
from contractctl.mockserver.contracts import Contracts
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Json
from contractctl.mockserver.requests import Request
from tests.mockserver.serving import bundle_of

CONTRACT = """\
openapi: 3.1.0
info: {title: Said, version: '1'}
paths:
  /a/{v}/{w}:
    post:
      requestBody: {content: {application/json: {}, application/xml: {}, text/plain: {}}}
      responses: {'204': {description: done}}
"""
laws = settings(
    deadline=None, derandomize=True, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "~", "/", "0"]), inner),
    max_leaves=8,
)
POINTERS = st.lists(st.sampled_from(["a", "b", "~", "/", "0", "1", "01", "-1", "", "99999999999"])).map(tuple)
EXPRESSIONS = st.one_of(
    st.sampled_from([Expression("url"), Expression("method"), Expression("statusCode")]),
    st.builds(Expression, st.just("header"), st.sampled_from(["request", "response"]), st.sampled_from(["X-A", "x-b"])),
    st.builds(Expression, st.sampled_from(["query", "path"]), st.sampled_from(["request", "response"]), st.just("v")),
    st.builds(lambda m, p: Expression("body", m, pointer=p), st.sampled_from(["request", "response"]), POINTERS),
)


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Contracts:
    path = tmp_path_factory.mktemp("said") / "mock.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    return Contracts([("", Bundle(str(path)))], {}, {})


def said(
    contracts: Contracts,
    body: bytes,
    answer: Answer,
    *,
    target: bytes = b"/a/1/2?v=3",
    media: bytes = b"application/json",
) -> Exchanged:
    """Return an exchange as expressions look at it."""
    headers = {b"host": b"a.example", b"content-type": media, b"x-a": b"\xff\r\n"}
    opened = contracts.begin(Request("POST", target, headers, has_body=True, body=body))
    assert isinstance(opened, Exchange)
    return Exchanged(opened, answer, "http", lambda: pytest.fail("no XML node is known"))


@laws
@given(EXPRESSIONS, st.binary() | JSON.map(orjson.dumps), st.binary() | JSON.map(orjson.dumps), st.binary())
def test_whatever_is_sent_an_expression_has_a_value_or_says_nothing(
    contracts: Contracts, expression: Expression, body: bytes, answered: bytes, query: bytes
) -> None:
    answer = make_answer(200, media_type="application/json", body=answered, headers=[("X-B", "b")])
    exchanged = said(contracts, body, answer, target=b"/a/%C3%A9/2?" + query.translate(None, b" \r\n#"))
    with contextlib.suppress(Silent):
        assert isinstance(exchanged.text(expression), str)


@laws
@given(TEXTS)
def test_a_value_stays_one_value_of_the_url(contracts: Contracts, value: str) -> None:
    template = parse_template("http://127.0.0.1:9/x/{$request.body#/v}?a={$request.body#/v}&b=c")
    exchanged = said(contracts, orjson.dumps({"v": value}), make_answer(204))
    url = filled(template, exchanged)
    target, parts = read_target(url), urlsplit(url)
    assert (target.host, target.port) == ("127.0.0.1", 9)
    assert unquote(parts.path) == f"/x/{value}"
    assert parse_qs(parts.query, keep_blank_values=True) == {"a": [value], "b": ["c"]}


@laws
@given(JSON)
def test_an_expression_alone_keeps_the_type_of_its_value(contracts: Contracts, value: Json) -> None:
    exchanged = said(contracts, orjson.dumps([value]), make_answer(204))
    if value is None:
        with pytest.raises(Silent):
            exchanged.value(parse_template("$request.body#/0"))
    else:
        assert exchanged.value(parse_template("$request.body#/0")) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$url", "http://a.example/a/%C3%A9/2?v=3&v=%26"),
        ("$method", "POST"),
        ("$statusCode", 201),
        ("{$statusCode}", "201"),
        ("$request.path.v", "é"),
        ("$request.query.v", ["3", "&"]),
        ("{$request.query.v}", "3,&"),
        ("$request.header.HOST", "a.example"),
        ("$response.header.x-one", "1, 2"),
        ("$request.body#/list", [1, "b"]),
        ("-{$request.body#/list}-{$request.body#/object}", '-1,b-{"c":[]}'),
        ("$request.body", {"list": [1, "b"], "object": {"c": []}}),
        ("$response.body#/0/id", 7),
        ("costs $5", "costs $5"),
    ],
)
def test_what_expressions_stand_for(contracts: Contracts, text: str, value: Json) -> None:
    headers = [("X-One", "1"), ("X-One", "2")]
    answer = make_answer(201, media_type="application/hal+json", body=b'[{"id":7}]', headers=headers)
    body = b'{"list":[1,"b"],"object":{"c":[]}}'
    exchanged = said(contracts, body, answer, target=b"/a/%C3%A9/2?v=3&v=%26")
    assert exchanged.value(parse_template(text)) == value


@pytest.mark.parametrize(
    "text",
    [
        "$request.query.x",
        "$request.path.x",
        "$request.header.x",
        "$response.query.v",
        "$response.path.v",
        "$response.body",
    ],
)
def test_what_is_not_there_says_nothing(contracts: Contracts, text: str) -> None:
    exchanged = said(contracts, b"{}", make_answer(200, media_type="text/plain", body=b"{}"))
    with pytest.raises(Silent):
        exchanged.value(parse_template(text))
