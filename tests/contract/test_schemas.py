"""Schemas of every version to JSON Schema 2020-12."""

from __future__ import annotations

import json

import pytest

from contractctl.contract.build import build_contract
from contractctl.source.parse import parse_document


def build(text: str, version: str = "3.1.0"):
    head = f"openapi: {version}\ninfo: {{title: T, version: '1'}}\n"
    return build_contract(parse_document("openapi.yaml", (head + text).encode()))


def told(built):
    return [(finding.rule, str(finding.location.place.pointer)) for finding in built.findings]


def schema_of(text: str, version: str = "3.1.0"):
    """Return the normalised component schema `A`, and what was told."""
    built = build(f"paths: {{}}\ncomponents: {{schemas: {{A: {text}, B: {{type: string}}}}}}\n", version)
    return built.contract.definitions["A"].value, told(built)


def definitions_of(schemas, **head):
    """Return the normalised definitions of component schemas in OpenAPI 3.1, and what was told."""
    root = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}, **head}
    root["components"] = {"schemas": schemas}
    built = build_contract(parse_document("openapi.json", json.dumps(root).encode()))
    return {key: schema.value for key, schema in built.contract.definitions.items()}, told(built)


def swagger_schema_of(text: str):
    """Return the normalised definition `A` of Swagger 2.0, and what was told."""
    whole = f"swagger: '2.0'\ninfo: {{title: T, version: '1'}}\npaths: {{}}\ndefinitions: {{A: {text}, B: {{}}}}\n"
    built = build_contract(parse_document("swagger.yaml", whole.encode()))
    return built.contract.definitions["A"].value, told(built)


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
        pytest.param("{nullable: false, type: string}", "3.0.3", {"type": "string"}, id="nullable that says nothing"),
        pytest.param(
            "{type: string, enum: [a], nullable: true}",
            "3.0.3",
            {"type": ["string", "null"], "enum": ["a"]},
            id="an enum without null refuses it, whatever nullable says",
        ),
        pytest.param(
            "{nullable: true, allOf: [{$ref: '#/components/schemas/B'}]}",
            "3.0.3",
            {"allOf": [{"$ref": "#/$defs/B"}]},
            id="nullable beside parts adds nothing to their types",
        ),
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
        pytest.param("{$ref: 3}", {}, "/$ref", id="a reference that is no string"),
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
        pytest.param("{A: {not: {$ref: '#/components/schemas/A'}}}", id="its own opposite"),
        pytest.param("{A: {if: {$ref: '#/components/schemas/A'}, then: false}}", id="its own condition"),
        pytest.param("{A: {if: {}, then: {$ref: '#/components/schemas/A'}}}", id="its own consequence"),
        pytest.param(
            "{A: {dependentSchemas: {a: {$ref: '#/components/schemas/A'}}}}", id="its own part where a member is there"
        ),
    ],
)
def test_a_schema_that_applies_itself_without_end_is_told_and_cut(schemas):
    import jsonschema_rs

    built = build(f"paths: {{}}\ncomponents: {{schemas: {schemas}}}\n")
    assert [finding.rule for finding in built.findings] == ["reference-circular"]
    definitions = {key: schema.value for key, schema in built.contract.definitions.items()}
    assert jsonschema_rs.is_valid({"$ref": "#/$defs/A", "$defs": definitions}, {})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("{type: string, x-nullable: true}", {"type": ["string", "null"]}, id="x-nullable"),
        pytest.param("{type: string, x-nullable: false}", {"type": "string"}, id="x-nullable that says nothing"),
        pytest.param("{type: string, nullable: true}", {"type": "string", "nullable": True}, id="nullable"),
        pytest.param("{minimum: 1, exclusiveMinimum: true}", {"exclusiveMinimum": 1}, id="an exclusive bound"),
        pytest.param("{discriminator: kind}", {"discriminator": {"propertyName": "kind"}}, id="a discriminator"),
        pytest.param("{$ref: '#/definitions/B', type: string}", {"$ref": "#/$defs/B"}, id="siblings of a reference"),
        pytest.param("{oneOf: [{type: string}]}", {"oneOf": [{"type": "string"}]}, id="a keyword of later versions"),
        pytest.param("{$id: 'http://e/x', readOnly: true}", {"readOnly": True}, id="an identifier names nothing"),
    ],
)
def test_schemas_of_swagger_mean_json_schema_2020_12(written, meant):
    assert swagger_schema_of(written) == (meant, [])


@pytest.mark.parametrize(
    ("written", "meant", "where"),
    [
        pytest.param("{items: [{type: string}]}", {}, "/items", id="items as a list"),
        pytest.param("{items: true}", {"items": True}, "/items", id="a boolean schema"),
        pytest.param("{type: file}", {}, "/type", id="a file outside of a body"),
    ],
)
def test_what_swagger_does_not_have_is_told(written, meant, where):
    assert swagger_schema_of(written) == (meant, [("part-malformed", f"/definitions/A{where}")])


@pytest.mark.parametrize(
    ("dialect", "written", "meant"),
    [
        pytest.param(
            "http://json-schema.org/draft-04/schema#",
            {"minimum": 1, "exclusiveMinimum": True, "id": "http://e/x"},
            {"exclusiveMinimum": 1},
            id="draft 4",
        ),
        pytest.param(
            "http://json-schema.org/draft-06/schema#",
            {"items": [{"type": "string"}, True], "additionalItems": False},
            {"prefixItems": [{"type": "string"}, True], "items": False},
            id="draft 6: a tuple",
        ),
        pytest.param(
            "http://json-schema.org/draft-07/schema",
            {"items": [], "additionalItems": {"type": "string"}},
            {"items": {"type": "string"}},
            id="draft 7: an empty tuple",
        ),
        pytest.param(
            "http://json-schema.org/draft-07/schema#",
            {"dependencies": {"a": ["b", "b"], "c": {"type": "object"}}},
            {"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"type": "object"}}},
            id="draft 7: dependencies",
        ),
        pytest.param(
            "http://json-schema.org/draft-07/schema#",
            {"$ref": "#/components/schemas/B", "type": "string"},
            {"$ref": "#/$defs/B"},
            id="draft 7: siblings of a reference",
        ),
        pytest.param(
            "https://json-schema.org/draft/2019-09/schema",
            {"items": {"type": "string"}, "additionalItems": False},
            {"items": {"type": "string"}},
            id="2019-09: additionalItems beside one schema for all",
        ),
        pytest.param(
            "https://spec.openapis.org/oas/3.1/dialect/base",
            {"discriminator": {"propertyName": "a"}, "example": 1, "xml": {"name": "x"}},
            {"discriminator": {"propertyName": "a"}, "example": 1, "xml": {"name": "x"}},
            id="the dialect of OpenAPI",
        ),
    ],
)
def test_a_dialect_is_named_by_the_description_or_by_the_schema(dialect, written, meant):
    by_schema = definitions_of({"A": {"$schema": dialect, **written}, "B": {}})
    by_description = definitions_of({"A": written, "B": {}}, jsonSchemaDialect=dialect)
    assert (by_schema, by_description) == (({"A": meant, "B": {}}, []), ({"A": meant, "B": {}}, []))


def test_an_unknown_dialect_is_told_once_and_read_as_2020_12():
    schemas = {name: {"$schema": "http://e/mine", "prefixItems": [{"minimum": 1}]} for name in "AB"}
    definitions, findings = definitions_of(schemas)
    assert definitions["A"] == {"prefixItems": [{"minimum": 1}]}
    assert findings == [("schema-dialect-unknown", "/components/schemas/A/$schema")]


def test_a_schema_that_says_it_in_2020_12_is_the_very_object_of_the_document():
    document = parse_document(
        "openapi.json",
        b'{"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"A": {"items": {"minimum": 1}}}}}',
    )
    built = build_contract(document)
    assert built.contract.definitions["A"].value is document.root["components"]["schemas"]["A"]


@pytest.mark.parametrize(
    "around",
    [
        pytest.param(lambda schema: {"not": schema}, id="one in another"),
        pytest.param(lambda schema: {"items": schema}, id="items in items"),
    ],
)
def test_schemas_may_be_as_deep_as_documents(around):
    schema = {"type": "strng"}
    for _ in range(195):
        schema = around(schema)
    _, findings = definitions_of({"A": schema})
    assert [rule for rule, _ in findings] == ["part-malformed"]


def test_a_schema_may_apply_itself_any_number_of_times():
    definitions, findings = definitions_of({"A": {"allOf": [{"$ref": "#/components/schemas/A"}] * 10_000}})
    assert definitions == {"A": {"allOf": [{}] * 10_000}}
    assert findings == [("reference-circular", "/components/schemas/A")]


def test_a_definition_may_apply_all_those_that_lead_to_it():
    length = 4_000
    chain = {f"A{index}": {"$ref": f"#/components/schemas/A{index + 1}"} for index in range(length)}
    last = {"allOf": [{"$ref": f"#/components/schemas/A{index}"} for index in range(length)]}
    definitions, findings = definitions_of({**chain, f"A{length}": last})
    assert definitions[f"A{length}"] == {"allOf": [{}] * length}
    assert findings == [("reference-circular", f"/components/schemas/A{length}")] * length


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(("$ref", "$dynamicRef", "allOf"), id="above"),
        pytest.param(("$ref", "allOf", "$dynamicRef"), id="between"),
        pytest.param(("allOf", "$ref", "$dynamicRef"), id="below"),
    ],
)
def test_two_references_count_wherever_they_stand_beside_all_of(order):
    keywords = {
        "$ref": "#/components/schemas/B",
        "$dynamicRef": "#/components/schemas/C",
        "allOf": [{"type": "object"}],
    }
    definitions, findings = definitions_of({"A": {name: keywords[name] for name in order}, "B": {}, "C": {}})
    first, second = (f"#/$defs/{'B' if name == '$ref' else 'C'}" for name in order if name != "allOf")
    assert definitions["A"] == {"$ref": first, "allOf": [{"type": "object"}, {"$ref": second}]}
    assert findings == []


def test_chains_of_definitions_may_be_long():
    length = 10_000
    chain = {f"A{index}": {"$ref": f"#/components/schemas/A{index + 1}"} for index in range(length)}
    definitions, findings = definitions_of({**chain, f"A{length}": {}})
    assert (len(definitions), findings) == (length + 1, [])
