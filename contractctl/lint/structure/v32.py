"""The objects of OpenAPI 3.2 (3.2.0): those of 3.1, and what came with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from contractctl.lint.structure.conditions import (
    SERIALISATION_3_2,
    STYLES_3_2,
    cookie_style_escapes_nothing,
    example_or_examples,
    exclusive,
    fields_fit_location,
    further_methods,
    path_name_has_no_braces,
    path_parameter_is_required,
    querystring_has_content,
    schema_or_content,
    self_has_no_fragment,
    stands_alone,
    style_fits_location,
)
from contractctl.lint.structure.kinds import Condition, Kind, ListOf, MapOf, ObjectOf, ObjectType, Scalar, Table
from contractctl.lint.structure.objects import (
    FLAG,
    METHODS,
    TEXT,
    URI,
    URL,
    components_of,
    flow,
    location,
    referable,
)
from contractctl.lint.structure.security import MORE, NEEDED, bearer_format_fits_scheme, scheme_fits
from contractctl.lint.structure.v31 import HEADER_FIELDS, LOCATIONS, SCHEMA
from contractctl.lint.structure.v31 import TABLE as EARLIER

_METHODS = (*METHODS, "query")
_LOCATIONS = (*LOCATIONS, "querystring")
_CONTENT = MapOf(referable("media-type"))
_ONE_CONTENT = MapOf(referable("media-type"), minimum=1, maximum=1)
_ENCODINGS: Mapping[str, Kind] = {
    "encoding": MapOf(ObjectOf("encoding")),
    "prefixEncoding": ListOf(ObjectOf("encoding")),
    "itemEncoding": ObjectOf("encoding"),
}
_ENCODING_BY_NAME_OR_POSITION = exclusive(("encoding", "prefixEncoding"), ("encoding", "itemEncoding"))
_NODE_TYPES = ("element", "attribute", "text", "cdata", "none")


def _grown(name: str, fields: Mapping[str, Kind], *conditions: Condition) -> ObjectType:
    """Return an object of 3.1 with further fields (or other kinds for those it has) and conditions."""
    entry = EARLIER[name]
    return replace(entry, fields={**entry.fields, **fields}, conditions=(*entry.conditions, *conditions))


TABLE: Table = {
    **EARLIER,
    "description": _grown("description", {"$self": URI, "jsonSchemaDialect": URI}, self_has_no_fragment),
    "server": _grown("server", {"name": TEXT}),
    "components": _grown("components", components_of(mediaTypes=referable("media-type"))),
    "path-item": _grown(
        "path-item",
        {"query": ObjectOf("operation"), "additionalOperations": MapOf(ObjectOf("operation"))},
        further_methods(tuple(method.upper() for method in _METHODS)),
        stands_alone("querystring", "query"),
    ),
    "parameter": replace(
        _grown(
            "parameter",
            {
                "in": location(*_LOCATIONS),
                "content": _ONE_CONTENT,
            },
        ),
        conditions=(
            example_or_examples,
            schema_or_content("parameter", apart=SERIALISATION_3_2),
            querystring_has_content,
            path_parameter_is_required,
            path_name_has_no_braces,
            style_fits_location(STYLES_3_2),
            cookie_style_escapes_nothing,
            fields_fit_location(
                {"allowEmptyValue": ("query",), "allowReserved": ("query", "path", "cookie")}, _LOCATIONS
            ),
        ),
    ),
    "request-body": _grown("request-body", {"content": _CONTENT}),
    "media-type": _grown(
        "media-type",
        {"description": TEXT, "itemSchema": SCHEMA, **_ENCODINGS},
        _ENCODING_BY_NAME_OR_POSITION,
    ),
    "encoding": _grown("encoding", _ENCODINGS, _ENCODING_BY_NAME_OR_POSITION),
    "response": replace(_grown("response", {"summary": TEXT, "content": _CONTENT}), required=()),
    "example": replace(
        _grown("example", {"dataValue": EARLIER["example"].fields["value"], "serializedValue": TEXT}),
        conditions=(
            exclusive(
                ("value", "externalValue"),
                ("value", "dataValue"),
                ("value", "serializedValue"),
                ("serializedValue", "externalValue"),
            ),
        ),
    ),
    "header": replace(
        EARLIER["header"],
        fields={**HEADER_FIELDS, "content": _ONE_CONTENT},
        conditions=(example_or_examples, schema_or_content("header", apart=SERIALISATION_3_2)),
    ),
    "tag": _grown("tag", {"summary": TEXT, "parent": TEXT, "kind": TEXT}),
    "discriminator": _grown("discriminator", {"defaultMapping": TEXT}),
    "xml": _grown(
        "xml",
        {"nodeType": Scalar("string", choices=_NODE_TYPES)},
        exclusive(("nodeType", "attribute"), ("nodeType", "wrapped")),
    ),
    "security-scheme": replace(
        _grown("security-scheme", {"deprecated": FLAG, "oauth2MetadataUrl": URL}),
        conditions=(scheme_fits("type", NEEDED, {**MORE, "oauth2": ("oauth2MetadataUrl",)}), bearer_format_fits_scheme),
    ),
    "flows": _grown("flows", {"deviceAuthorization": ObjectOf("flow-device-authorization")}),
    "flow-device-authorization": flow("deviceAuthorizationUrl", "tokenUrl"),
}
