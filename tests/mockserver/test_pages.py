"""Laws of pages: however a list is asked for, its pages are one list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mockserver.serving import Served, bundle_of, serving

LAW = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PET = {
    "type": "object",
    "required": ["id", "name", "born"],
    "properties": {
        "id": {"type": "string", "pattern": "^[a-f]{2}[0-9]{2}$"},
        "name": {"type": "string", "minLength": 3},
        "born": {"type": "string", "format": "date"},
        "mother": {"$ref": "#/components/schemas/Pet"},
    },
    "additionalProperties": False,
}
NUMBER = {"type": "integer"}
LINK = {"type": ["string", "null"], "format": "uri"}
PAGE = {
    "type": "object",
    "required": ["pets", "total", "next", "previous", "nextCursor"],
    "properties": {
        "pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
        **dict.fromkeys(("total", "pageCount", "pageSize", "pageNumber", "offset"), NUMBER),
        **dict.fromkeys(("first", "next", "previous", "last", "self"), LINK),
        "nextCursor": {"type": ["string", "null"]},
        "hasMore": {"type": "boolean"},
    },
    "additionalProperties": False,
}
TOTALS = (0, 1, 2, 7, 103)
POSITIONS = {
    "page": {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}},
    "page-from-0": {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 0}},
    "offset": {"name": "offset", "in": "query", "schema": NUMBER},
    "offset-from-1": {"name": "startIndex", "in": "query", "schema": {"type": "integer", "minimum": 1}},
    "cursor": {"name": "cursor", "in": "query", "schema": {"type": "string"}},
    "cursor-number": {"name": "cursor", "in": "query", "schema": NUMBER},
}
SIZE = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 1000}}
CONTRACT = json.dumps(
    {
        "openapi": "3.1.0",
        "info": {"title": "Laws", "version": "1"},
        "paths": {
            f"/{position}/{total}": {
                "get": {
                    "x-mock-pagination": {"total": total},
                    "parameters": [parameter, SIZE],
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}},
                        }
                    },
                }
            }
            for position, parameter in POSITIONS.items()
            for total in TOTALS
        },
        "components": {"schemas": {"Pet": PET, "Page": PAGE}},
    }
)
VALIDATOR = jsonschema_rs.Draft202012Validator({**PAGE, "components": {"schemas": {"Pet": PET}}}, validate_formats=True)
LISTS = st.tuples(st.sampled_from(sorted(POSITIONS)), st.sampled_from(TOTALS))
SIZES = st.one_of(st.integers(1, 9), st.integers(10, 200))


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    """Start two servers of one bundle; processes hash differently."""
    path = tmp_path_factory.mktemp("pages") / "pages.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with ExitStack() as stack:
        yield stack.enter_context(serving(path)), stack.enter_context(serving(path))


@dataclass(frozen=True, slots=True)
class Page:
    """One page, as a client sees it."""

    target: str
    links: dict[str, str]
    body: Any

    @property
    def ids(self) -> list[str]:
        return [pet["id"] for pet in self.body["pets"]]


def ask(server: Served, target: str) -> Page:
    reply = server.ask("GET", target, headers={"host": "mock.test"})
    assert (reply.status, reply.headers["Mock-Page-Not-Exact"]) == (200, None), reply.body
    links = re.findall(r'<http://mock\.test([^>]*)>; rel="([a-z]+)"', reply.headers["Link"])
    return Page(target, {relation: path for path, relation in links}, reply.json())


def walk(server: Served, target: str, relation: str) -> Iterator[Page]:
    """Yield the pages from one on."""
    at: str | None = target
    while at is not None:
        page = ask(server, at)
        yield page
        at = page.links.get(relation)


def first_page(which: tuple[str, int], size: int) -> str:
    position, total = which
    return f"/{position}/{total}?limit={size}"


@LAW
@given(LISTS, SIZES)
def test_the_pages_together_are_the_list(replicas: tuple[Served, Served], which: tuple[str, int], size: int) -> None:
    pages = list(walk(replicas[0], first_page(which, size), "next"))
    together = [identifier for page in pages for identifier in page.ids]
    assert together == ask(replicas[0], first_page(which, 1000)).ids
    assert len(set(together)) == len(together) == which[1]
    assert [len(page.ids) for page in pages[:-1]] == [size] * (len(pages) - 1)


@LAW
@given(LISTS, SIZES)
def test_the_way_back_is_the_way_there_reversed(
    replicas: tuple[Served, Served], which: tuple[str, int], size: int
) -> None:
    there = [page.body["self"] for page in walk(replicas[0], first_page(which, size), "next")]
    last = ask(replicas[0], first_page(which, size)).links["last"]
    back = [page.body["self"] for page in walk(replicas[0], last, "prev")]
    assert back == list(reversed(there))


@LAW
@given(LISTS, SIZES)
def test_what_pages_say_of_themselves_agrees(
    replicas: tuple[Served, Served], which: tuple[str, int], size: int
) -> None:
    seen = 0
    pages = list(walk(replicas[0], first_page(which, size), "next"))
    for page in pages:
        body = page.body
        assert VALIDATOR.is_valid(body)
        told = {relation: f"http://mock.test{path}" for relation, path in page.links.items()}
        in_body = {"first": body["first"], "prev": body["previous"], "next": body["next"], "last": body["last"]}
        assert told == {relation: uri for relation, uri in in_body.items() if uri is not None}
        assert (body["total"], body["pageSize"]) == (which[1], size)
        assert body["pageCount"] == (len(pages) if which[1] else 0)
        assert body["hasMore"] == (body["next"] is not None)
        assert body["offset"] == seen + (which[0] == "offset-from-1")
        seen += len(page.ids)


@LAW
@given(st.tuples(st.sampled_from(["cursor", "cursor-number"]), st.sampled_from(TOTALS)), SIZES)
def test_cursors_lead_where_links_lead(replicas: tuple[Served, Served], which: tuple[str, int], size: int) -> None:
    for page in walk(replicas[0], first_page(which, size), "next"):
        cursor = page.body["nextCursor"]
        following = f"{first_page(which, size)}&cursor={cursor}" if cursor is not None else None
        assert (following is None) == ("next" not in page.links)
        if following:
            assert ask(replicas[1], following).ids == ask(replicas[0], page.links["next"]).ids


@LAW
@given(LISTS, SIZES, st.integers(0, 5))
def test_replicas_agree(replicas: tuple[Served, Served], which: tuple[str, int], size: int, seed: int) -> None:
    target = f"{first_page(which, size)}&__seed={seed}"
    assert ask(replicas[0], target) == ask(replicas[1], target)


@LAW
@given(st.sampled_from(TOTALS), SIZES, st.text(max_size=20))
def test_a_cursor_of_elsewhere_is_refused(replicas: tuple[Served, Served], total: int, size: int, foreign: str) -> None:
    other = ask(replicas[0], first_page(("cursor", 103), 9)).body["nextCursor"]
    for cursor in (other if total != 103 else "AAAA", foreign or "-"):
        target = f"{first_page(('cursor', total), size)}&cursor={quote(cursor, safe='')}"
        assert replicas[0].ask("GET", target).status == 400
