"""The journal: what is kept of requests, in which order, how it is searched, and how much of it there is."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.components.redis import Redis
from tests.mockserver.serving import Served, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Pets, version: '1'}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Door}}}
paths:
  /pets:
    get:
      operationId: listPets
      parameters: [{name: limit, in: query, schema: {type: integer}}]
      responses: {'200': {description: all, content: {text/plain: {example: pets}}}}
    post:
      security: [{key: []}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {'201': {description: made, content: {text/plain: {example: made}}}}
  /pets/{id}:
    get:
      x-mock-faults: 503=100%
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: one, content: {text/plain: {example: pet}}}}
  /small:
    post:
      x-mock-max-body: 5
      requestBody: {content: {text/plain: {schema: {type: string}}}}
      responses: {'200': {description: small}}
""".replace(
    "components: {securitySchemes",
    "components: {schemas: {Pet: {type: object, properties: {name: {type: string}, id: {type: integer, readOnly: true},"
    " tags: {type: array, items: {type: object, properties: {at: {type: string, readOnly: true}}}}}}}, securitySchemes",
)
JSON = {"Content-Type": "application/json", "X-Door": "open"}
Entry = dict[str, Any]


@pytest.fixture
def served(running: Served) -> Served:
    """The running server with an empty journal."""
    assert ask(running, "DELETE", "/__mock/requests")[0] == 204
    return running


def ask(
    served: Served, method: str, target: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    reply = served.ask(method, target, body, headers)
    return reply.status, reply.body


def journal(served: Served, query: str = "") -> list[Entry]:
    status, body = ask(served, "GET", f"/__mock/requests{query}")
    assert status == 200, body
    found: list[Entry] = json.loads(body)["requests"]
    return found


def only(served: Served) -> Entry:
    (entry,) = journal(served)
    return entry


def test_an_entry_tells_everything_but_bodies_and_credentials(served: Served) -> None:
    ask(served, "GET", "/pets?limit=x", headers={"Mock-Session": "shard-1", "Authorization": "Bearer abc"})
    entry = only(served)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", entry.pop("time"))
    assert entry.pop("id") > 0
    assert entry.pop("milliseconds") > 0
    assert entry.pop("bytes_out") > 100
    assert entry == {
        "kind": "request",
        "method": "GET",
        "path": "/pets",
        "query": "limit=x",
        "contract": "",
        "session": "shard-1",
        "operation": "GET /pets",
        "operation_id": "listPets",
        "status": 400,
        "violations": [
            {
                "where": "query",
                "pointer": "/limit",
                "expected": "type integer",
                "message": '"x" is not of type "integer"',
                "line": "openapi.yaml:8",
            }
        ],
        "notes": [],
        "fault": None,
        "bytes_in": 0,
        "headers": {
            "host": f"127.0.0.1:{served.port}",
            "accept-encoding": "identity",
            "mock-session": "shard-1",
            "authorization": "Bearer ***",
        },
    }


OUTCOMES: dict[str, tuple[tuple[str, str, str | None, Mapping[str, str]], dict[str, object]]] = {
    "refused for its credentials": (
        ("POST", "/pets", "{}", {"Content-Type": "application/json"}),
        {"status": 401, "operation": "POST /pets"},
    ),
    "of a media type that is not taken": (
        ("POST", "/pets", "a", {**JSON, "Content-Type": "text/plain"}),
        {"status": 415, "operation": "POST /pets"},
    ),
    "larger than its operation takes": (
        ("POST", "/small", "123456", {"Content-Type": "text/plain"}),
        {"status": 413, "operation": "POST /small"},
    ),
    "of a path that is not there": (("GET", "/nowhere", None, {}), {"status": 404, "operation": None}),
    "of a method that is not there": (("PUT", "/pets", None, {}), {"status": 405, "operation": None}),
    "with a fault": (("GET", "/pets/7", None, {}), {"status": 503, "fault": "503", "operation": "GET /pets/{id}"}),
    "a HEAD, which gets no bytes": (
        ("HEAD", "/pets", None, {}),
        {"status": 200, "bytes_out": 0, "operation": "GET /pets"},
    ),
    "with a body, which is counted alone": (("POST", "/pets", '{"name":"x"}', JSON), {"status": 201, "bytes_in": 12}),
    "a preflight": (
        ("OPTIONS", "/pets", None, {"Origin": "http://a", "Access-Control-Request-Method": "GET"}),
        {"status": 204, "method": "OPTIONS"},
    ),
}


@pytest.mark.parametrize(("request_", "expected"), OUTCOMES.values(), ids=OUTCOMES)
def test_the_journal_has_a_request(
    served: Served, request_: tuple[str, str, str | None, Mapping[str, str]], expected: dict[str, object]
) -> None:
    ask(served, *request_)
    entry = only(served)
    assert {name: entry[name] for name in expected} == expected


def test_what_is_no_request_has_no_method(served: Served) -> None:
    served.exchange(b"GET / HTTP/1.1\r\na b\r\n\r\n")
    entry = only(served)
    assert (entry["kind"], entry["status"], "method" in entry) == ("malformed", 400, False)


def test_a_read_only_member_that_was_sent_is_a_note(served: Served) -> None:
    ask(served, "POST", "/pets", '{"id": 1, "name": "x", "tags": [{}, {"at": "now"}]}', JSON)
    entry = only(served)
    assert (entry["status"], entry["violations"]) == (201, [])
    assert [(note["where"], note["pointer"]) for note in entry["notes"]] == [("body", "/id"), ("body", "/tags/1/at")]


def test_a_preference_that_was_honoured_is_a_note(served: Served) -> None:
    ask(served, "GET", "/pets", headers={"Prefer": "code=200"})
    assert only(served)["notes"] == [{"where": "answer", "message": "Preference-Applied: code=200"}]


def test_the_time_of_the_world_is_told_where_it_is_another(served: Served) -> None:
    session = {"Mock-Session": "later"}
    ask(served, "GET", "/pets", headers=session)
    ask(served, "POST", "/__mock/clock", '{"advance": "1h"}', session)
    ask(served, "GET", "/pets", headers=session)
    before, after = journal(served)
    assert "world_time" not in before
    assert after["world_time"][:13] != after["time"][:13]


def test_own_endpoints_are_not_in_it(served: Served) -> None:
    ask(served, "GET", "/__mock/health")
    assert journal(served) == []


def test_the_newest_comes_last_and_ids_count_up(served: Served) -> None:
    for number in range(5):
        ask(served, "GET", f"/pets?limit={number}")
    entries = journal(served)
    assert [entry["query"] for entry in entries] == [f"limit={number}" for number in range(5)]
    assert [entry["id"] - entries[0]["id"] for entry in entries] == [0, 1, 2, 3, 4]


def test_ids_go_on_after_the_journal_was_emptied(served: Served) -> None:
    ask(served, "GET", "/pets")
    first = only(served)["id"]
    ask(served, "DELETE", "/__mock/requests")
    ask(served, "GET", "/pets")
    assert only(served)["id"] == first + 1


def test_one_entry_is_had_by_its_id(served: Served) -> None:
    ask(served, "GET", "/pets")
    entry = only(served)
    status, body = ask(served, "GET", f"/__mock/requests/{entry['id']}")
    assert (status, json.loads(body)) == (200, entry)
    assert ask(served, "GET", "/__mock/requests/0")[0] == 404
    assert ask(served, "GET", "/__mock/requests/../../etc")[0] == 404


FILTERS = {
    "": ["a", "b", "c", "d"],
    "?limit=2": ["c", "d"],
    "?limit=0": [],
    "?limit=99": ["a", "b", "c", "d"],
    "?session=one": ["b"],
    "?session=": ["a", "c", "d"],
    "?operation=listPets": ["a", "b"],
    "?operation=GET%20%2Fpets": ["a", "b"],
    "?method=post": ["c"],
    "?status=404": ["d"],
    "?status=4xx": ["c", "d"],
    "?path=/pets": ["a", "b", "c"],
    "?path=/pets&session=one": ["b"],
    "?status=2XX&limit=1": ["b"],
    "?kind=malformed": [],
    "?operation=nothing": [],
}


@pytest.fixture(scope="module")
def searched(bundle: Path) -> Iterator[Served]:
    with serving(bundle) as served:
        ask(served, "GET", "/pets?limit=1", headers={"X-Name": "a"})
        ask(served, "GET", "/pets?limit=1", headers={"X-Name": "b", "Mock-Session": "one"})
        ask(served, "POST", "/pets", headers={"X-Name": "c"})
        ask(served, "GET", "/nowhere", headers={"X-Name": "d"})
        yield served


@pytest.mark.parametrize(("query", "names"), FILTERS.items(), ids=[query or "all" for query in FILTERS])
def test_the_journal_is_searched(searched: Served, query: str, names: list[str]) -> None:
    assert [entry["headers"]["x-name"] for entry in journal(searched, query)] == names


def test_what_came_since_an_entry_is_had(searched: Served) -> None:
    second = journal(searched)[1]["id"]
    assert [entry["headers"]["x-name"] for entry in journal(searched, f"?since={second}")] == ["c", "d"]


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("?limit=-1", "limit is '-1'; it must be a whole number"),
        ("?limit=", "limit is ''; it must be a whole number"),
        ("?since=x", "since is 'x'; it must be a whole number"),
        ("?status=abc", "status is 'abc'; it must be one such as 404, or 4XX"),
        ("?kind=all", "kind is 'all'; it must be one of request, malformed, delivery"),
        ("?limit=1&limit=2", "the query has limit more than once"),
        (
            "?name=x",
            "the query has no parameter name; it takes limit, session, operation, method, status, path, since, kind",
        ),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(searched: Served, query: str, detail: str) -> None:
    status, body = ask(searched, "GET", f"/__mock/requests{query}")
    assert (status, json.loads(body)["detail"]) == (400, detail)


def test_the_oldest_go_where_there_are_more_than_asked_for(bundle: Path) -> None:
    with serving(bundle, "--journal", "3") as served:
        for number in range(5):
            ask(served, "GET", f"/pets?limit={number}")
        assert [entry["query"] for entry in journal(served)] == ["limit=2", "limit=3", "limit=4"]
        ask(served, "GET", "/pets?limit=5")
        assert [entry["query"] for entry in journal(served)] == ["limit=3", "limit=4", "limit=5"]


def test_none_is_kept_where_none_is_asked_for(bundle: Path) -> None:
    with serving(bundle, "--journal", "0") as served:
        ask(served, "GET", "/pets")
        status, body = ask(served, "GET", "/__mock/requests")
        assert status == 501
        assert json.loads(body)["detail"].startswith("the journal is off, since --journal is 0")
        assert json.loads(ask(served, "GET", "/__mock/coverage")[1])["totals"]["operations"]["seen"] == 1


def test_an_entry_is_bounded_however_large_the_head_is(served: Served) -> None:
    headers = {f"X-{number}": "v" * 2000 for number in range(20)}
    ask(served, "GET", "/pets?" + "q" * 7000, headers=headers)
    entry = only(served)
    assert len(json.dumps(entry)) < 10_000
    assert (len(entry["query"]), entry["headers"]["…"]) == (2048, "22 headers in all")


def test_several_contracts_have_one_journal_and_each_its_part(bundle: Path) -> None:
    with serving(f"/a={bundle}", f"/b={bundle}") as served:
        ask(served, "GET", "/a/pets")
        ask(served, "GET", "/b/pets?limit=x")
        ask(served, "GET", "/c/pets")
        told = [(entry["contract"], entry["path"], entry["operation"]) for entry in journal(served)]
        assert told == [("/a", "/a/pets", "GET /pets"), ("/b", "/b/pets", "GET /pets"), ("", "/c/pets", None)]
        own = json.loads(ask(served, "GET", "/b/__mock/requests")[1])["requests"]
        assert [entry["contract"] for entry in own] == ["/b"]


def test_workers_without_a_shared_memory_say_why_there_is_none(bundle: Path) -> None:
    with serving(bundle, "--workers", "2") as served:
        for path in ("/requests", "/requests/1", "/coverage", "/metrics"):
            status, body = ask(served, "GET", f"/__mock{path}")
            assert (status, "--state-url" in json.loads(body)["detail"]) == (501, True)


def test_replicas_have_one_journal(bundle: Path, redis: Redis) -> None:
    url = ("--state-url", redis.url)
    with serving(bundle, *url) as first, serving(bundle, *url) as second:
        ask(first, "GET", "/pets?limit=1")
        assert [entry["query"] for entry in journal(first)] == ["limit=1"]
        ask(second, "GET", "/pets?limit=2")
        assert [entry["query"] for entry in journal(second)] == ["limit=1", "limit=2"]
        assert [entry["id"] for entry in journal(first)] == [1, 2]
        assert ask(first, "DELETE", "/__mock/requests")[0] == 204
        assert journal(second) == []


def test_what_was_asked_before_the_end_is_there_after_it(bundle: Path, redis: Redis) -> None:
    with serving(bundle, "--state-url", redis.url) as served:
        ask(served, "GET", "/pets?limit=1")
    with serving(bundle, "--state-url", redis.url) as served:
        assert [entry["query"] for entry in journal(served)] == ["limit=1"]


def test_a_memory_that_is_gone_costs_the_journal_and_no_answer(bundle: Path, redis: Redis) -> None:
    with serving(bundle, "--state-url", redis.url) as served:
        assert ask(served, "GET", "/__mock/ready")[0] == 200  # it has seen its Redis, and warns of none
        redis.stop()
        try:
            assert ask(served, "GET", "/pets")[0] == 200
            assert ask(served, "GET", "/__mock/requests")[0] == 503
            assert ask(served, "GET", "/pets")[0] == 200
        finally:
            redis.start()


def test_whatever_bytes_a_head_has_the_journal_can_be_read(served: Served) -> None:
    source = random.Random(7)
    for _ in range(60):
        odd = bytes(source.choice(b"/?&=;%#@:.[]~token\x80\xc3\xff") for _ in range(source.randrange(1, 40)))
        headers = b"".join(name + b": " + odd + b"\r\n" for name in (b"Cookie", b"Referer", b"Mock-Session", b"X-A"))
        served.exchange(b"GET /pets" + odd + b" HTTP/1.1\r\nHost: a\r\n" + headers + b"\r\n")
    assert len(journal(served)) == 60
    assert {ask(served, "GET", f"/__mock/{path}")[0] for path in ("coverage", "metrics")} == {200}
