"""Where a contract has its clients ask for tokens, and with which scopes, as a bundle says it."""

from __future__ import annotations

import json

import pytest

from contractctl.contract.build import build_contract
from contractctl.mock.issuer import issuer_record
from contractctl.mockserver.requests import Request
from contractctl.mockserver.tokens.addresses import base_url
from contractctl.source.parse import parse_document


def record(schemes: str, paths: str = "{}", bases: tuple[str, ...] = ("",)) -> object:
    head = "openapi: 3.1.0\ninfo: {title: Paths, version: '1'}"
    text = f"{head}\ncomponents: {{securitySchemes: {schemes}}}\npaths: {paths}"
    return issuer_record(build_contract(parse_document("openapi.yaml", text.encode())).contract, bases)


def flow(url: str) -> str:
    return f"{{login: {{type: oauth2, flows: {{clientCredentials: {{tokenUrl: {json.dumps(url)}, scopes: {{}}}}}}}}}}"


@pytest.mark.parametrize(
    ("url", "paths"),
    [
        pytest.param("https://auth.example/token", ["/token", "/v1/token"], id="another server"),
        pytest.param("https://api.example/v1/token", ["/v1/token", "/v1/v1/token", "/token"], id="below a server path"),
        pytest.param("/token", ["/token", "/v1/token"], id="a path"),
        pytest.param("token", ["/token", "/v1/token"], id="a relative path"),
        pytest.param("https://auth.example/token?x=1#y", ["/token", "/v1/token"], id="a query and a fragment"),
        pytest.param("https://auth.example/a b/ü", ["/a%20b/%C3%BC", "/v1/a%20b/%C3%BC"], id="characters to escape"),
        pytest.param("https://auth.example/%7E", ["/%7E", "/v1/%7E"], id="an escape"),
        pytest.param("https://auth.example/{t}/token", ["/{t}/token", "/v1/{t}/token"], id="a variable"),
        pytest.param("https://auth.example", [], id="no path"),
        pytest.param("https://auth.example/", [], id="the root"),
        pytest.param("https://auth.example//", [], id="two slashes"),
        pytest.param("https://auth.example/v1/", ["/v1/", "/v1/v1/"], id="a server path with a slash"),
        pytest.param("https://auth.example/%zz", [], id="a bad escape"),
        pytest.param("https://auth.example/%ff", [], id="an escape that is no UTF-8"),
        pytest.param("https://[auth/token", [], id="no URL"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_a_token_url_is_served_wherever_a_client_may_look_for_it(url: str, paths: list[str]) -> None:
    assert record(flow(url), bases=("/v1", "")) == ({"token": paths} if paths else {})


def test_scopes_are_those_of_flows_and_operations_in_order() -> None:
    schemes = """{login: {type: oauth2, flows: {
      password: {tokenUrl: /token, refreshUrl: /refresh, scopes: {b: '', a: ''}},
      implicit: {authorizationUrl: /in, scopes: {c: '', 'd e': '', 'f"': ''}}}},
      bearer: {type: http, scheme: bearer}}"""
    paths = "{/x: {get: {x-mock-auth: token, security: [{bearer: [role]}, {login: [a]}], responses: {}}}}"
    assert record(schemes, paths) == {
        "token": ["/token", "/refresh"],
        "authorize": ["/in"],
        "scopes": ["b", "a", "c", "role"],
        "asked": True,
    }


def test_a_contract_without_flows_says_nothing() -> None:
    assert record("{key: {type: apiKey, in: query, name: k}}") == {}


@pytest.mark.parametrize(
    ("headers", "is_tls", "url"),
    [
        pytest.param({"host": "mock.example:3000"}, False, "http://mock.example:3000", id="plain HTTP"),
        pytest.param({"host": "mock.example"}, True, "https://mock.example", id="TLS"),
        pytest.param({"host": "[::1]:3000"}, False, "http://[::1]:3000", id="an address of IPv6"),
        pytest.param({}, False, "http://localhost", id="no host, as in HTTP/1.0"),
        pytest.param({"host": "a", "x-forwarded-proto": "https"}, False, "https://a", id="TLS ends at a proxy"),
        pytest.param({"host": "a", "x-forwarded-host": "b:1"}, False, "http://b:1", id="a proxy was asked for another"),
        pytest.param({"host": "a", "x-forwarded-host": 'b"/x'}, False, "http://a", id="a proxy was asked for no host"),
    ],
)
def test_the_issuer_is_called_as_the_client_calls_the_server(headers: dict[str, str], is_tls: bool, url: str) -> None:
    sent = {name.encode(): value.encode() for name, value in headers.items()}
    assert base_url(Request("GET", b"/", sent), is_tls=is_tls) == url
    assert base_url(Request("GET", b"/", sent, prefix="/pets"), is_tls=is_tls) == f"{url}/pets"
