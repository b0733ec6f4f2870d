"""Laws of tokens: whatever a client sends is judged, and no change of what the issuer gave is good."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contractctl.mockserver.clock import Clock
from contractctl.mockserver.memory.local import LocalMemory
from contractctl.mockserver.requests import Request
from contractctl.mockserver.settings import Settings
from contractctl.mockserver.tokens.issuer import Issuer
from contractctl.mockserver.tokens.jwts import InvalidToken
from contractctl.mockserver.tokens.tokens import Tokens
from contractctl.mockserver.tokens.verifying import Grant

LAW = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
MEMORY = LocalMemory()
TOKENS = Tokens(Settings(), MEMORY, Clock(MEMORY), "")
ISSUER = Issuer(TOKENS, ["read", "write"], place="", oauth="/oauth")
FORM = {b"host": b"mock.example", b"content-type": b"application/x-www-form-urlencoded"}

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=2), max_leaves=3)
members = st.sampled_from(["alg", "kid", "typ", "crit", "iss", "exp", "nbf", "iat", "jti", "scope", "scp", "sub"])
objects = st.dictionaries(members, values, max_size=6)
names = st.sampled_from(
    [
        "grant_type",
        "client_id",
        "client_secret",
        "scope",
        "code",
        "code_verifier",
        "refresh_token",
        "redirect_uri",
        "username",
        "password",
        "response_type",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "response_mode",
        "token",
    ]
)
words = st.sampled_from(
    [
        "client_credentials",
        "password",
        "refresh_token",
        "authorization_code",
        "code",
        "read",
        "openid",
        "a",
        "S256",
        "plain",
        "query",
        "fragment",
        "http://app.example/cb",
    ]
)
texts = st.text(st.characters(codec="latin-1"), max_size=60).map(str.strip)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value, default=str)).rstrip(b"=").decode()


def judged(token: str) -> Grant:
    sent = {b"host": b"mock.example", b"authorization": f"Bearer {token}".encode("latin-1")}
    grant = TOKENS.judge(Request("GET", b"/", sent))
    assert grant is not None
    return grant


def posted(form: dict[str, str]) -> Request:
    return Request("POST", b"/", FORM, body=urlencode(form).encode())


@pytest.fixture(scope="module")
def token() -> str:
    form = {"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"}
    return str(orjson.loads(ISSUER.token(posted(form)).body)["access_token"])


@LAW
@given(texts | st.from_regex(r"[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]*){0,4}", fullmatch=True))
def test_any_text_is_no_token(text: str) -> None:
    with pytest.raises(InvalidToken):
        judged(text or "-")


@LAW
@given(header=objects, claims=objects, signature=st.binary(max_size=8))
def test_any_claims_are_judged(header: dict[str, Any], claims: dict[str, Any], signature: bytes) -> None:
    mark = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    try:
        text = f"{part(header)}.{part(claims)}.{mark}"
    except orjson.JSONEncodeError:  # an integer beyond 64 bits
        return
    try:
        grant = judged(text)
    except InvalidToken as refused:
        said = str(refused)
        assert (said.isprintable(), set('"\\') & set(said)) == (True, set())
    else:
        assert (grant.id, header["alg"].lower() != "none", bool(signature)) == ("", True, True)


@LAW
@given(data=st.data())
def test_no_change_of_a_token_is_good(token: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("AQgw_-.9"))
    changed = token[:at] + other + token[at + 1 :]
    # The last character of a part has bits that no byte is made of.
    if changed == token or token[at + 1 : at + 2] in {"", "."}:
        return
    with pytest.raises(InvalidToken):
        judged(changed)


@LAW
@given(st.text(max_size=40), st.dictionaries(st.text(max_size=5), scalars, max_size=3))
def test_a_seal_opens_what_it_closed_and_nothing_else(text: str, content: dict[str, Any]) -> None:
    try:
        closed = TOKENS.seal.close("code", content)
    except (orjson.JSONEncodeError, TypeError):
        return
    assert TOKENS.seal.open("code", closed) == orjson.loads(orjson.dumps(content))
    assert TOKENS.seal.open("refresh", closed) is None
    assert TOKENS.seal.open("code", text) is None


@LAW
@given(st.dictionaries(names, words | st.text(max_size=12), max_size=9))
def test_any_form_gets_an_answer_of_oauth(form: dict[str, str]) -> None:
    for answer in (ISSUER.token(posted(form)), ISSUER.revoke(posted(form))):
        assert answer.status in {200, 400, 401}
        if answer.status != 200:
            assert sorted(orjson.loads(answer.body)) == ["error", "error_description"]
    sent = ISSUER.authorize(Request("GET", b"/?" + urlencode(form).encode(), {b"host": b"mock.example"}))
    assert sent.status in {302, 400}
    assert b"\r\nlocation: " in sent.head.lower() or sent.status == 400


@LAW
@given(st.binary(max_size=60))
def test_any_bytes_get_an_answer_of_oauth(body: bytes) -> None:
    answer = ISSUER.token(Request("POST", b"/", FORM, body=body))
    assert answer.status in {400, 401}
    described = orjson.loads(answer.body)["error_description"]
    assert described.isascii()
    assert not set('"\\') & set(described)
