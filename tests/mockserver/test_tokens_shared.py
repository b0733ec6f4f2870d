"""Tokens of replicas and workers, who share what was used and revoked."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.components.redis import Redis, running_redis
from tests.mockserver.serving import Served, bundle_of, serving
from tests.mockserver.test_tokens import INVALID, PASSES, REFUSED, Client

CONTRACT = """\
openapi: 3.1.0
info: {title: Shared, version: '1'}
components:
  securitySchemes:
    login: {type: oauth2, flows: {password: {tokenUrl: /token, scopes: {read: r, write: w}}}}
paths:
  /read: {get: {security: [{login: [read]}], responses: {'204': {description: in}}}}
  /write:
    post:
      security: [{login: [write]}]
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses: {'204': {description: in}}
"""
KEY = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    with running_redis(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture(scope="module")
def replicas(bundle: Path, redis: Redis) -> Iterator[list[Served]]:
    shared = ("--auth", "token", "--state-url", redis.url)
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(bundle, *shared, environment={"MOCK_SIGNING_KEY": KEY})) for _ in range(2)
        ]
        for server in servers:  # has seen its Redis, and warns of none when that is stopped
            assert Client(server, "ready").ask("GET", "/__mock/ready")[0] == 200
        yield servers


def test_replicas_know_what_was_used_and_revoked(replicas: list[Served]) -> None:
    here, there = (Client(server, "replicas") for server in replicas)
    first = here.begun()
    second = there.tokens("refresh_token", refresh_token=first["refresh_token"])
    assert [one.call(second["access_token"]) for one in (here, there)] == [PASSES] * 2
    assert here.refusal("refresh_token", refresh_token=first["refresh_token"]) == REFUSED
    assert [one.call(second["access_token"]) for one in (here, there)] == [INVALID] * 2
    gone = here.tokens("client_credentials")["access_token"]
    assert there.post("/__mock/oauth/revoke", token=gone)[0] == 200
    assert here.call(gone) == INVALID


def test_replicas_agree_on_the_time(replicas: list[Served]) -> None:
    here, there = (Client(server, "time") for server in replicas)
    token = here.tokens("client_credentials")["access_token"]
    there.advance("3h")
    assert here.call(token) == INVALID


def test_the_order_of_checks_is_the_same(replicas: list[Served]) -> None:
    client = Client(replicas[0], "order")
    scopes = ("read", "read write")
    lacking, good = (client.tokens("client_credentials", scope=scope)["access_token"] for scope in scopes)
    sent = [
        client.ask("POST", "/write", "x", **{"Content-Type": "text/plain", "Authorization": f"Bearer {token}"})[0]
        for token in ("demo", lacking, good)
    ]
    assert sent == [401, 403, 415]


def test_tokens_wait_for_the_memory_that_is_gone(replicas: list[Served], redis: Redis) -> None:
    client = Client(replicas[0], "gone")
    token = client.tokens("client_credentials")["access_token"]
    redis.stop()
    assert client.ask("GET", "/read", Authorization=f"Bearer {token}")[0] == 503
    assert client.post("/token", grant_type="client_credentials")[0] == 503
    redis.start()
    while client.ask("GET", "/__mock/ready")[0] != 200:
        pass
    assert client.call(client.tokens("client_credentials")["access_token"]) == PASSES
    assert client.call(token) == PASSES


def test_workers_that_run_cannot_begin_with_tokens(tmp_path: Path, redis: Redis) -> None:
    path, new = tmp_path / "later.bundle", tmp_path / "later.new"
    path.write_bytes(bundle_of(CONTRACT))
    new.write_bytes(bundle_of(CONTRACT.replace("get: {security", "get: {x-mock-auth: token, security")))
    with serving(path, "--workers", "2", "--state-url", redis.url) as server:
        new.replace(path)
        server.process.send_signal(signal.SIGHUP)
        errors = server.process.stderr
        assert errors
        first = errors.readline()
        assert Client(server, "later").call("demo") == PASSES
        server.process.send_signal(signal.SIGTERM)
        told = {first, *server.process.communicate(timeout=20)[1].splitlines(keepends=True)}
    said = "tokens need a key that all workers have; start anew, or give one as MOCK_SIGNING_KEY"
    assert told == {f"error: {said}; the earlier one is still served\n"}


def test_workers_sign_with_one_key(bundle: Path, redis: Redis) -> None:
    with serving(bundle, "--auth", "token", "--workers", "2", "--state-url", redis.url) as server:
        clients = [Client(server, "workers") for _ in range(8)]
        tokens = [client.tokens("client_credentials")["access_token"] for client in clients]
        assert {client.call(token) for client in clients for token in tokens} == {PASSES}


def test_who_is_refused_before_it_was_counted_is_told_of_no_limit(bundle: Path, redis: Redis) -> None:
    with serving(bundle, "--auth", "token", "--rate-limit", "5/1h", "--state-url", redis.url) as server:
        for header in ("Authorization: Bearer nobody's", "Mock-Session: no name"):
            answer = server.exchange(f"GET /read HTTP/1.1\r\nHost: a\r\n{header}\r\n\r\n".encode())
            assert answer[9:12] in {b"401", b"400"}
            assert b"\nRateLimit:" not in answer
