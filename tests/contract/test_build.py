"""Descriptions to contracts: what is meant, whatever the way it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.contract.model import SchemeUse
from contractctl.core.failures import UnloadableDescription
from contractctl.source.parse import parse_document
from contractctl.source.spec import load_description

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def build(text: str, version: str = "3.1.0"):
    head = f"openapi: {version}\ninfo: {{title: T, version: '1'}}\n"
    return build_contract(parse_document("openapi.yaml", (head + text).encode()))


def told(built):
    return [(finding.rule, str(finding.location.place.pointer)) for finding in built.findings]


def test_the_dinosaurs_are_built_whole():
    document = load_description("openapi.yaml", folder=EXAMPLES / "dinosaurs")
    built = build_contract(document)
    contract = built.contract
    assert built.findings == ()
    assert (contract.title, contract.version, contract.openapi) == ("Dinosaurs", "1.1.0", "3.1.0")
    assert [operation.title for operation in contract.operations] == [
        "GET /api/dinosaurs/",
        "POST /api/dinosaurs/",
        "GET /api/dinosaurs/{id}/",
    ]
    read = contract.operations[2]
    assert [(parameter.name, parameter.location, parameter.style) for parameter in read.parameters] == [
        ("id", "path", "simple")
    ]
    assert [response.status for response in read.responses] == ["200", "404"]
    (media,) = read.responses[0].content
    assert media.schema.value == {"$ref": "#/$defs/Dinosaur"}
    assert media.examples[0].value == {"id": 1, "common_name": "T-Rex", "scientific_name": "Tyrannosaurus Rex"}
    assert str(read.responses[1].at.pointer) == "/components/responses/NotFound"


def test_security_and_servers_are_those_in_effect():
    contract = build_contract(load_description("openapi.yaml", folder=EXAMPLES / "conversations")).contract
    listing, starting = contract.operations
    assert [requirement.uses for requirement in listing.security] == [(SchemeUse("oauth", ("conversations:read",)),)]
    assert [requirement.uses for requirement in starting.security] == [(SchemeUse("oauth", ("conversations:write",)),)]
    assert [server.url for server in listing.servers] == ["https://api.contact-centre.example"]
    (flow,) = contract.scheme("oauth").flows
    assert (flow.kind, flow.token_url) == ("clientCredentials", "https://login.contact-centre.example/oauth/token")


def test_path_parameters_are_merged_and_the_operations_own_win():
    built = build(
        """
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: q, in: query, schema: {type: string}}
    get:
      parameters:
        - {name: q, in: query, required: true, schema: {type: integer}}
        - {name: Authorization, in: header, schema: {type: string}}
      responses: {}
"""
    )
    (operation,) = built.contract.operations
    assert [(parameter.name, parameter.required) for parameter in operation.parameters] == [("id", True), ("q", True)]
    assert operation.parameters[1].schema.value == {"type": "integer"}
    assert built.findings == ()


def test_names_of_the_author_may_begin_like_extensions_and_extensions_are_no_names():
    built = build(
        """
paths:
  x-note: {get: {}}
  /a:
    get:
      security: [{x-key: []}]
      responses:
        x-note: {}
        "200":
          description: ok
          headers: {x-rate: {schema: {type: integer}}}
          content: {x-own/type: {examples: {x-one: {value: 1}}}}
webhooks: {x-ping: {post: {responses: {}}}}
components:
  securitySchemes: {x-key: {type: apiKey, in: header, name: k}}
  schemas: {x-thing: {type: string}}
"""
    )
    (operation,), (webhook,) = built.contract.operations, built.contract.webhooks
    (response,) = operation.responses
    assert (webhook.path, response.headers[0].name, response.content[0].name) == ("x-ping", "x-rate", "x-own/type")
    assert response.content[0].examples[0].name == "x-one"
    assert built.contract.definitions["x-thing"].value == {"type": "string"}
    assert built.contract.scheme("x-key") is not None
    assert operation.security[0].uses == (SchemeUse("x-key", ()),)
    assert built.findings == ()


MALFORMED = """
paths:
  /a: 3
  /b:
    get: {parameters: {}, responses: {200: {description: ok, content: []}}}
    put: {parameters: [{name: x}, {name: y, in: qury}, {$ref: '#/nope'}], responses: []}
    post: []
components: []
servers: x
"""


def test_every_malformed_part_is_told_once_and_what_is_whole_stands():
    built = build(MALFORMED)
    assert [operation.title for operation in built.contract.operations] == ["GET /b", "PUT /b"]
    assert told(built) == [
        ("part-malformed", "/components"),
        ("part-malformed", "/servers"),
        ("part-malformed", "/paths/~1a"),
        ("part-malformed", "/paths/~1b/get/parameters"),
        ("part-malformed", "/paths/~1b/get/responses/200/content"),
        ("part-malformed", "/paths/~1b/put/parameters/0"),
        ("part-malformed", "/paths/~1b/put/parameters/1"),
        ("reference-dangling", "/paths/~1b/put/parameters/2/$ref"),
        ("part-malformed", "/paths/~1b/put/responses"),
        ("part-malformed", "/paths/~1b/post"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("info: {}\n", "not an OpenAPI description: `openapi` is missing", id="no version"),
        pytest.param("swagger: '1.2'\n", "Swagger 1.2 is not read by this version", id="an old Swagger"),
        pytest.param("swaggerVersion: '1.2'\n", "Swagger 1.2 is not read by this version", id="an old name"),
        pytest.param("swagger: 2.0\n", "`swagger` must be a string", id="Swagger without quotes"),
        pytest.param("openapi: 3.3.0\n", "OpenAPI 3.3.0 is not read by this version", id="a version to come"),
        pytest.param("openapi: 3.1\n", "`openapi` must be a string", id="a version without quotes"),
    ],
)
def test_a_document_of_another_kind_is_refused_with_its_place(text, message):
    with pytest.raises(UnloadableDescription) as refusal:
        build_contract(parse_document("openapi.yaml", text.encode()))
    (finding,) = refusal.value.findings
    assert (finding.rule, finding.message, finding.location.span.line) == ("document-not-openapi", message, 1)


@pytest.mark.parametrize(
    "path", sorted(EXAMPLES.glob("*/openapi*.yaml")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_yaml_and_json_of_one_description_are_one_contract(path):
    written = parse_document("openapi", path.read_bytes())
    as_json = parse_document("openapi", json.dumps(written.root).encode())
    as_other_yaml = parse_document(
        "openapi", yaml.safe_dump(written.root, sort_keys=False, default_flow_style=True).encode()
    )
    assert (
        build_contract(as_json).contract == build_contract(written).contract == build_contract(as_other_yaml).contract
    )
    assert content_digest(as_json) == content_digest(written) == content_digest(as_other_yaml)
