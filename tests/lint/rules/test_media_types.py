"""Rules about media types and encodings: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.lint.engine import lint_document
from contractctl.lint.rules import encodings, media_types
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, document, findings, operation, pointed

_ALL = {rule.code: rule.severity for rule in (*media_types.RULES, *encodings.RULES)}
_A = "{type: object, properties: {a: {}}}"


def _body(content: str) -> str:
    return operation(f"requestBody: {{content: {{{content}}}}}", method="post")


def _form(encoding: str, *, schema: str = _A, kind: str = "multipart/form-data") -> str:
    return _body(f"{kind}: {{schema: {schema}, {encoding}}}")


def _unknown(name: str) -> str:
    return f"encoding-property-unknown: the encoding is for `{name}`, which the schema does not have"


HITS = {
    "a word": (_body("»json: {}"), "media-type-invalid: `json` is not a media type"),
    "a word of a response": (
        "paths: {}\ncomponents: {responses: {A: {description: a, content: {»data: {}}}}}\n",
        "media-type-invalid: `data` is not a media type",
    ),
    "a schema where its media type is due": (
        _body("»schema: {type: object}"),
        "media-type-invalid: `schema` stands where a media type is due",
    ),
    "parts of a schema where a media type is due": (
        _body("»code: {type: integer}, application/json: {}, message: {type: string}"),
        "media-type-invalid: `code`, `message` stand where a media type is due",
    ),
    "names of fields where a media type is due, each with a schema": (
        _body("»code: {schema: {}}, message: {schema: {}}"),
        "media-type-invalid: `code`, `message` stand where a media type is due",
    ),
    "a word of a parameter": (
        operation("parameters: [{name: a, in: query, content: {»json: {}}}]"),
        "media-type-invalid: `json` is not a media type",
    ),
    "an empty name": (_body("»'': {}"), "media-type-invalid: `` is not a media type"),
    "a star alone": (_body("»'*': {}"), "media-type-invalid: `*` is not a media type"),
    "a star before a subtype": (_body("»'*/json': {}"), "media-type-invalid: `*/json` is not a media type"),
    "two in one entry": (
        _body("»'text/html, text/plain': {}"),
        "media-type-invalid: `text/html, text/plain` is not a media type",
    ),
    "a parameter after a comma": (
        _body("»'application/json, charset=utf-8': {}"),
        "media-type-invalid: `application/json, charset=utf-8` is not a media type",
    ),
    "a parameter without a value": (
        _body("»'text/html; charset': {}"),
        "media-type-invalid: `text/html; charset` is not a media type",
    ),
    "blanks around the equals sign": (
        _body("»'text/html; charset = utf-8': {}"),
        "media-type-invalid: `text/html; charset = utf-8` is not a media type",
    ),
    "a blank at the end": (_body("»'text/html ': {}"), "media-type-invalid: `text/html ` is not a media type"),
    "what an operation of Swagger 2.0 produces": (
        HEAD_2_0 + operation("produces: [application/json, »xml]"),
        "media-type-invalid: `xml` is not a media type",
    ),
    "what a description of Swagger 2.0 consumes": (
        HEAD_2_0 + "consumes: [»json]\npaths: {}\n",
        "media-type-invalid: `json` is not a media type",
    ),
    "an example of Swagger 2.0": (
        HEAD_2_0 + "paths: {}\nresponses: {A: {description: a, examples: {json: »1}}}\n",
        "media-type-invalid: `json` is not a media type",
    ),
    "the second of an encoding": (
        _form("encoding: {a: {contentType: »'image/png, jpeg'}}"),
        "media-type-invalid: `jpeg` is not a media type",
    ),
    "names that differ in case": (
        _body("application/json: {}, »Application/JSON: {}"),
        "media-type-duplicate: `Application/JSON` is the same media type as `application/json`",
    ),
    "names that differ in blanks and quotes": (
        _body("'text/html;charset=utf-8': {}, »'text/html ; Charset=\"UTF-8\"': {}"),
        'media-type-duplicate: `text/html ; Charset="UTF-8"` is the same media type as `text/html;charset=utf-8`',
    ),
    "names that differ in the order of parameters": (
        _body("'a/b;c=1;d=2': {}, »'a/b;d=2;c=1': {}"),
        "media-type-duplicate: `a/b;d=2;c=1` is the same media type as `a/b;c=1;d=2`",
    ),
    "an encoding for no property": (_form("encoding: {»b: {contentType: a/b}}"), _unknown("b")),
    "an encoding for a property in another case": (
        HEAD_3_0 + _form("encoding: {»A: {contentType: a/b}}"),
        _unknown("A"),
    ),
    "an encoding for no property of several schemas": (
        _form(
            "encoding: {»e: {contentType: a/b}}",
            schema="{allOf: [{properties: {a: {}}}, {anyOf: [{properties: {b: {}}}]}], then: {properties: {c: {}}}}",
        ),
        _unknown("e"),
    ),
    "an encoding for no property of a shared schema": (
        _form("encoding: {»b: {contentType: a/b}}", schema="{$ref: '#/components/schemas/A'}")
        + f"components: {{schemas: {{A: {_A}}}}}\n",
        _unknown("b"),
    ),
    "an encoding in JSON": (
        _body(f"application/json: {{schema: {_A}, »encoding: {{a: {{contentType: a/b}}}}}}"),
        "encoding-ignored: `encoding` is ignored for `application/json`; it is for forms",
    ),
    "encodings by position in a URL-encoded form": (
        HEAD_3_2 + _body("application/x-www-form-urlencoded: {»itemEncoding: {contentType: a/b}}"),
        "encoding-ignored: `itemEncoding` is ignored for `application/x-www-form-urlencoded`; it is for `multipart`",
    ),
    "headers in a URL-encoded form": (
        _form("encoding: {a: {»headers: {A: {schema: {}}}}}", kind="application/x-www-form-urlencoded"),
        "encoding-ignored: `headers` of an encoding is ignored for a URL-encoded form; they are for `multipart`",
    ),
    "Content-Type among headers": (
        _form("encoding: {a: {headers: {»Content-Type: {schema: {}}}}}"),
        "encoding-ignored: `Content-Type` is ignored among the headers of an encoding",
    ),
    "a style in a multipart form of OpenAPI 3.0": (
        HEAD_3_0 + _form("encoding: {a: {style: »deepObject, explode: true}}"),
        "encoding-ignored: `style` of an encoding is ignored for `multipart/form-data` before OpenAPI 3.1",
    ),
    "a style in another multipart body": (
        _form("encoding: {a: {explode: »true}}", kind="multipart/mixed"),
        "encoding-ignored: `explode` of an encoding is ignored for `multipart/mixed`; it is for web forms",
    ),
    "a media type beside a style": (
        _form("encoding: {a: {contentType: »a/b, style: deepObject}}"),
        "encoding-ignored: `contentType` of an encoding is ignored beside `style`, which takes its place",
    ),
    "a style by position": (
        HEAD_3_2 + _body("multipart/mixed: {prefixEncoding: [{}, {style: »deepObject}]}"),
        "encoding-ignored: `style` of an encoding is ignored for `multipart/mixed`; it is for web forms",
    ),
}
NO_OPS = {
    "media types with suffixes, parameters and ranges": _body(
        "application/vnd.a.b+json: {}, 'text/*': {}, '*/*': {}, 'text/html; charset=utf-8; q=\"a b\"': {}, 'a/b;': {}"
    ),
    "a star in a subtype": _body("'application/*+json': {}"),
    "media types that differ in a parameter": _body(
        "'a/b': {}, 'a/b;v=1': {}, 'a/b;v=2': {}, 'a/b;v=X': {}, 'a/b;v=x': {}"
    ),
    "names that are none are not compared": "paths: {}\ncomponents: {mediaTypes: {json: {}, JSON: {}}}\n",
    "a component of OpenAPI 3.2 has a name of its own": HEAD_3_2 + "paths: {}\ncomponents: {mediaTypes: {Pet: {}}}\n",
    "content of the wrong type is another fault": operation("requestBody: {content: [json]}", method="post"),
    "media types of the wrong type are another fault": HEAD_2_0 + operation("produces: [7, {}]"),
    "produces after Swagger 2.0 is another fault": operation("produces: [json]"),
    "content in Swagger 2.0 is another fault": HEAD_2_0
    + "paths: {}\nresponses: {A: {description: a, content: {b: {}}}}\n",
    "several media types of an encoding": _form("encoding: {a: {contentType: 'image/png, image/*'}}"),
    "a comma in a quoted parameter": _form("encoding: {a: {contentType: 'a/b; c=\"d, e\"'}}"),
    "an encoding for a property": _form("encoding: {a: {contentType: a/b}}"),
    "an encoding for a property of one alternative": _form(
        "encoding: {a: {contentType: a/b}}", schema=f"{{oneOf: [{_A}, {{properties: {{b: {{}}}}}}]}}"
    ),
    "a schema that is open": _form(
        "encoding: {b: {contentType: a/b}}", schema="{properties: {a: {}}, additionalProperties: true}"
    ),
    "a schema with patterns": _form(
        "encoding: {b: {contentType: a/b}}", schema="{properties: {a: {}}, patternProperties: {^b: {}}}"
    ),
    "a schema without properties": _form("encoding: {b: {contentType: a/b}}", schema="{type: object}"),
    "a schema with an alternative that nobody knows": _form(
        "encoding: {b: {contentType: a/b}}", schema=f"{{anyOf: [{_A}, true]}}"
    ),
    "a schema that is nowhere": _form("encoding: {b: {contentType: a/b}}", schema="{$ref: '#/components/schemas/A'}"),
    "a schema that holds itself": _form("encoding: {a: {contentType: a/b}}", schema="{$ref: '#/components/schemas/A'}")
    + "components: {schemas: {A: {properties: {a: {}}, allOf: [{$ref: '#/components/schemas/A'}]}}}\n",
    "no encoding": _form("example: {b: 1}"),
    "a style in a multipart form": _form("encoding: {a: {style: deepObject, explode: true}}"),
    "the style that a multipart form has anyway": HEAD_3_0 + _form("encoding: {a: {style: form}}"),
    "a style in a URL-encoded form": HEAD_3_0
    + _form("encoding: {a: {style: deepObject, explode: true}}", kind="application/x-www-form-urlencoded"),
    "a media type in a URL-encoded form with a parameter": _form(
        "encoding: {a: {contentType: a/b}}", kind="'application/x-www-form-urlencoded; charset=utf-8'"
    ),
    "a header in a multipart form": _form("encoding: {a: {headers: {X-A: {schema: {}}}}}"),
    "encodings by position in multipart": HEAD_3_2
    + _body("multipart/mixed: {prefixEncoding: [{contentType: a/b}], itemEncoding: {contentType: a/b}}"),
    "encodings of any media type": _form("encoding: {a: {contentType: a/b}}", kind="'*/*'"),
    "encodings of a shared media type": HEAD_3_2
    + f"paths: {{}}\ncomponents: {{mediaTypes: {{A: {{schema: {_A}, encoding: {{a: {{style: deepObject}}}}}}}}}}\n",
    "encodings of the wrong type are another fault": _form("encoding: [{style: deepObject}]"),
    "encodings that are none are another fault": _form("encoding: {a: 7}"),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_ALL) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_ALL) == []


HINTS = {
    "a charset without its name": ("'text/html; utf-8'", "write `text/html; charset=utf-8`"),
    "a parameter after a comma": (
        "'text/html, charset=utf-8'",
        "write `text/html; charset=utf-8`: parameters stand after `;`",
    ),
    "several at once": ("'text/html, text/plain'", "write one entry for each media type"),
    "the end of a file's name": ("json", "write `application/json`"),
    "a word": ("data", "write `type/subtype`, such as `application/json`, and parameters after `;`"),
    "a field": (
        "schema",
        "name the media type, such as `application/json`, and under it the `schema`, with what stands here",
    ),
}


@pytest.mark.parametrize(("name", "hint"), HINTS.values(), ids=HINTS)
def test_a_hint_says_what_to_write(name: str, hint: str) -> None:
    found = lint_document(document(_body(f"{name}: {{}}")), profiles=(), rules=_ALL)
    assert [one.hint for one in found] == [hint]
