"""The structure of Swagger 2.0: what is wrong in words, and what is allowed."""

from __future__ import annotations

import pytest

from tests.lint.cases import HEAD_2_0, faults, operation, pointed


def _parameter(body: str) -> str:
    return HEAD_2_0 + operation(f"parameters: [{body}]")


def _schema(body: str) -> str:
    return HEAD_2_0 + f"paths: {{}}\ndefinitions: {{Pet: {body}}}\n"


def _response(body: str) -> str:
    return HEAD_2_0 + f"paths: {{}}\nresponses: {{Pet: {{description: Pet, {body}}}}}\n"


def _scheme(body: str) -> str:
    return HEAD_2_0 + f"paths: {{}}\nsecurityDefinitions: {{A: {body}}}\n"


HITS = {
    "no paths": (
        f"»{HEAD_2_0}",
        "field-missing: description has no `paths`",
    ),
    "servers of OpenAPI 3": (
        HEAD_2_0 + "paths: {}\n»servers: [{url: /}]",
        "field-unknown: `servers` is not a field of a description",
    ),
    "components of OpenAPI 3": (
        HEAD_2_0 + "paths: {}\n»components: {}",
        "field-unknown: `components` is not a field of a description",
    ),
    "a host with its scheme": (
        HEAD_2_0 + "host: »https://example.com\npaths: {}",
        "value-not-allowed: `https://example.com` is not a host, which is a name and perhaps a port",
    ),
    "a host with a variable": (
        HEAD_2_0 + "host: »'{region}.example.com'\npaths: {}",
        "value-not-allowed: `{region}.example.com` is not a host, which is a name and perhaps a port",
    ),
    "a base path without its slash": (
        HEAD_2_0 + "basePath: »v1\npaths: {}",
        "value-not-allowed: `v1` does not start with `/`",
    ),
    "an unknown scheme": (
        HEAD_2_0 + "schemes: [»htps]\npaths: {}",
        "value-not-allowed: `htps` is not a value of `schemes`",
    ),
    "the same media type twice": (
        HEAD_2_0 + "consumes: [a/b, »a/b]\npaths: {}",
        "list-item-duplicate: `consumes` lists `a/b` twice",
    ),
    "a license by identifier": (
        'swagger: "2.0"\ninfo: {title: a, version: "1", license: {name: MIT, identifier: »MIT}}\npaths: {}',
        "field-unknown: `identifier` is not a field of a license",
    ),
    "the method trace": (
        HEAD_2_0 + operation("", method="trace").replace("trace: ", "»trace: "),
        "field-unknown: `trace` is not a field of a path item",
    ),
    "a summary of a path item": (
        HEAD_2_0 + "paths: {/pets: {summary: »Pets}}",
        "field-unknown: `summary` is not a field of a path item",
    ),
    "an operation without responses": (
        HEAD_2_0 + "paths: {/pets: {»get: {operationId: a}}}",
        "field-missing: operation has no `responses`",
    ),
    "a request body": (
        HEAD_2_0 + operation("»requestBody: {content: {}}"),
        "field-unknown: `requestBody` is not a field of an operation",
    ),
    "a range of status codes": (
        HEAD_2_0 + operation("").replace('"200"', "»2XX"),
        "status-code-invalid: `2XX` is not a status code",
    ),
    "responses of extensions only": (
        HEAD_2_0 + "paths: {/pets: {get: {»responses: {x-a: 1}}}}",
        "field-missing: responses are empty",
    ),
    "a response with content": (
        _response("»content: {}"),
        "field-unknown: `content` is not a field of a response",
    ),
    "a reference among the responses of the description": (
        HEAD_2_0 + "paths: {}\nresponses: {Pet: {description: a, $ref: »'#/responses/Pets'}}",
        "field-unknown: `$ref` is not a field of a response",
    ),
    "something beside a reference": (
        _parameter("{$ref: '#/parameters/Tag', required: »true}"),
        "reference-sibling: `required` stands beside `$ref`, where it is ignored",
    ),
    "a parameter in a cookie": (
        _parameter("{name: a, in: »cookie, type: string}"),
        "value-not-allowed: `cookie` is not a location",
    ),
    "a query parameter with a schema": (
        _parameter("{name: a, in: query, »schema: {type: string}}"),
        "field-unknown: `schema` does not apply to a query parameter",
    ),
    "a query parameter without a type": (
        _parameter("»{name: a, in: query}"),
        "field-missing: query parameter has no `type`",
    ),
    "a body without a schema": (
        _parameter("»{name: a, in: body}"),
        "field-missing: body parameter has no `schema`",
    ),
    "a body with a type": (
        _parameter("{name: a, in: body, type: »string}"),
        "field-unknown: `type` does not apply to a body parameter",
    ),
    "an object in the query": (
        _parameter("{name: a, in: query, type: »object}"),
        "value-not-allowed: `object` is not a value of `type`",
    ),
    "a second body": (
        _parameter("{name: a, in: body, schema: {}}, »{name: b, in: body, schema: {}}"),
        "fields-exclusive: a second body parameter; an operation has one at most",
    ),
    "a form beside a body": (
        _parameter("{name: a, in: body, schema: {}}, »{name: b, in: formData, type: string}"),
        "fields-exclusive: formData parameter beside a body parameter; only one of the two is allowed",
    ),
    "a body beside a form": (
        _parameter("{name: b, in: formData, type: string}, »{name: a, in: body, schema: {}}"),
        "fields-exclusive: body parameter beside a formData parameter; only one of the two is allowed",
    ),
    "a body beside a form of the path item": (
        HEAD_2_0
        + "paths:\n  /pets:\n    parameters: [{name: a, in: formData, type: string}]\n"
        + "    post: {parameters: [»{name: b, in: body, schema: {}}], responses: {default: {description: a}}}",
        "fields-exclusive: body parameter beside a formData parameter; only one of the two is allowed",
    ),
    "the same parameter twice": (
        _parameter("{name: a, in: query, type: string}, »{name: a, in: query, type: integer}"),
        "parameter-duplicate: query parameter `a` is declared twice",
    ),
    "a path parameter that is optional": (
        _parameter("»{name: a, in: path, type: string}"),
        "path-parameter-not-required: path parameter `a` is not `required: true`",
    ),
    "an array without items": (
        _parameter("»{name: a, in: query, type: array}"),
        "field-missing: parameter of type `array` has no `items`",
    ),
    "an array in an array without items": (
        _parameter("{name: a, in: query, type: array, »items: {type: array}}"),
        "field-missing: items object of type `array` has no `items`",
    ),
    "items without a type": (
        _parameter("{name: a, in: query, type: array, »items: {}}"),
        "field-missing: items object has no `type`",
    ),
    "items with a reference": (
        _parameter("{name: a, in: query, type: array, items: {type: string, $ref: »'#/definitions/A'}}"),
        "field-unknown: `$ref` is not a field of an items object",
    ),
    "a header that is repeated": (
        _parameter("{name: a, in: header, type: array, items: {type: string}, collectionFormat: »multi}"),
        "value-not-allowed: `multi` does not apply to a header parameter",
    ),
    "items that are repeated": (
        _parameter("{name: a, in: query, type: array, items: {type: string, collectionFormat: »multi}}"),
        "value-not-allowed: `multi` is not a value of `collectionFormat`",
    ),
    "a file in the query": (
        _parameter("{name: a, in: query, type: »file}"),
        "value-not-allowed: `file` is not a type of a query parameter",
    ),
    "an empty value in a header": (
        _parameter("{name: a, in: header, type: string, allowEmptyValue: »true}"),
        "field-unknown: `allowEmptyValue` does not apply to a header parameter",
    ),
    "an example of a parameter": (
        _parameter("{name: a, in: query, type: string, example: »a}"),
        "field-unknown: `example` is not a field of a parameter",
    ),
    "a header without a type": (
        _response("headers: {»A: {description: a}}"),
        "field-missing: header has no `type`",
    ),
    "a header with a schema": (
        _response("headers: {A: {type: string, »schema: {}}}"),
        "field-unknown: `schema` is not a field of a header",
    ),
    "alternatives in a schema": (
        _schema("{»oneOf: [{type: string}]}"),
        "field-unknown: `oneOf` is not a field of a schema",
    ),
    "a schema that may be null": (
        _schema("{type: string, nullable: »true}"),
        "field-unknown: `nullable` is not a field of a schema",
    ),
    "a discriminator of OpenAPI 3": (
        _schema("{type: object, »discriminator: {propertyName: kind}}"),
        "type-wrong: `discriminator` is an object; it must be the name of a property (a string)",
    ),
    "an enum without values": (
        _schema("{type: string, »enum: []}"),
        "value-not-allowed: `enum` is empty",
    ),
    "an enum with the same value twice": (
        _schema("{type: string, enum: [a, »a]}"),
        "list-item-duplicate: `enum` lists `a` twice",
    ),
    "a list of no items": (
        _schema("{type: array, »items: []}"),
        "value-not-allowed: `items` is empty",
    ),
    "a fault in a list of items": (
        _schema("{type: array, items: [{type: »strng}]}"),
        "value-not-allowed: `strng` is not a value of `type`",
    ),
    "a file among the definitions": (
        _schema("{type: »file}"),
        "value-not-allowed: `file` is not a value of `type`",
    ),
    "a file within the schema of a response": (
        _response("schema: {type: object, properties: {a: {type: »file}}}"),
        "value-not-allowed: `file` is not a value of `type`",
    ),
    "a file with properties": (
        _response("schema: {type: file, »properties: {}}"),
        "field-unknown: `properties` is not a field of a schema of a file",
    ),
    "a bearer token": (
        _scheme("{type: »http}"),
        "value-not-allowed: `http` is not a value of `type`",
    ),
    "an API key without its place": (
        HEAD_2_0 + "paths: {}\nsecurityDefinitions: {»A: {type: apiKey, name: a}}",
        "field-missing: security scheme of type `apiKey` has no `in`",
    ),
    "an API key in a cookie": (
        _scheme("{type: apiKey, name: a, in: »cookie}"),
        "value-not-allowed: `cookie` is not a value of `in`",
    ),
    "a name beside basic": (
        _scheme("{type: basic, name: »a}"),
        "field-unknown: `name` does not belong to a security scheme of type `basic`",
    ),
    "OAuth without scopes": (
        HEAD_2_0 + "paths: {}\nsecurityDefinitions: {»A: {type: oauth2, flow: password, tokenUrl: a}}",
        "field-missing: security scheme of type `oauth2` has no `scopes`",
    ),
    "a flow of OpenAPI 3": (
        _scheme("{type: oauth2, flow: »clientCredentials, tokenUrl: a, scopes: {}}"),
        "value-not-allowed: `clientCredentials` is not a value of `flow`",
    ),
    "a flow without its URL": (
        HEAD_2_0
        + "paths: {}\nsecurityDefinitions: {»A: {type: oauth2, flow: accessCode, authorizationUrl: a, scopes: {}}}",
        "field-missing: security scheme of flow `accessCode` has no `tokenUrl`",
    ),
    "a flow with a URL of another": (
        _scheme("{type: oauth2, flow: password, tokenUrl: a, authorizationUrl: »a, scopes: {}}"),
        "field-unknown: `authorizationUrl` does not belong to a security scheme of flow `password`",
    ),
    "a scope without words": (
        _scheme("{type: oauth2, flow: password, tokenUrl: a, scopes: {read: »}}"),
        "type-wrong: `read` is null; it must be a string",
    ),
    "the same scope twice": (
        HEAD_2_0 + "paths: {}\nsecurity: [{A: [read, »read]}]",
        "list-item-duplicate: `A` lists `read` twice",
    ),
    "what only the published schema knows": (
        _schema("{type: string, maxLength: »2.0}"),
        'structure-invalid: the OpenAPI 2.0 schema rejects this: 2.0 is not of type "integer"',
    ),
}

NO_OPS = {
    "extensions are free": HEAD_2_0 + "x-a: 1\npaths: {x-b: {$ref: nowhere}}\n",
    "a host with a port": HEAD_2_0 + "host: example.com:8080\nbasePath: /\npaths: {}",
    "an address of version 4": HEAD_2_0 + "host: 127.0.0.1\npaths: {}",
    "media types of an operation": HEAD_2_0 + operation("consumes: [a/b], produces: [a/b]"),
    "a path item beside its reference": HEAD_2_0 + "paths: {/pets: {$ref: 'pets.json', parameters: []}}",
    "a status code of nobody": HEAD_2_0 + operation("").replace('"200"', '"799"'),
    "a body that is optional": _parameter("{name: a, in: body, schema: {type: array, items: {type: string}}}"),
    "a form of fields and files": _parameter(
        "{name: a, in: formData, type: string}, {name: b, in: formData, type: file}"
    ),
    "the body of the path item is overridden": (
        HEAD_2_0
        + "paths:\n  /pets:\n    parameters: [{name: a, in: body, schema: {}}]\n"
        + "    post: {parameters: [{name: a, in: body, schema: {}}], responses: {default: {description: a}}}"
    ),
    "one operation has a body, another a form": (
        HEAD_2_0
        + "paths:\n  /pets:\n"
        + "    put: {parameters: [{name: a, in: body, schema: {}}], responses: {default: {description: a}}}\n"
        + "    post: {parameters: [{name: a, in: formData, type: file}], responses: {default: {description: a}}}"
    ),
    "a reference alone": _parameter("{$ref: '#/parameters/Tag'}"),
    "a repeated query": _parameter(
        "{name: a, in: query, type: array, items: {type: string}, collectionFormat: multi, allowEmptyValue: true}"
    ),
    "arrays in arrays": _parameter(
        "{name: a, in: path, required: true, type: array, items: {type: array, items: {type: string}}}"
    ),
    "all that bounds a parameter": _parameter(
        "{name: a, in: query, type: number, maximum: 1, exclusiveMaximum: true, minimum: 0, multipleOf: 0.5}"
    ),
    "a header of a response": _response("headers: {A: {type: array, items: {type: string}, collectionFormat: csv}}"),
    "examples by media type": _response("examples: {application/json: {$ref: 1}, text/plain: a}"),
    "a response that is a file": _response("schema: {type: file, title: Picture, readOnly: true}"),
    "a response that is text": _response("schema: {type: string}"),
    "a schema beside its reference": _schema("{$ref: '#/definitions/A', description: a}"),
    "items by position": _schema("{type: array, items: [{type: string}, {type: integer}]}"),
    "several types of draft 4": _schema("{type: [string, 'null']}"),
    "a discriminator": _schema("{type: object, discriminator: kind, required: [kind], properties: {kind: {}}}"),
    "any further property, none, or some": _schema(
        "{allOf: [{additionalProperties: true}, {additionalProperties: false}, {additionalProperties: {type: string}}]}"
    ),
    "properties with the names of fields": _schema("{properties: {type: {}, $ref: {}, oneOf: {}, discriminator: {}}}"),
    "definitions of any name": HEAD_2_0 + "paths: {}\ndefinitions: {'A<B, C>': {type: object}, 'x y': {}}",
    "a definition named as a field": HEAD_2_0 + "paths: {}\ndefinitions: {responses: {properties: {schema: {}}}}",
    "basic": _scheme("{type: basic, description: a, x-a: 1}"),
    "the code flow": _scheme("{type: oauth2, flow: accessCode, authorizationUrl: a, tokenUrl: a, scopes: {}}"),
    "an extension of scopes, which the published schema refuses": _scheme(
        "{type: oauth2, flow: password, tokenUrl: a, scopes: {read: Read, x-a: {}}}"
    ),
    "none or either of two schemes": HEAD_2_0 + "paths: {}\nsecurity: [{}, {A: []}, {B: [read]}]",
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_structural_fault_is_named(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert faults(plain) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_allowed_is_left_alone(text: str) -> None:
    assert faults(text) == []
