"""The structure gate: what is wrong in words, at the right place, for each way to be wrong."""

from __future__ import annotations

import pytest

from tests.lint.cases import HEAD_3_0, faults, operation, pointed, schema

_TAG = "{name: tag, in: query, schema: {type: string}}"


def _parameter(body: str) -> str:
    return operation(f"parameters: [{body}]")


HITS = {
    "an unknown field has a suggestion": (
        operation("sumary: »List"),
        "field-unknown: `sumary` is not a field of an operation",
    ),
    "a missing field is told at its object": (
        "paths: {/pets: {get: {operationId: a, responses: {»'200': {}}}}}",
        "field-missing: response has no `description`",
    ),
    "text where a list is due": (
        operation("tags: »pets"),
        "type-wrong: `tags` is a string; it must be a list",
    ),
    "a number where text is due": (
        "paths: {}\ntags: [{name: »1}]",
        "type-wrong: `name` is a number; it must be a string",
    ),
    "text where a flag is due": (
        operation("deprecated: »'yes'"),
        "type-wrong: `deprecated` is a string; it must be true or false",
    ),
    "null where an object is due": (
        "paths:\n  /pets:»\n",
        "type-wrong: `/pets` is null; it must be an object (path item)",
    ),
    "a list where an object is due": (
        "»paths: []",
        "type-wrong: `paths` is a list; it must be an object (paths)",
    ),
    "an unknown location": (
        _parameter("{name: tag, in: »qury, schema: {}}"),
        "value-not-allowed: `qury` is not a location",
    ),
    "an unknown type of schema": (
        schema("{type: »strng}"),
        "value-not-allowed: `strng` is not a value of `type`",
    ),
    "one of several types is unknown": (
        schema("{type: [string, »nul]}"),
        "value-not-allowed: `nul` is not a value of `type`",
    ),
    "a negative length": (
        schema("{type: string, minLength: »-1}"),
        "value-not-allowed: `minLength` is -1; it must be 0 or more",
    ),
    "a multiple of nothing": (
        schema("{type: number, multipleOf: »0}"),
        "value-not-allowed: `multipleOf` is 0; it must be over 0",
    ),
    "an empty list of alternatives": (
        schema("{»anyOf: []}"),
        "value-not-allowed: `anyOf` is empty",
    ),
    "a required member twice": (
        schema("{type: object, required: [a, »a]}"),
        "list-item-duplicate: `required` lists `a` twice",
    ),
    "a schema that is text": (
        schema("»string"),
        "type-wrong: `Pet` is a string; it must be true or false or a schema",
    ),
    "example and examples": (
        _parameter("{name: a, in: query, schema: {}, example: »1, examples: {b: {value: 2}}}"),
        "example-and-examples: `example` and `examples` stand side by side; only one of them is allowed",
    ),
    "value and externalValue": (
        "paths: {}\ncomponents: {examples: {A: {value: 1, externalValue: »a}}}",
        "fields-exclusive: `value` and `externalValue` stand side by side; only one of them is allowed",
    ),
    "neither schema nor content": (
        _parameter("»{name: a, in: query}"),
        "field-missing: parameter `a` has neither `schema` nor `content`",
    ),
    "schema and content": (
        _parameter("{name: a, in: query, schema: {}, »content: {a/b: {}}}"),
        "fields-exclusive: `schema` and `content` stand side by side; only one of them is allowed",
    ),
    "a style beside content": (
        _parameter("{name: a, in: query, style: »form, content: {a/b: {}}}"),
        "field-unknown: `style` does not apply to a parameter with `content`",
    ),
    "content with two media types": (
        _parameter("{name: a, in: query, »content: {a/b: {}, a/c: {}}}"),
        "value-not-allowed: `content` has 2 entries; only 1 is allowed",
    ),
    "a style of another location": (
        _parameter("{name: a, in: query, style: »matrix, schema: {}}"),
        "value-not-allowed: `matrix` is not a style of a query parameter",
    ),
    "a type outside of the schema": (
        _parameter("{name: a, in: query, type: »string, schema: {}}"),
        "field-unknown: `type` is not a field of a parameter",
    ),
    "allowEmptyValue in a header": (
        _parameter("{name: a, in: header, allowEmptyValue: »true, schema: {}}"),
        "field-unknown: `allowEmptyValue` does not apply to a header parameter",
    ),
    "the name of a component": (
        "paths: {}\ncomponents: {schemas: {»a b: {}}}",
        "component-name-invalid: `a b` is not a name for a component",
    ),
    "the name of a component in 3.0, which the published schema lets pass": (
        HEAD_3_0 + "paths: {}\ncomponents: {schemas: {»a b: {}}}",
        "component-name-invalid: `a b` is not a name for a component",
    ),
    "a status code of two digits": (
        operation("").replace('"200"', '»"20"'),
        "status-code-invalid: `20` is not a status code",
    ),
    "a range in small letters": (
        operation("").replace('"200"', "»2xx"),
        "status-code-invalid: `2xx` is not a status code",
    ),
    "a path without its slash": (
        operation("", path="»pets"),
        "path-not-absolute: path `pets` does not start with `/`",
    ),
    "two ways to name a license": (
        "openapi: 3.1.0\ninfo: {title: a, version: '1', license: {name: a, identifier: MIT, url: »a}}\npaths: {}",
        "fields-exclusive: `identifier` and `url` stand side by side; only one of them is allowed",
    ),
    "a scheme lacks what its type needs": (
        "paths: {}\ncomponents: {securitySchemes: {»Key: {type: apiKey, in: header}}}",
        "field-missing: security scheme of type `apiKey` has no `name`",
    ),
    "a scheme has what belongs to another type": (
        "paths: {}\ncomponents: {securitySchemes: {Key: {type: http, scheme: basic, in: »header}}}",
        "field-unknown: `in` does not belong to a security scheme of type `http`",
    ),
    "a flow of Swagger 2.0": (
        "paths: {}\ncomponents: {securitySchemes: {A: {type: oauth2, flows: {»accessCode: {}}}}}",
        "field-unknown: `accessCode` is not a field of OAuth flows",
    ),
    "a link to nothing": (
        "paths: {}\ncomponents: {links: {»A: {}}}",
        "field-missing: link has neither `operationId` nor `operationRef`",
    ),
    "`body` in a link, which the published schema lets pass": (
        "paths: {}\ncomponents: {links: {A: {operationId: a, »body: {url: /}}}}",
        "field-unknown: `body` is not a field of a link",
    ),
    "something beside a reference": (
        _parameter("{$ref: '#/components/parameters/Tag', in: »query}")
        + f"components: {{parameters: {{Tag: {_TAG}}}}}",
        "reference-sibling: `in` stands beside `$ref`, where it is ignored",
    ),
    "a reference that is a number": (
        "paths: {}\ncomponents: {responses: {A: {$ref: »1}}}",
        "type-wrong: `$ref` is a number; it must be a reference (a string)",
    ),
    "a version without its last number": (
        "openapi: »'3.1'\ninfo: {title: a, version: '1'}\npaths: {}",
        "value-not-allowed: `3.1` is not a version of OpenAPI",
    ),
    "nothing to describe": (
        '»openapi: 3.1.0\ninfo: {title: a, version: "1"}\n',
        "field-missing: description has none of `paths`, `webhooks` and `components`",
    ),
    "3.0 without paths": (
        "»" + HEAD_3_0,
        "field-missing: description has no `paths`",
    ),
    "3.0 without responses": (
        HEAD_3_0 + "paths: {/pets: {»head: {operationId: a}}}",
        "field-missing: operation has no `responses`",
    ),
    "3.0 with a keyword of 3.1": (
        HEAD_3_0 + schema("{const: »1}"),
        "field-unknown: `const` is not a field of a schema",
    ),
    "3.0 with an exclusive bound of 3.1": (
        HEAD_3_0 + schema("{type: number, exclusiveMinimum: »1}"),
        "type-wrong: `exclusiveMinimum` is a number; it must be true or false",
    ),
    "3.0 with a link to nothing, which its schema allows": (
        HEAD_3_0 + "paths: {}\ncomponents: {links: {»A: {}}}",
        "field-missing: link has neither `operationId` nor `operationRef`",
    ),
    "3.0 with a misspelt mapping, which its schema allows": (
        HEAD_3_0 + schema("{discriminator: {propertyName: a, »maping: {}}}"),
        "field-unknown: `maping` is not a field of a discriminator",
    ),
    "3.0 with the same tag twice": (
        HEAD_3_0 + "paths: {}\ntags: [{name: a}, »{name: a}]",
        "list-item-duplicate: `tags` lists `a` twice",
    ),
    "3.0 with a bearer format of something else": (
        HEAD_3_0 + "paths: {}\ncomponents: {securitySchemes: {A: {type: http, scheme: basic, bearerFormat: »a}}}",
        "field-unknown: `bearerFormat` belongs to the scheme `bearer`, not to `basic`",
    ),
    "what only the published schema knows": (
        HEAD_3_0 + schema("{type: string, minLength: »2.0}"),
        'structure-invalid: the OpenAPI 3.0 schema rejects this: 2.0 is not of type "integer"',
    ),
}

NO_OPS = {
    "extensions are free": operation("x-a: 1, x-b: {$ref: nowhere}"),
    "an operation of 3.1 needs no responses of its own, though it should have one": (
        "paths: {}\nwebhooks: {pet: {post: {responses: {default: {description: a}}}}}"
    ),
    "a description of 3.1 may have components only": "components: {schemas: {Pet: {type: object}}}",
    "types of 3.1 may be several": schema("{type: [string, 'null'], minLength: 1}"),
    "a schema of 3.1 may be a boolean": schema("false"),
    "a schema of 3.1 may have fields of its author": schema("{type: string, unit: cm}"),
    "a reference of 3.1 may have a summary": (
        _parameter("{$ref: '#/components/parameters/Tag', summary: a}") + f"components: {{parameters: {{Tag: {_TAG}}}}}"
    ),
    "an empty list of required members": schema("{type: object, required: []}"),
    "a default response alone": operation("").replace('"200"', "default"),
    "a range of status codes": operation("").replace('"200"', "2XX"),
    "a parameter with content": _parameter("{name: a, in: query, content: {application/json: {}}}"),
    "a style that fits": _parameter("{name: a, in: query, style: deepObject, schema: {type: object}}"),
    "examples alone": _parameter("{name: a, in: query, schema: {}, examples: {b: {value: 2}}}"),
    "example alone": _parameter("{name: a, in: query, schema: {}, example: 2}"),
    "allowEmptyValue in the query": _parameter("{name: a, in: query, allowEmptyValue: true, schema: {}}"),
    "a bearer scheme in capitals": (
        "paths: {}\ncomponents: {securitySchemes: {A: {type: http, scheme: BEARER, bearerFormat: JWT}}}"
    ),
    "mutual TLS in 3.1": "paths: {}\ncomponents: {securitySchemes: {A: {type: mutualTLS}}}",
    "`server` in a link, which the published schema refuses": (
        operation("") + "components: {links: {A: {operationId: listPets, server: {url: /}}}}"
    ),
    "a link parameter that is a number, which the published schema refuses": (
        operation("") + "components: {links: {A: {operationId: listPets, parameters: {a: 1}}}}"
    ),
    "an extension of a callback, which the published schema refuses": (
        "paths: {}\ncomponents: {callbacks: {A: {x-owner: me, '{$request.body#/url}': {}}}}"
    ),
    "a path item beside its reference, which the published schema refuses": (
        "paths: {/pets: {$ref: '#/components/pathItems/A', summary: a, parameters: []}}\n"
        "components: {pathItems: {A: {}}}"
    ),
    "3.0 with nullable and boolean bounds": HEAD_3_0
    + schema("{type: number, nullable: true, minimum: 1, exclusiveMinimum: true}"),
    "3.0 with anything beside a reference": (
        HEAD_3_0 + "paths: {}\ncomponents: {schemas: {A: {}, B: {$ref: '#/components/schemas/A', description: b}}}"
    ),
    "a property may have the name of a field": schema("{properties: {type: {}, $ref: {}, example: {}, x-a: {}}}"),
    "data may look like anything": schema("{example: {$ref: 1, type: strng}, default: {in: qury}}"),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_structural_fault_is_named(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert faults(plain) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_allowed_is_left_alone(text: str) -> None:
    assert faults(text) == []
