"""Clients that nobody here wrote, which get tokens, call, are refused, refresh and go on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oidc.core import CodeIDToken
from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidScopeError
from requests_oauthlib import OAuth2Session

from tests.mockserver.serving import Served, bundle_of, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Conversations, version: '1'}
servers: [{url: 'https://api.example.com/v1'}]
components:
  securitySchemes:
    login:
      type: oauth2
      flows:
        clientCredentials: {tokenUrl: 'https://auth.example.com/oauth/token', scopes: {read: r, write: w}}
        authorizationCode:
          authorizationUrl: https://auth.example.com/oauth/authorize
          tokenUrl: https://auth.example.com/oauth/token
          scopes: {read: r, write: w}
paths:
  /conversations:
    get:
      security: [{login: [read]}]
      responses: {'200': {description: all, content: {application/json: {example: []}}}}
    post: {security: [{login: [write]}], responses: {'204': {description: made}}}
"""
CALLBACK = "https://app.example/callback"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("clients") / "clients.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with pytest.MonkeyPatch.context() as patch, serving(path, "--auth", "token") as server:
        patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield url(server)


def url(server: Served) -> str:
    return f"http://127.0.0.1:{server.port}"


def advance(base: str, session: str, by: str) -> None:
    answer = requests.post(f"{base}/__mock/clock", json={"advance": by}, headers={"Mock-Session": session}, timeout=10)
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_gets_a_token_for_itself(base: str, method: str) -> None:
    with AuthlibSession("app:1", "s e/cret%", scope="read", token_endpoint_auth_method=method) as client:
        token = client.fetch_token(f"{base}/oauth/token", grant_type="client_credentials")
        assert (token["scope"], token["token_type"], token["expires_in"]) == ("read", "Bearer", 7200)
        assert client.get(f"{base}/v1/conversations").json() == []
        refused = client.post(f"{base}/v1/conversations")
        assert refused.status_code == 403
        assert refused.headers["WWW-Authenticate"] == 'Bearer realm="login", error="insufficient_scope", scope="write"'


def test_authlib_refreshes_what_has_expired_and_goes_on(base: str) -> None:
    kept: list[dict[str, Any]] = []
    with AuthlibSession("app", "secret", token_endpoint=f"{base}/oauth/token") as client:
        client.update_token = lambda token, **_: kept.append(token)
        client.headers["Mock-Session"] = "authlib"
        first = client.fetch_token(
            username="ada", password="p", grant_type="password", headers={"Mock-Session": "authlib"}
        )
        assert client.get(f"{base}/conversations").status_code == 200
        advance(base, "authlib", "3h")
        refused = client.get(f"{base}/conversations")
        assert (refused.status_code, 'error="invalid_token"' in refused.headers["WWW-Authenticate"]) == (401, True)
        second = client.refresh_token(refresh_token=first["refresh_token"], headers={"Mock-Session": "authlib"})
        assert client.get(f"{base}/conversations").status_code == 200
        assert kept == [second]
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.refresh_token(refresh_token=first["refresh_token"], headers={"Mock-Session": "authlib"})


def test_authlib_is_sent_back_with_a_code(base: str) -> None:
    found = requests.get(f"{base}/.well-known/openid-configuration", timeout=10).json()
    verifier = "v" * 50
    with AuthlibSession("browser", scope="openid read", redirect_uri=CALLBACK, code_challenge_method="S256") as client:
        client.token_endpoint_auth_method = "none"
        address, _ = client.create_authorization_url(found["authorization_endpoint"], code_verifier=verifier, nonce="n")
        back = requests.get(address, allow_redirects=False, timeout=10).headers["Location"]
        token = client.fetch_token(found["token_endpoint"], authorization_response=back, code_verifier=verifier)
        key = jwt.PyJWKClient(found["jwks_uri"]).get_signing_key_from_jwt(token["id_token"])
        header = jwt.get_unverified_header(token["id_token"])
        claims = CodeIDToken(
            jwt.decode(token["id_token"], key, audience="browser"),
            header,
            options={"iss": {"essential": True, "value": found["issuer"]}},
            params={"nonce": "n", "client_id": "browser", "access_token": token["access_token"]},
        )
        claims.validate()
        assert client.get(f"{base}/conversations").status_code == 200


def test_requests_oauthlib_gets_a_token_for_itself(base: str) -> None:
    client = OAuth2Session(client=BackendApplicationClient("app", scope=["read", "write"]))
    token = client.fetch_token(f"{base}/oauth/token", client_secret="secret")
    assert token["scope"] == ["read", "write"]
    assert client.post(f"{base}/v1/conversations").status_code == 204
    with pytest.raises(InvalidScopeError):
        OAuth2Session(client=BackendApplicationClient("app", scope=["nope"])).fetch_token(
            f"{base}/oauth/token", client_secret="secret"
        )


def test_requests_oauthlib_refreshes_by_itself(base: str) -> None:
    kept: list[dict[str, Any]] = []
    client = OAuth2Session(
        client=LegacyApplicationClient("app"),
        auto_refresh_url=f"{base}/oauth/token",
        auto_refresh_kwargs={"client_id": "app", "client_secret": "secret"},
        token_updater=kept.append,
    )
    first = client.fetch_token(f"{base}/oauth/token", username="ada", password="p", client_secret="secret")
    client.token = {**first, "expires_in": -1, "expires_at": 1}
    assert client.get(f"{base}/conversations").status_code == 200
    assert [one["refresh_token"] != first["refresh_token"] for one in kept] == [True]
    with pytest.raises(InvalidGrantError):
        client.refresh_token(f"{base}/oauth/token", refresh_token=first["refresh_token"], client_secret="secret")


def test_requests_oauthlib_is_sent_back_with_a_code(base: str) -> None:
    client = OAuth2Session("app", redirect_uri=CALLBACK, scope=["read"], pkce="S256")
    address, state = client.authorization_url(f"{base}/oauth/authorize")
    back = requests.get(address, allow_redirects=False, timeout=10).headers["Location"]
    assert f"state={state}" in back
    client.fetch_token(f"{base}/oauth/token", authorization_response=back, include_client_id=True)
    assert client.get(f"{base}/conversations").json() == []


def test_the_line_to_try_works(tmp_path: Path) -> None:
    path = tmp_path / "tried.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with serving(path, "--auth", "token") as server:
        line = server.banner.split("try:", 1)[1].splitlines()[0].strip()
        found = subprocess.run(
            ["sh", "-c", f"{line} -s"], capture_output=True, text=True, env=dict(os.environ), timeout=20, check=True
        )
    assert found.stdout == "[]"
