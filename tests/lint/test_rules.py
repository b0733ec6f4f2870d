"""Rules about references, paths, parameters, operations, responses and security: what they hit and what they leave."""

from __future__ import annotations

import pytest

from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, findings, operation, pointed, schema

_ID = "{name: id, in: path, required: true, schema: {}}"
_SHARED = "components: {parameters: {Id: {name: id, in: path, required: true, schema: {}}}}\n"

HITS = {
    "a reference to a component that is not there": (
        schema("{properties: {tag: {$ref: »'#/components/schemas/Tag'}}}"),
        "reference-dangling: `#/components/schemas/Tag` leads nowhere: `Tag` is missing in `#/components/schemas`",
    ),
    "a reference in a component that nobody uses": (
        "paths: {}\ncomponents: {responses: {A: {$ref: »'#/components/responses/B'}}}",
        "reference-dangling: `#/components/responses/B` leads nowhere: `B` is missing in `#/components/responses`",
    ),
    "a reference in a callback": (
        operation("callbacks: {a: {$url: {post: {responses: {'200': {$ref: »'#/components/responses/A'}}}}}}"),
        "reference-dangling: `#/components/responses/A` leads nowhere: `components` is missing in `#`",
    ),
    "a reference to an item past the end": (
        operation("parameters: [{$ref: »'#/paths/~1pets/get/parameters/7'}]"),
        (
            "reference-dangling: `#/paths/~1pets/get/parameters/7` leads nowhere: "
            "`7` is missing in `#/paths/~1pets/get/parameters`"
        ),
    ),
    "a reference that is no pointer": (
        schema("{items: {$ref: »'#Pet'}}"),
        "reference-dangling: `#Pet` leads nowhere: not a JSON Pointer: 'Pet'",
    ),
    "a reference of a path item": (
        "paths: {/a: {$ref: »'#/components/pathItems/A'}}",
        "reference-dangling: `#/components/pathItems/A` leads nowhere: `components` is missing in `#`",
    ),
    "a reference to another file": (
        schema("{items: {$ref: »'pets.yaml#/Pet'}}"),
        "reference-forbidden: `pets.yaml#/Pet` is not followed: openapi.yaml was given without `pets.yaml`",
    ),
    "a reference to a URL": (
        schema("{items: {$ref: »'https://example.com/pet.json'}}"),
        (
            "reference-forbidden: `https://example.com/pet.json` is not followed: "
            "openapi.yaml was given without `https://example.com/pet.json`"
        ),
    ),
    "a schema where a parameter is due": (
        operation("parameters: [{$ref: »'#/components/schemas/A'}]") + "components: {schemas: {A: {}}}",
        "reference-wrong-kind: `#/components/schemas/A` is a schema; a parameter is due here",
    ),
    "a map where a schema is due": (
        schema("{properties: {a: {}}, items: {$ref: »'#/components/schemas/Pet/properties'}}"),
        "reference-wrong-kind: `#/components/schemas/Pet/properties` is not an object of OpenAPI; a schema is due here",
    ),
    "a component that is itself": (
        "paths: {}\ncomponents: {examples: {A: {$ref: »'#/components/examples/A'}}}",
        "reference-circular: the reference leads back to itself: #/components/examples/A → #/components/examples/A",
    ),
    "a parameter that is itself, and in use": (
        operation("parameters: [{$ref: '#/components/parameters/A'}]")
        + "components: {parameters: {A: {$ref: »'#/components/parameters/A'}}}",
        "reference-circular: the reference leads back to itself: #/components/parameters/A → #/components/parameters/A",
    ),
    "a schema that is itself": (
        "paths: {}\ncomponents: {schemas: {»A: {$ref: '#/components/schemas/A'}}}",
        "reference-circular: `A` applies itself to the same value without end, by way of `A`",
    ),
    "two schemas that are each other": (
        (
            "paths: {}\ncomponents: {schemas: {A: {allOf: [{$ref: '#/components/schemas/B'}]}, "
            "»B: {$ref: '#/components/schemas/A'}}}"
        ),
        "reference-circular: `B` applies itself to the same value without end, by way of `A`",
    ),
    "paths that differ by the name of a variable": (
        operation(f"parameters: [{_ID}]", path="/a/{id}") + "  »/a/{name}:\n    {}\n",
        "path-equivalent: `/a/{name}` matches the same requests as `/a/{id}`",
    ),
    "a variable without a parameter": (
        "paths:\n  /pets/{id}:\n    »get: {operationId: a, responses: {'200': {description: a}}}",
        "path-parameter-undeclared: `GET /pets/{id}` does not declare path variable {id}",
    ),
    "a variable whose parameter is in the query": (
        (
            "paths:\n  /pets/{id}:\n    get: {parameters: [{name: id, in: »query, schema: {}}], operationId: a, "
            "responses: {'200': {description: a}}}"
        ),
        "path-parameter-undeclared: `id` is a variable of `/pets/{id}`, and its parameter is in `query`",
    ),
    "a path parameter without its variable": (
        operation(f"parameters: [{_ID.replace('id', '»id', 1)}]"),
        "path-parameter-unused: path parameter `id` does not occur in the path `/pets`",
    ),
    "a shared path parameter is told where it is used": (
        operation("parameters: [»{$ref: '#/components/parameters/Id'}]") + _SHARED,
        "path-parameter-unused: path parameter `id` does not occur in the path `/pets`",
    ),
    "a path parameter of the path item": (
        "paths:\n  /pets:\n    parameters: [" + _ID.replace("id", "»id", 1) + "]\n"
        "    get: {operationId: a, responses: {'200': {description: a}}}",
        "path-parameter-unused: path parameter `id` does not occur in the path `/pets`",
    ),
    "a path parameter that may be left out": (
        operation("parameters: [{name: id, in: path, required: »false, schema: {}}]", path="'/pets/{id}'"),
        "path-parameter-not-required: path parameter `id` is not `required: true`",
    ),
    "the same parameter twice, once by reference": (
        operation("parameters: [{$ref: '#/components/parameters/Id'}, »" + _ID + "]", path="'/pets/{id}'") + _SHARED,
        "parameter-duplicate: path parameter `id` is declared twice",
    ),
    "the same reference twice": (
        operation(
            "parameters: [{$ref: '#/components/parameters/Id'}, »{$ref: '#/components/parameters/Id'}]",
            path="'/pets/{id}'",
        )
        + _SHARED,
        "parameter-duplicate: path parameter `id` is declared twice",
    ),
    "the same parameter twice in a path item without operations": (
        "paths: {/a: {parameters: [{name: a, in: query, schema: {}}, »{name: a, in: query, schema: {}}]}}",
        "parameter-duplicate: query parameter `a` is declared twice",
    ),
    "an operationId of another path": (
        operation("") + "  /a: {get: {operationId: »listPets, responses: {'200': {description: a}}}}",
        "operation-id-duplicate: operationId `listPets` of `GET /a` is that of `GET /pets` too",
    ),
    "an operation without an operationId": (
        "paths: {/a: {»get: {responses: {'200': {description: a}}}}}",
        "operation-id-missing: `GET /a` has no operationId",
    ),
    "an operation that always fails": (
        operation("").replace('"200"', "4XX").replace("responses", "»responses"),
        "response-success-missing: `GET /pets` documents no successful response",
    ),
    "an unknown scheme of an operation": (
        operation("security: [{»token: []}]"),
        "security-scheme-unknown: security scheme `token` is not declared",
    ),
    "an unknown scheme of the description is told once": (
        "security: [{»token: []}]\n" + operation(""),
        "security-scheme-unknown: security scheme `token` is not declared",
    ),
    "an unknown scheme of Swagger 2.0": (
        HEAD_2_0 + operation("security: [{»token: []}]"),
        "security-scheme-unknown: security scheme `token` is not declared",
    ),
    "no responses in Swagger 2.0, which is told once": (
        HEAD_2_0 + "paths: {/pets: {»get: {operationId: listPets}}}",
        "field-missing: operation has no `responses`",
    ),
    "an operationId that a callback has, too": (
        operation("callbacks: {a: {$url: {post: {operationId: »listPets, responses: {'200': {description: a}}}}}}"),
        "operation-id-duplicate: operationId `listPets` of `POST $url` is that of `GET /pets` too",
    ),
    "an operationId of a webhook in a callback": (
        operation("callbacks: {a: {$url: {post: {operationId: »pet, responses: {'200': {description: a}}}}}}")
        + "webhooks: {a: {post: {operationId: pet, responses: {'200': {description: a}}}}}",
        "operation-id-duplicate: operationId `pet` of `POST $url` is that of `POST a` too",
    ),
    "an unknown scheme of a callback": (
        operation("callbacks: {a: {$url: {post: {security: [{»token: []}], responses: {'200': {description: a}}}}}}"),
        "security-scheme-unknown: security scheme `token` is not declared",
    ),
    "a parameter that a callback has twice, once by reference": (
        operation(
            "callbacks: {a: {$url: {post: {responses: {'200': {description: a}}, "
            "parameters: [{$ref: '#/components/parameters/A'}, »{name: a, in: query, schema: {}}]}}}}"
        )
        + "components: {parameters: {A: {name: a, in: query, schema: {}}}}",
        "parameter-duplicate: query parameter `a` is declared twice",
    ),
    "a header twice, in other letters": (
        operation(
            "parameters: [{name: X-A, in: header, schema: {}}, »{name: x-a, in: header, schema: {}}]",
        ),
        "parameter-duplicate: header parameter `x-a` is declared twice",
    ),
    "a default in a callback": (
        operation(
            "callbacks: {a: {$url: {post: {responses: {'200': {description: a}}, "
            "parameters: [{name: a, in: query, schema: {type: integer, default: »a}}]}}}}"
        ),
        "default-invalid: default does not match its schema: it is a string, not a whole number",
    ),
    "a callback that always fails": (
        operation("callbacks: {a: {$url: {post: {»responses: {'400': {description: a}}}}}}"),
        "response-success-missing: `POST $url` documents no successful response",
    ),
    "a variable that no parameter of Swagger 2.0 declares": (
        HEAD_2_0 + "paths:\n  /pets/{id}:\n    »get: {operationId: a, responses: {'200': {description: a}}}",
        "path-parameter-undeclared: `GET /pets/{id}` does not declare path variable {id}",
    ),
    "a parameter twice in Swagger 2.0, once by reference": (
        HEAD_2_0
        + operation("parameters: [{$ref: '#/parameters/A'}, »{name: a, in: query, type: integer}]")
        + "parameters: {A: {name: a, in: query, type: string}}\n",
        "parameter-duplicate: query parameter `a` is declared twice",
    ),
    "a schema of Swagger 2.0 where a response is due": (
        HEAD_2_0
        + operation("").replace("{description: Pets}", "{$ref: »'#/definitions/A'}")
        + "definitions: {A: {type: object}}\n",
        "reference-wrong-kind: `#/definitions/A` is a schema; a response is due here",
    ),
    "an operationId of an additional operation": (
        HEAD_3_2
        + operation("")
        + "  /a: {additionalOperations: {COPY: {operationId: »listPets, responses: {'200': {description: a}}}}}\n",
        "operation-id-duplicate: operationId `listPets` of `COPY /a` is that of `GET /pets` too",
    ),
    "a scheme of OpenAPI 3.2 that is no URI": (
        HEAD_3_2 + operation("security: [{»token: []}]"),
        "security-scheme-unknown: security scheme `token` is not declared",
    ),
}

NO_OPS = {
    "a callback that two operations share": (
        operation("callbacks: {a: {$ref: '#/components/callbacks/A'}}")
        + "  /a: {get: {operationId: a, callbacks: {b: {$ref: '#/components/callbacks/A'}}, "
        "responses: {'200': {description: a}}}}\n"
        "components: {callbacks: {A: {$url: {post: {operationId: c, responses: {'200': {description: a}}}}}}}\n"
    ),
    "a callback needs no operationId": operation(
        "callbacks: {a: {$url: {post: {responses: {'200': {description: a}}}}}}"
    ),
    "a callback that contains itself": (
        operation("callbacks: {a: {$ref: '#/components/callbacks/A'}}")
        + "components: {callbacks: {A: {$url: {post: {operationId: c, responses: {'200': {description: a}}, "
        "callbacks: {d: {$ref: '#/components/callbacks/A'}}}}}}}\n"
    ),
    "the body and the form of Swagger 2.0": (
        HEAD_2_0
        + operation("parameters: [{$ref: '#/parameters/A'}]", method="post")
        + "  /a: {post: {operationId: a, consumes: [multipart/form-data], parameters: "
        "[{name: a, in: formData, type: file}], responses: {'200': {$ref: '#/responses/R'}}}}\n"
        "parameters: {A: {name: a, in: body, schema: {$ref: '#/definitions/S'}}}\n"
        "responses: {R: {description: a, schema: {$ref: '#/definitions/S'}, examples: {application/json: {b: 1}}}}\n"
        "definitions: {S: {type: object, properties: {b: {type: integer}}}}\n"
    ),
    "a scheme of Swagger 2.0": (
        HEAD_2_0 + operation("security: [{key: []}]") + "securityDefinitions: {key: {type: basic}}\n"
    ),
    "a reference in example data is data": schema("{example: {$ref: '#/nowhere'}, default: {$ref: '#/nowhere'}}"),
    "a reference in an extension is data": schema("{x-a: {$ref: '#/nowhere'}}"),
    "a reference in a media type's example is data": operation(
        "requestBody: {content: {application/json: {example: {$ref: '#/nowhere'}}}}", method="put"
    ),
    "a reference in an example's value is data": operation(
        "requestBody: {content: {application/json: {examples: {a: {value: {$ref: '#/nowhere'}}}}}}", method="put"
    ),
    "a reference in a constant or enum is data": schema("{enum: [{$ref: '#/nowhere'}]}"),
    "a property named $ref is a property": schema("{properties: {$ref: {type: string}}}"),
    "a property named $ref may refer": schema("{properties: {$ref: {$ref: '#/components/schemas/Pet'}}}"),
    "beside a reference of 3.0 nothing counts": (
        HEAD_3_0 + schema("{items: {$ref: '#/components/schemas/Pet', not: {$ref: '#/nowhere'}}}")
    ),
    "a schema may contain itself": schema("{properties: {parent: {$ref: '#/components/schemas/Pet'}}}"),
    "a reference may be escaped": operation(
        f"parameters: [{_ID}, {{name: a, in: query, "
        "schema: {$ref: '#/paths/~1a%20b~1%7Bid%7D/get/parameters/0/schema'}}]",
        path="'/a b/{id}'",
    ),
    "a reference may lead through another": (
        "paths: {}\ncomponents: {headers: {A: {$ref: '#/components/headers/B'}, B: {schema: {}}}}"
    ),
    "a reference may lead into an extension": "paths: {}\nx-a: {b: {}}\ncomponents: {schemas: {A: {$ref: '#/x-a/b'}}}",
    "paths of other shapes": (
        operation(f"parameters: [{_ID}]", path="/a/{id}") + "  /a/{id}/c: {}\n  /a/b: {}\n  x-a/{id}: {}\n"
    ),
    "a variable is declared by its path item": (
        f"paths:\n  /pets/{{id}}:\n    parameters: [{_ID}]\n"
        "    get: {operationId: a, responses: {'200': {description: a}}}"
    ),
    "a variable is declared by reference": operation(
        "parameters: [{$ref: '#/components/parameters/Id'}]", path="'/pets/{id}'"
    )
    + _SHARED,
    "two variables in one segment": operation(
        f"parameters: [{_ID}, {{name: b, in: path, required: true, schema: {{}}}}]",
        path="'/pets/{id}.{b}'",
    ),
    "braces in a query are no business of paths": operation("parameters: [{name: a, in: query, schema: {}}]"),
    "an operation may redefine a parameter of its path item": (
        f"paths:\n  /pets/{{id}}:\n    parameters: [{_ID}]\n"
        f"    get: {{parameters: [{_ID}], operationId: a, responses: {{'200': {{description: a}}}}}}"
    ),
    "one name in two locations": operation(
        "parameters: [{name: a, in: query, schema: {}}, {name: a, in: header, schema: {}}]"
    ),
    "operationIds that differ in case": operation("")
    + "  /a: {get: {operationId: listpets, responses: {'200': {description: a}}}}",
    "a webhook needs no operationId": "webhooks: {a: {post: {responses: {'200': {description: a}}}}}",
    "a path item used by two paths is one": (
        "paths: {/a: {$ref: '#/components/pathItems/A'}, /b: {$ref: '#/components/pathItems/A'}}\n"
        "components: {pathItems: {A: {get: {operationId: a, responses: {'200': {description: a}}}}}}"
    ),
    "a redirect is a success": operation("").replace('"200"', '"302"'),
    "a default response may be a success": operation("").replace('"200"', "default"),
    "a declared scheme": "security: [{token: []}]\n"
    + operation("")
    + "components: {securitySchemes: {token: {type: http, scheme: bearer}}}",
    "a scheme declared by reference": (
        "security: [{a: []}]\npaths: {}\ncomponents: {securitySchemes: {a: {$ref: '#/components/securitySchemes/b'}, "
        "b: {type: http, scheme: basic}}}"
    ),
    "no scheme at all": operation("security: [{}]"),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text) == []
