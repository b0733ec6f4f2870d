"""The items of a list: valid each by itself, told apart by their identifiers, the same whoever asks, and when."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.dynamic import Synthesis
from contractctl.mockserver.model import Content, Json
from contractctl.mockserver.pages.corpus import Corpora, counted_up, identifier_name
from tests.mockserver.serving import bundle_of

LAW = settings(max_examples=50, deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("identifier", "by", "expected"),
    [
        pytest.param(7, 1, 8, id="a number"),
        pytest.param("7", 1, "8", id="a text of digits"),
        pytest.param("a9", 1, "b0", id="digits run over into letters"),
        pytest.param("pet-09", 2, "pet-11", id="what is neither stays"),
        pytest.param("Zz", 1, "Aa", id="letters keep their case"),
        pytest.param("3fa85f64-5717-4562-b3fc-2c963f66afa9", 1, "3fa85f64-5717-4562-b3fc-2c963f66afb0", id="a UUID"),
        pytest.param("ff", 1, "aa", id="hexadecimal stays so"),
        pytest.param("", 3, "", id="nothing"),
        pytest.param(None, 3, None, id="no identifier"),
    ],
)
def test_identifiers_count_up(identifier: Json, by: int, expected: Json) -> None:
    assert counted_up(identifier, by) == expected


@LAW
@given(st.text(alphabet="abcxyzABC0123456789-_äß", max_size=12), st.integers(0, 500), st.integers(0, 500))
def test_counting_keeps_the_kind_of_each_character(text: str, one: int, other: int) -> None:
    counted = counted_up(text, one)
    assert isinstance(counted, str)
    assert _kinds(counted) == _kinds(text)
    capacity = 6 ** sum(character.isascii() and character.isalnum() for character in text)
    assume(one != other and max(one, other) < capacity)
    assert counted != counted_up(text, other)


def _kinds(text: str) -> str:
    return re.sub("[0-9]", "0", re.sub("[a-z]", "a", re.sub("[A-Z]", "A", text)))


@pytest.mark.parametrize(
    ("item", "name"),
    [
        pytest.param({"name": "x", "id": 1}, "id", id="id"),
        pytest.param({"petId": 1, "uuid": "x"}, "uuid", id="a word for it before a name that ends with id"),
        pytest.param({"pet_id": 1, "owner_id": 2}, "pet_id", id="the first that ends with id"),
        pytest.param({"id": {"value": 1}}, "", id="an object is none"),
        pytest.param({"id": True}, "", id="a truth value is none"),
        pytest.param({"name": "x"}, "", id="nothing tells it"),
        pytest.param([1], "", id="a list"),
    ],
)
def test_an_item_is_told_by_its_identifier(item: Json, name: str) -> None:
    assert identifier_name(item) == name


SCHEMAS: dict[str, Any] = {
    "numbers": {"type": "integer"},
    "identifiers of few values": {"type": "object", "required": ["id"], "properties": {"id": {"enum": [1, 2, 3]}}},
    "a pattern": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string", "pattern": "^P[0-9]{3}$"}},
    },
    "one of several": {
        "oneOf": [
            {
                "type": "object",
                "required": ["id", "cat"],
                "properties": {"id": {"type": "integer"}, "cat": {"const": 1}},
            },
            {
                "type": "object",
                "required": ["id", "dog"],
                "properties": {"id": {"type": "integer"}, "dog": {"const": 1}},
            },
        ]
    },
    "itself": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string", "format": "uuid"}, "parent": {"$ref": "#/components/schemas/itself"}},
    },
    "what no guess meets": {
        "type": "object",
        "required": ["id", "b"],
        "properties": {"id": {"type": "integer"}, "b": {"type": "integer", "not": {"multipleOf": 1, "maximum": 9}}},
        "if": {"properties": {"id": {"maximum": 10}}},
        "then": {"required": ["small"]},
    },
    "nothing": False,
}
UNIQUE = {"a pattern", "one of several", "itself", "what no guess meets"}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Compile a contract with a paged list of each schema."""
    paths = {
        f"/{name}": {
            "get": {
                "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}}],
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": f"#/components/schemas/{quote(name)}"}}
                            }
                        },
                    }
                },
            }
        }
        for name in SCHEMAS
    }
    contract = {
        "openapi": "3.1.0",
        "info": {"title": "Items", "version": "1"},
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }
    path: Path = tmp_path_factory.mktemp("items") / "items.bundle"
    path.write_bytes(bundle_of(json.dumps(contract)))
    return Bundle(str(path))


def content_of(bundle: Bundle, name: str) -> Content:
    (route,) = (route for route in bundle.index.routes if route.path == f"/{name}")
    return bundle.operation(route.operations["GET"]).responses[0].content[0]


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "nothing"])
def test_every_item_is_valid_and_has_an_identifier_of_its_own(bundle: Bundle, name: str) -> None:
    items = Corpora(Synthesis(bundle)).items(content_of(bundle, name), (), 0)
    schema = {"$ref": f"#/components/schemas/{quote(name)}", "components": {"schemas": SCHEMAS}}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert (len(items), [item for item in items if not validator.is_valid(item)]) == (103, [])
    if name in UNIQUE:
        assert len({item["id"] for item in items if isinstance(item, dict)}) == 103


def test_where_there_is_no_item_there_are_none(bundle: Bundle) -> None:
    assert Corpora(Synthesis(bundle)).items(content_of(bundle, "nothing"), (), 0) == ()


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_order_of_questions_does_not_matter(bundle: Bundle, name: str) -> None:
    content = content_of(bundle, name)
    one, other = Corpora(Synthesis(bundle)), Corpora(Synthesis(bundle))
    asked = [((), 0), (("ada",), 0), ((), 5), (("ada", "7"), 1)]
    first = {key: list(one.items(content, *key)) for key in asked}
    assert first == {key: list(other.items(content, *key)) for key in reversed(asked)}


@LAW
@given(
    parts=st.lists(st.slices(103), min_size=1, max_size=4), name=st.sampled_from(sorted(SCHEMAS.keys() - {"nothing"}))
)
def test_the_part_that_is_looked_at_first_does_not_matter(bundle: Bundle, parts: list[slice], name: str) -> None:
    content = content_of(bundle, name)
    whole, items = (
        list(Corpora(Synthesis(bundle)).items(content, (), 0)),
        Corpora(Synthesis(bundle)).items(content, (), 0),
    )
    assert [list(items[part]) for part in parts] == [whole[part] for part in parts]


def test_owners_and_seeds_have_items_of_their_own(bundle: Bundle) -> None:
    corpora, content = Corpora(Synthesis(bundle)), content_of(bundle, "itself")
    lists = [corpora.items(content, *key)[0] for key in [((), 0), (("ada",), 0), (("grace",), 0), ((), 1)]]
    assert len({json.dumps(item) for item in lists}) == 4
