"""The structure of OpenAPI 3.2, as far as 3.1 has nothing like it: what is wrong in words, and what is allowed."""

from __future__ import annotations

import pytest

from tests.lint.cases import HEAD_3_2, faults, operation, pointed, schema


def _parameter(body: str) -> str:
    return HEAD_3_2 + operation(f"parameters: [{body}]")


def _component(kind: str, body: str) -> str:
    return HEAD_3_2 + f"paths: {{}}\ncomponents: {{{kind}: {{A: {body}}}}}\n"


def _media_type(body: str) -> str:
    return _component("mediaTypes", body)


_ALL = "{name: all, in: querystring, content: {a/b: {}}}"
_ONE = "{name: one, in: query, schema: {}}"
_TOKEN = "tokenUrl: a, scopes: {}"

HITS = {
    "a fragment in $self": (
        HEAD_3_2 + "$self: »https://example.com/a#b\npaths: {}",
        "value-not-allowed: `https://example.com/a#b` has a fragment; `$self` names the whole document",
    ),
    "a version without its last number": (
        "openapi: »'3.2'\ninfo: {title: a, version: '1'}\npaths: {}",
        "value-not-allowed: `3.2` is not a version of OpenAPI",
    ),
    "a further method that has a field": (
        HEAD_3_2 + "paths: {/pets: {additionalOperations: {»POST: {responses: {default: {}}}}}}",
        "value-not-allowed: `POST` has a field of its own",
    ),
    "the new method among the further ones": (
        HEAD_3_2 + "paths: {/pets: {additionalOperations: {»QUERY: {responses: {default: {}}}}}}",
        "value-not-allowed: `QUERY` has a field of its own",
    ),
    "a further method that is none": (
        HEAD_3_2 + "paths: {/pets: {additionalOperations: {»a b: {responses: {default: {}}}}}}",
        "value-not-allowed: `a b` is not a method of HTTP",
    ),
    "a fault in a further operation": (
        HEAD_3_2 + "paths: {/pets: {additionalOperations: {COPY: {sumary: »a, responses: {default: {}}}}}}",
        "field-unknown: `sumary` is not a field of an operation",
    ),
    "a querystring with a schema": (
        _parameter("{name: all, in: querystring, »schema: {type: object}}"),
        "field-unknown: `schema` does not apply to a querystring parameter",
    ),
    "a querystring without anything": (
        _parameter("»{name: all, in: querystring}"),
        "field-missing: parameter `all` has neither `schema` nor `content`",
    ),
    "an empty value of a querystring": (
        _parameter("{name: all, in: querystring, allowEmptyValue: »true, content: {a/b: {}}}"),
        "field-unknown: `allowEmptyValue` does not apply to a querystring parameter",
    ),
    "two querystrings": (
        _parameter(f"{_ALL}, »{_ALL.replace('all', 'any')}"),
        "fields-exclusive: a second querystring parameter; an operation has one at most",
    ),
    "a querystring beside a query": (
        _parameter(f"{_ONE}, »{_ALL}"),
        "fields-exclusive: querystring parameter beside a query parameter; only one of the two is allowed",
    ),
    "a query beside the querystring of the path item": (
        HEAD_3_2
        + f"paths:\n  /pets:\n    parameters: [{_ALL}]\n"
        + f"    get: {{parameters: [»{_ONE}], responses: {{default: {{}}}}}}",
        "fields-exclusive: query parameter beside a querystring parameter; only one of the two is allowed",
    ),
    "a query beside the querystring of the path item in a further operation": (
        HEAD_3_2
        + f"paths:\n  /pets:\n    parameters: [{_ALL}]\n"
        + f"    additionalOperations: {{COPY: {{parameters: [»{_ONE}], responses: {{default: {{}}}}}}}}",
        "fields-exclusive: query parameter beside a querystring parameter; only one of the two is allowed",
    ),
    "the style cookie in the query": (
        _parameter("{name: a, in: query, style: »cookie, schema: {}}"),
        "value-not-allowed: `cookie` is not a style of a query parameter",
    ),
    "reserved characters in the style cookie": (
        _parameter("{name: a, in: cookie, style: cookie, allowReserved: »true, schema: {}}"),
        "field-unknown: `allowReserved` does not apply to the style `cookie`, which escapes nothing",
    ),
    "reserved characters in a header": (
        _parameter("{name: a, in: header, allowReserved: »true, schema: {}}"),
        "field-unknown: `allowReserved` does not apply to a header parameter",
    ),
    "reserved characters in content": (
        _parameter("{name: a, in: header, allowReserved: »true, content: {a/b: {}}}"),
        "field-unknown: `allowReserved` does not apply to a parameter with `content`",
    ),
    "braces in the name of a path parameter": (
        _parameter("{name: »'{a}', in: path, required: true, schema: {}}"),
        "value-not-allowed: `{a}` cannot be the name of a path parameter",
    ),
    "example and examples of a media type": (
        _media_type("{example: »1, examples: {}}"),
        "example-and-examples: `example` and `examples` stand side by side; only one of them is allowed",
    ),
    "encodings by name and by position": (
        _media_type("{encoding: {}, »prefixEncoding: []}"),
        "fields-exclusive: `encoding` and `prefixEncoding` stand side by side; only one of them is allowed",
    ),
    "encodings by name and for each item, within another": (
        _media_type("{itemEncoding: {encoding: {}, »itemEncoding: {}}}"),
        "fields-exclusive: `encoding` and `itemEncoding` stand side by side; only one of them is allowed",
    ),
    "an encoding by position that is an object": (
        _media_type("{»prefixEncoding: {contentType: a/b}}"),
        "type-wrong: `prefixEncoding` is an object; it must be a list",
    ),
    "a fault in the schema of an item": (
        _media_type("{itemSchema: {type: »strng}}"),
        "value-not-allowed: `strng` is not a value of `type`",
    ),
    "something beside the reference to a media type": (
        _component("requestBodies", "{content: {a/b: {$ref: '#/components/mediaTypes/A', »schema: {}}}}"),
        "reference-sibling: `schema` stands beside `$ref`, where it is ignored",
    ),
    "the name of a media type": (
        HEAD_3_2 + "paths: {}\ncomponents: {mediaTypes: {»a/b: {}}}",
        "component-name-invalid: `a/b` is not a name for a component",
    ),
    "value and dataValue": (
        _component("examples", "{value: 1, dataValue: »1}"),
        "fields-exclusive: `value` and `dataValue` stand side by side; only one of them is allowed",
    ),
    "value and serializedValue": (
        _component("examples", "{value: 1, serializedValue: »'1'}"),
        "fields-exclusive: `value` and `serializedValue` stand side by side; only one of them is allowed",
    ),
    "serializedValue and externalValue": (
        _component("examples", "{serializedValue: '1', externalValue: »a}"),
        "fields-exclusive: `serializedValue` and `externalValue` stand side by side; only one of them is allowed",
    ),
    "serializedValue that is no text": (
        _component("examples", "{serializedValue: »1}"),
        "type-wrong: `serializedValue` is a number; it must be a string",
    ),
    "a default mapping to several": (
        HEAD_3_2 + schema("{discriminator: {propertyName: a, »defaultMapping: [A]}}"),
        "type-wrong: `defaultMapping` is a list; it must be a string",
    ),
    "an unknown type of XML node": (
        HEAD_3_2 + schema("{xml: {nodeType: »comment}}"),
        "value-not-allowed: `comment` is not a value of `nodeType`",
    ),
    "a type of XML node beside what it replaces": (
        HEAD_3_2 + schema("{xml: {nodeType: attribute, attribute: »true}}"),
        "fields-exclusive: `nodeType` and `attribute` stand side by side; only one of them is allowed",
    ),
    "a tag without a name": (
        HEAD_3_2 + "paths: {}\ntags: [»{summary: a, kind: nav}]",
        "field-missing: tag has no `name`",
    ),
    "metadata of OAuth in another scheme": (
        _component("securitySchemes", "{type: http, scheme: basic, oauth2MetadataUrl: »a}"),
        "field-unknown: `oauth2MetadataUrl` does not belong to a security scheme of type `http`",
    ),
    "a device flow without its URL": (
        _component("securitySchemes", f"{{type: oauth2, flows: {{»deviceAuthorization: {{{_TOKEN}}}}}}}"),
        "field-missing: OAuth flow has no `deviceAuthorizationUrl`",
    ),
    "`body` in a link": (
        _component("links", "{operationId: a, »body: {url: /}}"),
        "field-unknown: `body` is not a field of a link",
    ),
}

NO_OPS = {
    "a document with a name": HEAD_3_2 + "$self: /zoo.yaml\npaths: {}",
    "the method query": HEAD_3_2 + operation("", method="query"),
    "a further method": HEAD_3_2 + "paths: {/pets: {additionalOperations: {COPY: {responses: {default: {}}}}}}",
    "a further method in small letters, which is another": (
        HEAD_3_2 + "paths: {/pets: {additionalOperations: {post: {responses: {default: {}}}}}}"
    ),
    "a querystring alone": _parameter(_ALL),
    "the querystring of the path item is overridden": (
        HEAD_3_2
        + f"paths:\n  /pets:\n    parameters: [{_ALL}]\n"
        + f"    get: {{parameters: [{_ALL}], responses: {{default: {{}}}}}}"
    ),
    "one operation has a querystring, another a query": (
        HEAD_3_2
        + f"paths:\n  /pets:\n    get: {{parameters: [{_ALL}], responses: {{default: {{}}}}}}\n"
        + f"    query: {{parameters: [{_ONE}], responses: {{default: {{}}}}}}"
    ),
    "the style cookie": _parameter("{name: a, in: cookie, style: cookie, explode: true, schema: {}}"),
    "reserved characters in a path": _parameter("{name: a, in: path, required: true, allowReserved: true, schema: {}}"),
    "reserved characters in a cookie of a form": _parameter("{name: a, in: cookie, allowReserved: true, schema: {}}"),
    "a slash in the name of a path parameter": _parameter("{name: a/, in: path, required: true, schema: {}}"),
    "an example beside content": _parameter("{name: a, in: query, content: {a/b: {}}, example: 1}"),
    "a stream": _media_type("{itemSchema: {type: object}, description: a}"),
    "encodings by position": _media_type("{prefixEncoding: [{contentType: a/b}], itemEncoding: {contentType: a/c}}"),
    "encodings in encodings": _media_type("{encoding: {a: {encoding: {b: {prefixEncoding: [], itemEncoding: {}}}}}}"),
    "a reference to a media type": (
        HEAD_3_2
        + "paths: {}\ncomponents: {mediaTypes: {A: {}, B: {$ref: '#/components/mediaTypes/A', summary: a}},"
        + " responses: {C: {content: {a/b: {$ref: '#/components/mediaTypes/B'}}}}}"
    ),
    "a response without words": HEAD_3_2 + "paths: {/pets: {get: {responses: {default: {summary: a}}}}}",
    "an example as data and as text": _component("examples", "{dataValue: 1, serializedValue: '1'}"),
    "an example as data and elsewhere": _component("examples", "{dataValue: 1, externalValue: a}"),
    "a default mapping": HEAD_3_2 + schema("{discriminator: {propertyName: a, defaultMapping: A}}"),
    "a type of XML node": HEAD_3_2 + schema("{xml: {nodeType: cdata}}"),
    "a server with a name": HEAD_3_2 + "paths: {}\nservers: [{url: /, name: main}]",
    "tags in a tree": HEAD_3_2 + "paths: {}\ntags: [{name: a, summary: A, kind: nav}, {name: b, parent: a}]",
    "a device flow": _component(
        "securitySchemes",
        "{type: oauth2, deprecated: true, oauth2MetadataUrl: a,"
        f" flows: {{deviceAuthorization: {{deviceAuthorizationUrl: a, {_TOKEN}}}}}}}",
    ),
    "`server` in a link": _component("links", "{operationId: a, server: {url: /}}"),
    "a path item beside its reference": HEAD_3_2 + "paths: {/pets: {$ref: 'pets.json', summary: a, parameters: []}}",
    "a link parameter that is a number, which the published schema refuses": _component(
        "links", "{operationId: a, parameters: {b: 1}}"
    ),
    "an extension of a callback, which the published schema refuses": _component("callbacks", "{x-owner: me}"),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_structural_fault_is_named(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert faults(plain) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_allowed_is_left_alone(text: str) -> None:
    assert faults(text) == []
