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


def schema_of(text: str, version: str = "3.1.0"):
    """Return the normalised component schema `A`, and what was told."""
    built = build(f"paths: {{}}\ncomponents: {{schemas: {{A: {text}, B: {{type: string}}}}}}\n", version)
    return built.contract.definitions["A"].value, told(built)


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


@pytest.mark.parametrize(
    ("written", "version", "meant"),
    [
        pytest.param("{type: string, nullable: true}", "3.0.3", {"type": ["string", "null"]}, id="nullable in 3.0"),
        pytest.param(
            "{type: string, nullable: true}",
            "3.1.0",
            {"type": "string", "nullable": True},
            id="nullable means nothing in 3.1",
        ),
        pytest.param("{nullable: true}", "3.0.3", {}, id="nullable without a type means nothing"),
        pytest.param(
            "{minimum: 1, exclusiveMinimum: true}", "3.0.3", {"exclusiveMinimum": 1}, id="an exclusive bound in 3.0"
        ),
        pytest.param(
            "{minimum: 1, exclusiveMinimum: false}", "3.0.3", {"minimum": 1}, id="a bound that is not exclusive in 3.0"
        ),
        pytest.param("{exclusiveMinimum: 1}", "3.1.0", {"exclusiveMinimum": 1}, id="an exclusive bound in 3.1"),
        pytest.param(
            "{$ref: '#/components/schemas/B', type: integer}",
            "3.0.3",
            {"$ref": "#/$defs/B"},
            id="siblings of a reference mean nothing in 3.0",
        ),
        pytest.param(
            "{$ref: '#/components/schemas/B', minLength: 1}",
            "3.1.0",
            {"$ref": "#/$defs/B", "minLength": 1},
            id="siblings of a reference count in 3.1",
        ),
        pytest.param(
            "{properties: {$ref: {type: string}}}",
            "3.1.0",
            {"properties": {"$ref": {"type": "string"}}},
            id="a property named $ref",
        ),
        pytest.param(
            "{enum: [{$ref: '#/nowhere'}]}", "3.1.0", {"enum": [{"$ref": "#/nowhere"}]}, id="a $ref inside data is data"
        ),
        pytest.param("{default: {nullable: true}}", "3.0.3", {"default": {"nullable": True}}, id="a default is data"),
        pytest.param(
            "{required: [a, b, a], type: [string, 'null', string], dependentRequired: {a: [b, b]}, enum: [1, 1]}",
            "3.1.0",
            {"required": ["a", "b"], "type": ["string", "null"], "dependentRequired": {"a": ["b"]}, "enum": [1, 1]},
            id="a name that is listed twice",
        ),
        pytest.param("true", "3.1.0", True, id="a boolean schema"),
        pytest.param("{additionalProperties: false}", "3.0.3", {"additionalProperties": False}, id="a closed object"),
    ],
)
def test_schemas_of_every_dialect_mean_json_schema_2020_12(written, version, meant):
    assert schema_of(written, version) == (meant, [])


@pytest.mark.parametrize(
    ("written", "meant", "where"),
    [
        pytest.param("{type: strng}", {}, "/type", id="a type that is none"),
        pytest.param("{required: true}", {}, "/required", id="required as in a draft of long ago"),
        pytest.param("{minLength: -1, maxLength: 2}", {"maxLength": 2}, "/minLength", id="a negative length"),
        pytest.param("{properties: []}", {}, "/properties", id="properties as a list"),
        pytest.param("{items: [{type: string}]}", {}, "/items", id="items as a list"),
        pytest.param("{allOf: []}", {}, "/allOf", id="an empty allOf"),
        pytest.param("{enum: a}", {}, "/enum", id="an enum that is no list"),
        pytest.param("[]", True, "", id="a schema that is a list"),
    ],
)
def test_a_malformed_keyword_is_skipped_and_told_and_the_rest_stands(written, meant, where):
    assert schema_of(written) == (meant, [("part-malformed", f"/components/schemas/A{where}")])


@pytest.mark.parametrize(
    ("reference", "rule"),
    [
        pytest.param("#/components/schemas/Nope", "reference-dangling", id="a component that is not there"),
        pytest.param("#nope", "reference-dangling", id="a fragment that is no pointer"),
        pytest.param("other.yaml#/A", "reference-forbidden", id="another file of a document given alone"),
        pytest.param("http://127.0.0.1/a", "reference-forbidden", id="an address, which is not fetched"),
    ],
)
def test_a_schema_reference_that_cannot_be_followed_is_told_and_accepts_everything(reference, rule):
    assert schema_of(f"{{properties: {{x: {{$ref: '{reference}'}}}}}}") == (
        {"properties": {"x": {}}},
        [(rule, "/components/schemas/A/properties/x/$ref")],
    )


def test_references_into_schemas_become_definitions_of_their_own():
    built = build(
        "paths: {}\ncomponents: {schemas: {A: {properties: {x: {type: string}}},"
        " B: {items: {$ref: '#/components/schemas/A/properties/x'}}}}\n"
    )
    assert built.contract.definitions["B"].value == {
        "items": {"$ref": "#/$defs/%23~1components~1schemas~1A~1properties~1x"}
    }
    assert built.contract.definitions["#/components/schemas/A/properties/x"].value == {"type": "string"}


def test_a_recursive_schema_stays_recursive():
    value, findings = schema_of("{properties: {next: {$ref: '#/components/schemas/A'}}}")
    assert (value, findings) == ({"properties": {"next": {"$ref": "#/$defs/A"}}}, [])


@pytest.mark.parametrize(
    "schemas",
    [
        pytest.param("{A: {$ref: '#/components/schemas/A'}}", id="itself"),
        pytest.param("{A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}", id="each other"),
        pytest.param(
            "{A: {oneOf: [{$ref: '#/components/schemas/B'}]},"
            " B: {allOf: [{$ref: '#/components/schemas/A'}, {type: object}]}}",
            id="a base of its own parts",
        ),
    ],
)
def test_a_schema_that_applies_itself_without_end_is_told_and_cut(schemas):
    import jsonschema_rs

    built = build(f"paths: {{}}\ncomponents: {{schemas: {schemas}}}\n")
    assert [finding.rule for finding in built.findings] == ["reference-circular"]
    definitions = {key: schema.value for key, schema in built.contract.definitions.items()}
    assert jsonschema_rs.is_valid({"$ref": "#/$defs/A", "$defs": definitions}, {})


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
