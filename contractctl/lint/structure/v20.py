"""The objects of Swagger 2.0 (OpenAPI 2.0); schemas are what it takes of JSON Schema draft 4."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.lint.structure.conditions import (
    fields_fit_location,
    has_a_response,
    parameters_differ,
    path_name_has_no_braces,
    path_parameter_is_required,
    stands_alone,
)
from contractctl.lint.structure.kinds import (
    ByField,
    Either,
    Keys,
    Kind,
    ListOf,
    MapOf,
    ObjectOf,
    ObjectType,
    OneOrMore,
    Scalar,
    Table,
)
from contractctl.lint.structure.later_keywords import later_keywords
from contractctl.lint.structure.objects import (
    ANY,
    COUNT,
    DOCS,
    FLAG,
    METHODS,
    NUMBER,
    PARAMETERS,
    PATH_NAMES,
    SHARED,
    TEXT,
    URL,
    referable,
)
from contractctl.lint.structure.security import scheme_fits
from contractctl.lint.structure.v20_conditions import (
    FLOWS,
    array_has_items,
    base_path_is_absolute,
    body_has_schema,
    file_is_form_data,
    host_is_bare,
    multi_repeats_a_name,
    urls_fit_flow,
)

_LATER = "it came with OpenAPI 3.0; this description is 2.0"
_NO_REFERENCE = "write it out here; references to it belong where it is used"
_MEDIA_TYPES = ListOf(TEXT, unique=True)
_SCHEMES = ListOf(Scalar("string", choices=("http", "https", "ws", "wss")), unique=True)
_SECURITY = ListOf(ObjectOf("security-requirement"), unique=True)
_SCHEMA = ObjectOf("schema")
_LOCATIONS = ("query", "header", "path", "formData", "body")
_TYPES = ("string", "number", "integer", "boolean", "array")
_NO_TYPE: Mapping[str, str] = {
    "object": "only a schema can be an object: use a body parameter, or a string",
    "file": "files are formData parameters, or the schema of a response",
}
_STATUS_CODES = Keys(
    r"^(default|[0-9]{3})$",
    "status-code-invalid",
    "`{key}` is not a status code",
    "use a code such as `200`, or `default`; ranges came with OpenAPI 3.0",
)

_LIMITS: Mapping[str, Kind] = {
    "default": ANY,
    "multipleOf": Scalar("number", minimum=0, above=True),
    **dict.fromkeys(("maximum", "minimum"), NUMBER),
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum", "uniqueItems"), FLAG),
    **dict.fromkeys(("maxLength", "minLength", "maxItems", "minItems"), COUNT),
    "pattern": TEXT,
    "enum": ListOf(ANY, minimum=1, unique=True),
}
_PRIMITIVE: Mapping[str, Kind] = {
    "type": Scalar("string", choices=_TYPES, unwanted=_NO_TYPE),
    "format": TEXT,
    "items": ObjectOf("items"),
    "collectionFormat": Scalar("string", choices=("csv", "ssv", "tsv", "pipes")),
    **_LIMITS,
}
_PRIMITIVE_UNWANTED: Mapping[str, str] = {
    "$ref": "references lead to schemas, which only bodies have; write the type here",
    "schema": "write its `type` and so on here, without `schema`",
    "properties": _NO_TYPE["object"],
    "style": "2.0 has `collectionFormat`",
    "explode": "2.0 has `collectionFormat: multi`",
    **dict.fromkeys(("content", "deprecated", "examples", "nullable"), _LATER),
    "example": "2.0 has examples in schemas and responses only; `x-example` is free",
}
_WITHOUT_BODY = {**dict.fromkeys(_PRIMITIVE, _LOCATIONS[:-1]), "allowEmptyValue": ("query", "formData")}
_ABOUT: Mapping[str, Kind] = {"title": TEXT, "description": TEXT, "format": TEXT, "default": ANY}
_SHOWN: Mapping[str, Kind] = {"readOnly": FLAG, "externalDocs": DOCS, "example": ANY}
_REQUIRED = ListOf(TEXT, minimum=1, unique=True)
_SCHEMA_TYPE = Scalar(
    "string",
    choices=("array", "boolean", "integer", "null", "number", "object", "string"),
    unwanted={"file": "files are formData parameters, or the whole schema of a response"},
)
_SCHEMA_UNWANTED: Mapping[str, str] = {
    "nullable": "it came with OpenAPI 3.0; 2.0 has no null, though many tools read `x-nullable`",
    "examples": "schemas of 2.0 have one `example`",
    **dict.fromkeys(("oneOf", "anyOf", "not"), "it came with OpenAPI 3.0; 2.0 has `allOf` only"),
    **dict.fromkeys(("writeOnly", "deprecated"), _LATER),
    **later_keywords("2.0"),
    "definitions": "2.0 has all of them under `definitions` of the description",
}

TABLE: Table = {
    "description": ObjectType(
        "description",
        1,
        {
            "swagger": Scalar("string", choices=("2.0",)),
            "info": ObjectOf("info"),
            "host": TEXT,
            "basePath": TEXT,
            "schemes": _SCHEMES,
            "consumes": _MEDIA_TYPES,
            "produces": _MEDIA_TYPES,
            "paths": ObjectOf("paths"),
            "definitions": MapOf(_SCHEMA),
            "parameters": MapOf(ObjectOf("parameter")),
            "responses": MapOf(ObjectOf("response")),
            "securityDefinitions": MapOf(ObjectOf("security-scheme")),
            "security": _SECURITY,
            "tags": ListOf(ObjectOf("tag"), unique=True),
            "externalDocs": DOCS,
        },
        required=("swagger", "info", "paths"),
        conditions=(host_is_bare, base_path_is_absolute),
        unwanted={
            "servers": "2.0 has `schemes`, `host` and `basePath`",
            "components": "2.0 has `definitions`, `parameters`, `responses` and `securityDefinitions`",
            "webhooks": "it came with OpenAPI 3.1; this description is 2.0",
        },
    ),
    "info": ObjectType(
        "info object",
        2,
        {
            "title": TEXT,
            "description": TEXT,
            "termsOfService": TEXT,
            "contact": ObjectOf("contact"),
            "license": ObjectOf("license"),
            "version": TEXT,
        },
        required=("title", "version"),
        unwanted={"summary": "it came with OpenAPI 3.1; this description is 2.0"},
    ),
    "contact": SHARED["contact"],
    "license": ObjectType(
        "license",
        4,
        {"name": TEXT, "url": URL},
        required=("name",),
        unwanted={"identifier": "it came with OpenAPI 3.1; this description is 2.0"},
    ),
    "paths": ObjectType("paths", 5, {}, patterned=ObjectOf("path-item"), keys=PATH_NAMES),
    "path-item": ObjectType(
        "path item",
        6,
        {"$ref": TEXT, "parameters": PARAMETERS, **dict.fromkeys(METHODS[:-1], ObjectOf("operation"))},
        conditions=(parameters_differ, stands_alone("body", "formData")),
        unwanted=dict.fromkeys(("trace", "servers", "summary", "description"), _LATER),
    ),
    "operation": ObjectType(
        "operation",
        7,
        {
            "tags": ListOf(TEXT, unique=True),
            "summary": TEXT,
            "description": TEXT,
            "externalDocs": DOCS,
            "operationId": TEXT,
            "consumes": _MEDIA_TYPES,
            "produces": _MEDIA_TYPES,
            "parameters": PARAMETERS,
            "responses": ObjectOf("responses"),
            "schemes": _SCHEMES,
            "deprecated": FLAG,
            "security": _SECURITY,
        },
        required=("responses",),
        conditions=(parameters_differ,),
        unwanted={
            "requestBody": "2.0 has a parameter with `in: body`, or parameters with `in: formData`",
            "servers": "2.0 has `schemes` here, and `host` and `basePath` for the whole description",
            "callbacks": _LATER,
        },
    ),
    "external-documentation": ObjectType(
        "external documentation object", 8, {"description": TEXT, "url": URL}, required=("url",)
    ),
    "parameter": ObjectType(
        "parameter",
        9,
        {
            **_PRIMITIVE,
            "name": TEXT,
            "in": Scalar(
                "string",
                choices=_LOCATIONS,
                noun="a location",
                unwanted={"cookie": "cookie parameters came with OpenAPI 3.0", "form": "2.0 calls it `formData`"},
            ),
            "description": TEXT,
            "required": FLAG,
            "schema": _SCHEMA,
            "type": Scalar("string", choices=(*_TYPES, "file"), unwanted=_NO_TYPE),
            "collectionFormat": Scalar("string", choices=("csv", "ssv", "tsv", "pipes", "multi")),
            "allowEmptyValue": FLAG,
        },
        required=("name", "in"),
        conditions=(
            body_has_schema,
            path_parameter_is_required,
            path_name_has_no_braces,
            fields_fit_location(
                {"schema": ("body",), **_WITHOUT_BODY},
                _LOCATIONS,
                hints={**dict.fromkeys(_PRIMITIVE, "move it under `schema`"), "schema": _PRIMITIVE_UNWANTED["schema"]},
            ),
            multi_repeats_a_name,
            file_is_form_data,
            array_has_items("parameter"),
        ),
        unwanted={**_PRIMITIVE_UNWANTED, "$ref": _NO_REFERENCE},
    ),
    "items": ObjectType(
        "items object",
        10,
        _PRIMITIVE,
        required=("type",),
        conditions=(array_has_items("items object"),),
        unwanted=_PRIMITIVE_UNWANTED,
    ),
    "responses": ObjectType(
        "responses",
        11,
        {},
        patterned=referable("response"),
        keys=_STATUS_CODES,
        minimum=1,
        conditions=(has_a_response,),
    ),
    "response": ObjectType(
        "response",
        12,
        {
            "description": TEXT,
            "schema": ByField("type", {"file": ObjectOf("file")}, other=_SCHEMA),
            "headers": MapOf(ObjectOf("header")),
            "examples": MapOf(ANY),
        },
        required=("description",),
        unwanted={
            "$ref": _NO_REFERENCE,
            "content": "2.0 has `schema` here, and media types under `produces`",
            "links": _LATER,
        },
    ),
    "header": ObjectType(
        "header",
        15,
        {**_PRIMITIVE, "description": TEXT},
        required=("type",),
        conditions=(array_has_items("header"),),
        unwanted={**_PRIMITIVE_UNWANTED, "required": _LATER},
    ),
    "tag": ObjectType("tag", 16, {"name": TEXT, "description": TEXT, "externalDocs": DOCS}, required=("name",)),
    "reference": ObjectType("reference", 17, {"$ref": TEXT}, required=("$ref",), extensions=False),
    "schema": ObjectType(
        "schema",
        18,
        {
            "$ref": TEXT,
            **_ABOUT,
            **_LIMITS,
            **dict.fromkeys(("maxProperties", "minProperties"), COUNT),
            "required": _REQUIRED,
            "type": Either(_SCHEMA_TYPE, ListOf(_SCHEMA_TYPE, minimum=1, unique=True)),
            "items": OneOrMore(_SCHEMA),
            "allOf": ListOf(_SCHEMA, minimum=1),
            "properties": MapOf(_SCHEMA),
            "additionalProperties": Either(FLAG, _SCHEMA),
            "discriminator": Scalar("string", noun="the name of a property (a string)"),
            **_SHOWN,
            "xml": ObjectOf("xml"),
        },
        unwanted=_SCHEMA_UNWANTED,
    ),
    "file": ObjectType(
        "schema of a file",
        18,
        {**_ABOUT, **_SHOWN, "type": Scalar("string", choices=("file",)), "required": _REQUIRED},
        required=("type",),
    ),
    "xml": ObjectType(
        "XML object", 19, {"name": TEXT, "namespace": TEXT, "prefix": TEXT, "attribute": FLAG, "wrapped": FLAG}
    ),
    "security-scheme": ObjectType(
        "security scheme",
        24,
        {
            "type": Scalar(
                "string",
                choices=("basic", "apiKey", "oauth2"),
                unwanted={"http": "2.0 has `basic`; other schemes of HTTP came with OpenAPI 3.0"},
            ),
            "description": TEXT,
            "name": TEXT,
            "in": Scalar("string", choices=("query", "header")),
            "flow": Scalar(
                "string",
                choices=FLOWS,
                unwanted={
                    "clientCredentials": "2.0 calls it `application`",
                    "authorizationCode": "2.0 calls it `accessCode`",
                },
            ),
            **dict.fromkeys(("authorizationUrl", "tokenUrl"), URL),
            "scopes": ObjectOf("scopes"),
        },
        required=("type",),
        conditions=(
            scheme_fits(
                "type",
                {"basic": (), "apiKey": ("name", "in"), "oauth2": ("flow", "scopes")},
                {"oauth2": ("authorizationUrl", "tokenUrl")},
            ),
            urls_fit_flow,
        ),
        unwanted={
            "flows": "2.0 has one `flow` in a scheme; write a scheme for each",
            **dict.fromkeys(("scheme", "bearerFormat", "openIdConnectUrl"), _LATER),
        },
    ),
    "scopes": ObjectType("scopes", 25, {}, patterned=TEXT),
    "security-requirement": ObjectType(
        "security requirement", 26, {}, patterned=ListOf(TEXT, unique=True), extensions=False
    ),
}
