"""Requests of Swagger 2.0 in the words of OpenAPI 3: parameters, bodies and forms."""

from __future__ import annotations

import pytest
import yaml

from contractctl.contract.model import Body, Encoding, Operation
from tests.contract.descriptions import place
from tests.contract.swagger_descriptions import build_swagger as build
from tests.contract.swagger_descriptions import swagger_operation as operation


def _payload(fields: str, root: str = "") -> Body:
    """Return the body of `POST /a`, of which nothing is told."""
    found, findings = operation(fields, root)
    assert found.body is not None
    assert findings == []
    return found.body


@pytest.mark.parametrize(
    ("location", "written", "style", "explode"),
    [
        pytest.param("query", "{type: array}", "form", False, id="no format is csv"),
        pytest.param("query", "{type: array, collectionFormat: csv}", "form", False, id="csv in a query"),
        pytest.param("query", "{type: array, collectionFormat: ssv}", "spaceDelimited", False, id="ssv"),
        pytest.param("query", "{type: array, collectionFormat: tsv}", "tabDelimited", False, id="tsv"),
        pytest.param("query", "{type: array, collectionFormat: pipes}", "pipeDelimited", False, id="pipes"),
        pytest.param("query", "{type: array, collectionFormat: multi}", "form", True, id="multi"),
        pytest.param("path", "{type: array, collectionFormat: csv}", "simple", False, id="csv in a path"),
        pytest.param("header", "{type: array}", "simple", False, id="csv in a header"),
        pytest.param(
            "header", "{type: array, collectionFormat: pipes}", "pipeDelimited", False, id="pipes in a header"
        ),
        pytest.param(
            "query", "{type: string, collectionFormat: ssv}", "form", True, id="what is no list has no format"
        ),
    ],
)
def test_lists_have_the_style_of_their_format(location: str, written: str, style: str, explode: bool) -> None:
    fields = {"name": "p", "in": location, "required": True, **yaml.safe_load(written)}
    found, findings = operation(f"{{parameters: [{fields}], responses: {{}}}}")
    (parameter,) = found.parameters
    assert (parameter.location, parameter.style, parameter.explode) == (location, style, explode)
    assert findings == []


def test_the_schema_of_a_parameter_is_made_of_its_own_keywords_and_stands_where_they_do() -> None:
    found, findings = operation(
        "{parameters: [{name: p, in: query, description: D, allowEmptyValue: true, x-own: 1, type: array, minItems: 1,"
        " collectionFormat: multi, items: {type: array, collectionFormat: pipes, items: {type: integer, maximum: 3,"
        " exclusiveMaximum: true}}}], responses: {}}"
    )
    (parameter,) = found.parameters
    at = place("/paths/~1a/post/parameters/0")
    assert (parameter.at, parameter.description, parameter.extensions) == (at, "D", {"x-own": 1})
    assert (parameter.required, parameter.allow_empty_value) == (False, True)
    assert parameter.schema is not None
    assert parameter.schema.at == at
    value = parameter.schema.value
    assert isinstance(value, dict)
    assert (set(value), value["minItems"]) == ({"type", "minItems", "items"}, 1)
    assert isinstance(value["items"], dict)
    assert (set(value["items"]), value["items"]["type"]) == ({"type", "items"}, "array")
    assert findings == []


def test_headers_that_openapi_3_ignores_are_parameters_like_others() -> None:
    names = ("Accept", "Content-Type", "Authorization")
    found, _ = operation(f"{{parameters: [{', '.join(f'{{name: {n}, in: header, type: string}}' for n in names)}]}}")
    assert tuple(parameter.name for parameter in found.parameters) == names


_BODY = "{name: b, in: body, required: true, description: D, schema: {type: string}}"


@pytest.mark.parametrize(
    ("root", "own", "meant"),
    [
        pytest.param("", "", [("/paths/~1a/post/parameters/0", "*/*")], id="neither: anything"),
        pytest.param("consumes: [a/b, c/d, a/b]", "", [("/consumes/0", "a/b"), ("/consumes/1", "c/d")], id="for all"),
        pytest.param("consumes: [a/b]", "consumes: [c/d],", [("/paths/~1a/post/consumes/0", "c/d")], id="its own"),
        pytest.param(
            "consumes: [a/b]", "consumes: [],", [("/paths/~1a/post/parameters/0", "*/*")], id="an empty list clears"
        ),
    ],
)
def test_a_body_has_the_types_that_the_operation_consumes(root: str, own: str, meant: list[tuple[str, str]]) -> None:
    body = _payload(f"{{{own} parameters: [{_BODY}], responses: {{}}}}", root)
    assert (body.at, body.required, body.description) == (place("/paths/~1a/post/parameters/0"), True, "D")
    assert [(media.at, media.name) for media in body.content] == [(place(pointer), name) for pointer, name in meant]
    schemas = {id(media.schema): media.schema for media in body.content}
    assert [schema and (schema.at, schema.value) for schema in schemas.values()] == [
        (place("/paths/~1a/post/parameters/0/schema"), {"type": "string"})
    ]


@pytest.mark.parametrize(
    ("shared", "own", "meant"),
    [
        pytest.param("{name: b, in: body, schema: {}}", "", "body", id="the path's body"),
        pytest.param("{$ref: '#/parameters/B'}", "", "body", id="the path's body by reference"),
        pytest.param(
            "{name: b, in: body, schema: {}}", "{name: c, in: body, schema: {}}", "own body", id="its own body"
        ),
        pytest.param(
            "{name: b, in: body, schema: {}}", "{name: f, in: formData, type: string}", "f", id="its own form"
        ),
        pytest.param(
            "{name: e, in: formData, type: string}", "{name: c, in: body, schema: {}}", "own body", id="no form"
        ),
        pytest.param("{name: e, in: formData, type: string}", "", "e", id="the path's form"),
        pytest.param(
            "{name: e, in: formData, type: string}", "{name: f, in: formData, type: string}", "e f", id="both"
        ),
        pytest.param("{name: q, in: query, type: string}", "", None, id="no body at all"),
    ],
)
def test_what_the_operation_carries_takes_the_place_of_what_its_path_does(
    shared: str, own: str, meant: str | None
) -> None:
    built = build(
        f"paths: {{/a: {{parameters: [{shared}], post: {{parameters: [{own}], responses: {{}}}}}}}}\n"
        "parameters: {B: {name: b, in: body, schema: {}}}"
    )
    assert built.findings == ()
    assert _carried(built.contract.operations[0]) == meant


def _carried(found: Operation) -> str | None:
    if found.body is None:
        return None
    schema = found.body.content[0].schema
    assert schema is not None
    value = schema.value
    if isinstance(value, dict) and isinstance(fields := value.get("properties"), dict):
        return " ".join(fields)
    return "own body" if "post" in found.body.at.pointer.tokens else "body"


_URL_ENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@pytest.mark.parametrize(
    ("consumes", "kind", "meant"),
    [
        pytest.param("", "string", [_URL_ENCODED], id="nothing said and no file"),
        pytest.param("", "file", [_MULTIPART], id="nothing said and a file"),
        pytest.param(f"consumes: [{_MULTIPART}],", "string", [_MULTIPART], id="what is said"),
        pytest.param(f"consumes: [{_URL_ENCODED}],", "file", [_URL_ENCODED], id="what is said of a file"),
        pytest.param(f"consumes: [{_MULTIPART}, {_URL_ENCODED}],", "file", [_MULTIPART, _URL_ENCODED], id="both"),
        pytest.param("consumes: [application/json],", "string", [_URL_ENCODED], id="a type that no form is written in"),
        pytest.param(f"consumes: [a/b, {_MULTIPART}],", "string", [_MULTIPART], id="one of two is a form's"),
    ],
)
def test_a_form_has_the_types_that_a_form_can_have(consumes: str, kind: str, meant: list[str]) -> None:
    body = _payload(f"{{{consumes} parameters: [{{name: f, in: formData, type: {kind}}}], responses: {{}}}}")
    assert [media.name for media in body.content] == meant


def test_a_form_is_an_object_with_a_definition_for_each_parameter() -> None:
    built = build(
        """
paths:
  /a:
    post:
      parameters:
        - {name: photo, in: formData, type: file, required: true, description: D, x-own: 1}
        - {name: tags, in: formData, type: array, collectionFormat: ssv, items: {type: string}}
        - {$ref: '#/parameters/Names'}
      responses: {}
parameters:
  Names: {name: names, in: formData, type: array, collectionFormat: multi, items: {type: string}}
"""
    )
    at = "/paths/~1a/post/parameters"
    body = built.contract.operations[0].body
    assert body is not None
    (media,) = body.content
    assert media.schema is not None
    assert (body.at, body.required, media.at, media.schema.at) == (place(at), True, place(at), place(at))
    keys = ("#/paths/~1a/post/parameters/0", "#/paths/~1a/post/parameters/1", "#/parameters/Names")
    photo, tags, names = (built.contract.definitions[key] for key in keys)
    assert media.schema.value == {
        "type": "object",
        "properties": {
            "photo": {"$ref": "#/$defs/%23~1paths~1~01a~1post~1parameters~10"},
            "tags": {"$ref": "#/$defs/%23~1paths~1~01a~1post~1parameters~11"},
            "names": {"$ref": "#/$defs/%23~1parameters~1Names"},
        },
        "required": ["photo"],
    }
    assert (photo.at, photo.value) == (place(f"{at}/0"), {"type": "string", "format": "binary", "description": "D"})
    assert (tags.at, tags.value) == (place(f"{at}/1"), {"type": "array", "items": {"type": "string"}})
    assert names.at == place("/parameters/Names")
    assert media.encodings == (
        Encoding(place(f"{at}/1"), "tags", style="spaceDelimited"),
        Encoding(place("/parameters/Names"), "names", style="form", explode=True),
    )
    assert built.findings == ()
