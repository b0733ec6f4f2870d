"""The objects of OpenAPI 3.0 (3.0.3 §4.7)."""

from __future__ import annotations

from contractctl.lint.structure.conditions import (
    STYLES,
    example_or_examples,
    exclusive,
    link_names_one_operation,
    path_parameter_is_required,
    schema_or_content,
    style_fits_location,
    version_is_complete,
)
from contractctl.lint.structure.kinds import Either, Kind, ListOf, MapOf, ObjectOf, ObjectType, Scalar, Table
from contractctl.lint.structure.objects import (
    ANY,
    COUNT,
    DOCS,
    EXAMPLES,
    FLAG,
    NUMBER,
    ONE_CONTENT,
    OPERATION,
    PARAMETER_UNWANTED,
    PATH_ITEM,
    SCHEMA,
    SECURITY,
    SERVERS,
    SHARED,
    STATUS_CODES,
    TEXT,
    URL,
    components_of,
    referable,
    security_scheme,
)

_LATER = "it came with OpenAPI 3.1; this description is 3.0"
_HEADER_FIELDS: dict[str, Kind] = {
    "description": TEXT,
    "required": FLAG,
    "deprecated": FLAG,
    "allowEmptyValue": FLAG,
    "style": Scalar("string", choices=("simple",)),
    "explode": FLAG,
    "allowReserved": FLAG,
    "schema": SCHEMA,
    "content": ONE_CONTENT,
    "example": ANY,
    "examples": EXAMPLES,
}

_SCHEMA_TYPE = ObjectType(
    "schema",
    24,
    {
        "title": TEXT,
        "description": TEXT,
        "format": TEXT,
        "pattern": TEXT,
        "type": Scalar("string", choices=("array", "boolean", "integer", "number", "object", "string")),
        "multipleOf": Scalar("number", minimum=0, above=True),
        "maximum": NUMBER,
        "minimum": NUMBER,
        "exclusiveMaximum": FLAG,
        "exclusiveMinimum": FLAG,
        **dict.fromkeys(("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"), COUNT),
        **dict.fromkeys(("uniqueItems", "nullable", "readOnly", "writeOnly", "deprecated"), FLAG),
        "required": ListOf(TEXT, minimum=1, unique=True),
        "enum": ListOf(ANY, minimum=1),
        "not": SCHEMA,
        **dict.fromkeys(("allOf", "oneOf", "anyOf"), ListOf(SCHEMA)),
        "items": SCHEMA,
        "properties": MapOf(SCHEMA),
        "additionalProperties": Either(FLAG, SCHEMA),
        "default": ANY,
        "example": ANY,
        "discriminator": ObjectOf("discriminator"),
        "externalDocs": DOCS,
        "xml": ObjectOf("xml"),
    },
    unwanted={
        "examples": "OpenAPI 3.0 schemas have one `example`",
        **dict.fromkeys(
            ("const", "if", "then", "else", "contains", "patternProperties", "propertyNames", "prefixItems", "$defs"),
            _LATER,
        ),
    },
)

TABLE: Table = {
    **SHARED,
    "description": ObjectType(
        "description",
        1,
        {
            "openapi": TEXT,
            "info": ObjectOf("info"),
            "servers": SERVERS,
            "paths": ObjectOf("paths"),
            "components": ObjectOf("components"),
            "security": SECURITY,
            "tags": ListOf(ObjectOf("tag"), unique=True),
            "externalDocs": DOCS,
        },
        required=("openapi", "info", "paths"),
        conditions=(version_is_complete,),
        unwanted={"webhooks": _LATER, "jsonSchemaDialect": _LATER},
    ),
    "info": ObjectType(
        "info object",
        2,
        {
            "title": TEXT,
            "description": TEXT,
            "termsOfService": URL,
            "contact": ObjectOf("contact"),
            "license": ObjectOf("license"),
            "version": TEXT,
        },
        required=("title", "version"),
        unwanted={"summary": _LATER},
    ),
    "license": ObjectType(
        "license", 4, {"name": TEXT, "url": URL}, required=("name",), unwanted={"identifier": _LATER}
    ),
    "server-variable": ObjectType(
        "server variable", 6, {"enum": ListOf(TEXT), "default": TEXT, "description": TEXT}, required=("default",)
    ),
    "components": ObjectType(
        "components",
        7,
        components_of(
            schemas=SCHEMA,
            responses=referable("response"),
            parameters=referable("parameter"),
            examples=referable("example"),
            requestBodies=referable("request-body"),
            headers=referable("header"),
            securitySchemes=referable("security-scheme"),
            links=referable("link"),
            callbacks=referable("callback"),
        ),
        unwanted={"pathItems": _LATER},
    ),
    "path-item": ObjectType(
        PATH_ITEM.title, PATH_ITEM.clause, {"$ref": TEXT, **PATH_ITEM.fields}, conditions=PATH_ITEM.conditions
    ),
    "operation": ObjectType(
        OPERATION.title,
        OPERATION.clause,
        OPERATION.fields,
        required=("responses",),
        conditions=OPERATION.conditions,
        unwanted=OPERATION.unwanted,
    ),
    "parameter": ObjectType(
        "parameter",
        12,
        {
            **_HEADER_FIELDS,
            "name": TEXT,
            "in": Scalar("string", choices=("query", "header", "path", "cookie"), noun="a location"),
            "style": TEXT,
        },
        required=("name", "in"),
        conditions=(
            example_or_examples,
            schema_or_content("parameter"),
            path_parameter_is_required,
            style_fits_location(STYLES),
        ),
        unwanted=PARAMETER_UNWANTED,
    ),
    "responses": ObjectType("responses", 16, {}, patterned=referable("response"), keys=STATUS_CODES, minimum=1),
    "example": ObjectType(
        "example",
        19,
        {"summary": TEXT, "description": TEXT, "value": ANY, "externalValue": URL},
        conditions=(exclusive(("value", "externalValue")),),
    ),
    "link": ObjectType(
        "link",
        20,
        {
            "operationRef": TEXT,
            "operationId": TEXT,
            "parameters": MapOf(ANY),
            "requestBody": ANY,
            "description": TEXT,
            "server": ObjectOf("server"),
        },
        conditions=(link_names_one_operation(needed=False),),
    ),
    "header": ObjectType(
        "header",
        21,
        _HEADER_FIELDS,
        conditions=(example_or_examples, schema_or_content("header")),
        unwanted=PARAMETER_UNWANTED,
    ),
    "schema": _SCHEMA_TYPE,
    "xml": ObjectType(
        "XML object", 26, {"name": TEXT, "namespace": URL, "prefix": TEXT, "attribute": FLAG, "wrapped": FLAG}
    ),
    "security-scheme": security_scheme("apiKey", "http", "oauth2", "openIdConnect"),
}
