"""Bodies, responses, headers, media types, encodings, examples and links: whole values and what is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contractctl.contract.model import (
    Body,
    Encoding,
    Example,
    Header,
    Link,
    MediaType,
    Response,
    Schema,
    Server,
)
from tests.contract.descriptions import operation, place

_ANSWER = place("/paths/~1a/get/responses/200")
_MEDIA = place("/paths/~1a/get/requestBody/content/multipart~1mixed")
_QUOTES = r"\"" * 200_000
_PHOTO = Encoding(_MEDIA / "encoding" / "a", "a")

Told = list[tuple[str, str]]


def response(text: str, version: str = "3.1") -> tuple[Response, Told]:
    found, findings = operation(f"responses: {{'200': {text}}}", version)
    return found.responses[0], findings


def media(text: str, version: str = "3.1") -> tuple[MediaType, Told]:
    found, findings = operation(f"requestBody: {{content: {{multipart/mixed: {text}}}}}", version)
    assert found.body is not None
    return found.body.content[0], findings


def test_a_body_is_whole() -> None:
    found, findings = operation("requestBody: {description: D, required: true, content: {a/b: {}, c/*: {}}, x-a: 1}")
    at = place("/paths/~1a/get/requestBody")
    content = tuple(MediaType(at / "content" / name, name, None) for name in ("a/b", "c/*"))
    assert (found.body, findings) == (Body(at, True, content, "D", {"x-a": 1}), [])


@pytest.mark.parametrize(
    ("written", "version", "meant"),
    [
        pytest.param("{}", "3.1", Response(_ANSWER, "200", ""), id="as little as there can be"),
        pytest.param(
            "{summary: S, description: D, content: {a/b: {}}, x-a: 1}",
            "3.2",
            Response(
                _ANSWER,
                "200",
                "D",
                content=(MediaType(_ANSWER / "content" / "a/b", "a/b", None),),
                summary="S",
                extensions={"x-a": 1},
            ),
            id="texts and content",
        ),
        pytest.param("{summary: S}", "3.1", Response(_ANSWER, "200", ""), id="a summary before 3.2"),
        pytest.param(
            "{headers: {Content-Type: 3, X-A: {schema: {type: integer}, description: D, required: true, explode: true,"
            " deprecated: true, style: form, example: 1, x-a: 1}}}",
            "3.0",
            Response(
                _ANSWER,
                "200",
                "",
                headers=(
                    Header(
                        _ANSWER / "headers" / "X-A",
                        "X-A",
                        required=True,
                        explode=True,
                        schema=Schema(_ANSWER / "headers" / "X-A" / "schema", {"type": "integer"}),
                        examples=(Example(_ANSWER / "headers" / "X-A" / "example", "", 1),),
                        deprecated=True,
                        description="D",
                        extensions={"x-a": 1},
                    ),
                ),
            ),
            id="headers, but for Content-Type; their style is always simple",
        ),
        pytest.param(
            "{headers: {X-A: {content: {text/plain: {}}, explode: true}}}",
            "3.1",
            Response(
                _ANSWER,
                "200",
                "",
                headers=(
                    Header(
                        _ANSWER / "headers" / "X-A",
                        "X-A",
                        required=False,
                        explode=False,
                        schema=None,
                        content=(
                            MediaType(_ANSWER / "headers" / "X-A" / "content" / "text/plain", "text/plain", None),
                        ),
                    ),
                ),
            ),
            id="a header with content",
        ),
        pytest.param(
            "{links: {next: {operationId: get, parameters: {id: $response.body#/id, n: 1}, requestBody: {a: 1},"
            " description: D, server: {url: /b}, x-a: 1}, up: {operationRef: '#/paths/~1b/get'}}}",
            "3.0",
            Response(
                _ANSWER,
                "200",
                "",
                links=(
                    Link(
                        at=_ANSWER / "links" / "next",
                        name="next",
                        operation_id="get",
                        parameters={"id": "$response.body#/id", "n": 1},
                        body={"a": 1},
                        description="D",
                        server=Server(_ANSWER / "links" / "next" / "server", "/b"),
                        extensions={"x-a": 1},
                    ),
                    Link(at=_ANSWER / "links" / "up", name="up", operation_ref="#/paths/~1b/get"),
                ),
            ),
            id="links",
        ),
    ],
)
def test_a_response_is_whole(written: str, version: str, meant: Response) -> None:
    assert response(written, version) == (meant, [])


@pytest.mark.parametrize(
    ("written", "where"),
    [
        pytest.param("{headers: []}", "/headers", id="headers that are a list"),
        pytest.param("{headers: {X-A: []}}", "/headers/X-A", id="a header that is a list"),
        pytest.param("{content: x}", "/content", id="content that is a text"),
        pytest.param("{content: {a/b: null}}", "/content/a~1b", id="a media type that is nothing"),
        pytest.param("{links: true}", "/links", id="links that are none"),
        pytest.param("{links: {a: 3}}", "/links/a", id="a link that is none"),
        pytest.param("{summary: []}", "/summary", id="a summary that is a list"),
    ],
)
def test_a_part_that_is_none_is_left_out_of_a_response(written: str, where: str) -> None:
    at = f"/paths/~1a/get/responses/200{where}"
    assert response(written, "3.2") == (Response(_ANSWER, "200", ""), [("part-malformed", at)])


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        pytest.param("200", "200", id="a code"),
        pytest.param("2xx", "2XX", id="a range in lower case"),
        pytest.param("5XX", "5XX", id="a range"),
        pytest.param("default", "default", id="the default"),
        pytest.param("20", None, id="two digits"),
        pytest.param("600", None, id="a code that cannot be"),
        pytest.param("abc", None, id="a word"),
        pytest.param("Default", None, id="the default in another case"),
    ],
)
def test_a_response_has_a_status(key: str, meant: str | None) -> None:
    found, findings = operation(f"responses: {{{key}: {{description: D}}}}")
    assert [one.status for one in found.responses] == ([] if meant is None else [meant])
    assert findings == ([("part-malformed", f"/paths/~1a/get/responses/{key}")] if meant is None else [])


@pytest.mark.parametrize(
    ("written", "version", "meant"),
    [
        pytest.param("{}", "3.1", MediaType(_MEDIA, "multipart/mixed", None), id="as little as there can be"),
        pytest.param(
            "{schema: {type: object}, example: {a: 1}, x-a: 1}",
            "3.0",
            MediaType(
                _MEDIA,
                "multipart/mixed",
                Schema(_MEDIA / "schema", {"type": "object"}),
                (Example(_MEDIA / "example", "", {"a": 1}),),
                extensions={"x-a": 1},
            ),
            id="a schema and an example",
        ),
        pytest.param(
            "{schema: true, itemSchema: {type: object}}",
            "3.2",
            MediaType(
                _MEDIA,
                "multipart/mixed",
                Schema(_MEDIA / "schema", True),
                item_schema=Schema(_MEDIA / "itemSchema", {"type": "object"}),
            ),
            id="a stream of items",
        ),
        pytest.param(
            "{itemSchema: {}, prefixEncoding: [{}], itemEncoding: {}}",
            "3.1",
            MediaType(_MEDIA, "multipart/mixed", None),
            id="fields of 3.2 before it",
        ),
        pytest.param(
            "{prefixEncoding: [{contentType: a/b}, 3, {}], itemEncoding: {explode: true}}",
            "3.2",
            MediaType(
                _MEDIA,
                "multipart/mixed",
                None,
                prefix_encodings=(
                    Encoding(_MEDIA / "prefixEncoding" / 0, "", ("a/b",)),
                    Encoding(_MEDIA / "prefixEncoding" / 1, ""),
                    Encoding(_MEDIA / "prefixEncoding" / 2, ""),
                ),
                item_encoding=Encoding(_MEDIA / "itemEncoding", "", style="form", explode=True),
            ),
            id="encodings by position, which a malformed one keeps",
        ),
    ],
)
def test_a_media_type_is_whole(written: str, version: str, meant: MediaType) -> None:
    malformed = [("part-malformed", f"{_MEDIA.pointer}/prefixEncoding/1")] if len(meant.prefix_encodings) == 3 else []
    assert media(written, version) == (meant, malformed)


@pytest.mark.parametrize(
    ("written", "version", "meant"),
    [
        pytest.param("{}", "3.0", _PHOTO, id="as little as there can be"),
        pytest.param(
            "{contentType: 'image/png, image/*;q=\"a,b\" ,'}",
            "3.0",
            replace(_PHOTO, content_types=("image/png", 'image/*;q="a,b"')),
            id="several content types",
        ),
        pytest.param(
            f"{{contentType: 'image/png, \"{_QUOTES}'}}",
            "3.0",
            replace(_PHOTO, content_types=("image/png", f'"{_QUOTES}')),
            id="quotes that are never closed",
        ),
        pytest.param("{style: form}", "3.0", replace(_PHOTO, style="form", explode=True), id="a style"),
        pytest.param("{explode: false}", "3.1", replace(_PHOTO, style="form"), id="explode alone makes it a form"),
        pytest.param(
            "{allowReserved: false}", "3.1", replace(_PHOTO, style="form", explode=True), id="so does allowReserved"
        ),
        pytest.param(
            "{style: pipeDelimited, allowReserved: true}",
            "3.1",
            replace(_PHOTO, style="pipeDelimited", allow_reserved=True),
            id="a delimited style",
        ),
        pytest.param(
            "{style: deepObject}", "3.1", replace(_PHOTO, style="deepObject", explode=True), id="a deep object"
        ),
        pytest.param(
            "{headers: {content-type: {}, X-A: {}}, x-a: 1}",
            "3.1",
            replace(
                _PHOTO,
                headers=(Header(_PHOTO.at / "headers" / "X-A", "X-A", required=False, explode=False, schema=None),),
                extensions={"x-a": 1},
            ),
            id="headers, but for Content-Type",
        ),
        pytest.param("{encoding: {b: {}}, itemEncoding: {}}", "3.1", _PHOTO, id="encodings in encodings before 3.2"),
        pytest.param(
            "{encoding: {b: {contentType: a/b}}, prefixEncoding: [{}], itemEncoding: {encoding: {c: {}}}}",
            "3.2",
            replace(
                _PHOTO,
                encodings=(Encoding(_PHOTO.at / "encoding" / "b", "b", ("a/b",)),),
                prefix_encodings=(Encoding(_PHOTO.at / "prefixEncoding" / 0, ""),),
                item_encoding=Encoding(
                    _PHOTO.at / "itemEncoding",
                    "",
                    encodings=(Encoding(_PHOTO.at / "itemEncoding" / "encoding" / "c", "c"),),
                ),
            ),
            id="encodings in encodings",
        ),
    ],
)
def test_an_encoding_is_whole(written: str, version: str, meant: Encoding) -> None:
    found, findings = media(f"{{encoding: {{a: {written}}}}}", version)
    assert (found.encodings, findings) == ((meant,), [])


@pytest.mark.parametrize(
    ("written", "meant", "where"),
    [
        pytest.param("3", None, "", id="an encoding that is none"),
        pytest.param("{style: simple}", _PHOTO, "/style", id="a style of paths"),
        pytest.param("{explode: x}", _PHOTO, "/explode", id="a flag that is none"),
        pytest.param("{contentType: []}", _PHOTO, "/contentType", id="content types as a list"),
        pytest.param("{headers: []}", _PHOTO, "/headers", id="headers as a list"),
    ],
)
def test_what_is_wrong_with_an_encoding_is_told(written: str, meant: Encoding | None, where: str) -> None:
    found, findings = media(f"{{encoding: {{a: {written}}}}}")
    wanted = () if meant is None else (meant,)
    assert (found.encodings, findings) == (wanted, [("part-malformed", f"{_PHOTO.at.pointer}{where}")])


_EXAMPLE = _MEDIA / "examples" / "a"


@pytest.mark.parametrize(
    ("written", "version", "meant"),
    [
        pytest.param("{value: 1, summary: S}", "3.0", Example(_EXAMPLE / "value", "a", 1, summary="S"), id="a value"),
        pytest.param("{value: null}", "3.0", Example(_EXAMPLE / "value", "a", None), id="null is a value"),
        pytest.param(
            "{externalValue: b.json}",
            "3.0",
            Example(_EXAMPLE, "a", None, external="b.json", has_value=False),
            id="one that lies elsewhere",
        ),
        pytest.param("{dataValue: 1, serializedValue: '1'}", "3.1", None, id="fields of 3.2 before it"),
        pytest.param("{summary: S}", "3.2", None, id="one that says nothing"),
        pytest.param("{dataValue: null}", "3.2", Example(_EXAMPLE / "dataValue", "a", None), id="data"),
        pytest.param(
            "{dataValue: {a: 1}, serializedValue: a=1}",
            "3.2",
            Example(_EXAMPLE / "dataValue", "a", {"a": 1}, serialized="a=1"),
            id="data and its text",
        ),
        pytest.param(
            "{dataValue: 1, externalValue: b.json}",
            "3.2",
            Example(_EXAMPLE / "dataValue", "a", 1, external="b.json"),
            id="data whose text lies elsewhere",
        ),
        pytest.param(
            "{serializedValue: a=1}",
            "3.2",
            Example(_EXAMPLE, "a", None, serialized="a=1", has_value=False),
            id="a text alone",
        ),
    ],
)
def test_an_example_is_whole(written: str, version: str, meant: Example | None) -> None:
    found, findings = media(f"{{examples: {{a: {written}}}}}", version)
    assert (found.examples, findings) == (() if meant is None else (meant,), [])
