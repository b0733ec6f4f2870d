"""Examples, defaults and enums wherever they may stand: in parts that nothing uses, in other files, in any version."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl.lint.rules import examples
from tests.lint.cases import HEAD_2_0, HEAD_3_2, findings, operation, pointed, reported, written

_CODES = {rule.code for rule in examples.RULES}


def _told(text: str) -> list[str]:
    """What rules about examples find."""
    return [line for line in findings(text) if line.split()[1].rstrip(":") in _CODES]


def _component(kind: str, body: str) -> str:
    return f"paths: {{}}\ncomponents: {{{kind}: {{A: {body}}}}}\n"


def _body(media: str, *, kind: str = "application/json") -> str:
    return operation(f"requestBody: {{content: {{{kind}: {media}}}}}", method="post")


HITS = {
    "an example by reference is told at the component": (
        _body("{schema: {maximum: 1}, examples: {a: {$ref: '#/components/examples/A'}}}")
        + "components: {examples: {A: {value: »2}}}",
        "example-invalid: example `a` does not match its schema: it is 2, over the maximum of 1",
    ),
    "a parameter's example": (
        operation("parameters: [{name: a, in: query, schema: {type: array}, example: »1}]"),
        "example-invalid: example does not match its schema: it is a number, not a list",
    ),
    "a header's example": (
        (
            "paths: {/a: {get: {operationId: a, responses: {'200': {description: a, headers: {A: "
            "{schema: {type: integer}, example: »x}}}}}}}"
        ),
        "example-invalid: example does not match its schema: it is a string, not a whole number",
    ),
    "an unused response": (
        _component("responses", "{description: a, content: {application/json: {schema: {type: string}, example: »1}}}"),
        "example-invalid: example does not match its schema: it is a number, not a string",
    ),
    "an unused parameter": (
        _component("parameters", "{name: a, in: query, schema: {type: integer}, example: »x}"),
        "example-invalid: example does not match its schema: it is a string, not a whole number",
    ),
    "an unused body whose schema refers to a part that nothing else does": (
        _component(
            "requestBodies",
            "{content: {application/json: {schema: {$ref: '#/components/requestBodies/A/x-a'}, example: »1}}, "
            "x-a: {type: string}}",
        ),
        "example-invalid: example does not match its schema: it is a number, not a string",
    ),
    "an unused header": (
        _component("headers", "{schema: {enum: [a]}, example: »b}"),
        'example-invalid: example does not match its schema: it is "b", not one of "a"',
    ),
    "a default inside of an unused response": (
        _component("responses", "{description: a, content: {text/plain: {schema: {type: string, default: »1}}}}"),
        "default-invalid: default does not match its schema: it is a number, not a string",
    ),
    "an unused media type of 3.2": (
        HEAD_3_2 + _component("mediaTypes", "{schema: {type: string}, example: »1}"),
        "example-invalid: example does not match its schema: it is a number, not a string",
    ),
    "a header of an encoding": (
        _body(
            "{schema: {type: object}, encoding: {a: {headers: {X-A: {schema: {type: integer}, example: »x}}}}}",
            kind="multipart/form-data",
        ),
        "example-invalid: example does not match its schema: it is a string, not a whole number",
    ),
    "a callback": (
        operation(
            "callbacks: {a: {'{$request.body#/a}': {post: {operationId: b, responses: {'200': {description: a}}, "
            "requestBody: {content: {application/json: {schema: {type: integer}, example: »a}}}}}}}",
            method="post",
        ),
        "example-invalid: example does not match its schema: it is a string, not a whole number",
    ),
    "a webhook": (
        (
            "webhooks: {a: {post: {operationId: b, responses: {'200': {description: a}}, "
            "requestBody: {content: {application/json: {schema: {type: integer}, example: »a}}}}}}"
        ),
        "example-invalid: example does not match its schema: it is a string, not a whole number",
    ),
    "a parameter with content": (
        operation(
            "parameters: [{name: a, in: query, content: {application/json: {schema: {type: object}, example: »1}}}]"
        ),
        "example-invalid: example does not match its schema: it is a number, not an object",
    ),
    "an item of a stream": (
        HEAD_3_2 + _body("{itemSchema: {type: string}, examples: {a: {dataValue: [a, »1]}}}", kind="application/jsonl"),
        "example-invalid: example `a` does not match its schema: it is a number, not a string",
    ),
    "a serialised value is told at the text": (
        HEAD_3_2 + _body("{schema: {items: {type: string}}, examples: {a: {serializedValue: »'[\"a\", 1]'}}}"),
        "example-invalid: example `a` does not match its schema: `1` is a number, not a string",
    ),
    "an example of a response of Swagger 2.0": (
        HEAD_2_0 + "paths: {/a: {get: {operationId: a, responses: {'200': {description: a, schema: {type: string}, "
        "examples: {application/json: »1}}}}}}",
        "example-invalid: example does not match its schema: it is a number, not a string",
    ),
    "a default of a parameter of Swagger 2.0": (
        HEAD_2_0 + "paths: {/a: {get: {operationId: a, parameters: [{name: b, in: query, type: integer, default: »x}], "
        "responses: {'200': {description: a}}}}}",
        "default-invalid: default does not match its schema: it is a string, not a whole number",
    ),
    "a default of an unused parameter in a form of Swagger 2.0": (
        HEAD_2_0 + "paths: {}\nparameters: {A: {name: b, in: formData, type: integer, default: »x}}",
        "default-invalid: default does not match its schema: it is a string, not a whole number",
    ),
    "a default of a header of Swagger 2.0": (
        HEAD_2_0 + "paths: {/a: {get: {operationId: a, responses: {'200': {description: a, headers: "
        "{X-A: {type: integer, default: »x}}}}}}}",
        "default-invalid: default does not match its schema: it is a string, not a whole number",
    ),
    "an enum of the items of a parameter of Swagger 2.0": (
        HEAD_2_0 + "paths: {/a: {get: {operationId: a, parameters: [{name: b, in: query, type: array, "
        "items: {type: string, enum: [a, »1]}}], responses: {'200': {description: a}}}}}",
        "enum-type-mismatch: 1 in `enum` is not of the type `string`",
    ),
}

NO_OPS = {
    "an example of a parameter with content that is text": operation(
        "parameters: [{name: a, in: query, content: {text/plain: {schema: {type: integer}, example: '1'}}}]"
    ),
    "an unused component that meets its schema": _component(
        "responses", "{description: a, content: {application/json: {schema: {type: string}, example: a}}}"
    ),
    "a shared media type that travels both ways": HEAD_3_2
    + "paths: {/a: {post: {operationId: a, requestBody: {content: {application/json: {$ref: '#/components/mediaTypes/A'"
    "}}}, responses: {'200': {description: a, content: {application/json: {$ref: '#/components/mediaTypes/A'}}}}}}}\n"
    "components: {mediaTypes: {A: {schema: {required: [a, b], properties: {a: {readOnly: true}, b: {writeOnly: true}}},"
    " example: {}}}}",
    "text that is no JSON in an example of Swagger 2.0": HEAD_2_0
    + "paths: {/a: {get: {operationId: a, responses: {'200': {description: a, schema: {type: object}, "
    "examples: {text/plain: a, note: 1}}}}}}",
    "a default and an enum of Swagger 2.0 that fit": HEAD_2_0
    + "paths: {/a: {get: {operationId: a, parameters: [{name: b, in: query, type: array, default: [c], "
    "items: {type: string, enum: [c]}}], responses: {'200': {description: a}}}}}",
    "items of a stream that meet their schema": (
        HEAD_3_2 + _body("{itemSchema: {type: string}, examples: {a: {dataValue: [a, b]}}}", kind="application/jsonl")
    ),
    "the value of an extension is nobody's": operation("parameters: [{name: a, in: query, schema: {}, x-example: 1}]"),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_value_that_its_schema_refuses(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert _told(plain) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_a_value_that_is_left_alone(text: str) -> None:
    assert _told(text) == []


def test_a_shared_example_is_told_once() -> None:
    shared = "{$ref: '#/components/responses/A'}"
    text = (
        f"paths: {{/a: {{get: {{operationId: a, responses: {{'200': {shared}}}}}, "
        f"put: {{operationId: b, responses: {{'200': {shared}}}}}}}}}\n"
        "components: {responses: {A: {description: a, content: {application/json: "
        "{schema: {type: string}, example: »1}}}}}"
    )
    plain, position = pointed(text)
    expected = "example-invalid: example does not match its schema: it is a number, not a string"
    assert _told(plain) == [f"{position} {expected}"]


def test_a_fragment_in_another_file_is_told_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = {
        "openapi.yaml": _body("{$ref: 'parts.yaml#/media'}")
        .replace("{$ref: ", "{schema: {$ref: ")
        .replace("parts.yaml#/media'}", "parts.yaml#/pet'}, examples: {a: {$ref: 'parts.yaml#/tom'}}}"),
        "parts.yaml": "pet: {type: object, properties: {age: {type: integer, default: x}}}\ntom: {value: {age: old}}\n",
    }
    assert [line for line in reported(written(texts)) if line.split()[1].rstrip(":") in _CODES] == [
        "parts.yaml:1:64 default-invalid: default does not match its schema: it is a string, not a whole number",
        "parts.yaml:2:20 example-invalid: example `a` does not match its schema: `age` is a string, not a whole number",
    ]


def test_an_unused_media_type_in_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = {
        "openapi.yaml": HEAD_3_2 + "paths: {}\ncomponents: {mediaTypes: {A: {$ref: media.yaml}}}\n",
        "media.yaml": "schema: {type: object, properties: {a: {type: string}}}\nexample: {a: 1}\n",
    }
    assert [line for line in reported(written(texts)) if line.split()[1].rstrip(":") in _CODES] == [
        "media.yaml:2:14 example-invalid: example does not match its schema: `a` is a number, not a string"
    ]


@pytest.mark.parametrize(
    "annotation",
    [
        "title: 1",
        "description: null",
        "$comment: []",
        "deprecated: a",
        "readOnly: 1",
        "writeOnly: a",
        "dependencies: a",
    ],
)
def test_an_annotation_of_a_wrong_type_hides_no_fault_and_adds_none(annotation: str) -> None:
    schema = f"{{type: string, {annotation}, default: right, examples: [right, 1]}}"
    told = _told(f"paths: {{}}\ncomponents: {{schemas: {{A: {schema}}}}}\n")
    assert [line.partition(" ")[2] for line in told] == [
        "example-invalid: example does not match its schema: it is a number, not a string"
    ]
