"""A description that names a place wherever a reference or an address can stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | bool"


def hostile_description(places: Iterable[str]) -> Value:
    """Return an OpenAPI 3.1 description that refers to each place from everywhere.

    What calls itself by a URI (`$id`, `$self`) has one beside the place: references to the place itself lead out.
    """
    paths: dict[str, Value] = {
        "/pets": {"get": {"operationId": "listPets", "responses": {"200": {"description": "fine"}}}}
    }
    schemas: dict[str, Value] = {}
    for index, place in enumerate(places):
        paths[f"/item-{index}"] = {"$ref": f"{place}#/path"}
        paths[f"/deep-{index}"] = {"post": _operation(place)}
        schemas |= {f"{name}{index}": schema for name, schema in _schemas(place).items()}
    first = next(iter(places))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hostile", "version": "1", "termsOfService": first, "license": {"name": "x", "url": first}},
        "jsonSchemaDialect": first,
        "$self": f"{first}/self",
        "externalDocs": {"url": first},
        "servers": [{"url": first}],
        "paths": paths,
        "webhooks": {"hook": {"$ref": first}},
        "components": {
            "schemas": schemas,
            **{
                kind: {"remote": {"$ref": f"{first}#/x"}}
                for kind in ("responses", "parameters", "examples", "requestBodies", "headers", "links", "callbacks")
            },
            "securitySchemes": {
                "remote": {"$ref": f"{first}#/x"},
                "oidc": {"type": "openIdConnect", "openIdConnectUrl": first},
                "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": first, "scopes": {}}}},
            },
        },
    }


def _operation(place: str) -> Value:
    remote: Value = {"$ref": f"{place}#/x"}
    media: Value = {
        "schema": remote,
        "examples": {"value": {"externalValue": place}, "reference": remote},
        "encoding": {"a": {"headers": {"X-A": remote}}},
    }
    return {
        "externalDocs": {"url": place},
        "servers": [{"url": place}],
        "parameters": [remote, {"name": "a", "in": "query", "schema": remote, "examples": {"e": remote}}],
        "requestBody": {"content": {"application/json": media}},
        "responses": {
            "200": {
                "description": "fine",
                "headers": {"X-A": remote, "X-B": {"schema": remote}},
                "content": {"application/json": media},
                "links": {"next": {"operationRef": f"{place}#/paths/~1x/get", "server": {"url": place}}, "ref": remote},
            },
            "default": remote,
        },
        "callbacks": {"called": remote, "inline": {"{$request.body#/url}": remote}},
    }


def _schemas(place: str) -> dict[str, Value]:
    remote: Value = {"$ref": place}
    return {
        "Whole": remote,
        "Dialect": {"$schema": place, "type": "object"},
        "Id": {"$id": f"{place}/id", "$ref": "#/x", "type": "object"},
        "Dynamic": {"$dynamicRef": f"{place}#x"},
        "Vocabulary": {"$vocabulary": {place: True}, "type": "object"},
        "Docs": {"type": "object", "externalDocs": {"url": place}, "xml": {"namespace": place}},
        "Mapped": {"oneOf": [remote], "discriminator": {"propertyName": "a", "mapping": {"a": place}}},
        "Inside": {
            "type": "object",
            "properties": {"a": remote, "b": {"items": remote}, "c": {"not": remote, "allOf": [remote]}},
            "additionalProperties": remote,
            "patternProperties": {"^x": remote},
            "default": {"$ref": place},
            "example": {"$ref": place},
        },
    }
