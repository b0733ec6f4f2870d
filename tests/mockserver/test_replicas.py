"""Replicas and workers that share a Redis, and what becomes of requests when it is slow, silent or gone."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from contractctl.mock.settings import MockSettings
from tests.components.redis import Redis, free_port
from tests.mockserver.answers import read_answers
from tests.mockserver.serving import Served, bundle_of, read_all, serving, workers

CONTRACT = """\
openapi: 3.1.0
info: {title: TITLE, version: '1'}
paths:
  /pets:
    get: {responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: &pet
      {type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: *pet}}}
      responses: {'201': {description: made, content: {application/json: {schema: *pet}}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: one, content: {application/json: {schema: *pet}}}, '404': {description: no}}}
    delete: {responses: {'204': {description: gone}, '404': {description: none}}}
"""
CLOCK = b"GET /__mock/clock HTTP/1.1\r\nHost: a\r\n\r\n"
HEALTH = b"GET /__mock/health HTTP/1.1\r\nHost: a\r\n\r\n"
ADVANCE = b'POST /__mock/clock HTTP/1.1\r\nHost: a\r\nContent-Length: 16\r\n\r\n{"advance":"1s"}'


@pytest.fixture(scope="session")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("replicas") / "pets.bundle"
    path.write_bytes(bundle_of(CONTRACT.replace("TITLE", "Pets")))
    return path


def ask(served: Served, method: str, target: str, body: object = None, session: str = "") -> tuple[int, Any]:
    headers = {"Content-Type": "application/json", **({"Mock-Session": session} if session else {})}
    reply = served.ask(method, target, None if body is None else json.dumps(body), headers)
    return reply.status, reply.json()


@pytest.fixture(scope="module")
def servers(redis_server: Redis, pets: Path) -> Iterator[tuple[Served, Served]]:
    """Two servers of one contract on one Redis, one of them with two workers."""
    options = ("--stateful", "on", "--state-url", redis_server.url)
    with serving(pets, *options) as one, serving(pets, "--workers", "2", *options) as other:
        yield one, other


@pytest.fixture
def replicas(servers: tuple[Served, Served], redis: Redis) -> tuple[Served, Served]:
    """The servers, with nothing kept."""
    return servers


def test_replicas_have_one_clock_a_world(replicas: tuple[Served, Served]) -> None:
    one, other = replicas
    ask(one, "POST", "/__mock/clock", {"advance": "3h"}, "a")
    ask(other, "POST", "/__mock/clock", {"advance": "-1h"}, "a")
    for served in (one, other, other, other):
        assert ask(served, "GET", "/__mock/clock", session="a")[1]["ahead"] == 7200
        assert ask(served, "GET", "/__mock/sessions") == (200, {"sessions": ["a"]})
    ask(other, "POST", "/__mock/reset")
    assert ask(one, "GET", "/__mock/sessions") == (200, {"sessions": []})


def test_what_one_replica_creates_the_other_reads_and_deletes(replicas: tuple[Served, Served]) -> None:
    one, other = replicas
    status, made = ask(one, "POST", "/pets", {"id": 4711, "name": "Rex"}, "a")
    assert (status, made["name"]) == (201, "Rex")
    place = f"/pets/{made['id']}"
    assert ask(other, "GET", place, session="a") == (200, made)
    assert ask(other, "GET", place, session="b")[0] == 404
    saved = ask(other, "GET", "/__mock/snapshot", session="a")[1]
    assert ask(other, "DELETE", place, session="a")[0] == 204
    assert ask(one, "GET", place, session="a")[0] == 404
    ask(one, "PUT", "/__mock/snapshot", saved, "a")
    assert ask(other, "GET", place, session="a") == (200, made)


def test_replicas_have_one_journal_and_a_reset_empties_it(replicas: tuple[Served, Served]) -> None:
    one, other = replicas
    journal = "/__mock/requests?session=told"
    for number in range(3):
        ask(one, "GET", f"/pets/{number}", session="told")
        assert ask(one, "GET", journal)[0] == 200  # what one has seen is there for all once it was asked
    assert [entry["path"] for entry in ask(other, "GET", journal)[1]["requests"]] == [f"/pets/{n}" for n in range(3)]
    assert ask(other, "POST", "/__mock/reset", {"only": ["journal"]}) == (200, {"emptied": ["journal"]})
    assert [ask(served, "GET", journal)[1]["requests"] for served in replicas] == [[], []]


def test_nothing_is_lost_that_many_clients_do_at_once(replicas: tuple[Served, Served]) -> None:
    def work(number: int) -> None:
        for _ in range(10):
            ask(replicas[number % 2], "POST", "/__mock/clock", {"advance": 1}, "busy")

    threads = [Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ask(replicas[0], "GET", "/__mock/clock", session="busy")[1]["ahead"] == 60


def test_a_mock_of_another_contract_keeps_to_itself_unless_it_has_the_name(
    replicas: tuple[Served, Served], redis: Redis, tmp_path: Path
) -> None:
    cats = tmp_path / "cats.bundle"
    cats.write_bytes(bundle_of(CONTRACT.replace("TITLE", "Cats")))
    with (
        serving(cats, "--state-url", redis.url) as apart,
        serving(cats, "--state-url", f"{redis.url}?prefix=Pets") as in_it,
    ):
        ask(replicas[0], "POST", "/__mock/clock", {"advance": 1})
        ask(apart, "POST", "/__mock/clock", {"advance": 2})
        ask(in_it, "POST", "/__mock/clock", {"advance": 4})
        assert [ask(served, "GET", "/__mock/clock")[1]["ahead"] for served in (*replicas, apart, in_it)] == [5, 5, 2, 5]


def test_a_redis_that_goes_and_comes_costs_answers_only_while_it_is_gone(pets: Path, tmp_path: Path) -> None:
    redis = Redis(tmp_path, free_port())
    url = f"redis://127.0.0.1:{redis.port}"
    gone = f"Redis at 127.0.0.1:{redis.port} cannot be reached (Connection refused)"
    with serving(pets, "--state-url", url) as served:
        assert served.process.stderr
        told = served.process.stderr.readline()
        assert told == f"warning: {gone}; until that changes, what needs it answers 503\n"
        assert ask(served, "GET", "/__mock/health")[0] == 200
        status, problem = ask(served, "GET", "/__mock/ready")
        assert (status, problem["detail"]) == (503, gone)
        redis.start()
        try:
            while ask(served, "GET", "/__mock/ready")[0] != 200:
                pass
            assert ask(served, "POST", "/__mock/clock", {"advance": 1})[1]["ahead"] == 1
            redis.command("FLUSHALL")
            assert ask(served, "GET", "/__mock/clock")[1]["ahead"] == 0
        finally:
            redis.stop()
        assert (ask(served, "GET", "/__mock/clock")[0], ask(served, "GET", "/__mock/health")[0]) == (503, 200)


def test_a_bundle_that_names_a_redis_does_without_it_where_it_is_off(tmp_path: Path) -> None:
    path = tmp_path / "alone.bundle"
    path.write_bytes(bundle_of(CONTRACT, MockSettings.parse({"state-url": f"redis://127.0.0.1:{free_port()}"})))
    with serving(path, environment={"MOCK_STATE_URL": "off"}) as served:
        assert ask(served, "POST", "/__mock/clock", {"advance": 1})[1]["ahead"] == 1


@contextmanager
def ready(served: Served) -> Iterator[None]:
    """Begin when the server has seen its Redis."""
    assert ask(served, "GET", "/__mock/ready")[0] == 200
    yield


def test_while_redis_is_silent_the_rest_is_answered_and_a_stop_is_heeded(redis: Redis, pets: Path) -> None:
    with serving(pets, "--state-url", redis.url) as served, ready(served), redis.silent():
        waiting = [served.connect() for _ in range(20)]
        for connection in waiting:
            connection.sendall(CLOCK)
        assert ask(served, "GET", "/__mock/health")[0] == 200
        served.process.send_signal(signal.SIGTERM)
        for connection in waiting:
            with connection:
                answers, rest = read_answers(read_all(connection))
            assert ([(answer.status, answer.closes) for answer in answers], rest) == ([(503, True)], b"")
        _, errors = served.process.communicate(timeout=20)
        assert (served.process.returncode, errors) == (0, "")


def test_a_second_stop_waits_for_no_redis(redis: Redis, pets: Path) -> None:
    with serving(pets, "--state-url", redis.url) as served, ready(served), redis.silent():
        with served.connect() as connection:
            connection.sendall(CLOCK)
            assert ask(served, "GET", "/__mock/health")[0] == 200
            served.process.send_signal(signal.SIGTERM)
            served.until_refused()
            served.process.send_signal(signal.SIGTERM)
            with suppress(ConnectionResetError):
                assert read_all(connection) == b""
        _, errors = served.process.communicate(timeout=20)
        assert (served.process.returncode, errors) == (0, "")


def test_pipelined_requests_are_answered_in_order_whoever_answers_them(redis: Redis, pets: Path) -> None:
    with serving(pets, "--state-url", redis.url) as served:
        rounds = 30
        data = served.exchange((HEALTH + ADVANCE + b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n" + CLOCK) * rounds)
        answers, rest = read_answers(data)
        assert ([answer.status for answer in answers], rest) == ([200, 200, 404, 200] * rounds, b"")
        ahead = [json.loads(answer.body)["ahead"] for answer in answers[3::4]]
        assert ahead == [*range(1, rounds + 1)]


def test_clients_that_go_away_leave_nothing_behind(redis: Redis, pets: Path) -> None:
    with serving(pets, "--state-url", redis.url) as served:
        files = Path(f"/proc/{served.process.pid}/fd")
        assert ask(served, "GET", "/__mock/clock")[0] == 200
        before = len([*files.iterdir()])
        for _ in range(5):
            leaving = [served.connect() for _ in range(40)]
            for number, connection in enumerate(leaving):
                connection.sendall(ADVANCE * 3)
                if number % 2:  # reset rather than closed
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.close()
            assert ask(served, "GET", "/__mock/clock")[0] == 200
        rounds = 0
        while len([*files.iterdir()]) > before:
            assert ask(served, "GET", "/__mock/health")[0] == 200
            rounds += 1
            assert rounds < 2000


def test_a_worker_that_is_killed_leaves_what_it_kept(redis: Redis, pets: Path) -> None:
    with serving(pets, "--workers", "2", "--state-url", redis.url) as served:
        ask(served, "POST", "/__mock/clock", {"advance": 5})
        victim = workers(served)[0]
        os.kill(victim, signal.SIGKILL)
        while len(now := workers(served)) != 2 or victim in now:
            assert ask(served, "GET", "/__mock/clock")[1]["ahead"] == 5
        served.process.terminate()
        _, errors = served.process.communicate(timeout=20)
        assert errors.startswith(f"warning: the worker {victim} was ended by signal 9; another takes its place")
