"""The profile of `contractctl mock`, from wherever it comes: tokens are issued, and bodies end at 50 kb."""

from __future__ import annotations

import http.client

import pytest

from tests.cli.mocking import Mock, mocking
from tests.cli.running import CommandLine

CONTRACT = """\
openapi: 3.1.0
info: {title: Notes, version: "1"}
components:
  securitySchemes:
    login:
      type: oauth2
      flows: {clientCredentials: {tokenUrl: https://login.example.com/token, scopes: {write: write notes}}}
paths:
  /notes:
    post:
      security: [{login: [write]}]
      requestBody: {content: {text/plain: {schema: {type: string}}}}
      responses: {"204": {description: kept}}
"""
REALISTIC = [200, 401, 413]
PLAIN = [404, 204, 204]

TABLE = [
    pytest.param("", (), {}, PLAIN, id="plain where nobody says"),
    pytest.param("", ("--profile", "realistic"), {}, REALISTIC, id="a flag"),
    pytest.param("", (), {"MOCK_PROFILE": "realistic"}, REALISTIC, id="the environment"),
    pytest.param("mock: {profile: realistic}", (), {}, REALISTIC, id="contractctl.yaml"),
    pytest.param("mock: {profile: realistic}", ("--profile", "plain"), {}, PLAIN, id="a flag over contractctl.yaml"),
    pytest.param("mock: {profile: realistic}", (), {"MOCK_PROFILE": "plain"}, PLAIN, id="a variable over it"),
]


@pytest.mark.parametrize(("configuration", "options", "environment", "statuses"), TABLE)
def test_a_profile_is_what_its_source_says(
    configuration: str, options: tuple[str, ...], environment: dict[str, str], statuses: list[int], cli: CommandLine
) -> None:
    (cli.folder / "notes.yaml").write_text(CONTRACT)
    (cli.folder / "contractctl.yaml").write_text(configuration)
    with mocking(cli, "notes.yaml", *options, environment=environment) as mock:
        credential = {"Authorization": "Bearer opaque", "Content-Type": "text/plain"}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert [
            ask(mock, "/token", "grant_type=client_credentials&client_id=a&client_secret=b", form),
            ask(mock, "/notes", "a", credential),
            ask(mock, "/notes", "a" * (50 * 1024 + 1), credential),
        ] == statuses


def ask(mock: Mock, target: str, body: str, headers: dict[str, str]) -> int:
    """Post a body and return the status."""
    connection: http.client.HTTPConnection = mock.connect()
    connection.request("POST", target, body, headers)
    with connection.getresponse() as response:
        response.read()
        return response.status
