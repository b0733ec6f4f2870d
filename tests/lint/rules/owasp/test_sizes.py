"""What clients send without a limit: who sets one, where, and what is no business of these rules."""

from __future__ import annotations

import pytest

from tests.lint.cases import HEAD_2_0, HEAD_3_0, operation
from tests.lint.rules.owasp.told import body, hit, parameter, told

_LENGTH = "owasp-string-unlimited"
_TEXT = "owasp-string-unrestricted"
_ITEMS = "owasp-array-unlimited"
_WHOLE = "owasp-integer-unlimited"
_PAGE = "owasp-page-size-unlimited"
_OPEN = "owasp-object-open"
_MAP = "owasp-map-unlimited"
_SCHEMAS = "components: {schemas: {A: %s}}\n"

HITS = {
    "a string": (_LENGTH, body("»{type: string}"), "the body is a string of any length"),
    "a string or null": (_LENGTH, body("»{type: [string, 'null']}"), "the body is a string of any length"),
    "a member": (
        _LENGTH,
        body("{type: object, properties: {»a: {type: string, minLength: 1}}}"),
        "member `a` is a string of any length",
    ),
    "what stands in an array": (
        _LENGTH,
        body("{type: array, items: {type: array, »items: {type: string}}}"),
        "what stands in the body is a string of any length",
    ),
    "a schema that two operations send is told once, where it is": (
        _LENGTH,
        body("{$ref: '#/components/schemas/A'}")
        + "  /a: {put: {operationId: a, requestBody: {content: {a/b: {schema: {$ref: '#/components/schemas/A'}}}}, "
        "responses: {'200': {description: a}}}}\n" + _SCHEMAS.replace("A: %s", "»A: {type: string}"),
        "schema `A` is a string of any length",
    ),
    "a limit beside one reference does not count for another": (
        _LENGTH,
        body("{properties: {a: {$ref: '#/components/schemas/A', maxLength: 1}, b: {$ref: '#/components/schemas/A'}}}")
        + _SCHEMAS.replace("A: %s", "»A: {type: string}"),
        "schema `A` is a string of any length",
    ),
    "a limit in one of two alternatives": (
        _LENGTH,
        body("»{type: string, anyOf: [{maxLength: 3}, {minLength: 9}]}"),
        "the body is a string of any length",
    ),
    "a pattern that goes on": (
        _LENGTH,
        body("»{type: string, pattern: '^[a-z]+$'}"),
        "the body is a string of any length",
    ),
    "a pattern that does not say where it ends": (
        _LENGTH,
        body("»{type: string, pattern: '^a'}"),
        "the body is a string of any length",
    ),
    "a pattern of which one half has no beginning": (
        _LENGTH,
        body("»{type: string, pattern: '^a|b$'}"),
        "the body is a string of any length",
    ),
    "a format that says nothing of length": (
        _LENGTH,
        body("»{type: string, format: uri}"),
        "the body is a string of any length",
    ),
    "a parameter of Swagger 2.0": (
        _LENGTH,
        HEAD_2_0 + parameter("»{name: a, in: query, type: string}"),
        "query parameter `a` is a string of any length",
    ),
    "a body of Swagger 2.0": (
        _LENGTH,
        HEAD_2_0 + parameter("{name: a, in: body, »schema: {type: string}}", method="post"),
        "the body is a string of any length",
    ),
    "a parameter with content": (
        _ITEMS,
        parameter("{name: a, in: query, content: {application/json: {»schema: {type: array}}}}"),
        "query parameter `a` is an array of any length",
    ),
    "an array": (_ITEMS, body("»{type: array, items: {type: boolean}}"), "the body is an array of any length"),
    "an array in OpenAPI 3.0": (
        _ITEMS,
        HEAD_3_0 + body("»{type: array, minItems: 1, items: {type: boolean}}"),
        "the body is an array of any length",
    ),
    "any text of a limited length": (_TEXT, body("»{type: string, maxLength: 9}"), "the body may be any text"),
    "a whole number": (
        _WHOLE,
        body("»{type: integer}"),
        "the body is a whole number without a minimum or a maximum",
    ),
    "a whole number from one on": (
        _WHOLE,
        body("»{type: integer, minimum: 1, format: int64}"),
        "the body is a whole number without a maximum",
    ),
    "a whole number below ten in OpenAPI 3.0": (
        _WHOLE,
        HEAD_3_0 + body("»{type: integer, maximum: 10, exclusiveMaximum: true}"),
        "the body is a whole number without a minimum",
    ),
    "a page size": (
        _PAGE,
        parameter("{name: per_page, in: query, »schema: {type: integer}}"),
        "query parameter `per_page` lets clients ask for any number of records",
    ),
    "a page size of 32 bits": (
        _PAGE,
        parameter("{name: limit, in: query, »schema: {type: integer, format: int32, minimum: 1}}"),
        "query parameter `limit` lets clients ask for any number of records",
    ),
    "a page size of OData": (
        _PAGE,
        parameter("{name: $top, in: query, »schema: {type: integer}}"),
        "query parameter `$top` lets clients ask for any number of records",
    ),
    "a size beside a page": (
        _PAGE,
        parameter(
            "{name: page, in: query, schema: {type: integer}}, {name: size, in: query, »schema: {type: integer}}"
        ),
        "query parameter `size` lets clients ask for any number of records",
    ),
    "a page size of Swagger 2.0": (
        _PAGE,
        HEAD_2_0 + parameter("»{name: limit, in: query, type: integer}"),
        "query parameter `limit` lets clients ask for any number of records",
    ),
    "an object with further members": (
        _OPEN,
        body("{type: object, additionalProperties: »true}"),
        "the body takes members that are not declared",
    ),
    "an object with further members of any kind": (
        _OPEN,
        body("{type: object, properties: {a: {type: object, »unevaluatedProperties: {description: a}}}}"),
        "member `a` takes members that are not declared",
    ),
    "an object with further members in Swagger 2.0": (
        _OPEN,
        HEAD_2_0 + parameter("{name: a, in: body, schema: {type: object, additionalProperties: »true}}", method="put"),
        "the body takes members that are not declared",
    ),
    "a map": (
        _MAP,
        body("{type: object, »additionalProperties: {type: string}}"),
        "the body takes any number of members",
    ),
    "a map in OpenAPI 3.0": (
        _MAP,
        HEAD_3_0
        + body("{type: object, »additionalProperties: {$ref: '#/components/schemas/A'}}")
        + _SCHEMAS.replace("%s", "{type: boolean}"),
        "the body takes any number of members",
    ),
}

NO_OPS = {
    "a string with a limit": (_LENGTH, body("{type: string, maxLength: 9}")),
    "one of a few words": (_LENGTH, body("{type: string, enum: [a, b]}")),
    "a constant": (_LENGTH, body("{type: string, const: a}")),
    "a format of few characters": (_LENGTH, body("{type: string, format: uuid}")),
    "a pattern that ends": (_LENGTH, body(r"{type: string, pattern: '^[a-z+*]{1,9}(\+|b?)$'}")),
    "a limit under allOf": (_LENGTH, body("{allOf: [{type: string}, {maxLength: 9}]}")),
    "a limit beside a reference": (
        _LENGTH,
        body("{$ref: '#/components/schemas/A', maxLength: 9}") + _SCHEMAS.replace("%s", "{type: string}"),
    ),
    "a limit behind a reference": (
        _LENGTH,
        body("{type: string, allOf: [{$ref: '#/components/schemas/A'}]}") + _SCHEMAS.replace("%s", "{maxLength: 9}"),
    ),
    "a limit in every alternative": (
        _LENGTH,
        body("{type: string, oneOf: [{maxLength: 3}, {format: date}, {enum: [a]}]}"),
    ),
    "an alternative that is no string": (
        _LENGTH,
        body("{type: [string, 'null'], anyOf: [{type: 'null'}, {const: a}]}"),
    ),
    "a file of Swagger 2.0, which has no limits": (
        _LENGTH,
        HEAD_2_0
        + operation(
            "consumes: [multipart/form-data], parameters: [{name: a, in: formData, type: file}]", method="post"
        ),
    ),
    "what only answers hold": (
        _LENGTH,
        operation("").replace(
            "description: Pets", "description: Pets, content: {application/json: {schema: {type: string}}}"
        ),
    ),
    "a schema that nothing uses": (_LENGTH, "paths: {}\n" + _SCHEMAS.replace("%s", "{type: string}")),
    "what webhooks send": (
        _LENGTH,
        (
            "webhooks: {a: {post: {requestBody: {content: {a/b: {schema: {type: string}}}}, "
            "responses: {'200': {description: a}}}}}\n"
        ),
    ),
    "what clients do not send": (_LENGTH, body("{type: object, properties: {a: {type: string, readOnly: true}}}")),
    "what clients do not send, as said beside a reference": (
        _LENGTH,
        HEAD_3_0
        + body("{properties: {a: {allOf: [{$ref: '#/components/schemas/A'}], readOnly: true}}}")
        + _SCHEMAS.replace("%s", "{type: string}"),
    ),
    "what must not be there": (_LENGTH, body("{not: {type: string}}")),
    "a member named type": (
        _LENGTH,
        body("{type: object, properties: {type: {type: boolean}}, example: {type: string}}"),
    ),
    "a schema that contains itself": (
        _LENGTH,
        body("{$ref: '#/components/schemas/A'}")
        + _SCHEMAS.replace("%s", "{type: object, properties: {a: {$ref: '#/components/schemas/A'}}}"),
    ),
    "an array with a limit": (_ITEMS, body("{type: array, maxItems: 9}")),
    "a tuple": (_ITEMS, body("{type: array, prefixItems: [{type: boolean}], items: false}")),
    "a set of a few words": (_ITEMS, body("{type: array, uniqueItems: true, items: {enum: [a, b]}}")),
    "a text with a format": (_TEXT, body("{type: string, format: email}")),
    "a text with a pattern": (_TEXT, body("{type: string, pattern: a}")),
    "a number with both limits": (_WHOLE, body("{type: integer, minimum: 0, exclusiveMaximum: 10}")),
    "a number with both limits in OpenAPI 3.0": (
        _WHOLE,
        HEAD_3_0 + body("{type: integer, minimum: 0, exclusiveMinimum: true, maximum: 10}"),
    ),
    "a number of 32 bits": (_WHOLE, body("{type: integer, format: int32}")),
    "a page size is told by its own rule": (_WHOLE, parameter("{name: limit, in: query, schema: {type: integer}}")),
    "a page size with a maximum": (_PAGE, parameter("{name: limit, in: query, schema: {type: integer, maximum: 9}}")),
    "a page size with a maximum behind a reference": (
        _PAGE,
        parameter("{name: limit, in: query, schema: {$ref: '#/components/schemas/A'}}")
        + _SCHEMAS.replace("%s", "{type: integer, maximum: 9}"),
    ),
    "a page size that is one of few": (
        _PAGE,
        parameter("{name: limit, in: query, schema: {type: integer, enum: [10, 100]}}"),
    ),
    "a size without pages": (_PAGE, parameter("{name: size, in: query, schema: {type: integer}}")),
    "a limit that is no number": (_PAGE, parameter("{name: limit, in: query, schema: {type: boolean}}")),
    "a limit of money": (_PAGE, parameter("{name: creditLimit, in: query, schema: {type: integer}}")),
    "an object that says nothing of others": (_OPEN, body("{type: object, properties: {a: {type: boolean}}}")),
    "an object without others": (_OPEN, body("{type: object, additionalProperties: false}")),
    "an object with few others": (_OPEN, body("{type: object, additionalProperties: true, maxProperties: 9}")),
    "an object of an answer": (
        _OPEN,
        operation("").replace(
            "description: Pets", "description: Pets, content: {a/b: {schema: {additionalProperties: true}}}"
        ),
    ),
    "a map of few members": (_MAP, body("{type: object, additionalProperties: {type: string}, maxProperties: 9}")),
    "a map with known names": (
        _MAP,
        body("{type: object, additionalProperties: {type: string}, propertyNames: {enum: [a, b]}}"),
    ),
}


@pytest.mark.parametrize(("code", "text", "message"), HITS.values(), ids=HITS)
def test_what_has_no_limit_is_told_where_it_is(code: str, text: str, message: str) -> None:
    plain, expected = hit(text, message)
    assert told(code, plain) == expected


@pytest.mark.parametrize(("code", "text"), NO_OPS.values(), ids=NO_OPS)
def test_what_has_a_limit_is_left_alone(code: str, text: str) -> None:
    assert told(code, text) == []


def test_a_chain_of_references_longer_than_any_real_one_is_not_judged() -> None:
    links = ", ".join(f"S{n}: {{$ref: '#/components/schemas/S{n + 1}'}}" for n in range(2_000))
    text = body("{$ref: '#/components/schemas/S0'}") + f"components: {{schemas: {{{links}, S2000: {{type: array}}}}}}\n"
    assert told(_ITEMS, text) == []
