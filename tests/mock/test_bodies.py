"""What a response is sent with: examples in their order of choice, never a body that the contract forbids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contractctl.core.failures import UnloadableDescription
from contractctl.mock.settings import MockSettings
from tests.mock.compiling import answers, compiled, told

MEDIA = "/paths/~1a/get/responses/200/content/application~1json"


def described(media: dict[str, Any], *, name: str = "application/json", **components: Any) -> str:
    responses = {"200": {"description": "", "content": {name: media}}}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"get": {"responses": responses}}},
            "components": components,
        }
    )


ID = {"type": "integer"}
PERSON = {"type": "object", "required": ["id"], "properties": {"id": ID, "name": {"type": "string"}}}

INVALID = ["example-invalid"]

CHOICES = [
    pytest.param(
        {"schema": ID, "example": 5, "examples": {"six": {"value": 6}}},
        {"": "5", "six": "6"},
        id="example, then examples",
    ),
    pytest.param({"schema": {**ID, "examples": [7, 8]}}, {"": "7"}, id="the schema's first example"),
    pytest.param(
        {"schema": {"type": "object", "properties": {"b": {"type": "integer", "example": 2}, "a": {"const": 1}}}},
        {"": '{"b":2,"a":1}'},
        id="examples of properties, in documented order",
    ),
    pytest.param({"schema": {**ID, "default": 9, "enum": [3, 9]}}, {"": "9"}, id="default before enum"),
    pytest.param({"schema": {"enum": ["x", "y"]}}, {"": '"x"'}, id="the first of enum"),
    pytest.param({"schema": PERSON}, {"": '{"id":1,"name":"Ada Lovelace"}'}, id="a synthesised value"),
    pytest.param({"schema": PERSON, "example": '{"id": 1}'}, {"": '{"id":1}'}, id="an example that is JSON in a text"),
    pytest.param(
        {"schema": {"type": "string"}, "example": '{"id": 1}'}, {"": '"{\\"id\\": 1}"'}, id="a text that stays one"
    ),
    pytest.param(
        {"example": {"z": 1, "a": 2}}, {"": '{"z":1,"a":2}'}, id="an example without a schema keeps its order"
    ),
    pytest.param({}, {"": "{}"}, id="nothing documented"),
    pytest.param({"example": None, "schema": {"type": "null"}}, {"": "null"}, id="null is an example"),
    pytest.param({"schema": {}, "example": 2**70}, {"": str(2**70)}, id="a number over 64 bits"),
]


@pytest.mark.parametrize(("media", "bodies"), CHOICES)
def test_the_order_of_choice(media: dict[str, Any], bodies: dict[str, str], tmp_path: Path) -> None:
    mock = compiled(described(media))
    assert (answers(mock, tmp_path), mock.findings) == ({"GET /a": {"200 application/json": bodies}}, ())


@pytest.mark.parametrize(
    ("name", "example", "body"),
    [
        pytest.param("text/csv", {"serializedValue": "a;b\n"}, "a;b\n", id="a text alone"),
        pytest.param(
            "application/xml", {"dataValue": {"a": 1}, "serializedValue": "<a>1</a>"}, "<a>1</a>", id="a value as XML"
        ),
        pytest.param(
            "application/json",
            {"dataValue": {"a": 1}, "serializedValue": '{ "a": 1 }'},
            '{"a":1}',
            id="a value as JSON",
        ),
    ],
)
def test_an_example_of_3_2_is_sent_as_it_travels(name: str, example: dict[str, Any], body: str, tmp_path: Path) -> None:
    mock = compiled(described({"examples": {"one": example}}, name=name).replace("3.1.0", "3.2.0"))
    assert (answers(mock, tmp_path)["GET /a"], mock.findings) == ({f"200 {name}": {"one": body}}, ())


@pytest.mark.parametrize(
    ("name", "schema", "example", "body", "rules"),
    [
        pytest.param("application/json", ID, {"serializedValue": " 5 "}, " 5 ", [], id="valid JSON, as it is"),
        pytest.param("application/json", ID, {"serializedValue": '"5"'}, "1", INVALID, id="JSON of another type"),
        pytest.param("application/json", {"const": {}}, {"serializedValue": "{"}, "{}", INVALID, id="no JSON"),
        pytest.param(
            "text/plain",
            {"type": "string", "maxLength": 1, "default": "x"},
            {"serializedValue": "ab"},
            "x",
            INVALID,
            id="a text",
        ),
        pytest.param(
            "application/xml",
            {"type": "object", "properties": {"id": {"const": 2}}, "required": ["id"], "xml": {"name": "a"}},
            {"dataValue": {"id": 1}, "serializedValue": "<a><id>1</id></a>"},
            '<?xml version="1.0" encoding="UTF-8"?>\n<a><id>2</id></a>',
            INVALID,
            id="XML whose value is invalid",
        ),
    ],
)
def test_what_an_example_of_3_2_says_has_to_be_valid(
    name: str, schema: dict[str, Any], example: dict[str, Any], body: str, rules: list[str], tmp_path: Path
) -> None:
    mock = compiled(described({"schema": schema, "examples": {"one": example}}, name=name).replace("3.1.0", "3.2.0"))
    assert answers(mock, tmp_path)["GET /a"] == {f"200 {name}": {"one": body}}
    assert [rule for rule, _ in told(mock)] == rules


def test_a_stream_is_written_item_by_item(tmp_path: Path) -> None:
    item = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    text = described({"itemSchema": item, "example": [{"id": 1}, {"id": 2}]}, name="application/jsonl")
    mock = compiled(text.replace("3.1.0", "3.2.0"))
    assert answers(mock, tmp_path)["GET /a"] == {"200 application/jsonl": {"": '{"id":1}\n{"id":2}\n'}}


def test_items_of_what_is_no_stream_are_told() -> None:
    text = described({"itemSchema": {"type": "object"}}, name="application/zip").replace("3.1.0", "3.2.0")
    place = "/paths/~1a/get/responses/200/content/application~1zip/itemSchema"
    assert told(compiled(text)) == [("response-items-unsent", place)]


def test_an_invalid_example_is_told_and_replaced(tmp_path: Path) -> None:
    media = {"schema": PERSON, "examples": {"good": {"value": {"id": 5}}, "bad": {"value": {"id": "five"}}}}
    mock = compiled(described(media))
    assert answers(mock, tmp_path)["GET /a"] == {
        "200 application/json": {"good": '{"id":5}', "bad": '{"id":1,"name":"Ada Lovelace"}'}
    }
    (finding,) = mock.findings
    assert (finding.rule, str(finding.location.place.pointer)) == ("example-invalid", f"{MEDIA}/examples/bad/value")
    assert finding.operations == ("GET /a",)
    assert finding.message == (
        'the example does not satisfy its schema at `/id`: "five" is not of type "integer";'
        " it is replaced by a synthesised one"
    )


def test_an_invalid_text_is_kept_as_it_is(tmp_path: Path) -> None:
    media = {"schema": PERSON, "example": "<p/><p/>"}
    mock = compiled(described(media, name="application/xml"), settings=MockSettings(keep_invalid_examples=True))
    assert answers(mock, tmp_path)["GET /a"] == {"200 application/xml": {"": "<p/><p/>"}}
    (finding,) = mock.findings
    assert finding.message == (
        "the example does not satisfy its schema: it is not XML: junk after document element at byte 4;"
        " it is served all the same"
    )


def test_an_invalid_example_is_kept_when_asked_for(tmp_path: Path) -> None:
    mock = compiled(described({"schema": ID, "example": "x"}), settings=MockSettings(keep_invalid_examples=True))
    assert answers(mock, tmp_path) == {"GET /a": {"200 application/json": {"": '"x"'}}}
    assert told(mock) == [("example-invalid", f"{MEDIA}/example")]


def test_an_invalid_example_of_the_schema_is_told(tmp_path: Path) -> None:
    mock = compiled(described({"schema": {"$ref": "#/components/schemas/Id"}}, schemas={"Id": {**ID, "example": "x"}}))
    assert answers(mock, tmp_path) == {"GET /a": {"200 application/json": {"": "1"}}}
    assert told(mock) == [("example-invalid", "/components/schemas/Id/example")]


def test_formats_are_asserted(tmp_path: Path) -> None:
    mock = compiled(described({"schema": {"type": "string", "format": "date"}, "example": "yesterday"}))
    assert answers(mock, tmp_path) == {"GET /a": {"200 application/json": {"": '"2024-01-15"'}}}


def test_one_bad_example_in_a_shared_response_is_one_finding_with_all_its_operations() -> None:
    response = {"description": "", "content": {"application/json": {"schema": ID, "example": "x"}}}
    paths = {path: {"get": {"responses": {"200": {"$ref": "#/components/responses/R"}}}} for path in ("/a", "/b")}
    document = {"openapi": "3.1.0", "info": {}, "paths": paths, "components": {"responses": {"R": response}}}
    (finding,) = compiled(json.dumps(document)).findings
    assert finding.operations == ("GET /a", "GET /b")


def test_a_schema_without_values_is_told_and_marked_for_501(tmp_path: Path) -> None:
    mock = compiled(described({"schema": {"type": "integer", "minimum": 2, "maximum": 1}}))
    failure = answers(mock, tmp_path)["GET /a"]["200 application/json"]
    assert failure == "openapi.yaml:1: no value satisfies the schema: no number is at least 2 and at most 1"
    assert told(mock) == [("schema-unsatisfiable", f"{MEDIA}/schema")]


def test_strict_refuses_what_is_told() -> None:
    with pytest.raises(UnloadableDescription) as failure:
        compiled(described({"schema": ID, "example": "x"}), settings=MockSettings(strict=True))
    assert [finding.rule for finding in failure.value.findings] == ["example-invalid"]


SECRET = {
    "type": "object",
    "required": ["id", "password"],
    "properties": {"id": {**ID, "readOnly": True}, "password": {"type": "string", "writeOnly": True}},
}


def test_write_only_members_never_leave(tmp_path: Path) -> None:
    schemas = {"Secret": SECRET, "Secrets": {"type": "array", "items": {"$ref": "#/components/schemas/Secret"}}}
    reference = {"$ref": "#/components/schemas/Secrets"}
    example = [{"id": 4, "password": "hunter2"}]
    assert answers(compiled(described({"schema": reference}, schemas=schemas)), tmp_path) == {
        "GET /a": {"200 application/json": {"": '[{"id":1},{"id":2}]'}}
    }
    with_example = compiled(described({"schema": reference, "example": example}, schemas=schemas))
    assert answers(with_example, tmp_path) == {"GET /a": {"200 application/json": {"": '[{"id":4}]'}}}
    assert with_example.findings == ()


TYPES = [
    pytest.param("image/*", {"schema": {"type": "string"}}, "200 image/png", id="an image"),
    pytest.param("*/*", {"schema": PERSON}, "200 application/json", id="anything with a schema is JSON"),
    pytest.param("*/*", {}, "200 application/octet-stream", id="anything without a schema is bytes"),
    pytest.param("text/*", {"example": "hi"}, "200 text/plain", id="a text"),
    pytest.param("application/vnd.a+json; v=1", {}, "200 application/vnd.a+json; v=1", id="parameters stay"),
]


@pytest.mark.parametrize(("name", "media", "key"), TYPES)
def test_ranges_are_made_concrete(name: str, media: dict[str, Any], key: str, tmp_path: Path) -> None:
    assert list(answers(compiled(described(media, name=name)), tmp_path)["GET /a"]) == [key]


TEXTS = [
    pytest.param("text/plain", {"schema": {"type": "string"}, "example": "hello"}, {"": "hello"}, id="text as it is"),
    pytest.param("text/csv", {"example": "a,b\n1,2\n"}, {"": "a,b\n1,2\n"}, id="lines as they are"),
    pytest.param(
        "application/xml",
        {"schema": PERSON, "example": "<p><id>5</id></p>"},
        {"": "<p><id>5</id></p>"},
        id="XML in a string",
    ),
    pytest.param("text/plain", {"schema": {"const": 5}}, {"": "5"}, id="a number in a text"),
    pytest.param("text/html", {"schema": PERSON, "example": {"id": 5}}, {"": '{"id":5}'}, id="an object in a text"),
    pytest.param("image/png", {"schema": {"const": [5]}}, {"": "[5]"}, id="an array in an image"),
    pytest.param("application/problem+json", {"example": "x"}, {"": '"x"'}, id="+json is JSON"),
]


@pytest.mark.parametrize(("name", "media", "bodies"), TEXTS)
def test_bodies_of_other_types(name: str, media: dict[str, Any], bodies: dict[str, str], tmp_path: Path) -> None:
    assert answers(compiled(described(media, name=name)), tmp_path) == {"GET /a": {f"200 {name}": bodies}}


def test_a_name_that_no_header_carries_is_not_offered(tmp_path: Path) -> None:
    mock = compiled(described({"example": 1}, name="application/json\r\nSet-Cookie: a=b"))
    assert answers(mock, tmp_path) == {"GET /a": {}}
    assert [rule for rule, _ in told(mock)] == ["media-type-invalid"]


def test_a_pattern_that_cannot_be_compiled_is_told_and_left_out(tmp_path: Path) -> None:
    mock = compiled(described({"schema": {"type": "string", "pattern": "(", "const": "x"}}))
    assert answers(mock, tmp_path) == {"GET /a": {"200 application/json": {"": '"x"'}}}
    assert told(mock) == [("pattern-unreadable", f"{MEDIA}/schema")]


HEADERS = [
    pytest.param({"schema": {"type": "integer"}, "example": 5}, "5", id="an example"),
    pytest.param({"schema": {"type": "integer"}, "example": "5"}, "5", id="an example that is a number in a text"),
    pytest.param({"schema": {"type": "integer", "example": 6}}, "6", id="the schema's example"),
    pytest.param({"schema": {"type": "integer"}, "required": True}, "1", id="a required header is synthesised"),
    pytest.param({"schema": {"type": "array", "items": {}}, "example": ["a", 1]}, "a,1", id="a list, simple"),
    pytest.param({"schema": {}, "example": {"a": 1}, "explode": True}, "a=1", id="an object, exploded"),
    pytest.param({"content": {"application/json": {"example": {"a": 1}}}}, '{"a":1}', id="JSON content"),
]


@pytest.mark.parametrize(("header", "value"), HEADERS)
def test_headers_with_a_value(header: dict[str, Any], value: str) -> None:
    assert headers_of({"X-A": header}) == [["X-A", value]]


NO_HEADERS = [
    pytest.param({"X-A": {"schema": {"type": "integer"}}}, id="an optional header without an example"),
    pytest.param({"X-A": {"schema": {"type": "integer"}, "example": "x"}, "X B": {"example": "y"}}, id="not a name"),
    pytest.param({"Content-Length": {"example": "5"}, "transfer-encoding": {"example": "chunked"}}, id="framing"),
    pytest.param({"Content-Encoding": {"example": "gzip"}}, id="a coding that the body does not have"),
    pytest.param({"X-A": {"example": "a\r\nSet-Cookie: b"}}, id="a second header in a value"),
]


@pytest.mark.parametrize("headers", NO_HEADERS)
def test_headers_that_are_not_sent(headers: dict[str, Any]) -> None:
    sent = [name for name, _ in headers_of(headers)]
    assert [name for name in sent if name != "X-A"] == []


def headers_of(headers: dict[str, Any]) -> list[list[str]]:
    response = {"description": "", "headers": headers}
    document = {"openapi": "3.1.0", "info": {}, "paths": {"/a": {"get": {"responses": {"200": response}}}}}
    data = compiled(json.dumps(document)).bundle
    record, _ = json.JSONDecoder().raw_decode(data.partition(b"\n")[2].decode(errors="replace"))
    return record["responses"][0].get("headers", [])  # type: ignore[no-any-return]  # JSON of any shape
