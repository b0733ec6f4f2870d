"""What the gate says to do about things that belong to another version than the description's."""

from __future__ import annotations

import pytest

from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, document, inspected, operation, schema

_PARAMETERS = "parameters: [{name: a, %s}]"

HINTS = {
    "2.0: servers": (
        HEAD_2_0 + "paths: {}\nservers: []",
        "2.0 has `schemes`, `host` and `basePath`",
    ),
    "2.0: components": (
        HEAD_2_0 + "paths: {}\ncomponents: {}",
        "2.0 has `definitions`, `parameters`, `responses` and `securityDefinitions`",
    ),
    "2.0: a request body": (
        HEAD_2_0 + operation("requestBody: {}"),
        "2.0 has a parameter with `in: body`, or parameters with `in: formData`",
    ),
    "2.0: a schema outside of the body": (
        HEAD_2_0 + operation(_PARAMETERS % "in: query, schema: {}"),
        "write its `type` and so on here, without `schema`",
    ),
    "2.0: a type of the body": (
        HEAD_2_0 + operation(_PARAMETERS % "in: body, type: string"),
        "move it under `schema`",
    ),
    "2.0: exploded arrays": (
        HEAD_2_0 + operation(_PARAMETERS % "in: query, type: string, explode: true"),
        "2.0 has `collectionFormat: multi`",
    ),
    "2.0: a cookie": (
        HEAD_2_0 + operation(_PARAMETERS % "in: cookie, type: string"),
        "cookie parameters came with OpenAPI 3.0",
    ),
    "2.0: null": (
        HEAD_2_0 + "paths: {}\ndefinitions: {A: {nullable: true}}",
        "it came with OpenAPI 3.0; 2.0 has no null, though many tools read `x-nullable`",
    ),
    "2.0: alternatives": (
        HEAD_2_0 + "paths: {}\ndefinitions: {A: {anyOf: []}}",
        "it came with OpenAPI 3.0; 2.0 has `allOf` only",
    ),
    "2.0: files among the definitions": (
        HEAD_2_0 + "paths: {}\ndefinitions: {A: {type: file}}",
        "files are formData parameters, or the whole schema of a response",
    ),
    "2.0: a reference among the parameters of the description": (
        HEAD_2_0 + "paths: {}\nparameters: {A: {name: a, in: query, type: string, $ref: b}}",
        "write it out here; references to it belong where it is used",
    ),
    "2.0: a flow of OpenAPI 3": (
        HEAD_2_0 + "paths: {}\nsecurityDefinitions: {A: {type: oauth2, flow: authorizationCode, scopes: {}}}",
        "2.0 calls it `accessCode`",
    ),
    "2.0: a field that is missing": (
        HEAD_2_0 + "paths: {/: {get: {}}}",
        "add `responses` (OpenAPI 2.0 §Operation Object)",
    ),
    "3.0: a body among the parameters": (
        HEAD_3_0 + operation(_PARAMETERS % "in: body, schema: {}"),
        "OpenAPI 3 has `requestBody`",
    ),
    "3.0: the method query": (
        HEAD_3_0 + operation("", method="query"),
        "it came with OpenAPI 3.2",
    ),
    "3.1: a stream": (
        "paths: {}\ncomponents: {responses: {A: {description: a, content: {a/b: {itemSchema: {}}}}}}",
        "it came with OpenAPI 3.2",
    ),
    "3.1: a querystring": (
        operation(_PARAMETERS % "in: querystring, content: {a/b: {}}"),
        "it came with OpenAPI 3.2",
    ),
    "3.1: a type of XML node": (
        schema("{xml: {nodeType: text}}"),
        "it came with OpenAPI 3.2",
    ),
    "3.2: a method with a field": (
        HEAD_3_2 + "paths: {/: {additionalOperations: {PUT: {responses: {default: {}}}}}}",
        "write it as `put`",
    ),
    "3.2: a field that is missing": (
        HEAD_3_2 + "paths: {/: {put: {responses: {default: {content: {a/b: {schema: {externalDocs: {}}}}}}}}}",
        "add `url` (OpenAPI 3.2.0 §External Documentation Object)",
    ),
}


@pytest.mark.parametrize(("text", "expected"), HINTS.values(), ids=HINTS)
def test_a_fault_says_what_to_do_instead(text: str, expected: str) -> None:
    assert [fault.hint for fault in inspected(document(text))] == [expected]
