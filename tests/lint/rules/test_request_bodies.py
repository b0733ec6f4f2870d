"""Rules about what requests carry: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.lint.rules.request_bodies import RULES
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, findings, operation, pointed

_ALL = {rule.code: rule.severity for rule in RULES}
_BODY = "»requestBody: {content: {application/json: {schema: {}}}}"
_VOID = "{type: object, properties: {}}"
_FIELD = "{name: a, in: formData, type: string}"
_FILE = "{name: a, in: formData, type: file}"

HITS = {
    "a body of GET": (
        operation(_BODY),
        "request-body-unexpected: `GET /pets` has a request body, to which HTTP gives no meaning",
    ),
    "a body of GET in OpenAPI 3.0": (
        HEAD_3_0 + operation(_BODY),
        "request-body-unexpected: `GET /pets` has a request body, which OpenAPI 3.0 tells tools to ignore",
    ),
    "a form without fields, which must be sent": (
        operation(_BODY.replace("{}", _VOID).replace("content", "required: true, content")),
        "request-body-unexpected: `GET /pets` has a request body, to which HTTP gives no meaning",
    ),
    "a form without fields, or another body": (
        operation(_BODY.replace("{}}", _VOID + "}, text/plain: {schema: {}}")),
        "request-body-unexpected: `GET /pets` has a request body, to which HTTP gives no meaning",
    ),
    "a body of HEAD": (
        operation(_BODY, method="head"),
        "request-body-unexpected: `HEAD /pets` has a request body, to which HTTP gives no meaning",
    ),
    "a body of DELETE": (
        HEAD_3_2 + operation(_BODY, method="delete"),
        "request-body-unexpected: `DELETE /pets` has a request body, to which HTTP gives no meaning",
    ),
    "a body of TRACE": (
        HEAD_3_0 + operation(_BODY, method="trace"),
        "request-body-unexpected: `TRACE /pets` has a request body, which HTTP forbids",
    ),
    "a shared body": (
        operation("»requestBody: {$ref: '#/components/requestBodies/A'}")
        + "components: {requestBodies: {A: {content: {a/b: {}}}}}\n",
        "request-body-unexpected: `GET /pets` has a request body, to which HTTP gives no meaning",
    ),
    "a body of Swagger 2.0": (
        HEAD_2_0 + operation("parameters: [{name: b, in: query, type: string}, »{name: a, in: body, schema: {}}]"),
        "request-body-unexpected: `GET /pets` has a request body, to which HTTP gives no meaning",
    ),
    "a body of the path item in Swagger 2.0": (
        HEAD_2_0
        + "paths: {/a: {parameters: [»{name: a, in: body, schema: {}}], "
        + "head: {responses: {'200': {description: a}}}, put: {responses: {'200': {description: a}}}}}\n",
        "request-body-unexpected: `HEAD /a` has a request body, to which HTTP gives no meaning",
    ),
    "a form beside consumes that is none": (
        HEAD_2_0 + operation(f"»consumes: [application/json], parameters: [{_FIELD}]", method="post"),
        "form-without-consumes: `POST /pets` has the form parameter `a`, but consumes no form",
    ),
    "a form beside consumes of the description that is none": (
        HEAD_2_0
        + "consumes: [application/json]\n"
        + operation(f"parameters: [{_FIELD}]", method="post").replace("{post", "{»post"),
        "form-without-consumes: `POST /pets` has the form parameter `a`, but consumes no form",
    ),
    "a file without consumes": (
        HEAD_2_0 + operation(f"parameters: [{_FILE}]", method="post").replace("{post", "{»post"),
        "form-without-consumes: `POST /pets` has the form parameter `a`, but does not say what it consumes",
    ),
    "consumes that is emptied": (
        HEAD_2_0
        + "consumes: [multipart/form-data]\n"
        + operation(f"»consumes: [], parameters: [{_FILE}]", method="post"),
        "form-without-consumes: `POST /pets` has the form parameter `a`, but does not say what it consumes",
    ),
}
NO_OPS = {
    "a body of POST": operation(_BODY, method="post"),
    "a body of DELETE in Swagger 2.0": HEAD_2_0
    + operation("parameters: [{name: a, in: body, schema: {}}]", method="delete"),
    "a body of OPTIONS": operation(_BODY, method="options"),
    "a body of QUERY": HEAD_3_2 + operation(_BODY, method="query"),
    "a body of another method": (
        HEAD_3_2
        + "paths: {/a: {additionalOperations: {COPY: {"
        + _BODY
        + ", responses: {'200': {description: a}}}}}}\n"
    ),
    "a form without fields, which may be left out": operation(
        f"requestBody: {{content: {{application/x-www-form-urlencoded: {{schema: {_VOID}}}}}}}"
    ),
    "GET without a body": operation("parameters: [{name: a, in: query, schema: {}}]"),
    "a body that is nowhere is another fault": operation("requestBody: {$ref: '#/components/requestBodies/A'}"),
    "a body of the wrong type is another fault": operation("requestBody: 7"),
    "a requestBody in Swagger 2.0 is another fault": HEAD_2_0 + operation(_BODY),
    "parameters in the body after Swagger 2.0 are another fault": operation(
        "parameters: [{name: a, in: body, schema: {}}]"
    ),
    "a multipart form": HEAD_2_0 + operation(f"consumes: [multipart/form-data], parameters: [{_FILE}]", method="post"),
    "a URL-encoded form with a parameter of its media type": HEAD_2_0
    + operation(
        f"consumes: [application/json, 'application/x-www-form-urlencoded; charset=utf-8'], parameters: [{_FIELD}]",
        method="post",
    ),
    "consumes of the description": HEAD_2_0
    + "consumes: [Multipart/Form-Data]\n"
    + operation(f"parameters: [{_FILE}]", method="post"),
    "consumes of the wrong type is another fault": HEAD_2_0
    + operation(f"consumes: multipart/form-data, parameters: [{_FILE}]", method="post"),
    "JSON without forms": HEAD_2_0
    + operation("consumes: [application/json], parameters: [{name: a, in: body, schema: {}}]", method="post"),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_ALL) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text.replace("»", ""), profiles=(), rules=_ALL) == []
