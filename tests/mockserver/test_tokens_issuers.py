"""Issuers that a contract names by where they are discovered: what they give is in their name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mockserver.serving import Served, bundle_of, serving
from tests.mockserver.test_tokens import PASSES, Client, claims

CONTRACT = """\
openapi: 3.1.0
info: {title: Issuers, version: '1'}
servers: [{url: https://api.example/v2}]
components:
  securitySchemes:
    found: {type: openIdConnect, openIdConnectUrl: 'https://login.example/realms/a/.well-known/openid-configuration'}
    login:
      type: oauth2
      flows:
        authorizationCode:
          authorizationUrl: https://login.example/realms/a/oauth/authorize
          tokenUrl: https://login.example/realms/a/oauth/token
          scopes: {read: r}
paths:
  /read: {get: {security: [{login: [read]}], responses: {'204': {description: in}}}}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("issuers") / "issuers.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with serving(path, "--auth", "token") as running:
        yield running


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("", id="of the server"),
        pytest.param("/realms/a", id="where the contract names it"),
        pytest.param("/v2/realms/a", id="below the server's path"),
    ],
)
def test_tokens_and_codes_are_of_the_issuer_that_was_discovered(served: Served, place: str) -> None:
    client = Client(served, "discovering")
    document = client.ask("GET", f"{place}/.well-known/openid-configuration")[1]
    base = f"http://127.0.0.1:{served.port}"
    token_path = document["token_endpoint"].removeprefix(base)
    authorize = document["authorization_endpoint"].removeprefix(base)
    token = client.post(token_path, grant_type="client_credentials")[1]["access_token"]
    asked = f"{authorize}?response_type=code&client_id=app&redirect_uri=app:/back"
    location = client.ask("GET", asked)[2]["Location"]
    assert document["issuer"] == claims(token)["iss"] == base + place
    assert location.endswith(f"&iss=http%3A%2F%2F127.0.0.1%3A{served.port}{place.replace('/', '%2F')}")
    assert client.call(token) == PASSES
