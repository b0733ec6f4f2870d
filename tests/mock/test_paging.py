"""Which operations page, by what, and where their lists are: read from what a description says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contractctl.mock.compile import CompiledMock
from contractctl.mockserver.model import Operation
from tests.mock.compiling import compiled, opened, told

PETS = "{type: array, items: {type: object, properties: {id: {type: integer}}}}"


def mock_of(parameters: str = "[]", schema: str = PETS, *, more: str = "{}", path: str = "/pets") -> CompiledMock:
    """Compile a description with one operation, GET unless `more` has others."""
    response = {"200": {"description": "", "content": {"application/json": {"schema": yaml.safe_load(schema)}}}}
    given: Any = yaml.safe_load(parameters)
    operation = {"parameters": [{"in": "query", **one} for one in given], "responses": response, **yaml.safe_load(more)}
    method = operation.pop("method", "get")
    description = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {path: {method: operation}}}
    return compiled(yaml.safe_dump(description))


def operation_of(mock: CompiledMock, folder: Path) -> Operation:
    with opened(mock, folder) as bundle:
        (reference,) = bundle.index.routes[0].operations.values()
        return bundle.operation(reference)


def asked(operation: Operation) -> dict[str, Any]:
    """Return by role what a request asks with: the name, and for a size how many items are usual and at most."""
    paging = operation.paging
    if paging is None:
        return {}
    found: dict[str, Any] = {}
    for role in ("page", "offset", "after", "before"):
        if one := getattr(paging, role):
            found[role] = (".".join(one.steps), one.first) if role in {"page", "offset"} else ".".join(one.steps)
    if paging.size:
        found["size"] = (".".join(paging.size.steps), paging.size.default, paging.size.most)
    return found


INTEGER = "schema: {type: integer}"
STRING = "schema: {type: string}"
ASKED = {
    "page and size": (
        f"[{{name: page, {INTEGER}}}, {{name: per_page, {INTEGER}}}]",
        {"page": ("page", 1), "size": ("per_page", 25, 1000)},
    ),
    "other spellings": (
        f"[{{name: PageNumber, {INTEGER}}}, {{name: page-size, {INTEGER}}}]",
        {"page": ("PageNumber", 1), "size": ("page-size", 25, 1000)},
    ),
    "offset and limit": (
        f"[{{name: offset, {INTEGER}}}, {{name: limit, {INTEGER}}}]",
        {"offset": ("offset", 0), "size": ("limit", 25, 1000)},
    ),
    "the default is the usual size, the maximum the largest": (
        "[{name: limit, schema: {type: integer, default: 10, maximum: 50}}]",
        {"size": ("limit", 10, 50)},
    ),
    "a maximum below what is usual": (
        "[{name: limit, schema: {type: integer, maximum: 7}}]",
        {"size": ("limit", 7, 7)},
    ),
    "the first page by its default": ("[{name: page, schema: {type: integer, default: 0}}]", {"page": ("page", 0)}),
    "the first page by its minimum": ("[{name: page, schema: {type: integer, minimum: 0}}]", {"page": ("page", 0)}),
    "the first page by its example": ("[{name: page, schema: {type: integer, example: 0}}]", {"page": ("page", 0)}),
    "an index begins with 0": (f"[{{name: pageIndex, {INTEGER}}}]", {"page": ("pageIndex", 0)}),
    "unless it says otherwise": (
        "[{name: pageIndex, schema: {type: integer, minimum: 1}}]",
        {"page": ("pageIndex", 1)},
    ),
    "cursor and size": (
        f"[{{name: pageToken, {STRING}}}, {{name: maxResults, {INTEGER}}}]",
        {"after": "pageToken", "size": ("maxResults", 25, 1000)},
    ),
    "a word that goes on beside a size": (
        f"[{{name: continue, {STRING}}}, {{name: iterator, {STRING}}}, {{name: limit, {INTEGER}}}]",
        {"after": "continue", "size": ("limit", 25, 1000)},
    ),
    "and alone is none": (f"[{{name: iterator, {STRING}}}]", {}),
    "in both directions": (
        f"[{{name: starting_after, {STRING}}}, {{name: ending_before, {STRING}}}]",
        {"after": "starting_after", "before": "ending_before"},
    ),
    "first and after": (
        f"[{{name: first, {INTEGER}}}, {{name: after, {STRING}}}, {{name: cursor, {STRING}}}]",
        {"after": "cursor", "size": ("first", 25, 1000)},
    ),
    "words that mean it beside another": (
        f"[{{name: start, {INTEGER}}}, {{name: count, {INTEGER}}}, {{name: limit, {INTEGER}}}]",
        {"offset": ("start", 0), "size": ("limit", 25, 1000)},
    ),
    "a number that is declared as a text": (f"[{{name: page, {STRING}}}]", {"page": ("page", 1)}),
    "a schema behind anyOf": (
        "[{name: page, schema: {anyOf: [{type: integer, minimum: 0}, {type: 'null'}]}}]",
        {"page": ("page", 0)},
    ),
    "brackets": (
        (
            "[{name: page, style: deepObject, explode: true, schema: {type: object, properties:"
            " {number: {type: integer}, size: {type: integer}}}}]"
        ),
        {"page": ("page[number]", 1), "size": ("page[size]", 25, 1000)},
    ),
    "OData": (
        f"[{{name: $top, {INTEGER}}}, {{name: $skip, {INTEGER}}}]",
        {"offset": ("$skip", 0), "size": ("$top", 25, 1000)},
    ),
}


@pytest.mark.parametrize(("parameters", "expected"), ASKED.values(), ids=ASKED)
def test_parameters_ask_for_a_page(parameters: str, expected: dict[str, Any], tmp_path: Path) -> None:
    assert asked(operation_of(mock_of(parameters), tmp_path)) == expected


NOT_ASKED = {
    "no parameters": "[]",
    "words that may mean anything": f"[{{name: count, {INTEGER}}}, {{name: from, {INTEGER}}}]",
    "dates": "[{name: after, schema: {type: string, format: date}}, {name: before, schema: {type: string}}]",
    "a size of a picture": "[{name: size, schema: {type: string, enum: [small, large]}}]",
    "a switch": "[{name: page, schema: {type: boolean}}]",
    "several pages": "[{name: page, schema: {type: array, items: {type: integer}}}]",
    "in a header": f"[{{name: page, in: header, {INTEGER}}}]",
    "an object that is no page": "[{name: filter, style: deepObject, explode: true, schema: {type: object, properties:"
    " {number: {type: integer}, size: {type: integer}}}}]",
}


@pytest.mark.parametrize("parameters", NOT_ASKED.values(), ids=NOT_ASKED)
def test_parameters_do_not_ask_for_a_page(parameters: str, tmp_path: Path) -> None:
    assert asked(operation_of(mock_of(parameters), tmp_path)) == {}


def test_what_is_no_list_does_not_page(tmp_path: Path) -> None:
    one = "{type: object, properties: {id: {type: integer}, name: {type: string}}}"
    operation = operation_of(mock_of(f"[{{name: page, {INTEGER}}}]", one), tmp_path)
    assert (asked(operation), operation.responses[0].content[0].page) == ({}, None)


SEARCH = "{method: post, requestBody: {content: {application/json: {schema: {type: object, properties: %s}}}}}"
BODIES = {
    "members of the body": (
        "{q: {type: string}, pageNumber: {type: integer}, pageSize: {type: integer, default: 5}}",
        {"page": ("pageNumber", 1), "size": ("pageSize", 5, 1000)},
    ),
    "members of an object": (
        "{paging: {type: object, properties: {cursor: {type: string}, limit: {type: integer}}}}",
        {"after": "paging.cursor", "size": ("paging.limit", 25, 1000)},
    ),
    "what is created may have a limit": ("{name: {type: string}, limit: {type: integer}}", {}),
}


@pytest.mark.parametrize(("members", "expected"), BODIES.values(), ids=BODIES)
def test_the_body_of_a_search_asks_for_a_page(members: str, expected: dict[str, Any], tmp_path: Path) -> None:
    assert asked(operation_of(mock_of(more=SEARCH % members), tmp_path)) == expected


LISTS: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    "the whole answer": (PETS, (), {}),
    "a member that is called so": (
        f"{{type: object, properties: {{items: {PETS}, tags: {PETS}, total: {{type: integer}}}}}}",
        ("items",),
        {"total": "total"},
    ),
    "a member that is the only one of objects": (
        f"{{type: object, properties: {{pets: {PETS}, names: {{type: array, items: {{type: string}}}}}}}}",
        ("pets",),
        {},
    ),
    "errors are beside it": (
        f"{{type: object, properties: {{errors: {PETS}, pets: {PETS}, nextToken: {{type: string}}}}}}",
        ("pets",),
        {"next_cursor": "nextToken"},
    ),
    "one deeper": (
        (
            f"{{type: object, properties: {{_embedded: {{type: object, properties: {{pets: {PETS}}}}}, _links:"
            " {type: object, properties: {next: {type: object, properties: {href: {type: string}}}}}}}"
        ),
        ("_embedded", "pets"),
        {"next": "_links.next.href"},
    ),
    "put together": (
        f"{{allOf: [{{properties: {{totalCount: {{type: integer}}}}}}, {{properties: {{data: {PETS}}}}}]}}",
        ("data",),
        {"total": "totalCount"},
    ),
    "pages are described in objects within objects": (
        (
            f"{{type: object, properties: {{data: {PETS}, meta: {{type: object, properties: {{pagination:"
            " {type: object, properties: {total: {type: integer}, per_page: {type: integer}}}}}}}"
        ),
        ("data",),
        {"total": "meta.pagination.total", "size": "meta.pagination.per_page"},
    ),
    "cursors are in an object of their own": (
        (
            f"{{type: object, properties: {{data: {PETS}, meta: {{type: object, properties: {{cursors: {{type: object,"
            " properties: {next: {type: string}, previous: {type: string}}}}}}}"
        ),
        ("data",),
        {"next_cursor": "meta.cursors.next", "previous_cursor": "meta.cursors.previous"},
    ),
    "types tell words apart": (
        (
            f"{{type: object, properties: {{data: {PETS}, first: {{type: boolean}}, last: {{type: boolean}}, next:"
            " {type: integer}, totalPages: {type: integer}}}"
        ),
        ("data",),
        {"is_first": "first", "is_last": "last", "next_number": "next", "pages": "totalPages"},
    ),
}


@pytest.mark.parametrize(("schema", "at", "says"), LISTS.values(), ids=LISTS)
def test_an_answer_holds_a_list(schema: str, at: tuple[str, ...], says: dict[str, str], tmp_path: Path) -> None:
    page = operation_of(mock_of(f"[{{name: page, {INTEGER}}}]", schema), tmp_path).responses[0].content[0].page
    assert page is not None
    assert (page.at, {said.role: ".".join(said.at) for said in page.says}) == (at, says)


def test_an_answer_says_what_was_asked_for_by_the_same_word(tmp_path: Path) -> None:
    """A size that is called `number` is no number of a page, and a cursor that is called `next` no link."""
    parameters = f"[{{name: number, {INTEGER}}}, {{name: offset, {INTEGER}}}, {{name: cursor, {STRING}}}]"
    schema = f"{{type: object, properties: {{data: {PETS}, number: {{type: integer}}, cursor: {{type: string}}}}}}"
    page = operation_of(mock_of(parameters, schema), tmp_path).responses[0].content[0].page
    assert page is not None
    assert [said.role for said in page.says] == ["next_cursor", "size"]


NO_LISTS = {
    "one thing with parts": ("/pets/{id}", f"{{type: object, properties: {{id: {{type: integer}}, parts: {PETS}}}}}"),
    "one thing by its path": ("/pets/{id}", f"{{type: object, properties: {{name: {{type: string}}, parts: {PETS}}}}}"),
    "two lists": ("/pets", f"{{type: object, properties: {{cats: {PETS}, dogs: {PETS}}}}}"),
    "a list or something else": ("/pets", "{type: object, properties: {pets: {type: [array, string]}}}"),
    "places": ("/pets", "{type: array, prefixItems: [{type: integer}, {type: string}], items: {type: string}}"),
}


@pytest.mark.parametrize(("path", "schema"), NO_LISTS.values(), ids=NO_LISTS)
def test_an_answer_holds_no_list(path: str, schema: str, tmp_path: Path) -> None:
    assert operation_of(mock_of(schema=schema, path=path), tmp_path).responses[0].content[0].page is None


MALFORMED = {
    "a schema that is itself": "{$ref: '#/components/schemas/A'}",
    "items that are no schema": "{type: array, items: 5}",
    "bounds that are no numbers": "{type: array, minItems: x, maxItems: [], items: {type: integer}}",
    "properties that are a list": "{type: object, properties: [1]}",
    "names that are no texts": "{type: object, required: [1, {}], properties: {items: {type: array}, total: 1}}",
    "formats that are no texts": "{type: object, properties: {data: {type: array}, next: {type: string, format: [1]}}}",
    "types that are nothing": "{type: {}, properties: {items: {type: [1, array], items: {type: []}}}}",
}


@pytest.mark.parametrize("schema", MALFORMED.values(), ids=MALFORMED)
def test_malformed_schemas_stop_nothing(schema: str, tmp_path: Path) -> None:
    parameters = "[{name: page, schema: {type: [x, 1], default: [], minimum: {}, examples: 5}}]"
    assert operation_of(mock_of(parameters, schema), tmp_path).title == "GET /pets"


SETTINGS = {
    "always": ("{x-mock-pagination: always}", (True, 103, [])),
    "another total": ("{x-mock-pagination: {total: 4}}", (False, 4, [])),
    "both": ("{x-mock-pagination: {total: 4, always: true}}", (True, 4, [])),
    "too many": (
        "{x-mock-pagination: {total: 5000}}",
        (False, 103, [("mock-setting-invalid", "/paths/~1pets/get/x-mock-pagination")]),
    ),
    "what nobody knows": (
        "{x-mock-pagination: sometimes}",
        (False, 103, [("mock-setting-invalid", "/paths/~1pets/get/x-mock-pagination")]),
    ),
}


@pytest.mark.parametrize(("more", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_a_description_says_how_it_pages(more: str, expected: tuple[Any, ...], tmp_path: Path) -> None:
    mock = mock_of(f"[{{name: page, {INTEGER}}}]", more=more)
    operation = operation_of(mock, tmp_path)
    page = operation.responses[0].content[0].page
    assert operation.paging is not None
    assert page is not None
    assert (operation.paging.always, page.total, told(mock)) == expected


def test_a_description_says_that_it_does_not_page(tmp_path: Path) -> None:
    operation = operation_of(mock_of(f"[{{name: page, {INTEGER}}}]", more="{x-mock-pagination: off}"), tmp_path)
    assert operation.paging is None
