"""The engine: order, severities, one finding a defect, and the users of what is shared."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.failures import UsageFailure
from contractctl.core.findings import Severity
from contractctl.lint.engine import lint_document, located
from contractctl.source.parse import parse_document
from tests.lint.cases import document, findings, operation

_FAULTY = """\
openapi: 3.1.0
info: {title: Zoo, version: "1"}
security: [{token: []}]
paths:
  /animals/{id}:
    get:
      operationID: getAnimal
      responses:
        "200": {$ref: "#/components/responses/Animal"}
  /animals:
    get:
      operationId: animals
      parameters:
        - {name: size, in: qury, schema: {type: string}}
        - $ref: "#/components/parameters/Limit"
      responses:
        "200": {$ref: "#/components/responses/Animal"}
    post:
      operationId: animals
      responses:
        "400": {description: Bad}
components:
  parameters:
    Limit: {name: limit, in: query, schema: {type: integer, default: many}}
  responses:
    Animal:
      description: An animal
      content:
        application/json:
          schema: {$ref: "#/components/schemas/Animal"}
          example: {name: 1, legs: 4}
  schemas:
    Animal:
      type: object
      required: [name, food]
      properties:
        name: {type: string}
        food: {$ref: "#/components/schemas/Foood"}
    Food: {type: string, enum: [hay, 7]}
"""

_REPORT = """\
3:13 error security-scheme-unknown: security scheme `token` is not declared
     add it as `components.securitySchemes.token`
     0 operations
6:5 error path-parameter-undeclared: `GET /animals/{id}` does not declare path variable {id}
     add a parameter named `id` with `in: path`
     GET /animals/{id}
7:7 error field-unknown: `operationID` is not a field of an operation
     did you mean `operationId`?
     GET /animals/{id}
14:28 error value-not-allowed: `qury` is not a location
     did you mean `query`?
     GET /animals
19:20 error operation-id-duplicate: operationId `animals` of `POST /animals` is that of `GET /animals` too
     give each operation an operationId of its own
     POST /animals
     12:20 `GET /animals` has it here
20:7 warning response-success-missing: `POST /animals` documents no successful response
     add the response of a call that works, `200` most often
     POST /animals
24:70 error default-invalid: default does not match its schema: it is a string, not a whole number
     mend the default or the schema
     GET /animals
31:11 error example-invalid: example does not match its schema: it lacks `food`
     add it, or take it out of `required`
     GET /animals/{id}, GET /animals
     30:11 its schema stands here
31:27 error example-invalid: example does not match its schema: `name` is a number, not a string
     quote it, or mend the schema
     GET /animals/{id}, GET /animals
     30:11 its schema stands here
38:22 error reference-dangling: `#/components/schemas/Foood` leads nowhere: `Foood` is missing in `#/components/schemas`
     did you mean `#/components/schemas/Food`?
     GET /animals/{id}, GET /animals
39:38 error enum-type-mismatch: 7 in `enum` is not of the type `string`
     quote it, or mend the type
     0 operations
"""


def _report(text: str) -> str:
    read = document(text)
    lines = []
    for one in located(lint_document(read), read):
        span = one.location.span
        assert span is not None
        lines.append(f"{span.line}:{span.column} {one.severity} {one.rule}: {one.message}")
        lines.append(f"     {one.hint}")
        lines.append(f"     {', '.join(one.operations) or '0 operations'}")
        for other in one.related:
            assert other.location.span is not None
            lines.append(f"     {other.location.span.line}:{other.location.span.column} {other.message}")
    return "\n".join(lines) + "\n"


def test_a_whole_report() -> None:
    assert _report(_FAULTY) == _REPORT


def test_the_same_description_gives_the_same_findings_in_another_process() -> None:
    script = (
        "import sys; from contractctl.lint.engine import lint_document; "
        "from contractctl.source.parse import parse_document; "
        "print(lint_document(parse_document('openapi.yaml', sys.stdin.buffer.read())))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            input=_FAULTY.encode(),
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert runs[0].count(b"Finding(") == len(re.findall(r"^\d+:\d+ (?:error|warning) ", _REPORT, re.MULTILINE))


@given(st.lists(st.sampled_from(["get", "put", "post", "delete", "summary", "parameters", "x-a"]), unique=True))
def test_linting_twice_gives_the_same(keys: list[str]) -> None:
    text = "paths:\n  /a:\n    x-b: 1\n" + "".join(f"    {key}: {{a: 1}}\n" for key in keys)
    read = document(text)
    assert located(lint_document(read), read) == located(lint_document(read), read)


def test_findings_have_fingerprints_of_their_own() -> None:
    found = lint_document(document(_FAULTY))
    assert len({one.fingerprint for one in found}) == len(found) == 11


def test_a_severity_can_be_changed() -> None:
    text = "paths: {/a: {get: {responses: {'200': {description: a}}}}}"
    severities = [one.severity for one in lint_document(document(text), rules={"operation-id-missing": Severity.ERROR})]
    assert severities == [Severity.ERROR]


def test_a_rule_can_be_turned_off() -> None:
    text = "paths: {/a: {get: {responses: {'200': {description: a}}}}}"
    assert findings(text, rules={"operation-id-missing": "off"}) == []


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("operation-id-mising", "did you mean `operation-id-missing`?"),
        ("xyzzy", "https://github.com/contractctl/contractctl/blob/main/docs/rules.md lists them"),
    ],
)
def test_an_unknown_rule_is_refused(code: str, hint: str) -> None:
    with pytest.raises(UsageFailure) as caught:
        lint_document(document(operation("")), rules={code: "off"})
    assert (caught.value.message, caught.value.hint) == (f"there is no lint rule `{code}`", hint)


NOT_OPENAPI = {
    "a version to come": ("openapi: 3.3.0\npaths: {}", "1:10", "OpenAPI 3.3.0 is not read by this version"),
    "Swagger": ('swagger: "1.2"\npaths: {}', "1:10", "Swagger 1.2 is not read by this version"),
    "no version": ("info: {}\npaths: {}", "1:1", "not an OpenAPI description: `openapi` is missing"),
    "a version without quotes": ("openapi: 3.1\npaths: {}", "1:10", "`openapi` must be a string"),
}


@pytest.mark.parametrize(("text", "position", "message"), NOT_OPENAPI.values(), ids=NOT_OPENAPI)
def test_what_is_not_openapi_has_one_finding(text: str, position: str, message: str) -> None:
    read = parse_document("openapi.yaml", text.encode())
    (found,) = located(lint_document(read), read)
    assert found.location.span is not None
    assert (found.rule, found.severity, found.message) == ("document-not-openapi", Severity.ERROR, message)
    assert f"{found.location.span.line}:{found.location.span.column}" == position


def _users(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(one.location.place.pointer), one.operations) for one in lint_document(document(text))]


_ANSWER = "operationId: %s, responses: {'200': {$ref: '#/components/responses/R'}}"


def test_a_fault_in_a_shared_schema_names_its_users_in_the_order_of_the_paths() -> None:
    text = (
        f"paths: {{/b: {{put: {{{_ANSWER % 'b'}}}}}, /a: {{get: {{{_ANSWER % 'a'}}}}}}}\n"
        "components: {responses: {R: {description: a, content: {a/b: {schema: {$ref: '#/components/schemas/S'}}}}}, "
        "schemas: {S: {items: {$ref: '#/components/schemas/T'}}, T: {items: {$ref: '#/components/schemas/S'}, typo: 1, "
        "type: strng}}}"
    )
    assert _users(text) == [("/components/schemas/T/type", ("PUT /b", "GET /a"))]


def test_a_fault_in_a_path_item_names_its_operations() -> None:
    text = (
        "paths: {/a: {sumary: a, get: {operationId: a, responses: {'200': {description: a}}}, "
        "put: {operationId: b, responses: {'200': {description: a}}}}}"
    )
    assert _users(text) == [("/paths/~1a/sumary", ("GET /a", "PUT /a"))]


def test_a_fault_in_a_shared_path_item_names_its_operation() -> None:
    text = (
        "paths: {/a: {$ref: '#/components/pathItems/A'}}\n"
        "components: {pathItems: {A: {get: {operationId: a, tags: a, responses: {'200': {description: a}}}}}}"
    )
    assert _users(text) == [("/components/pathItems/A/get/tags", ("GET /a",))]


def test_a_fault_in_a_path_item_names_its_additional_operations() -> None:
    text = (
        "openapi: 3.2.0\ninfo: {title: a, version: '1'}\n"
        "paths: {/a: {sumary: a, additionalOperations: {COPY: {operationId: a, responses: {'200': {}}}}}}"
    )
    assert _users(text) == [("/paths/~1a/sumary", ("COPY /a",))]


def test_a_fault_of_what_is_no_additional_operation_names_no_other_operation() -> None:
    text = (
        "openapi: 3.2.0\ninfo: {title: a, version: '1'}\n"
        "paths: {/a: {post: {operationId: a, responses: {'200': {description: a}}}, "
        "additionalOperations: {GET: {operationId: b, responses: {'200': {description: a}}}}}}"
    )
    assert _users(text) == [("/paths/~1a/additionalOperations/GET", ())]


def test_a_fault_in_a_shared_part_of_swagger_names_its_operations() -> None:
    text = (
        "swagger: '2.0'\ninfo: {title: a, version: '1'}\n"
        "paths: {/a: {get: {operationId: a, responses: {'200': {$ref: '#/responses/R'}}}}}\n"
        "responses: {R: {description: a, schema: {$ref: '#/definitions/S'}}}\n"
        "definitions: {S: {type: strng}}\n"
    )
    assert _users(text) == [("/definitions/S/type", ("GET /a",))]
