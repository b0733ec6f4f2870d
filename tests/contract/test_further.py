"""Schemas of parts that nothing uses: normalised when somebody asks, in the words of the contract."""

from __future__ import annotations

from contractctl.contract.build import BuiltContract, build_contract
from contractctl.core.locations import Place, Pointer
from contractctl.source.parse import parse_document

_HEAD = 'openapi: 3.0.3\ninfo: {title: Example, version: "1"}\n'


def _built(text: str) -> BuiltContract:
    return build_contract(parse_document("openapi.yaml", (_HEAD + text).encode()))


def _place(*tokens: str) -> Place:
    return Place("openapi.yaml", Pointer(tokens))


def test_a_schema_of_the_contract_is_the_same_again() -> None:
    built = _built(
        "paths: {/a: {get: {responses: {'200': {description: a, content: "
        "{application/json: {schema: {type: string, nullable: true}}}}}}}}"
    )
    (media,) = built.contract.operations[0].responses[0].content
    assert media.schema is not None
    assert built.further.schema({}, media.schema.at) is media.schema
    assert built.further.completed(built.contract) is built.contract
    assert built.further.findings() == ()


def test_what_an_unused_schema_refers_to_is_defined_besides() -> None:
    built = _built("paths: {}\nx-pet: {type: string, nullable: true}\ncomponents: {schemas: {Cat: {type: object}}}")
    schema = built.further.schema({"items": {"$ref": "#/x-pet"}}, _place("components", "responses", "A"))
    assert schema.value == {"items": {"$ref": "#/$defs/%23~1x-pet"}}
    assert {key: one.value for key, one in built.further.completed(built.contract).definitions.items()} == {
        "Cat": {"type": "object"},
        "#/x-pet": {"type": ["string", "null"]},
    }
    assert list(built.contract.definitions) == ["Cat"]


def test_what_is_wrong_with_an_unused_schema_is_told_once_and_apart() -> None:
    built = _built("paths: {}")
    at = _place("components", "headers", "A", "schema")
    for _ in range(2):
        built.further.schema({"$ref": "#/nowhere"}, at)
    assert built.findings == ()
    assert [(one.rule, one.location.place) for one in built.further.findings()] == [
        ("reference-dangling", at / "$ref"),
    ]
