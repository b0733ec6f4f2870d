"""Nothing that a mock keeps, logs or tells of requests has a credential in it, wherever a client may put one."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis as Client

from contractctl.mockserver.observing.secrets import Secrets
from tests.components.redis import Redis
from tests.mockserver.answers import read_answers
from tests.mockserver.serving import Served, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Secrets, version: '1'}
components:
  securitySchemes:
    header: {type: apiKey, in: header, name: X-Door}
    query: {type: apiKey, in: query, name: door}
    cookie: {type: apiKey, in: cookie, name: door}
    basic: {type: http, scheme: basic}
    digest: {type: http, scheme: digest}
    oauth:
      type: oauth2
      flows:
        password: {tokenUrl: /token, refreshUrl: /refresh, scopes: {read: Reads.}}
        authorizationCode: {authorizationUrl: /authorize, tokenUrl: /token, scopes: {read: Reads.}}
paths:
  /pets:
    parameters:
      - {name: access_token, in: query, schema: {type: string, maxLength: 3}}
      - {name: X-Door, in: header, schema: {type: string, maxLength: 3}}
      - {name: door, in: cookie, schema: {type: string, maxLength: 3}}
    get:
      security: [{header: []}, {query: []}, {cookie: []}, {basic: []}, {digest: []}, {oauth: [read]}, {}]
      responses: {'200': {description: all, content: {text/plain: {example: pets}}}}
    post:
      security: [{oauth: [read]}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {
        password: {type: string, maxLength: 3}, login: {type: object, maxProperties: 0}}}}}}
      responses: {'201': {description: made, content: {text/plain: {example: made}}}}
"""
MARK = "S3cr3t"
"""What every secret below begins with, and nothing else."""
BASIC = base64.b64encode(f"user:{MARK}Basic".encode()).decode()


def secret(name: str) -> str:
    return MARK + name


def request(line: str, headers: dict[str, str] | None = None, body: str = "") -> bytes:
    length = {"Content-Length": str(len(body))} if body else {}
    lines = [f"{name}: {value}" for name, value in {"Host": "mock", **length, **(headers or {})}.items()]
    return "\r\n".join([f"{line} HTTP/1.1", *lines, "", body]).encode()


def form(**members: str) -> tuple[dict[str, str], str]:
    return {"Content-Type": "application/x-www-form-urlencoded"}, "&".join(f"{k}={v}" for k, v in members.items())


TOKEN_REQUESTS = {
    "a client's secret in Basic": request(
        "POST /token", {"Authorization": f"Basic {BASIC}", **form()[0]}, "grant_type=client_credentials"
    ),
    "a challenge that is its own verifier": request(
        f"GET /authorize?client_id=me&redirect_uri=http://a/&response_type=code&code_challenge={secret('C' * 40)}"
    ),
    "a client's secret in the body": request(
        "POST /token", *form(grant_type="client_credentials", client_id="me", client_secret=secret("Client"))
    ),
    "the password grant": request(
        "POST /token", *form(grant_type="password", username="me", password=secret("Password"), client_id="me")
    ),
    "a refresh token that nobody gave": request(
        "POST /refresh", *form(grant_type="refresh_token", refresh_token=secret("Refresh"), client_id="me")
    ),
    "a code that nobody gave": request(
        "POST /token",
        *form(grant_type="authorization_code", code=secret("Code"), client_id="me", redirect_uri="http://a"),
    ),
    "a password in the query of the token endpoint": request(
        f"POST /token?password={secret('InQuery')}&client_secret={secret('InQueryToo')}", *form(grant_type="password")
    ),
    "a body of a wrong type": request(
        "POST /token", {"Content-Type": "application/json"}, json.dumps({"client_secret": secret("Json")})
    ),
    "a revocation": request("POST /__mock/oauth/revoke", *form(token=secret("Revoked"), client_id="me")),
    "an authorization that goes on with a token": request(
        f"GET /authorize?response_type=code&client_id=me&redirect_uri=http://a/?access_token%3D{secret('Redirect')}"
    ),
}
REQUESTS = {
    "Basic": request("GET /pets", {"Authorization": f"Basic {BASIC}"}),
    "Bearer": request("GET /pets", {"Authorization": f"Bearer {secret('Bearer')}"}),
    "Digest": request("GET /pets", {"Authorization": f'Digest username="me", response="{secret("Digest")}"'}),
    "a scheme that nobody knows": request("GET /pets", {"Authorization": f"{secret('Scheme')} {secret('Value')}"}),
    "Authorization without a scheme": request("GET /pets", {"Authorization": secret("Bare")}),
    "Authorization twice": request("GET /pets", {"Authorization": "Basic a", "authorization": f"Bearer {MARK}Twice"}),
    "a proxy's": request("GET /pets", {"Proxy-Authorization": f"Basic {BASIC}"}),
    "a key in a header": request("GET /pets", {"X-Door": secret("Header")}),
    "a key in a header that nobody declared": request("GET /pets", {"X-Api-Key": secret("Undeclared")}),
    "a token in a header that nobody declared": request("GET /pets", {"X-Auth-Token": secret("AuthToken")}),
    "a key in the query": request(f"GET /pets?door={secret('Query')}"),
    "a key in the query, its name escaped": request(f"GET /pets?d%6For={secret('Escaped')}"),
    "a key in the query, in large letters": request(f"GET /pets?DOOR={secret('Large')}"),
    "a key in a cookie": request("GET /pets", {"Cookie": f"a=1; door={secret('Cookie')}"}),
    "a cookie without a name": request("GET /pets", {"Cookie": secret("Nameless")}),
    "a client's certificate": request("GET /pets", {"X-Forwarded-Client-Cert": f"Hash={secret('Cert')}"}),
    "access_token": request(f"GET /pets?access_token={secret('Access')}"),
    "access_token of a list": request(f"GET /pets?access_token[]={secret('List')}"),
    "access_token with a semicolon": request(f"GET /pets?access_token=a;{secret('Semicolon')}"),
    "a name that cannot be read": request(f"GET /pets?access%zz={secret('Unreadable')}"),
    "a token within a redirect": request(f"GET /pets?next={quote('http://a/?token=' + secret('Nested'))}"),
    "a form in a value": request(f"GET /pets?q=password%3D{secret('FormInValue')}"),
    "an unknown path": request(f"GET /nowhere?token={secret('Unknown')}&client_secret={secret('Other')}"),
    "the path of a flow that came back": request(f"GET /callback?code={secret('Back')}&state=1"),
    "a fragment": request(f"GET /nowhere#access_token={secret('Fragment')}"),
    "a matrix parameter": request(f"GET /nowhere;token={secret('Matrix')}/a"),
    "a method that the path has not": request(f"DELETE /pets?access_token={secret('Method')}"),
    "userinfo in an absolute target": request(f"GET http://me:{secret('User')}@mock/pets"),
    "userinfo in a target of another scheme": request(f"GET ftp://me:{secret('Ftp')}@mock/pets"),
    "userinfo in a target without a scheme": request(f"GET //me:{secret('Slashes')}@mock/pets"),
    "userinfo in CONNECT": request(f"CONNECT me:{secret('Connect')}@mock:80"),
    "a referer": request("GET /pets", {"Referer": f"http://me:{secret('Ref')}@a/?access_token={secret('Referer')}"}),
    "a URL in a header": request("GET /pets", {"X-Original": f"http://a/?access_token={secret('Original')}"}),
    "a body that is refused": request(
        "POST /pets",
        {"Authorization": "Bearer a", "Content-Type": "application/json"},
        json.dumps({"password": secret("InBody"), "login": {"password": secret("Inner")}}),
    ),
    "a head that is malformed": request("GET /pets", {"Authorization": f"Bearer {secret('Malformed')}", "a b": "c"}),
    "a request line that is malformed": f"GET /pets?access_token={secret('Line')} HTTP/9.9\r\n\r\n".encode(),
    "bytes that are no request": f"{secret('Garbage')}\r\n\r\n".encode(),
    "a target that is too long": request(f"GET /pets?access_token={secret('Long')}{'a' * 9000}"),
    "a target that is cut in the log": request(f"GET /pets?{'a' * 480}=1&access_token={secret('Cut')}{'a' * 100}"),
    "a preflight": request(
        f"OPTIONS /pets?access_token={secret('Preflight')}",
        {"Origin": "http://a", "Access-Control-Request-Method": "GET"},
    ),
    "an endpoint of the mock": request(f"GET /__mock/requests?access_token={secret('Own')}"),
    **TOKEN_REQUESTS,
}
TOLD = ("/__mock/requests", "/__mock/metrics", "/__mock/coverage", "/__mock/snapshot", "/__mock/deliveries")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What there is to read after all requests, by where it is read."""

    texts: dict[str, str]
    entries: list[dict[str, object]]
    given: list[str]
    """Tokens that the issuer gave."""


@pytest.fixture(scope="module", params=["text", "json"])
def recorded(bundle: Path, request: pytest.FixtureRequest) -> Recorded:
    with serving(bundle, "--log", str(request.param), "--auth", "token", "--stateful", "on") as served:
        return record(served)


def record(served: Served) -> Recorded:
    """Ask everything, with a token that the issuer gave too, and read all that can be read."""
    given = list(tokens(served))
    for token in given:
        served.exchange(request("GET /pets", {"Authorization": f"Bearer {token}"}))
    for data in REQUESTS.values():
        served.exchange(data)
    texts = {place: ask(served, place) for place in TOLD}
    entries = json.loads(texts["/__mock/requests"])["requests"]
    return Recorded({**texts, "the log": served.stop()}, entries, given)


def tokens(served: Served) -> Iterator[str]:
    """Yield the tokens of an issuer."""
    answer = read_answers(served.exchange(TOKEN_REQUESTS["the password grant"]))[0][0]
    assert answer.status == 200, answer
    told = json.loads(answer.body)
    yield from (told["access_token"], told["refresh_token"])


def ask(served: Served, path: str) -> str:
    return read_answers(served.exchange(request(f"GET {path}")))[0][-1].body.decode()


def test_every_request_is_in_the_journal(recorded: Recorded) -> None:
    own = sum(b"/__mock/requests" in data for data in REQUESTS.values())
    assert len(recorded.entries) == len(REQUESTS) - own + 3


def test_every_request_is_in_the_log(recorded: Recorded) -> None:
    assert recorded.texts["the log"].count("\n") >= len(REQUESTS)


@pytest.mark.parametrize("place", [*TOLD, "the log"])
def test_no_credential_is_told(recorded: Recorded, place: str) -> None:
    text = recorded.texts[place]
    assert re.findall(rf"{MARK}\w*|{re.escape(BASIC)}", text) == []
    assert [token for token in recorded.given if token in text] == []


def test_no_credential_comes_into_redis(bundle: Path, redis: Redis) -> None:
    with serving(bundle, "--auth", "token", "--stateful", "on", "--state-url", redis.url) as served:
        given = list(tokens(served))
        for data in REQUESTS.values():
            served.exchange(data)
        assert len(json.loads(ask(served, "/__mock/requests"))["requests"]) > len(REQUESTS) // 2
    kept = everything(redis.url)
    assert re.findall(rf"{MARK}\w*", kept) == []
    assert [token for token in given if token in kept] == []


def everything(url: str) -> str:
    """Return all that a Redis holds."""
    client = Client.from_url(url)
    read = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
    }
    keys = client.keys()
    assert keys
    return "\n".join(f"{key} {read[client.type(key)](key)}" for key in sorted(keys))


HARMLESS_QUERIES = (
    "",
    "limit=3&offset=10",
    "a=b;c=d",
    "country_name=DE&sort=-name",
    "q=keyboard%20layout",
    "filter[tag]=x&filter%5Bid%5D=7",
    "next=http%3A%2F%2Fa%2F%3Fpage%3D2",
    "flag",
    "a=1&a=2&&=",
)
HARMLESS_PATHS = ("/", "/pets/7", "/pets;v=1/7", "/a%2Fb", "*", "mock:80", "http:", "/@me", "/a@b/c", "/tokens/7")
HARMLESS_HEADERS = (
    ("accept", "application/json;q=0.9, */*"),
    ("prefer", "code=404"),
    ("user-agent", "curl/8.5.0 (x; y=z)"),
    ("if-none-match", '"abc"'),
    ("referer", "http://a.example/b?page=2"),
    ("x-request-id", "0b5c-11"),
    ("mock-session", "shard-1"),
)


@pytest.mark.parametrize("query", HARMLESS_QUERIES)
def test_a_query_without_credentials_is_told_as_it_is(query: str) -> None:
    assert Secrets().query_text(query) == query


@pytest.mark.parametrize("path", HARMLESS_PATHS)
def test_a_path_without_credentials_is_told_as_it_is(path: str) -> None:
    assert Secrets().path(path) == path


@pytest.mark.parametrize(("name", "value"), HARMLESS_HEADERS)
def test_a_header_without_credentials_is_told_as_it_is(name: str, value: str) -> None:
    assert Secrets().header(name, value) == value


@settings(derandomize=True, deadline=None, max_examples=200)
@given(before=st.text(st.characters(codec="ascii")), name=st.sampled_from(["access_token", "client%5Fsecret", "code"]))
def test_the_value_of_a_credential_is_hidden_wherever_it_stands_in_a_query(before: str, name: str) -> None:
    assert MARK not in Secrets().query_text(f"{before}&{name}={MARK}=;{MARK}&a=b")
    assert MARK not in Secrets().path(f"/{before}#{name}={MARK}")
