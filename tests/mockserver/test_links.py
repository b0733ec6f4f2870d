"""Links that are followed: what a response leads to is there, and is what it says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from contractctl.mockserver.answers import make_answer
from contractctl.mockserver.links import LARGEST_HEADER, with_links
from tests.mockserver.serving import Served, bundle_of, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Notes, version: '1'}
servers: [{url: 'http://localhost/v1'}]
components:
  schemas:
    Note: {type: object, required: [id, text], properties: {id: {type: integer, readOnly: true}, text: {type: string}}}
paths:
  /notes:
    get:
      operationId: listNotes
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}
        - {name: per_page, in: query, schema: {type: integer, minimum: 1, maximum: 50, default: 10}}
      responses:
        '200':
          description: some
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Note'}}}}
          links: {first_note: {operationId: getNote, parameters: {id: $response.body#/0/id}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses:
        '201':
          description: made
          content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}
          links:
            self: {operationId: getNote, parameters: {id: $response.body#/id}}
            all: {operationId: listNotes}
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getNote
      responses:
        '200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
        '404': {description: none}
"""


def ask(mock: Served, method: str, target: str, body: Any = None) -> tuple[int, dict[str, str], Any]:
    """Send a request and return status, the links by relation, and JSON of the answer."""
    data = None if body is None else json.dumps(body)
    reply = mock.ask(method, target, data, {"Content-Type": "application/json"})
    lines = reply.headers.get_all("Link", [])
    assert len(lines) < 2
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"', "".join(lines))
    return reply.status, {name: target for target, name in found}, reply.json()


def test_the_link_of_what_was_created_leads_to_it(tmp_path: Path) -> None:
    path = tmp_path / "mock.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with serving(path, "--stateful", "on") as mock:
        status, links, made = ask(mock, "POST", "/v1/notes", {"text": "remember"})
        assert (status, links["self"]) == (201, f"/v1/notes/{made['id']}")
        assert ask(mock, "GET", links["self"])[::2] == (200, made)
        assert made in [note for page in range(1, 14) for note in ask(mock, "GET", f"{links['all']}?page={page}")[2]]


def test_links_of_the_contract_stand_beside_those_of_pages(tmp_path: Path) -> None:
    path = tmp_path / "mock.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with serving(path) as mock:
        _, links, notes = ask(mock, "GET", "/v1/notes?page=2")
        assert links.keys() == {"first_note", "first", "prev", "next", "last"}
        assert links["first_note"] == f"/v1/notes/{notes[0]['id']}"


def test_links_are_added_to_the_line_that_is_there() -> None:
    plain = make_answer(200, headers=[("Link", "<a>"), ("X", "y")])
    linked = make_answer(200, headers=[("Link", "<b>, <c>, <a>"), ("X", "y")])
    assert with_links(plain, ["<b>", "<c>"]).head == linked.head
    assert with_links(make_answer(200), ["<b>"]).head == make_answer(200).adding([("Link", "<b>")]).head
    assert with_links(plain, []) is plain


def test_links_without_an_end_leave_room_for_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "mock.bundle"
    links = "".join(f"            a{number}: {{operationId: listNotes}}\n" for number in range(1000))
    path.write_bytes(bundle_of(CONTRACT.replace("            all: {operationId: listNotes}\n", links)))
    with serving(path) as mock:
        status, found, _ = ask(mock, "POST", "/v1/notes", {"text": "a"})
        assert (status, 100 < sum(len(name) + len(target) for name, target in found.items()) < LARGEST_HEADER) == (
            201,
            True,
        )
