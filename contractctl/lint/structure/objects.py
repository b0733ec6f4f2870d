"""Object types that OpenAPI 3.0, 3.1 and 3.2 share; clauses are numbers under §4.7 (3.0.3) and §4.8 (3.1.1)."""

from __future__ import annotations

from dataclasses import replace

from contractctl.lint.structure.conditions import example_or_examples, parameters_differ
from contractctl.lint.structure.kinds import (
    Anything,
    Form,
    Keys,
    Kind,
    ListOf,
    MapOf,
    ObjectOf,
    ObjectType,
    Scalar,
    Table,
)
from contractctl.lint.structure.security import (
    MORE,
    NEEDED,
    SPECIFIC_FIELDS,
    bearer_format_fits_scheme,
    scheme_fits,
)

# RFC 3986 §4.1, with the letters of all languages as RFC 3987 has them; only the parts that people get wrong.
_CHARACTER = r"(?:[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=\u00a0-\U0010ffff-]|%[0-9A-Fa-f]{2})"
_SCHEME = "[A-Za-z][A-Za-z0-9+.-]*"
_IRI_REST = f"{_CHARACTER}*(?:#{_CHARACTER}*)?"
IRI_REFERENCE = f"(?:{_SCHEME}:|(?![^/?#]*:)){_IRI_REST}"

ANY = Anything()
TEXT = Scalar("string")
URL = Scalar("string", noun="a URL (a string)")
URI = Scalar(
    "string",
    noun="a URI (a string)",
    form=Form(IRI_REFERENCE, "a URI", "escape what is no letter, digit or mark: `%20` is a space"),
)
ABSOLUTE_URI = Scalar(
    "string",
    noun="a URI (a string)",
    form=Form(f"{_SCHEME}:{_IRI_REST}", "a URI with its scheme", "write all of it, from `https:` or `urn:` on"),
)
FLAG = Scalar("boolean")
NUMBER = Scalar("number")
COUNT = Scalar("integer", minimum=0)
TEXTS = MapOf(TEXT)
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

COMPONENT_NAMES = Keys(
    r"^[a-zA-Z0-9._-]+$",
    "component-name-invalid",
    "`{key}` is not a name for a component",
    "use letters, digits, `.`, `-` and `_` only",
)
LINK_NAMES = replace(
    COMPONENT_NAMES, message="`{key}` is not a name for a link, which is bounded like that of a component"
)
PATH_NAMES = Keys("^/", "path-not-absolute", "path `{key}` does not start with `/`", "write `/{key}`")
STATUS_CODES = Keys(
    r"^(default|[1-5](?:[0-9]{2}|XX))$",
    "status-code-invalid",
    "`{key}` is not a status code",
    "use a code such as `200`, a range such as `2XX`, or `default`",
)

SINCE_3_2 = "it came with OpenAPI 3.2"


def referable(name: str) -> ObjectOf:
    """Return the kind of an object in whose place a reference may stand."""
    return ObjectOf(name, referable=True)


def location(*choices: str) -> Scalar:
    """Return the kind of `in` of a parameter."""
    unwanted = {
        "querystring": SINCE_3_2,
        "body": "OpenAPI 3 has `requestBody`",
        "formData": "OpenAPI 3 has `requestBody`, with the media type of a form",
    }
    return Scalar("string", choices=choices, noun="a location", unwanted=unwanted)


def components_of(**kinds: Kind) -> dict[str, Kind]:
    """Return the fields of a Components Object: maps with bounded names."""
    return {name: MapOf(kind, COMPONENT_NAMES) for name, kind in kinds.items()}


SCHEMA = referable("schema")
CONTENT = MapOf(ObjectOf("media-type"))
ONE_CONTENT = MapOf(ObjectOf("media-type"), minimum=1, maximum=1)
EXAMPLES = MapOf(referable("example"))
HEADERS = MapOf(referable("header"))
SERVERS = ListOf(ObjectOf("server"))
PARAMETERS = ListOf(referable("parameter"))
SECURITY = ListOf(ObjectOf("security-requirement"))
DOCS = ObjectOf("external-documentation")
_DESCRIBED = {"description": TEXT}

_SCHEMA_FIELDS = (
    "type",
    "format",
    "items",
    "enum",
    "default",
    "pattern",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
)
PARAMETER_UNWANTED = {
    **dict.fromkeys(_SCHEMA_FIELDS, "move it under `schema`"),
    "collectionFormat": "OpenAPI 3 has `style` and `explode`",
}
TYPES_UNWANTED = {
    **dict.fromkeys(("int", "int32", "int64", "long"), "use `integer`; `int32` and `int64` are formats of it"),
    **dict.fromkeys(("float", "double", "decimal"), "use `number`; `float` and `double` are formats of it"),
    **dict.fromkeys(("date", "date-time", "datetime", "uuid"), "use `string`, with a `format` such as `date-time`"),
    **dict.fromkeys(("file", "binary"), "use `string`, with the `format` `binary`"),
    **dict.fromkeys(("any", "mixed"), "leave `type` out where anything goes"),
    **dict.fromkeys(("dict", "map", "hash"), "use `object`, with `additionalProperties`"),
    "enum": "use `string`, with the values in `enum`",
}
DESCRIPTION_UNWANTED = {
    **dict.fromkeys(("host", "basePath", "schemes"), "OpenAPI 3 has URLs under `servers`"),
    **dict.fromkeys(("consumes", "produces"), "OpenAPI 3 has media types under `content` of bodies and responses"),
    "definitions": "OpenAPI 3 has `components.schemas`",
    "securityDefinitions": "OpenAPI 3 has `components.securitySchemes`",
    "parameters": "OpenAPI 3 has `components.parameters`",
    "responses": "OpenAPI 3 has `components.responses`",
    "swagger": "`openapi` says which version it is; remove this",
    "$self": SINCE_3_2,
}

ENCODING_UNWANTED = dict.fromkeys(("encoding", "prefixEncoding", "itemEncoding"), SINCE_3_2)
MEDIA_TYPE_UNWANTED = {
    **dict.fromkeys(("itemSchema", "prefixEncoding", "itemEncoding", "description"), SINCE_3_2),
    "$ref": "references to media types came with OpenAPI 3.2; write it out, or refer to its schema",
}
EXAMPLE_UNWANTED = dict.fromkeys(("dataValue", "serializedValue"), SINCE_3_2)

PATH_ITEM = ObjectType(
    "path item",
    9,
    {
        "summary": TEXT,
        **_DESCRIBED,
        "servers": SERVERS,
        "parameters": PARAMETERS,
        **dict.fromkeys(METHODS, ObjectOf("operation")),
    },
    conditions=(parameters_differ,),
    unwanted=dict.fromkeys(("query", "additionalOperations"), SINCE_3_2),
)
OPERATION = ObjectType(
    "operation",
    10,
    {
        "tags": ListOf(TEXT),
        "summary": TEXT,
        **_DESCRIBED,
        "externalDocs": DOCS,
        "operationId": TEXT,
        "parameters": PARAMETERS,
        "requestBody": referable("request-body"),
        "responses": ObjectOf("responses"),
        "callbacks": MapOf(referable("callback")),
        "deprecated": FLAG,
        "security": SECURITY,
        "servers": SERVERS,
    },
    conditions=(parameters_differ,),
    unwanted={
        "consumes": "OpenAPI 3 has media types under `requestBody.content`",
        "produces": "OpenAPI 3 has media types under `content` of each response",
        "schemes": "OpenAPI 3 has URLs under `servers`",
    },
)


def flow(*needed: str) -> ObjectType:
    """Return an OAuth Flow Object with these URLs."""
    urls = dict.fromkeys((*needed, "refreshUrl"), URL)
    return ObjectType("OAuth flow", 29, {**urls, "scopes": TEXTS}, required=(*needed, "scopes"))


_SCHEMES_UNWANTED = {
    "basic": "OpenAPI 3 has `type: http` with `scheme: basic`",
    **dict.fromkeys(("bearer", "jwt", "JWT"), "write `type: http` with `scheme: bearer`"),
    "mutualTLS": "it came with OpenAPI 3.1",
}


def security_scheme(*types: str) -> ObjectType:
    """Return the Security Scheme Object with these types."""
    fields: dict[str, Kind] = {
        **dict.fromkeys(SPECIFIC_FIELDS, TEXT),
        "openIdConnectUrl": URL,
        **_DESCRIBED,
        "type": Scalar("string", choices=types, unwanted=_SCHEMES_UNWANTED),
        "in": Scalar("string", choices=("query", "header", "cookie")),
        "flows": ObjectOf("flows"),
    }
    conditions = (scheme_fits("type", NEEDED, MORE), bearer_format_fits_scheme)
    unwanted = {
        **dict.fromkeys(("deprecated", "oauth2MetadataUrl"), SINCE_3_2),
        **dict.fromkeys(("flow", "scopes", "tokenUrl", "authorizationUrl"), "OpenAPI 3 has it under `flows`"),
    }
    return ObjectType("security scheme", 27, fields, required=("type",), conditions=conditions, unwanted=unwanted)


SHARED: Table = {
    "contact": ObjectType("contact", 3, {"name": TEXT, "url": URL, "email": TEXT}),
    "server": ObjectType(
        "server",
        5,
        {"url": TEXT, **_DESCRIBED, "variables": MapOf(ObjectOf("server-variable"))},
        required=("url",),
        unwanted={"name": SINCE_3_2},
    ),
    "paths": ObjectType("paths", 8, {}, patterned=ObjectOf("path-item"), keys=PATH_NAMES),
    "external-documentation": ObjectType(
        "external documentation object", 11, {**_DESCRIBED, "url": URL}, required=("url",)
    ),
    "request-body": ObjectType(
        "request body",
        13,
        {**_DESCRIBED, "content": CONTENT, "required": FLAG},
        required=("content",),
        unwanted={"schema": "put it under `content` and a media type"},
    ),
    "media-type": ObjectType(
        "media type",
        14,
        {"schema": SCHEMA, "example": ANY, "examples": EXAMPLES, "encoding": MapOf(ObjectOf("encoding"))},
        conditions=(example_or_examples,),
        unwanted=MEDIA_TYPE_UNWANTED,
    ),
    "encoding": ObjectType(
        "encoding",
        15,
        {
            "contentType": TEXT,
            "headers": HEADERS,
            "style": Scalar("string", choices=("form", "spaceDelimited", "pipeDelimited", "deepObject")),
            "explode": FLAG,
            "allowReserved": FLAG,
        },
        unwanted=ENCODING_UNWANTED,
    ),
    "response": ObjectType(
        "response",
        17,
        {**_DESCRIBED, "headers": HEADERS, "content": CONTENT, "links": MapOf(referable("link"), LINK_NAMES)},
        required=("description",),
        unwanted={
            "schema": "put it under `content` and a media type",
            "examples": "put them under `content` and a media type",
            "summary": SINCE_3_2,
        },
    ),
    "callback": ObjectType("callback", 18, {}, patterned=ObjectOf("path-item")),
    "tag": ObjectType(
        "tag",
        22,
        {"name": TEXT, **_DESCRIBED, "externalDocs": DOCS},
        required=("name",),
        unwanted=dict.fromkeys(("summary", "parent", "kind"), SINCE_3_2),
    ),
    "discriminator": ObjectType(
        "discriminator", 25, {"propertyName": TEXT, "mapping": TEXTS}, required=("propertyName",)
    ),
    "flows": ObjectType(
        "OAuth flows",
        28,
        {
            "implicit": ObjectOf("flow-implicit"),
            "password": ObjectOf("flow-password"),
            "clientCredentials": ObjectOf("flow-client-credentials"),
            "authorizationCode": ObjectOf("flow-authorization-code"),
        },
        unwanted={
            "accessCode": "OpenAPI 3 calls it `authorizationCode`",
            "application": "OpenAPI 3 calls it `clientCredentials`",
            "deviceAuthorization": SINCE_3_2,
        },
    ),
    "flow-implicit": flow("authorizationUrl"),
    "flow-password": flow("tokenUrl"),
    "flow-client-credentials": flow("tokenUrl"),
    "flow-authorization-code": flow("authorizationUrl", "tokenUrl"),
    "security-requirement": ObjectType("security requirement", 30, {}, patterned=ListOf(TEXT), extensions=False),
}
