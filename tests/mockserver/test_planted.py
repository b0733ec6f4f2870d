"""What others have put into a Redis where a mock keeps something: it says so, or begins anew, and never fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.components.redis import Redis
from tests.mockserver.serving import Reply, Served, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Planted, version: '1'}
components:
  securitySchemes: {login: {type: oauth2, flows: {password: {tokenUrl: /token, scopes: {}}}}}
  schemas: {Pet: {type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}}
paths:
  /pets:
    get: {responses: {'200': {description: all, content: {application/json: {
      schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}, example: [{id: 1, name: Ada}]}}}}}
    post: &write
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: &pet {'200': {description: it, content: {application/json: {schema:
        {$ref: '#/components/schemas/Pet'}}}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: *pet}
    put: *write
    patch: *write
    delete: {responses: {'204': {description: gone}}}
  /pets/{id}/notes:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: all, content: {application/json: {
      schema: {type: array, items: {type: object}}}}}}}
  /in: {get: {x-mock-auth: token, security: [{login: []}], responses: {'204': {description: in}}}}
"""
NAME = "contractctl:{Planted}:"
PET = '{"name":"Bo"}'
TOLD = ("has what no mock has written", "is not an integer", "would overflow")
REQUESTS = (
    *(("GET", "/pets"), ("POST", "/pets"), ("GET", "/pets/1"), ("PUT", "/pets/1"), ("PATCH", "/pets/1")),
    *(("GET", "/pets/1/notes"), ("DELETE", "/pets/1"), ("POST", "/token"), ("GET", "/in")),
    *(("GET", f"/__mock/{name}") for name in ("requests", "requests/1", "requests?status=200&since=0&path=/pets")),
    *(("GET", f"/__mock/{name}") for name in ("metrics", "coverage", "clock", "sessions", "snapshot", "deliveries")),
)


@pytest.fixture(scope="module")
def mock(bundle: Path, redis_server: Redis) -> Iterator[Served]:
    options = ("--stateful", "on", "--rate-limit", "1000/1h", "--faults", "500=0%", "--journal", "50")
    with serving(bundle, *options, "--state-url", redis_server.url) as served:
        yield served


def ask(mock: Served, method: str, target: str, token: str) -> Reply:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = PET if method in {"POST", "PUT", "PATCH"} else None
    if target == "/token":
        body = "grant_type=password&client_id=a&client_secret=b&username=c&password=d"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return mock.ask(method, target, body, headers)


def words(redis: Redis, *command: str) -> list[str]:
    """Return the texts of an answer."""
    return [line for line in redis.command(*command).split("\r\n") if line and line[0] not in "$*:"]


def planted(redis: Redis, value: str) -> Iterator[str]:
    """Put a value in the place of each that is kept, and beside them; yield the keys that got one."""
    for key in words(redis, "KEYS", f"{NAME}[vnl]:*"):
        kind = key.removeprefix(NAME)[0]
        if kind == "l":
            redis.command("RPUSH", key, value)
        for field in words(redis, "HKEYS", key) if kind != "l" else ():
            redis.command("HSET", key, field, value)
        if kind != "l":
            redis.command("HSET", key, value, "12345678" if kind == "v" else "1")
        yield key


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="nothing"),
        pytest.param("12345678", id="nothing behind the order"),
        pytest.param("12345678a text", id="a text"),
        pytest.param("12345678\n", id="a line that is empty"),
        pytest.param("123456780\nno JSON", id="a thing that is no JSON"),
        pytest.param("123456780\n[]", id="a thing that is no object"),
        pytest.param("12345678" + "9" * 5000 + "\n{}", id="a number that is too long"),
        pytest.param("12345678١\n{}", id="a number that is no ASCII"),
        pytest.param("123456781700000000000 3", id="a window as earlier mocks had it"),
        pytest.param("12345678170000000000 30", id="a window as earlier mocks had it, as long as one of ours"),
        pytest.param("[]", id="an array"),
        pytest.param('["requests"]', id="a key that is too short"),
        pytest.param('["requests","","GET /pets","GET","200","many"]', id="a key with a text for a number"),
        pytest.param('["a","b","c","d","e"]', id="a key of nothing"),
        pytest.param("{}", id="an object"),
        pytest.param("7", id="a number"),
        pytest.param("9223372036854775807", id="the largest number"),
    ],
)
def test_what_others_have_planted_is_told_or_begun_anew(mock: Served, redis: Redis, value: str) -> None:
    assert mock.ask("POST", "/__mock/reset").status == 200
    token = ask(mock, "POST", "/token", "").json()["access_token"]
    for method, target in REQUESTS:
        assert ask(mock, method, target, token).status < 500
    assert [*planted(redis, value)]
    answers = [ask(mock, method, target, token) for method, target in REQUESTS]
    failures = {answer.status: answer.json()["detail"] for answer in answers if answer.status >= 500}
    assert failures.keys() <= {503}
    assert any(said in failures.get(503, TOLD[0]) for said in TOLD)
    assert mock.ask("POST", "/__mock/reset").status == 200
    token = ask(mock, "POST", "/token", "").json()["access_token"]
    asked = [target for method, target in REQUESTS if ask(mock, method, target, token).status >= 500]
    assert set(asked) <= {"/__mock/metrics"}  # which no reset empties
