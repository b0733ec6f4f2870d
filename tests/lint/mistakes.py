"""Mistakes that more than one field has to do with, or that only some values are: each breaks one thing by name."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.core.json import Json
from tests.lint.breakages import (
    EARLY,
    LATE,
    METHODS,
    THREE,
    added,
    body_of_get,
    callback,
    circle,
    emptied,
    header_twice,
    id_twice,
    in_property,
    key_of_component,
    misled,
    of_parameter,
    of_schema,
    only,
    operations,
    parameters,
    paths,
    reference,
    references,
    same_path,
    security,
    server_default,
    status_code,
    template,
    twice,
    two_bodies,
    undeclared_variable,
    variable_lost,
    with_key,
    with_value,
    wrong_scope,
)
from tests.lint.breaking import Make, first

_FIVE: dict[str, Json] = {"type": "integer", "minimum": 5, "maximum": 9}

MISTAKES: Mapping[str, Make] = {
    # values that a field cannot have
    "a location that is none": with_value("parameter", "in", "qury", "qury"),
    "a location of another version": only(THREE, with_value("parameter", "in", "formData", "formData")),
    "a type that is none": of_schema({"type": "strng"}, "string", at="type", word="strng"),
    "a type in capitals": of_schema({"type": "String"}, "string", at="type", word="String"),
    "a type of databases": of_schema({"type": "int"}, "integer", at="type", word="int"),
    "`any` as a type": of_schema({"type": "any"}, "string", "object", at="type", word="any"),
    "`date` as a type": of_schema({"type": "date"}, "string", at="type", word="date"),
    "a style that is none": only(THREE, of_parameter("query", "style", "csv", "csv")),
    "a style of another location": only(THREE, of_parameter("query", "style", "matrix", "matrix")),
    "a style that headers do not have": only(THREE, of_parameter("header", "style", "form", "form")),
    "a security scheme of no type": with_value("security-scheme", "type", "jwt", "jwt"),
    "a key in the body": only(
        THREE,
        lambda whole: first(
            whole.put((*at, "in"), "body", "body")
            for at, found in whole.holding("security-scheme", "in")
            if found.get("type") == "apiKey"
        ),
    ),
    "a collection format that is none": only(
        ("2.0",),
        lambda whole: first(
            whole.put((*at, "collectionFormat"), "comma", "comma") for at, found in parameters(whole, "query", "type")
        ),
    ),
    "a scheme of URLs that is none": only(("2.0",), with_value("description", "schemes", ["htps"], "htps")),
    "a host with its scheme": only(
        ("2.0",), with_value("description", "host", "https://a.example", "https://a.example")
    ),
    "a base path without its slash": only(("2.0",), with_value("description", "basePath", "v1", "v1")),
    # references
    "a reference with a misspelt name": reference("", rename=True),
    "a reference into the components of another version": only(THREE, reference("#/definitions/Nobody")),
    "a reference to a file that is not there": reference("nobody.yaml#/Pet"),
    "a reference without its hash": reference("/components/schemas/Nobody"),
    "a reference that is no pointer": reference("#Nobody"),
    "a reference to another kind": misled,
    "a reference to itself": only(THREE, circle),
    "a reference that is a number": lambda whole: first(
        whole.put(tokens, 5, "$ref") for tokens, _ in references(whole.root)
    ),
    # the same thing twice
    "an operationId twice": id_twice,
    "a parameter twice": twice("operation", "parameters"),
    "a header twice in other letters": header_twice,
    "a tag twice": twice("description", "tags"),
    "a tag twice in an operation": twice("operation", "tags"),
    "a required member twice": twice("schema", "required"),
    "a value of an enum twice": twice("schema", "enum"),
    "two paths that are one": same_path,
    # fields that exclude each other
    "`example` beside `examples` of a media type": added("media-type", "example", {"a": 1}, "examples"),
    "`examples` beside `example` of a media type": added("media-type", "examples", {"a": {"value": 1}}, "example"),
    "`examples` beside `example` of a parameter": only(
        THREE, added("parameter", "examples", {"a": {"value": 1}}, "example")
    ),
    "`content` beside `schema`": only(THREE, added("parameter", "content", {"text/plain": {}}, "schema")),
    "a header with `content` beside `schema`": only(THREE, added("header", "content", {"text/plain": {}}, "schema")),
    "`externalValue` beside `value`": added("example", "externalValue", "https://a.example/a.json", "value"),
    "`operationRef` beside `operationId`": added("link", "operationRef", "#/paths/~1a/get", "operationId"),
    "`identifier` beside `url` of a license": only(LATE, added("license", "identifier", "MIT", "url")),
    "neither schema nor content": only(
        THREE,
        lambda whole: first(whole.drop((*at, "schema")) for at, _ in whole.holding("parameter", "schema")),
    ),
    "a header with neither schema nor content": only(
        THREE,
        lambda whole: first(whole.drop((*at, "schema")) for at, _ in whole.holding("header", "schema")),
    ),
    "a link to nothing": lambda whole: first(
        whole.drop((*at, "operationId")) for at, _ in whole.holding("link", "operationId")
    ),
    "encodings by name and by position": only(("3.2",), added("media-type", "itemEncoding", {}, "encoding")),
    "a node type beside `attribute`": only(("3.2",), added("xml", "attribute", True, "nodeType")),
    "`value` beside `dataValue`": only(("3.2",), added("example", "value", 1, "dataValue")),
    # names and keys
    "the name of a component with a space": key_of_component,
    "a path without its slash": lambda whole: first(
        whole.rename(("paths", path), path.lstrip("/") or "a", path.lstrip("/") or "a") for path in paths(whole)
    ),
    "a path with a query": lambda whole: first(
        whole.rename(("paths", path), f"{path}?all=true", "?all=true") for path in paths(whole)
    ),
    "a status code of two digits": status_code("20"),
    "a range in small letters": status_code("2xx"),
    "a status code beyond 599": status_code("600"),
    "a word for a status code": status_code("ok"),
    "a media type that is none": only(THREE, with_key("response", "content", "json", "json")),
    "a media type of a body that is none": only(THREE, with_key("request-body", "content", "json", "json")),
    "an expression of a callback that is none": callback,
    "a method in capitals": lambda whole: first(
        whole.rename(at, at[-1].upper(), at[-1].upper()) for at, _ in operations(whole) if at[-1] in METHODS
    ),
    "a method that is none": lambda whole: first(whole.rename(at, "fetch", "fetch") for at, _ in operations(whole)),
    "a further method that has a field": only(
        ("3.2",),
        lambda whole: first(
            whole.put((*at, "additionalOperations"), {"POST": {"responses": {"200": {"description": "A"}}}}, "POST")
            for at, _ in whole.spots("path-item")
        ),
    ),
    # variables of paths
    "a variable of a path misspelt": template("{before}{{{name}x}}{after}", "{name}"),
    "a variable that no parameter declares": template("{path}/{{other}}", "other"),
    "a variable twice in a path": only(("3.2",), template("{path}/{{{name}}}", "{name}")),
    "a brace that is not closed": template("{before}{{{name}{after}", "{name}"),
    "a path parameter of another name": variable_lost,
    "a path parameter that is not required": lambda whole: first(
        whole.put((*at, "required"), False, str(found["name"])) for at, found in parameters(whole, "path", "name")
    ),
    "a path parameter without `required`": lambda whole: first(
        whole.drop((*at, "required")) for at, _ in parameters(whole, "path", "required")
    ),
    # security
    "a scheme that is not declared": security([{"nobody": []}], "nobody"),
    "a scheme that is not declared, for everything": lambda whole: whole.put(("security",), [{"nobody": []}], "nobody"),
    "a scope that is not declared": wrong_scope,
    "a requirement that is text": security(["nobody"], "an object"),
    "scopes that are text": security([{"nobody": "read"}], "nobody"),
    "a key without its name": lambda whole: first(
        whole.drop((*at, "name")) for at, found in whole.holding("security-scheme", "name")
    ),
    "a field of another type of scheme": only(THREE, added("security-scheme", "scheme", "basic", "name")),
    "a flow by its old name": only(THREE, with_key("security-scheme", "flows", "accessCode", "accessCode")),
    "a flow by its new name": only(
        ("2.0",), with_value("security-scheme", "flow", "authorizationCode", "authorizationCode")
    ),
    "a flow without scopes": lambda whole: first(
        whole.drop((*at, "scopes"))
        for at, _ in whole.spots("flow-implicit", "flow-password", "flow-client-credentials")
    ),
    # servers
    "a variable of a server without its declaration": undeclared_variable,
    "a default that is not in the enum of a server": server_default,
    "an enum of a server that is empty": only(LATE, emptied("server-variable", "enum", [])),
    "a server that is text": lambda whole: (
        whole.put(("servers",), ["https://a.example"], "server") if whole.version != "2.0" else None
    ),
    # links, tags, discriminators
    "a link to an operation that is not there": with_value("link", "operationId", "nobodyKnows", "nobodyKnows"),
    "a parameter that the linked operation does not have": with_value("link", "parameters", {"nobody": 1}, "nobody"),
    "an expression of a link that is none": with_value(
        "link", "parameters", {"id": "$response.bdy#/id"}, "$response.bdy"
    ),
    "a discriminator of a property that is not there": only(
        THREE, with_value("discriminator", "propertyName", "nobodyKnows", "nobodyKnows")
    ),
    "a mapping that leads nowhere": with_value(
        "discriminator", "mapping", {"a": "#/components/schemas/Nobody"}, "Nobody"
    ),
    "a discriminator as in 2.0": only(
        THREE,
        lambda whole: first(
            whole.put((*at, "discriminator"), "kind") for at, _ in whole.holding("schema", "discriminator")
        ),
    ),
    "a parent of a tag that is not there": only(("3.2",), added("tag", "parent", "nobody", "name")),
    # bounds
    "a minimum over the maximum": of_schema({"minimum": 9, "maximum": 1}, "integer", "number", at="minimum"),
    "a shortest length over the longest": of_schema({"minLength": 9, "maxLength": 1}, "string", at="minLength"),
    "fewest items over the most": of_schema({"minItems": 9, "maxItems": 1}, "array", at="minItems"),
    "fewest members over the most": of_schema({"minProperties": 9, "maxProperties": 1}, "object", at="minProperties"),
    "a length below nought": of_schema({"minLength": -1}, "string", at="minLength", without=("maxLength",)),
    "a multiple of nought": of_schema({"multipleOf": 0}, "integer", "number", at="multipleOf"),
    "a pattern that does not end": of_schema({"pattern": "^[a-z"}, "string", at="pattern"),
    "a pattern of another language": of_schema({"pattern": "(?i)^a$"}, "string", at="pattern"),
    "required members that are one word": of_schema({"required": "name"}, "object", at="required"),
    "a required member as in draft 3": of_schema({"required": True}, "string", at="required"),
    "an enum that is text": of_schema({"enum": "a"}, "string", at="enum"),
    "no items": only(
        ("3.0",),
        lambda whole: first(
            whole.drop((*at, "items")) for at, found in whole.holding("schema", "items") if found.get("type") == "array"
        ),
    ),
    "alternatives that are none": only(THREE, of_schema({"oneOf": {"type": "string"}}, "object", at="oneOf")),
    # schemas of another version
    "a list of types in 3.0": only(("3.0",), of_schema({"type": ["string", "null"]}, "string", at="type")),
    "`const` in 3.0": only(("3.0",), of_schema({"const": 1}, "integer", at="const")),
    "`examples` in a schema of 3.0": only(("3.0",), of_schema({"examples": ["a"]}, "string", at="examples")),
    "`nullable` in 3.1": only(LATE, of_schema({"nullable": True}, "string", at="nullable")),
    "an exclusive bound of 3.0 in 3.1": only(
        LATE, of_schema({"minimum": 1, "exclusiveMinimum": True}, "integer", "number", at="exclusiveMinimum")
    ),
    "an exclusive bound of 3.1 in 3.0": only(
        ("3.0",), of_schema({"exclusiveMinimum": 1}, "integer", "number", at="exclusiveMinimum")
    ),
    "items by position in 3.1": only(LATE, of_schema({"items": [{"type": "string"}]}, "array", at="items")),
    "`nullable` in 2.0": only(("2.0",), of_schema({"nullable": True}, "string", at="nullable")),
    "`anyOf` in 2.0": only(("2.0",), of_schema({"anyOf": [{}]}, "object", at="anyOf")),
    "a file among the schemas": of_schema({"type": "file"}, "string", at="type", word="file"),
    # examples and defaults
    "an example of another type": of_schema({"example": {"a": 1}}, "string", at="example"),
    "an example below the minimum": of_schema({**_FIVE, "example": 1}, "integer", at="example"),
    "an example over the maximum": of_schema({**_FIVE, "example": 10}, "integer", at="example"),
    "an example that is not in the enum": of_schema(
        {"enum": ["a", "b"], "example": "c"}, "string", at="example", without=("pattern", "minLength", "format")
    ),
    "an example that the pattern refuses": of_schema({"pattern": "^a+$", "example": "b"}, "string", at="example"),
    "an example that is too long": of_schema({"maxLength": 1, "example": "bb"}, "string", at="example"),
    "an example without what is required": in_property({"required": ["zz"], "example": {}}, "zz"),
    "an example with a member that is not allowed": in_property(
        {"additionalProperties": False, "example": {"zz": 1}}, "zz"
    ),
    "a number in quotes for an example": of_schema({"example": "5"}, "integer", "number", at="example"),
    "a flag in quotes for an example": of_schema({"example": "true"}, "boolean", at="example"),
    "a default of another type": of_schema({"default": "ten"}, "integer", "number", at="default"),
    "a default that is not in the enum": of_schema({"enum": ["a", "b"], "default": "c"}, "string", at="default"),
    "a default over the maximum": of_schema({**_FIVE, "default": 10}, "integer", at="default"),
    "a value of an enum of another type": of_schema({"enum": ["a", 5]}, "string", at="enum", word="5"),
    # operations
    "no response at all": emptied("operation", "responses", {}),
    "no response of a call that works": only(
        ("2.0", "3.0", "3.1", "3.2"),
        lambda whole: first(
            whole.put((*at, "responses"), {"404": {"description": "A"}}, "successful") for at, _ in operations(whole)
        ),
    ),
    "no responses": only(EARLY, lambda whole: first(whole.drop((*at, "responses")) for at, _ in operations(whole))),
    "a response without its description": only(
        ("2.0", "3.0", "3.1"),
        lambda whole: first(whole.drop((*at, "description")) for at, _ in whole.holding("response", "description")),
    ),
    "a body of GET": only(("3.0",), body_of_get),
    "two bodies": only(("2.0",), two_bodies),
    "a parameter beside its path item": lambda whole: first(
        whole.put((*at, "parameter"), [], "parameter") for at, _ in operations(whole)
    ),
    "a body as in OpenAPI 3": only(("2.0",), added("operation", "requestBody", {}, "responses")),
    "media types as in 2.0": only(THREE, added("operation", "produces", ["application/json"], "responses")),
    "a schema of a response as in 2.0": only(THREE, added("response", "schema", {}, "description")),
    "a type of a parameter as in 2.0": only(THREE, added("parameter", "type", "string", "schema")),
    "a schema of a parameter as in OpenAPI 3": only(("2.0",), added("parameter", "schema", {}, "type")),
    # what surrounds it all
    "an e-mail address that is none": with_value("contact", "email", "our shop", "our shop"),
    "a URL that is none": with_value("external-documentation", "url", "https://a.example/our docs", "our docs"),
    "an API without a title": lambda whole: whole.drop(("info", "title")),
    "components of another version": only(THREE, lambda whole: whole.put(("definitions",), {})),
    "servers in 2.0": only(("2.0",), lambda whole: whole.put(("servers",), [])),
    "webhooks before 3.1": only(EARLY, lambda whole: whole.put(("webhooks",), {})),
    "a fragment in `$self`": only(("3.2",), lambda whole: whole.put(("$self",), "/a#b", "/a#b")),
    "an anchor that is none": only(LATE, of_schema({"$anchor": "#a"}, "string", at="$anchor", word="#a")),
    "an identifier with a fragment": only(LATE, of_schema({"$id": "/a#b"}, "string", at="$id", word="/a#b")),
}

PENDING: frozenset[str] = frozenset()
