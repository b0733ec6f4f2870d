"""The gate against the published schemas: what they reject is never silent, what they accept is left alone."""

from __future__ import annotations

import copy
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from contractctl.contract.versions import Version
from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_object
from contractctl.lint.engine import lint_document
from contractctl.lint.structure.gate import TABLES, inspect, published_validator, rejections
from contractctl.lint.structure.schema_faults import is_lenient, is_too_severe
from contractctl.source.document import Document
from contractctl.source.marks import Marks
from contractctl.source.parse import parse_document
from tests.lint.cases import HEAD_3_0

_RICH = """\
servers: [{url: "https://{host}/v1", variables: {host: {default: a, enum: [a, b]}}}]
tags: [{name: zoo, externalDocs: {url: "https://example.com"}}]
security: [{key: []}]
paths:
  /animals/{id}:
    summary: Animals
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    put:
      operationId: putAnimal
      tags: [zoo]
      deprecated: true
      parameters:
        - {name: sort, in: query, style: form, explode: false, schema: {type: array, items: {type: string}}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
        - {$ref: "#/components/parameters/Trace"}
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: "#/components/schemas/Animal"}, examples: {a: {value: {name: a}}}}
          multipart/form-data: {schema: {type: object}, encoding: {a: {contentType: image/png, style: form}}}
      responses:
        "200":
          description: Done
          headers: {Etag: {schema: {type: string}, example: a}}
          links: {self: {operationId: putAnimal, parameters: {id: "$request.path.id"}}}
        4XX: {$ref: "#/components/responses/Fault"}
      callbacks:
        done: {"{$request.body#/url}": {post: {responses: {"200": {description: Thanks}}}}}
      security: [{oauth: [read]}, {}]
components:
  parameters:
    Trace: {name: X-Trace, in: header, schema: {type: string}}
  responses:
    Fault: {description: Fault, content: {application/json: {schema: {$ref: "#/components/schemas/Fault"}}}}
  schemas:
    Animal:
      type: object
      required: [name]
      properties:
        name: {type: string, minLength: 1, pattern: "^a", example: a}
        legs: {type: integer, minimum: 0, multipleOf: 2, default: 4}
        kind: {type: string, enum: [cat, dog]}
      additionalProperties: false
      discriminator: {propertyName: kind, mapping: {cat: Animal}}
      xml: {name: animal, attribute: false}
    Fault: {allOf: [{$ref: "#/components/schemas/Animal"}, {type: object, externalDocs: {url: a}}]}
  securitySchemes:
    key: {type: apiKey, name: X-Key, in: header}
    token: {type: http, scheme: bearer, bearerFormat: JWT}
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: "https://example.com", scopes: {read: Read}}}}
"""
_HEAD_3_1 = 'openapi: 3.1.0\ninfo: {title: Zoo, version: "1", license: {name: MIT, identifier: MIT}}\n'
_GOOD: Mapping[Version, str] = {"3.0": HEAD_3_0 + _RICH, "3.1": _HEAD_3_1 + _RICH}
_REPLACEMENTS: tuple[Json, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "a",
    [],
    ["a"],
    {},
    {"a": 1},
    {"$ref": "#/a"},
    {"$ref": 1},
)


def _root(version: Version) -> dict[str, Json]:
    root = parse_document("openapi.yaml", _GOOD[version].encode()).root
    assert isinstance(root, dict)
    return root


def _containers(value: Json) -> Iterator[dict[str, Json] | list[Json]]:
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from _containers(child)
    elif isinstance(value, list):
        yield value
        for child in value:
            yield from _containers(child)


def _mutate(root: dict[str, Json], chance: random.Random) -> None:
    """Delete, rename, replace or add one thing, anywhere but the version."""
    container = chance.choice([one for one in _containers(root) if one])
    if isinstance(container, list):
        container[chance.randrange(len(container))] = copy.deepcopy(chance.choice(_REPLACEMENTS))
        return
    key = chance.choice([key for key in container if key != "openapi"] or [""])
    match chance.randrange(4):
        case 0:
            container.pop(key, None)
        case 1:
            container[key[::-1] + "z"] = container.pop(key, None)
        case 2:
            container[key] = copy.deepcopy(chance.choice(_REPLACEMENTS))
        case _:
            name = chance.choice(["example", "examples", "schema", "content", "type", "in", "x-a", "$ref", "server"])
            container[name] = copy.deepcopy(chance.choice(_REPLACEMENTS))


def _document(root: dict[str, Json]) -> Document:
    return Document("openapi.json", root, "", (), lambda: Marks(""))


@pytest.mark.parametrize("version", TABLES)
def test_the_good_description_is_good(version: Version) -> None:
    assert lint_document(parse_document("openapi.yaml", _GOOD[version].encode())) == ()
    assert list(rejections(_root(version), version)) == []


@pytest.mark.parametrize("version", TABLES)
@pytest.mark.parametrize("seed", range(4))
def test_the_tables_agree_with_the_published_schema_on_mutations(version: Version, seed: int) -> None:
    """The oracle is the schema alone; of the disagreements only those that are written down are allowed."""
    chance, table = random.Random(seed), TABLES[version]
    good = _root(version)
    rejected = 0
    for _ in range(150):
        root = copy.deepcopy(good)
        for _ in range(chance.choice((1, 1, 2))):
            _mutate(root, chance)
        is_valid = published_validator(version).is_valid(root)
        structure = inspect(root, version)
        rejected += not is_valid
        if is_valid:
            assert [one for one in structure.faults if not is_lenient(version, table, one)] == []
        elif not structure.faults:
            assert all(is_too_severe(version, table, error) for error in rejections(root, version))
        else:
            errors = [one for one in lint_document(_document(root)) if one.severity is Severity.ERROR]
            assert errors
    assert rejected > 30


@pytest.mark.parametrize("version", TABLES)
def test_the_tables_seldom_leave_the_word_to_the_schema(version: Version) -> None:
    """Messages in words are the point: the schema's own message is for less than one fault in fifty."""
    chance = random.Random(7)
    faults = []
    for _ in range(300):
        root = copy.deepcopy(_root(version))
        _mutate(root, chance)
        faults.extend(inspect(root, version).faults)
    unspoken = [fault for fault in faults if fault.code == "structure-invalid"]
    assert len(unspoken) * 50 < len(faults)


def test_a_description_nested_too_deep_for_the_schema_is_not_silent() -> None:
    deep: Json = {}
    for _ in range(400):
        deep = {"a": deep}
    root = _root("3.0")
    root["components"] = {"schemas": {"A": {"minLength": 2.0, "example": deep}}}
    faults = inspect(root, "3.0").faults
    assert [(fault.code, fault.tokens[:2]) for fault in faults] == [("structure-invalid", ())]


def test_the_schemas_are_read_without_importing_their_package() -> None:
    script = (
        "import sys; from contractctl.lint.structure.gate import published_validator; "
        "published_validator('3.0'); print('openapi_spec_validator' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert found.stdout == "False\n"


def test_references_inside_data_are_not_collected() -> None:
    root = _root("3.1")
    root["x-data"] = {"$ref": "#/nowhere"}
    targets = {reference.target for reference in inspect(root, "3.1").references}
    assert targets == {
        "#/components/parameters/Trace",
        "#/components/responses/Fault",
        "#/components/schemas/Animal",
        "#/components/schemas/Fault",
    }
    assert is_object(root)
