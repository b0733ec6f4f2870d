"""The conversations story: OAuth clients that others wrote work against the mock as against the real API."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from requests_oauthlib import OAuth2Session as OAuthlibSession

from tests.e2e.backend import Answer, Asked, serving_backend
from tests.e2e.mocking import CLIENTS, CONTRACTS, Mock, mocking, run_client, run_python
from tests.e2e.running import CommandLine

CONVERSATIONS = "/api/v2/conversations"
CALLBACK = {"mediaType": "callback", "address": "+493012345678"}
REALISTIC = ("conversations.yaml", "--profile", "realistic", "--seed", "7")
READ, WRITE = "conversations:readonly", "conversations"
EXPIRED = 'Bearer realm="oauth", error="invalid_token", error_description="the token has expired"'
UNAUTHORIZED = {"message": "Invalid login credentials.", "code": "bad.credentials", "status": 401}
FORBIDDEN = {
    "message": "You are not authorized to perform the requested action.",
    "code": "not.authorized",
    "status": 403,
}
PLAIN_HTTP = {"AUTHLIB_INSECURE_TRANSPORT": "1", "OAUTHLIB_INSECURE_TRANSPORT": "1"}
"""What both libraries ask for before they send a credential without TLS, to the loopback too."""


@pytest.fixture(scope="module", autouse=True)
def plain_http() -> Iterator[None]:
    """Let the libraries speak to the loopback without TLS."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in PLAIN_HTTP.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the contract."""
    return Path(shutil.copy(CONTRACTS / "conversations.yaml", tmp_path_factory.mktemp("conversations"))).parent


@pytest.fixture(scope="module")
def mock(command_line: CommandLine, folder: Path) -> Iterator[Mock]:
    """The mock as a developer of a client starts it. Each test is a session of its own, with its own time."""
    with mocking(command_line, *REALISTIC, folder=folder) as mock:
        yield mock


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The header that gives a test its own world."""
    return {"Mock-Session": request.node.originalname}


def integration(mock: Mock, world: Mapping[str, str], scope: str) -> AuthlibSession:
    """Return an integration that has a token."""
    session = AuthlibSession("integration", "secret", scope=scope)
    session.headers.update(world)
    session.fetch_token(f"{mock.address}/oauth/token", grant_type="client_credentials")
    return session


def pass_time(mock: Mock, world: Mapping[str, str], span: str) -> None:
    """Move the clock of a world forward."""
    moved = requests.post(f"{mock.address}/__mock/clock", json={"advance": span}, headers=world, timeout=10)
    moved.raise_for_status()


# The token: got, lacking a scope, ended, got anew


def test_an_integration_calls_with_its_token_until_it_ends_and_gets_another(
    mock: Mock, world: Mapping[str, str]
) -> None:
    with integration(mock, world, READ) as session:
        assert (session.token["expires_in"], session.token["scope"]) == (7200, READ)
        assert session.get(mock.address + CONVERSATIONS).status_code == 200
        pass_time(mock, world, "3h")
        refused = session.get(mock.address + CONVERSATIONS)
        assert (refused.status_code, refused.headers["WWW-Authenticate"], refused.json()) == (
            401,
            EXPIRED,
            UNAUTHORIZED,
        )
        session.fetch_token(f"{mock.address}/oauth/token", grant_type="client_credentials")
        assert session.get(mock.address + CONVERSATIONS).status_code == 200


def test_a_token_without_the_scope_is_refused_and_one_with_it_is_not(mock: Mock, world: Mapping[str, str]) -> None:
    with integration(mock, world, READ) as session:
        refused = session.post(mock.address + CONVERSATIONS, json=CALLBACK)
        assert (refused.status_code, refused.headers["WWW-Authenticate"], refused.json()) == (
            403,
            'Bearer realm="oauth", error="insufficient_scope", scope="conversations"',
            FORBIDDEN,
        )
    with integration(mock, world, f"{READ} {WRITE}") as session:
        assert session.post(mock.address + CONVERSATIONS, json=CALLBACK).status_code == 201


def test_an_agent_signs_in_with_a_code_and_stays_by_refreshing(mock: Mock, world: Mapping[str, str]) -> None:
    login = f"{mock.address}/oauth"
    with OAuthlibSession("desktop", redirect_uri="http://localhost:9999/in", scope=[READ], pkce="S256") as session:
        session.headers.update(world)
        address, _state = session.authorization_url(f"{login}/authorize")
        sent_back = requests.get(address, headers=world, allow_redirects=False, timeout=10)
        first = session.fetch_token(
            f"{login}/token", authorization_response=sent_back.headers["Location"], include_client_id=True
        )
        assert session.get(mock.address + CONVERSATIONS).status_code == 200
        pass_time(mock, world, "3h")
        assert session.get(mock.address + CONVERSATIONS).headers["WWW-Authenticate"] == EXPIRED
        second = session.refresh_token(f"{login}/token", client_id="desktop", headers=dict(world))
        assert second["refresh_token"] != first["refresh_token"]
        assert session.get(mock.address + CONVERSATIONS).status_code == 200


def test_openid_client_signs_in_works_and_refreshes(
    command_line: CommandLine, folder: Path, openid_client: Path, tmp_path: Path
) -> None:
    (tmp_path / "node_modules").symlink_to(openid_client)
    script = shutil.copy(CLIENTS / "agent.mjs", tmp_path)
    with mocking(command_line, *REALISTIC, folder=folder) as mock:
        said = run_client("node", script, environment={"CONVERSATIONS_URL": mock.address})
    assert said.splitlines() == [
        "signed in 302 localhost:9999",
        "scope openid conversations:readonly for 7200",
        "list 200",
        "start 403 insufficient_scope",
        "list three hours later 401 invalid_token",
        "list with a new token 200",
        "the old refresh token 400 invalid_grant",
    ]


REFUSED = [
    pytest.param(None, id="no header"),
    pytest.param("", id="an empty header"),
    pytest.param("Bearer", id="no token"),
    pytest.param("Bearer ", id="an empty token"),
    pytest.param("Bearer of any kind", id="blanks in the token"),
    pytest.param("Bearer opaque", id="a token that nobody issued"),
    pytest.param("Bearer a.b.c", id="no JWT"),
    pytest.param("Basic aW50ZWdyYXRpb246c2VjcmV0", id="another scheme"),
    pytest.param("eyJhbGciOiJub25lIn0.e30.", id="no scheme"),
]


@pytest.mark.parametrize("authorization", REFUSED)
def test_a_header_without_a_good_token_is_refused_as_the_contract_says(authorization: str | None, mock: Mock) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    refused = requests.get(mock.address + CONVERSATIONS, headers=headers, timeout=10)
    assert (refused.status_code, refused.json()) == (401, UNAUTHORIZED)
    assert refused.headers["WWW-Authenticate"].startswith('Bearer realm="oauth"')


# Lists agree with themselves


@pytest.mark.parametrize("size", [7, 25, 100])
def test_the_pages_of_a_list_have_each_conversation_once_and_agree_on_what_there_is(
    size: int, mock: Mock, world: Mapping[str, str]
) -> None:
    with integration(mock, world, READ) as session:

        def page(number: int) -> dict[str, Any]:
            asked = {"pageSize": size, "pageNumber": number}
            return dict(session.get(mock.address + CONVERSATIONS, params=asked).json())

        count = page(1)["pageCount"]
        *pages, past = map(page, range(1, count + 2))
    ids = [one["id"] for page in pages for one in page["entities"]]
    total = pages[0]["total"]
    assert (len(ids), len(set(ids)), -(-total // size)) == (total, total, count)
    assert [len(page["entities"]) for page in pages[:-1]] == [size] * (count - 1)
    assert past["entities"] == []
    assert [(page["pageNumber"], page["pageSize"], page["total"], page["pageCount"]) for page in [*pages, past]] == [
        (number, size, total, count) for number in range(1, count + 2)
    ]
    assert ["previousUri" in page for page in pages] == [number > 0 for number in range(count)]
    assert ["nextUri" in page for page in pages] == [number < count - 1 for number in range(count)]


def test_the_links_lead_through_the_list_and_back(mock: Mock, world: Mapping[str, str]) -> None:
    with integration(mock, world, READ) as session:

        def follow(first: str, member: str) -> Iterator[list[str]]:
            target: str | None = first
            while target:
                page = session.get(mock.address + target).json()
                yield [one["id"] for one in page["entities"]]
                target = page.get(member)

        there = list(follow(f"{CONVERSATIONS}?pageSize=30", "nextUri"))
        back = list(follow(f"{CONVERSATIONS}?pageSize=30&pageNumber={len(there)}", "previousUri"))
        assert (len(there) > 1, back[::-1]) == (True, there)


# Time and size


def waits(mock: Mock, world: Mapping[str, str]) -> list[float]:
    """Start three conversations and return how many milliseconds each took, by the server's own account."""
    with integration(mock, world, WRITE) as session:
        for _ in range(3):
            session.post(mock.address + CONVERSATIONS, json=CALLBACK).raise_for_status()
    asked = {"session": world["Mock-Session"], "method": "POST", "path": CONVERSATIONS}
    journal = requests.get(f"{mock.address}/__mock/requests", params=asked, headers=world, timeout=10).json()
    return [entry["milliseconds"] for entry in journal["requests"]]


def ranks(numbers: list[float]) -> list[int]:
    """Return which of them is the smallest, which comes next, and so on: the load of the machine changes no order."""
    return sorted(range(len(numbers)), key=numbers.__getitem__)


def test_starting_a_conversation_takes_a_while_and_as_long_with_the_same_seed(
    mock: Mock, command_line: CommandLine, folder: Path
) -> None:
    # Of these worlds the first waits are 699, 114 and 509 ms, and 271, 500 and 717.
    world = {"Mock-Session": "ada"}
    first = waits(mock, world)
    with mocking(command_line, *REALISTIC, folder=folder) as other:
        again = waits(other, world)
        elsewhere = waits(other, {"Mock-Session": "morning"})
    assert len(first) == 3
    assert min(*first, *again, *elsewhere) >= 50
    assert ranks(first) == ranks(again) != ranks(elsewhere)


def test_a_body_over_50_kb_is_refused_as_documented_and_logged(command_line: CommandLine, folder: Path) -> None:
    world = {"Mock-Session": "large"}
    with mocking(command_line, *REALISTIC, folder=folder) as mock, integration(mock, world, WRITE) as session:
        answers = []
        for size in (50 * 1024, 50 * 1024 + 1):
            body = json.dumps({**CALLBACK, "subject": ""})
            body = json.dumps({**CALLBACK, "subject": "a" * (size - len(body))})
            typed = {"Content-Type": "application/json"}
            answers.append(session.post(mock.address + CONVERSATIONS, data=body, headers=typed))
    assert [answer.status_code for answer in answers] == [201, 413]
    assert answers[1].json() == {
        "message": "The request is over the size limit.",
        "code": "request.entity.too.large",
        "status": 413,
    }
    logged = [(entry["method"], entry["target"], entry["status"]) for entry in mock.log]
    assert logged[-2:] == [("POST", CONVERSATIONS, 201), ("POST", CONVERSATIONS, 413)]


# The base URL


def contact_centre(asked: Asked) -> Answer:
    """Be the real API: 45 conversations, and a login beside it."""
    if asked.path == "/oauth/token":
        return 200, {"access_token": "issued", "token_type": "Bearer", "expires_in": 7200, "scope": f"{WRITE} {READ}"}
    if asked.authorization != "Bearer issued":
        return 401, UNAUTHORIZED
    if asked.method == "POST":
        return 201, {"id": conversation_id(45), **json.loads(asked.body)}
    size, number = int(asked.query["pageSize"]), int(asked.query.get("pageNumber", 1))
    entities = [{"id": conversation_id(each)} for each in range(45)][(number - 1) * size : number * size]
    page = {"entities": entities, "pageSize": size, "pageNumber": number, "total": 45, "pageCount": -(-45 // size)}
    following = {"nextUri": f"{CONVERSATIONS}?pageSize={size}&pageNumber={number + 1}"} if number * size < 45 else {}
    return 200, page | following


def conversation_id(number: int) -> str:
    """Return the id of a conversation."""
    return str(uuid5(NAMESPACE_URL, f"conversation/{number}"))


def test_the_same_client_reads_the_mock_and_the_real_api(mock: Mock) -> None:
    account = {**PLAIN_HTTP, "CLIENT_ID": "integration", "CLIENT_SECRET": "secret"}

    def read(address: str) -> list[str]:
        where = {"CONVERSATIONS_URL": address, "LOGIN_URL": address}
        return run_python("conversations.py", account | where).splitlines()

    assert read(mock.address) == [
        "started",
        "page 1 of 3: 40 of 103",
        "page 2 of 3: 40 of 103",
        "page 3 of 3: 23 of 103",
        "each once",
    ]
    with serving_backend(contact_centre) as address:
        assert read(address) == ["started", "page 1 of 2: 40 of 45", "page 2 of 2: 5 of 45", "each once"]
