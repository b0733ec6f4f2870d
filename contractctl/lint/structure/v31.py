"""The objects of OpenAPI 3.1 (3.1.1 §4.8); schemas are JSON Schema 2020-12."""

from __future__ import annotations

from dataclasses import replace

from contractctl.lint.structure.conditions import (
    STYLES,
    example_or_examples,
    exclusive,
    fields_fit_location,
    has_a_response,
    has_content_of_its_own,
    link_names_one_operation,
    path_name_has_no_braces,
    path_parameter_is_required,
    schema_or_content,
    style_fits_location,
    version_is_complete,
)
from contractctl.lint.structure.kinds import (
    Either,
    Form,
    Kind,
    ListOf,
    MapOf,
    ObjectOf,
    ObjectType,
    OneOrMore,
    Scalar,
    Table,
)
from contractctl.lint.structure.objects import (
    ABSOLUTE_URI,
    ANY,
    COUNT,
    DESCRIPTION_UNWANTED,
    DOCS,
    EXAMPLE_UNWANTED,
    EXAMPLES,
    FLAG,
    IRI_REFERENCE,
    MEDIA_TYPE_UNWANTED,
    NUMBER,
    ONE_CONTENT,
    OPERATION,
    PARAMETER_UNWANTED,
    PATH_ITEM,
    SECURITY,
    SERVERS,
    SHARED,
    SINCE_3_2,
    STATUS_CODES,
    TEXT,
    TYPES_UNWANTED,
    URI,
    URL,
    components_of,
    location,
    referable,
    security_scheme,
)

LOCATIONS = ("query", "header", "path", "cookie")
SCHEMA = Either(FLAG, ObjectOf("schema"))
_TYPE = Scalar(
    "string",
    choices=("array", "boolean", "integer", "null", "number", "object", "string"),
    unwanted=TYPES_UNWANTED,
)
_COUNTS = (
    *("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"),
    *("minContains", "maxContains"),
)
_TEXTUAL = (
    *("title", "description", "format", "pattern", "$ref", "$id", "$anchor", "$schema", "$comment"),
    *("$dynamicRef", "$dynamicAnchor", "$recursiveRef", "contentEncoding", "contentMediaType"),
)
_ANCHOR = Scalar("string", form=Form("[A-Za-z_][A-Za-z0-9._-]*", "an anchor", "use letters, digits, `.`, `-` and `_`"))
_ID = Scalar(
    "string",
    form=Form(
        f"(?!.*#.){IRI_REFERENCE}",
        "an identifier, which is a URI without a fragment",
        "write a fragment as `$anchor`, and escape what is no letter, digit or mark: `%20` is a space",
    ),
)
_BOUND = "since OpenAPI 3.1 it is the bound itself: write the number here, in the place of `{bound}`"
_SUBSCHEMAS = (
    *("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames"),
    *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
)
_NAMES = ListOf(TEXT, unique=True)


def _dependencies(schema: Either) -> MapOf:
    """Return the kind of `dependencies`, which the metaschema of 2020-12 still knows: names, or a schema."""
    return MapOf(Either(FLAG, OneOrMore(schema.other, several=_NAMES)))


HEADER_FIELDS: dict[str, Kind] = {
    "description": TEXT,
    "required": FLAG,
    "deprecated": FLAG,
    "style": Scalar("string", choices=("simple",)),
    "explode": FLAG,
    "schema": SCHEMA,
    "content": ONE_CONTENT,
    "example": ANY,
    "examples": EXAMPLES,
}

_SCHEMA_TYPE = ObjectType(
    "schema",
    24,
    {
        **dict.fromkeys(_TEXTUAL, TEXT),
        "$id": _ID,
        **dict.fromkeys(("$anchor", "$dynamicAnchor"), _ANCHOR),
        "$schema": ABSOLUTE_URI,
        "$vocabulary": MapOf(FLAG),
        "type": Either(_TYPE, ListOf(_TYPE, minimum=1, unique=True)),
        "multipleOf": Scalar("number", minimum=0, above=True),
        **dict.fromkeys(("maximum", "minimum"), NUMBER),
        "exclusiveMaximum": Scalar("number", hint=_BOUND.format(bound="maximum")),
        "exclusiveMinimum": Scalar("number", hint=_BOUND.format(bound="minimum")),
        **dict.fromkeys(_COUNTS, COUNT),
        **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly", "deprecated"), FLAG),
        "required": _NAMES,
        "enum": ListOf(ANY),
        "const": ANY,
        "default": ANY,
        "example": ANY,
        "examples": ListOf(ANY),
        **dict.fromkeys(_SUBSCHEMAS, SCHEMA),
        **dict.fromkeys(("allOf", "oneOf", "anyOf", "prefixItems"), ListOf(SCHEMA, minimum=1)),
        **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"), MapOf(SCHEMA)),
        "dependentRequired": MapOf(_NAMES),
        "dependencies": _dependencies(SCHEMA),
        "discriminator": ObjectOf("discriminator"),
        "externalDocs": DOCS,
        "xml": ObjectOf("xml"),
    },
    open=True,
)

# What draft 4 to 2019-09 have otherwise: `items` by position, exclusive bounds that are flags, identifiers of parts.
_OLDER = Either(FLAG, ObjectOf("older-schema"))
_OLDER_FIELDS: dict[str, Kind] = {
    **dict.fromkeys((*_SUBSCHEMAS, "additionalItems"), _OLDER),
    **dict.fromkeys(("allOf", "oneOf", "anyOf"), ListOf(_OLDER, minimum=1)),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"), MapOf(_OLDER)),
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum", "$id", "$schema", "prefixItems"), ANY),
    "items": Either(FLAG, OneOrMore(_OLDER)),
    "dependencies": _dependencies(_OLDER),
    "type": ANY,
    "required": ANY,
}

TABLE: Table = {
    **SHARED,
    "description": ObjectType(
        "description",
        1,
        {
            "openapi": TEXT,
            "info": ObjectOf("info"),
            "jsonSchemaDialect": ABSOLUTE_URI,
            "servers": SERVERS,
            "paths": ObjectOf("paths"),
            "webhooks": MapOf(ObjectOf("path-item")),
            "components": ObjectOf("components"),
            "security": SECURITY,
            "tags": ListOf(ObjectOf("tag")),
            "externalDocs": DOCS,
        },
        required=("openapi", "info"),
        conditions=(version_is_complete, has_content_of_its_own),
        unwanted=DESCRIPTION_UNWANTED,
    ),
    "info": ObjectType(
        "info object",
        2,
        {
            "title": TEXT,
            "summary": TEXT,
            "description": TEXT,
            "termsOfService": URL,
            "contact": ObjectOf("contact"),
            "license": ObjectOf("license"),
            "version": TEXT,
        },
        required=("title", "version"),
    ),
    "license": ObjectType(
        "license",
        4,
        {"name": TEXT, "identifier": TEXT, "url": URL},
        required=("name",),
        conditions=(exclusive(("identifier", "url")),),
    ),
    "server-variable": ObjectType(
        "server variable",
        6,
        {"enum": ListOf(TEXT, minimum=1), "default": TEXT, "description": TEXT},
        required=("default",),
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
            pathItems=ObjectOf("path-item"),
        ),
        unwanted={"mediaTypes": SINCE_3_2},
    ),
    "path-item": ObjectType(
        PATH_ITEM.title,
        PATH_ITEM.clause,
        {"$ref": TEXT, **PATH_ITEM.fields},
        conditions=PATH_ITEM.conditions,
        unwanted=PATH_ITEM.unwanted,
    ),
    "operation": OPERATION,
    "parameter": ObjectType(
        "parameter",
        12,
        {
            **HEADER_FIELDS,
            "name": TEXT,
            "in": location(*LOCATIONS),
            "style": TEXT,
            "allowEmptyValue": FLAG,
            "allowReserved": FLAG,
        },
        required=("name", "in"),
        conditions=(
            example_or_examples,
            schema_or_content("parameter"),
            path_parameter_is_required,
            style_fits_location(STYLES),
            fields_fit_location(dict.fromkeys(("allowEmptyValue", "allowReserved"), ("query",)), LOCATIONS),
            path_name_has_no_braces,
        ),
        unwanted=PARAMETER_UNWANTED,
    ),
    "media-type": ObjectType(
        "media type",
        14,
        {"schema": SCHEMA, "example": ANY, "examples": EXAMPLES, "encoding": MapOf(ObjectOf("encoding"))},
        conditions=(example_or_examples,),
        unwanted=MEDIA_TYPE_UNWANTED,
    ),
    "responses": ObjectType(
        "responses",
        16,
        {},
        patterned=referable("response"),
        keys=STATUS_CODES,
        minimum=1,
        conditions=(has_a_response,),
    ),
    "example": ObjectType(
        "example",
        19,
        {"summary": TEXT, "description": TEXT, "value": ANY, "externalValue": URI},
        conditions=(exclusive(("value", "externalValue")),),
        unwanted=EXAMPLE_UNWANTED,
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
        conditions=(link_names_one_operation,),
    ),
    "header": ObjectType(
        "header",
        21,
        HEADER_FIELDS,
        conditions=(example_or_examples, schema_or_content("header")),
        unwanted=PARAMETER_UNWANTED,
    ),
    "reference": ObjectType(
        "reference", 23, {"$ref": TEXT, "summary": TEXT, "description": TEXT}, required=("$ref",), extensions=False
    ),
    "schema": _SCHEMA_TYPE,
    "older-schema": replace(_SCHEMA_TYPE, fields={**_SCHEMA_TYPE.fields, **_OLDER_FIELDS}),
    "discriminator": replace(SHARED["discriminator"], unwanted={"defaultMapping": SINCE_3_2}),
    "xml": ObjectType(
        "XML object",
        26,
        {"name": TEXT, "namespace": ABSOLUTE_URI, "prefix": TEXT, "attribute": FLAG, "wrapped": FLAG},
        unwanted={"nodeType": SINCE_3_2},
    ),
    "security-scheme": security_scheme("apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"),
}
