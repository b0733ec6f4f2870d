"""One mistake, one finding: what follows from it is not told."""

from __future__ import annotations

import pytest

from contractctl.lint.engine import lint_document, located
from contractctl.source.parse import parse_document

_PETS = """\
openapi: 3.0.3
info: {title: Pets, version: "1.0.0"}
servers:
  - url: https://api.example.com/v1
tags:
  - name: pets
    description: Pets
security:
  - key: []
paths:
  /pets/{id}:
    parameters:
      - name: id
        in: path
        required: true
        schema: {type: string}
    get:
      operationId: getPet
      tags: [pets]
      responses:
        "200":
          description: A pet
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Pet"}
              example: {id: a, name: Tom}
          links:
            self: {operationId: getPet, parameters: {id: $response.body#/id}}
        "404": {$ref: "#/components/responses/NotFound"}
    put:
      operationId: putPet
      tags: [pets]
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Pet"}
      responses:
        "204": {description: Done}
        "404": {$ref: "#/components/responses/NotFound"}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  responses:
    NotFound:
      description: None
      content:
        application/problem+json:
          schema: {$ref: "#/components/schemas/Problem"}
  schemas:
    Problem:
      type: object
      required: [title]
      properties:
        title: {type: string}
    Pet:
      type: object
      required: [id, name]
      properties:
        id: {type: string}
        name: {type: string}
        kind: {$ref: "#/components/schemas/Kind"}
    Kind:
      type: string
      enum: [cat, dog]
"""
_KIND = 'kind: {$ref: "#/components/schemas/Kind"}'
_ID = "      - name: id\n        in: path\n        required: true\n        schema: {type: string}\n"

MISTAKES = {
    "a parameter in no place": ("in: path", "in: pth", "14:13 value-not-allowed"),
    "a variable whose parameter is in another place": ("in: path", "in: query", "14:13 path-parameter-undeclared"),
    "a parameter that says not where it is": ("        in: path\n", "", "13:9 field-missing"),
    "a parameter of another name": ("name: id\n", "name: ID\n", "13:15 path-parameter-unused"),
    "a parameter of quite another name": ("name: id\n", "name: pet\n", "13:15 path-parameter-unused"),
    "a variable of another name": ("/pets/{id}", "/pets/{Id}", "13:15 path-parameter-unused"),
    "a variable after a colon": ("/pets/{id}", "/pets/:id", "13:15 path-parameter-unused"),
    "no parameter for two operations": (f"    parameters:\n{_ID}", "", "11:3 path-parameter-undeclared"),
    "a misspelt list of parameters": ("    parameters:\n", "    paramters:\n", "12:5 field-unknown"),
    "parameters that are no list": (f"    parameters:\n{_ID}", "    parameters: {id: path}\n", "12:5 type-wrong"),
    "a parameter that is nowhere": (_ID, "      - $ref: '#/components/parameters/id'\n", "13:15 reference-dangling"),
    "a misspelt name in a reference": (_KIND, _KIND.replace("Kind", "Kidn"), "62:22 reference-dangling"),
    "a reference through a misspelt field": (_KIND, _KIND.replace("schemas", "schema"), "62:22 reference-dangling"),
    "a reference to the place of another version": (
        _KIND,
        _KIND.replace("components/schemas", "definitions"),
        "62:22 reference-dangling",
    ),
    "a text for a reference": (_KIND, 'kind: "#/components/schemas/Kind"', "62:15 type-wrong"),
    "misspelt components": ("components:\n", "component:\n", "41:1 field-unknown"),
    "misspelt schemas": ("  schemas:\n", "  schema:\n", "50:3 field-unknown"),
    "misspelt responses": ("  responses:\n    Not", "  response:\n    Not", "44:3 field-unknown"),
    "misspelt security schemes": ("  securitySchemes:", "  securitySchemas:", "42:3 field-unknown"),
    "a misspelt security scheme": ("  - key: []", "  - kye: []", "9:5 security-scheme-unknown"),
    "misspelt security": ("security:\n", "securty:\n", "8:1 field-unknown"),
    "security that is no list": ("security:\n  - key: []", "security:\n  key: []", "8:1 type-wrong"),
    "a status code that is none": ('"200":', "ok:", "21:9 status-code-invalid"),
    "misspelt content": (
        "          content:\n            app",
        "          contents:\n            app",
        "23:11 field-unknown",
    ),
    "a misspelt method": ("    get:\n", "    gte:\n", "17:5 field-unknown"),
    "a misspelt operationId": ("operationId: getPet\n", "operationid: getPet\n", "18:7 field-unknown"),
    "a link to nowhere": ("self: {operationId: getPet", "self: {operationId: getPt", "28:33 link-operation-unknown"),
    "a misspelt tag": ("tags: [pets]", "tags: [pet]", "19:14 tag-undeclared"),
}


def _told(text: str) -> list[str]:
    document = parse_document("openapi.yaml", text.encode())
    found = located(lint_document(document), document)
    return [f"{one.location.span.line}:{one.location.span.column} {one.rule}" for one in found if one.location.span]


def test_without_a_mistake_nothing_is_told() -> None:
    assert _told(_PETS) == []


@pytest.mark.parametrize(("right", "wrong", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_once(right: str, wrong: str, told: str) -> None:
    assert right in _PETS
    assert _told(_PETS.replace(right, wrong, 1)) == [told]
