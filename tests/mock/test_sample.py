"""The request of the banner's `curl` line carries the credentials, lists and forms that its operation asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mock.compiling import compiled, opened

SCHEMES = """\
    basic: {type: http, scheme: basic}
    bearer: {type: http, scheme: bearer}
    digest: {type: http, scheme: digest}
    oauth: {type: oauth2, flows: {}}
    key: {type: apiKey, in: header, name: X-Key}
    other: {type: apiKey, in: header, name: X-Other}
    query: {type: apiKey, in: query, name: key}
    given: {type: apiKey, in: query, name: given}
    sid: {type: apiKey, in: cookie, name: sid}
    lang: {type: apiKey, in: cookie, name: lang}
"""
BEARER = ("Authorization", "Bearer demo")
CARRIED = {
    "one scheme": ("{bearer: []}", ((BEARER,), "")),
    "two that are sent alike are sent once": ("{bearer: [], oauth: []}", ((BEARER,), "")),
    "two headers": ("{key: [], other: []}", ((("X-Key", "demo"), ("X-Other", "demo")), "")),
    "two cookies share their header": ("{sid: [], lang: []}", ((("Cookie", "sid=demo; lang=demo"),), "")),
    "a header and the query": ("{key: [], query: []}", ((("X-Key", "demo"),), "key=demo")),
    "two of which one request has room for one make room": ("{basic: [], bearer: []}, {bearer: []}", ((BEARER,), "")),
    "any scheme of HTTP": ("{digest: []}", ((("Authorization", "Digest demo"),), "")),
    "what the parameters say already": ("{given: [], key: []}", ((("X-Key", "demo"),), "")),
}


@pytest.mark.parametrize(("security", "expected"), CARRIED.values(), ids=CARRIED)
def test_the_sample_carries_each_credential_once(
    tmp_path: Path, security: str, expected: tuple[tuple[tuple[str, str], ...], str]
) -> None:
    text = f"""\
openapi: 3.0.3
info: {{title: T, version: '1'}}
components:
  securitySchemes:
{SCHEMES}
security: [{security}]
paths:
  /a:
    get:
      parameters: [{{name: given, in: query, required: true, schema: {{type: string}}}}]
      responses: {{'204': {{description: done}}}}
"""
    with opened(compiled(text), tmp_path) as bundle:
        sample = bundle.index.sample
    assert sample is not None
    assert (sample.credential_headers, sample.credential_query) == expected


TARGETS = {
    "a list in one text": ("in: query, explode: false, example: [1, 2]", "/a/1?n=1,2"),
    "a list of several": ("in: query, explode: true, example: [1, 2]", "/a/1?n=1&n=2"),
    "a list of one": ("in: query, explode: true, example: [1]", "/a/1?n=1"),
}


@pytest.mark.parametrize(("said", "expected"), TARGETS.values(), ids=TARGETS)
def test_the_sample_carries_lists(tmp_path: Path, said: str, expected: str) -> None:
    text = f"""\
openapi: 3.0.3
info: {{title: T, version: '1'}}
paths:
  /a/{{p}}:
    get:
      parameters:
        - {{name: p, in: path, required: true, schema: {{type: integer}}, example: 1}}
        - {{name: n, required: true, schema: {{type: array, items: {{type: integer}}}}, {said}}}
      responses: {{'204': {{description: done}}}}
"""
    with opened(compiled(text), tmp_path) as bundle:
        sample = bundle.index.sample
    assert sample is not None
    assert sample.target == expected


def test_the_sample_carries_a_form_where_there_is_no_json(tmp_path: Path) -> None:
    text = """\
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a:
    post:
      requestBody:
        required: true
        content:
          multipart/form-data: {schema: {type: object}}
          application/x-www-form-urlencoded:
            schema: {type: object, properties: {a: {type: string}, b: {type: boolean}}}
            example: {a: 1 & 2, b: true}
      responses: {'204': {description: done}}
"""
    with opened(compiled(text), tmp_path) as bundle:
        sample = bundle.index.sample
    assert sample is not None
    assert (sample.method, sample.headers, sample.body) == (
        "POST",
        (("Content-Type", "application/x-www-form-urlencoded"),),
        "a=1+%26+2&b=true",
    )
