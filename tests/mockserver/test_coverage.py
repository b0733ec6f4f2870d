"""Coverage: what of a contract its clients have used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.components.redis import Redis
from tests.mockserver.serving import Served, serving
from tests.mockserver.test_journal import ask

CONTRACT = """\
openapi: 3.1.0
info: {title: Pets, version: '1'}
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {tag: {type: string}}}}
        - {name: range, in: query, explode: true, schema: {type: object, properties: {from: {type: integer}}}}
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: theme, in: cookie, schema: {type: string}}
      responses:
        '200': {description: all, content: {text/plain: {examples: {few: {value: a}, many: {value: aa}}}}}
        4XX: {description: wrong}
    post:
      requestBody:
        content: {application/json: {schema: {type: object}}, text/plain: {schema: {type: string}}}
      responses: {'201': {description: made}, default: {description: else}}
  /pets/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: one, content: {text/plain: {example: pet}}}}
"""


@pytest.fixture
def served(running: Served) -> Served:
    """The running server, of which nothing was used yet."""
    assert ask(running, "DELETE", "/__mock/coverage")[0] == 204
    return running


def coverage(served: Served, prefix: str = "") -> dict[str, Any]:
    told: dict[str, Any] = json.loads(ask(served, "GET", f"{prefix}/__mock/coverage")[1])
    return told


def of(told: dict[str, Any], title: str) -> dict[str, Any]:
    (found,) = [one for one in told["operations"] if one["title"] == title]
    return dict(found)


def seen(served: Served, title: str, kind: str) -> list[str]:
    return list(of(coverage(served), title)[kind]["seen"])


def test_nothing_is_covered_before_anybody_asks(served: Served) -> None:
    told = coverage(served)
    assert told["totals"] == {
        "operations": {"seen": 0, "all": 3, "percent": 0.0},
        "statuses": {"seen": 0, "all": 5, "percent": 0.0},
        "parameters": {"seen": 0, "all": 6, "percent": 0.0},
        "media_types": {"seen": 0, "all": 2, "percent": 0.0},
        "examples": {"seen": 0, "all": 2, "percent": 0.0},
    }
    assert told["unused"] == ["GET /pets", "POST /pets", "GET /pets/{id}"]


def test_an_operation_tells_what_was_used_of_it(served: Served) -> None:
    ask(served, "GET", "/pets?limit=3", headers={"Prefer": "example=many"})
    ask(served, "GET", "/pets?limit=x")
    told = coverage(served)
    assert of(told, "GET /pets") == {
        "title": "GET /pets",
        "operation_id": "listPets",
        "requests": 2,
        "answers": {"200": 1, "400": 1},
        "statuses": {"seen": ["200", "4XX"], "unseen": []},
        "parameters": {
            "seen": ["query.limit"],
            "unseen": ["query.filter", "query.range", "header.X-Trace", "cookie.theme"],
        },
        "media_types": {"seen": [], "unseen": []},
        "examples": {"seen": ["many"], "unseen": ["few"]},
        "preferences": ["example"],
    }
    assert told["totals"]["operations"] == {"seen": 1, "all": 3, "percent": 33.3}
    assert told["unused"] == ["POST /pets", "GET /pets/{id}"]


USES = {
    "a number in the query": ("/pets?limit=1", {}, ["query.limit"]),
    "one that is wrong": ("/pets?limit=x", {}, ["query.limit"]),
    "a member of a deep object": ("/pets?filter[tag]=x", {}, ["query.filter"]),
    "a member of an exploded object": ("/pets?from=1", {}, ["query.range"]),
    "a header, in whatever letters": ("/pets", {"x-TRACE": "1"}, ["header.X-Trace"]),
    "a cookie": ("/pets", {"Cookie": "theme=dark"}, ["cookie.theme"]),
    "several": ("/pets?limit=1&from=2", {"X-Trace": "1"}, ["query.limit", "query.range", "header.X-Trace"]),
    "none": ("/pets", {"Cookie": "other=1"}, []),
    "one that nobody declared": ("/pets?offset=1", {}, []),
}


@pytest.mark.parametrize(("target", "headers", "expected"), USES.values(), ids=USES)
def test_a_parameter_counts_once_it_is_sent(
    served: Served, target: str, headers: dict[str, str], expected: list[str]
) -> None:
    ask(served, "GET", target, headers=headers)
    assert seen(served, "GET /pets", "parameters") == expected


def test_what_is_used_after_a_while_counts(served: Served) -> None:
    ask(served, "GET", "/pets")
    ask(served, "GET", "/pets")
    assert seen(served, "GET /pets", "parameters") == []
    ask(served, "GET", "/pets", headers={"X-Trace": "1"})
    ask(served, "GET", "/pets?limit=1")
    assert seen(served, "GET /pets", "parameters") == ["query.limit", "header.X-Trace"]


def test_media_types_of_bodies_count(served: Served) -> None:
    ask(served, "POST", "/pets", "{}", {"Content-Type": "application/json"})
    assert seen(served, "POST /pets", "media_types") == ["application/json"]
    ask(served, "POST", "/pets", "a", {"Content-Type": "text/plain; charset=utf-8"})
    assert seen(served, "POST /pets", "media_types") == ["application/json", "text/plain"]


def test_a_status_counts_for_the_response_that_documents_it(served: Served) -> None:
    ask(served, "POST", "/pets", "[]", {"Content-Type": "application/json"})
    assert of(coverage(served), "POST /pets")["statuses"] == {"seen": ["default"], "unseen": ["201"]}


def test_head_counts_as_get_and_refusals_count(served: Served) -> None:
    ask(served, "HEAD", "/pets/1")
    ask(served, "GET", "/pets/x")
    assert of(coverage(served), "GET /pets/{id}")["requests"] == 2


def test_it_begins_anew_when_it_is_emptied(served: Served) -> None:
    ask(served, "GET", "/pets?limit=1", headers={"X-Trace": "1"})
    assert seen(served, "GET /pets", "parameters") == ["query.limit", "header.X-Trace"]
    ask(served, "DELETE", "/__mock/coverage")
    assert coverage(served)["totals"]["operations"]["seen"] == 0
    ask(served, "GET", "/pets?limit=1", headers={"X-Trace": "1"})
    assert seen(served, "GET /pets", "parameters") == ["query.limit", "header.X-Trace"]


def test_a_reset_empties_it(served: Served) -> None:
    ask(served, "GET", "/pets?limit=1")
    assert ask(served, "POST", "/__mock/reset")[0] == 200
    assert coverage(served)["totals"]["operations"]["seen"] == 0
    ask(served, "GET", "/pets?limit=1")
    assert seen(served, "GET /pets", "parameters") == ["query.limit"]


def test_several_contracts_are_told_together_and_each_below_its_prefix(bundle: Path) -> None:
    with serving(f"/a={bundle}", f"/b={bundle}") as served:
        ask(served, "GET", "/a/pets?limit=1")
        together = coverage(served)
        assert together["totals"]["operations"] == {"seen": 1, "all": 6, "percent": 16.7}
        assert [one["contract"] for one in together["operations"] if one["requests"]] == ["/a"]
        assert coverage(served, "/b")["totals"]["operations"] == {"seen": 0, "all": 3, "percent": 0.0}


def test_replicas_are_summed(bundle: Path, redis: Redis) -> None:
    url = ("--state-url", redis.url)
    with serving(bundle, *url) as first, serving(bundle, *url) as second:
        ask(first, "GET", "/pets?limit=1")
        assert of(coverage(first), "GET /pets")["requests"] == 1
        ask(second, "GET", "/pets", headers={"X-Trace": "1"})
        told = of(coverage(second), "GET /pets")
        assert (told["requests"], told["parameters"]["seen"]) == (2, ["query.limit", "header.X-Trace"])
