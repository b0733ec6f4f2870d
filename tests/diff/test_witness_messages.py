"""The message that shows a change: complete, valid for the side that sends it, written as OpenAPI says."""

from __future__ import annotations

from typing import Any

import pytest

from contractctl.contract.model import Header, Parameter, ParameterLocation
from contractctl.core.changes import Direction, Message, Witness
from contractctl.core.json import Json
from contractctl.core.locations import Place, Pointer
from contractctl.diff import diff_contracts
from contractctl.diff.witnesses.spelling import in_header, in_path, in_query
from tests.diff.contracts import contract, with_operation

LIST: Json = ["a b", "c"]
MEMBERS: Json = {"r": 1, "g": True}

# OpenAPI 3.1.1 §4.8.12.4: location, style, whether it is exploded, and how a text, a list and an object are written.
STYLES: list[tuple[ParameterLocation, str, bool, str, str, str]] = [
    ("path", "simple", False, "a%20b", "a%20b,c", "r,1,g,true"),
    ("path", "simple", True, "a%20b", "a%20b,c", "r=1,g=true"),
    ("path", "label", False, ".a%20b", ".a%20b,c", ".r,1,g,true"),
    ("path", "label", True, ".a%20b", ".a%20b.c", ".r=1.g=true"),
    ("path", "matrix", False, ";p=a%20b", ";p=a%20b,c", ";p=r,1,g,true"),
    ("path", "matrix", True, ";p=a%20b", ";p=a%20b;p=c", ";r=1;g=true"),
    ("query", "form", False, "p=a%20b", "p=a%20b,c", "p=r,1,g,true"),
    ("query", "form", True, "p=a%20b", "p=a%20b&p=c", "r=1&g=true"),
    ("query", "spaceDelimited", False, "p=a%20b", "p=a%20b%20c", "p=r%201%20g%20true"),
    ("query", "pipeDelimited", False, "p=a%20b", "p=a%20b%7Cc", "p=r%7C1%7Cg%7Ctrue"),
    ("query", "deepObject", True, "p=a%20b", "p=a%20b&p=c", "p%5Br%5D=1&p%5Bg%5D=true"),
    ("header", "simple", False, "a b", "a b,c", "r,1,g,true"),
    ("header", "simple", True, "a b", "a b,c", "r=1,g=true"),
    ("cookie", "form", False, "p=a%20b", "p=a%20b,c", "p=r,1,g,true"),
]


def _written(parameter: Parameter, value: Json) -> str:
    if parameter.location == "path":
        return in_path(parameter, value)
    if parameter.location == "header":
        return in_header(Header(parameter.at, "p", False, parameter.explode, None), value)
    return "&".join(in_query(parameter, value))


@pytest.mark.parametrize(
    ("location", "style", "explode", "text", "several", "members"),
    STYLES,
    ids=[f"{style} in a {location}{', exploded' if explode else ''}" for location, style, explode, *_ in STYLES],
)
def test_a_value_is_written_in_its_style(
    location: ParameterLocation, style: str, explode: bool, text: str, several: str, members: str
) -> None:
    parameter = Parameter(Place(""), "p", location, True, style, explode, None)
    assert [_written(parameter, value) for value in ("a b", LIST, MEMBERS)] == [text, several, members]


def test_reserved_characters_stay_where_they_are_allowed() -> None:
    parameter = Parameter(Place(""), "p", "query", True, "form", True, None, allow_reserved=True)
    assert list(in_query(parameter, "a/b?c&d#e")) == ["p=a/b?c%26d%23e"]


BEARER = {"components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}}
KEY = {"components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "key"}}}}


def _parameter(name: str, location: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": location, "schema": schema, "required": location == "path", **more}


def _witness(base: Any, revision: Any) -> Witness:
    """Return the witness of the worst verdict."""
    witness = diff_contracts(base, revision)[0].witness
    assert witness is not None
    return witness


ID = _parameter("id", "path", {"type": "integer", "minimum": 7, "maximum": 7})
COLOURS = {"type": "array", "minItems": 1, "items": {"enum": ["red"]}}


def test_a_request_has_all_that_base_requires() -> None:
    required = [
        _parameter("colour", "query", COLOURS, required=True),
        _parameter("X-Trace", "header", {"const": "t"}, required=True),
        _parameter("session", "cookie", {"const": "s"}, required=True),
        _parameter("left-out", "query", {"type": "string"}),
    ]
    base = {"parameters": [ID, *required], "security": [{"token": []}]}
    revision = {**base, "parameters": [ID, *required, _parameter("new", "query", {}, required=True)]}
    headers = (("X-Trace", "t"), ("Authorization", "Bearer …"), ("Cookie", "session=s"))
    witness = _witness(with_operation(base, BEARER), with_operation(revision, BEARER))
    assert witness.message == Message("GET /things/7?colour=red", headers)
    assert (witness.part, witness.accepted_by, witness.because) == (
        "request",
        "base",
        "query parameter `new`: was added (required)",
    )
    target = {"method": "GET", "target": "/things/7?colour=red", "headers": dict(headers)}
    assert witness.value == target


def test_the_parameter_in_question_holds_the_witness() -> None:
    def operation(limit: Any) -> Any:
        return {"parameters": [ID, _parameter("limit", "query", limit)], "security": [{"key": []}]}

    base = with_operation(operation({"type": "integer", "minimum": 1, "maximum": 2}), KEY)
    revision = with_operation(operation({"type": "integer", "minimum": 2, "maximum": 2}), KEY)
    witness = _witness(base, revision)
    assert (witness.value, witness.part) == (1, "query parameter `limit`")
    assert witness.message == Message("GET /things/7?limit=1&key=…")


def test_a_path_variable_goes_by_its_name_in_base() -> None:
    def things(name: str, maximum: int) -> Any:
        schema = {"type": "integer", "minimum": 7, "maximum": maximum}
        operation = {"parameters": [_parameter(name, "path", schema)], "responses": {"200": {"description": ""}}}
        return contract({"paths": {f"/things/{{{name}}}/parts": {"get": operation}}})

    witness = _witness(things("id", 8), things("thing", 7))
    assert witness.message == Message("GET /things/8/parts")


def test_a_documented_example_is_preferred_where_it_fits() -> None:
    named = _parameter("id", "path", {"type": "string"}, example="rex")
    other = _parameter("q", "query", {"type": "integer"}, required=True, example="not a number")
    base = with_operation({"parameters": [named, other]})
    revision = with_operation({"parameters": [named, other, _parameter("r", "query", {}, required=True)]})
    message = _witness(base, revision).message
    assert message is not None
    assert message.start.startswith("GET /things/rex?q=")
    assert message.start.removeprefix("GET /things/rex?q=").isdigit()


def _form(schema: Any) -> Any:
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    return contract({"paths": {"/f": {"post": {"requestBody": body, "responses": {"200": {"description": ""}}}}}})


def test_a_form_is_shown_as_it_is_sent() -> None:
    base = {"type": "object", "required": ["a"], "properties": {"a": {"const": "x y"}, "b": {"type": "string"}}}
    witness = _witness(_form(base), _form({**base, "required": ["a", "b"]}))
    content_type = ("Content-Type", "application/x-www-form-urlencoded")
    assert witness.message == Message("POST /f", (content_type,), "a=x+y", has_body=True)


def _answer(response: Any) -> Any:
    return with_operation({"parameters": [ID], "responses": {"2XX": {"description": "", **response}}})


def test_an_answer_has_its_status_its_required_headers_and_its_body() -> None:
    headers = {"ETag": {"required": True, "schema": {"const": "e"}}, "Left-Out": {"schema": {"type": "string"}}}
    content = {"application/json": {"schema": {"const": 1}}}
    wider = {"application/json": {"schema": {"enum": [1, 2]}}}
    base, revision = (_answer({"headers": headers, "content": one}) for one in (content, wider))
    sent = (("ETag", "e"), ("Content-Type", "application/json"))
    assert _witness(base, revision).message == Message("200", sent, 2, has_body=True)


def test_a_header_in_question_is_sent_with_the_body() -> None:
    def header(schema: Any) -> Any:
        return _answer({"headers": {"Age": {"schema": schema}}, "content": {"text/plain": {"schema": {"const": "x"}}}})

    witness = _witness(header({"enum": [1, 2]}), header({"enum": [1, 2, 3]}))
    sent = (("Age", "3"), ("Content-Type", "text/plain"))
    assert witness.message == Message("200", sent, "x", has_body=True)


BOTH = {
    "components": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "query", "name": "key"},
        }
    }
}
LETTERS = {"type": "array", "items": {"const": "a"}}
FIELD = {"type": "object", "required": ['a"'], "properties": {'a"': {"const": "x"}}}


def _body(content: Any) -> Any:
    operation = {"requestBody": {"required": True, "content": content}, "responses": {"200": {"description": ""}}}
    return contract({"paths": {"/f": {"post": operation}}})


# What is no longer offered: base, revision, the message, and why.
OFFERS: dict[str, tuple[Any, Any, Message, str]] = {
    "a path went": (
        with_operation({"parameters": [ID]}),
        contract({"paths": {"/other": {"get": {"responses": {"200": {"description": ""}}}}}}),
        Message("GET /things/7"),
        "the path was removed",
    ),
    "a parameter became required": (
        with_operation({"parameters": [ID, _parameter("q", "query", {"const": "x"})]}),
        with_operation({"parameters": [ID, _parameter("q", "query", {"const": "x"}, required=True)]}),
        Message("GET /things/7"),
        "query parameter `q`: was optional, is required now",
    ),
    "a media type went": (
        _answer({"content": {"application/json": {"schema": {"const": 1}}, "text/csv": {"schema": {"const": "a,b"}}}}),
        _answer({"content": {"application/json": {"schema": {"const": 1}}}}),
        Message("200", (("Content-Type", "text/csv"),), "a,b", has_body=True),
        "response 2XX body: media type `text/csv` was removed",
    ),
    "a list is written otherwise": (
        with_operation({"parameters": [ID, _parameter("q", "query", LETTERS)]}),
        with_operation({"parameters": [ID, _parameter("q", "query", LETTERS, explode=False)]}),
        Message("GET /things/7?q=a&q=a"),
        "query parameter `q`: explode changed from `true` to `false`",
    ),
    "an empty value is refused": (
        with_operation({"parameters": [ID, _parameter("q", "query", {"type": "integer"}, allowEmptyValue=True)]}),
        with_operation({"parameters": [ID, _parameter("q", "query", {"type": "integer"})]}),
        Message("GET /things/7?q="),
        "query parameter `q`: an empty value is no longer allowed",
    ),
    "the credentials that no longer suffice are sent": (
        with_operation({"parameters": [ID], "security": [{"key": []}, {"token": []}]}, BOTH),
        with_operation({"parameters": [ID], "security": [{"key": []}]}, BOTH),
        Message("GET /things/7", (("Authorization", "Bearer …"),)),
        "security: `token` no longer suffices",
    ),
    "a body whose text is not known is an ellipsis": (
        _body({"application/xml": {"schema": {"type": "object"}}, "application/json": {"schema": {"const": 1}}}),
        _body({"application/json": {"schema": {"const": 1}}}),
        Message("POST /f", (("Content-Type", "application/xml"),), "…", has_body=True),
        "request body: media type `application/xml` was removed",
    ),
    "a form in parts": (
        _body({"multipart/form-data": {"schema": FIELD}, "application/json": {"schema": {"const": 1}}}),
        _body({"application/json": {"schema": {"const": 1}}}),
        Message(
            "POST /f",
            (("Content-Type", "multipart/form-data; boundary=part"),),
            '--part\nContent-Disposition: form-data; name="a%22"\n\nx\n--part--',
            has_body=True,
        ),
        "request body: media type `multipart/form-data` was removed",
    ),
    "a range that went is shown by what only it takes": (
        _body({"*/*": {"schema": {"const": "x"}}, "application/json": {"schema": {"const": "x"}}}),
        _body({"application/json": {"schema": {"const": "x"}}}),
        Message("POST /f", (("Content-Type", "text/plain"),), "x", has_body=True),
        "request body: media type `*/*` was removed",
    ),
}


@pytest.mark.parametrize(("base", "revision", "message", "because"), OFFERS.values(), ids=OFFERS)
def test_what_used_to_work(base: Any, revision: Any, message: Message, because: str) -> None:
    witness = _witness(base, revision)
    assert (witness.message, witness.because) == (message, because)
    assert (witness.accepted_by, witness.rejected_by) == ("base", "revision")


# What comes that never did, or no longer goes out: base, revision, what is sent, by whom and which way.
SENT: dict[str, tuple[Any, Any, Message, tuple[str, Direction]]] = {
    "an answer without the header that was always there": (
        _answer({"headers": {"ETag": {"required": True, "schema": {"const": "e"}}}}),
        _answer({}),
        Message("200"),
        ("revision", Direction.RESPONSE),
    ),
    "a webhook that is gone": (
        contract({"webhooks": {"born": {"post": {"responses": {"200": {"description": ""}}}}}}),
        contract({"paths": {}}),
        Message("POST born"),
        ("base", Direction.RESPONSE),
    ),
}


@pytest.mark.parametrize(("base", "revision", "message", "sent"), SENT.values(), ids=SENT)
def test_what_the_server_sends(base: Any, revision: Any, message: Message, sent: tuple[str, Direction]) -> None:
    witness = _witness(base, revision)
    assert (witness.message, (witness.accepted_by, witness.kind)) == (message, sent)


def test_a_value_that_nobody_knows_how_to_write_stands_alone() -> None:
    def xml(name: Any) -> Any:
        schema = {"type": "object", "required": ["name"], "properties": {"name": name}}
        return _body({"application/xml": {"schema": schema}})

    witness = _witness(xml({"enum": ["a", "b"]}), xml({"enum": ["a"]}))
    assert (witness.value, witness.message, witness.at) == ({"name": "b"}, None, Pointer(("name",)))


def test_of_two_edits_of_one_object_each_names_its_own_fault() -> None:
    def place(required: list[str]) -> Any:
        number = {"type": "number"}
        schema = {"type": "object", "properties": {"x": number, "y": number}, "required": required}
        return _body({"application/json": {"schema": schema}})

    verdicts = diff_contracts(place([]), place(["x", "y"]))
    assert [one.witness.because for one in verdicts if one.witness] == ["`x` is required", "`y` is required"]


def test_of_alternatives_within_alternatives_the_innermost_is_told() -> None:
    def nested(kinds: list[str]) -> Any:
        wallet = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": kinds}}}
        card = {
            "type": "object",
            "properties": {"wallet": {"anyOf": [wallet, {"type": "null"}]}},
            "required": ["wallet"],
        }
        return _answer({"content": {"application/json": {"schema": {"anyOf": [card, {"type": "integer"}]}}}})

    witness = _witness(nested(["a"]), nested(["a", "b"]))
    said = 'it fits none of the alternatives: of the nearest, `/wallet/kind`: "b" is not one of "a"'
    assert (witness.because, witness.at) == (said, Pointer(("wallet", "kind")))


def test_of_a_value_that_tells_alternatives_apart_all_are_named() -> None:
    def rules(*kinds: str) -> Any:
        branches = [
            {"type": "object", "required": ["kind"], "properties": {"kind": {"const": kind}, kind: {"type": "string"}}}
            for kind in kinds
        ]
        items = {"type": "array", "items": {"oneOf": branches}}
        return _answer({"content": {"application/json": {"schema": items}}})

    witness = _witness(rules("a", "b"), rules("a", "b", "c"))
    said = '`/0`: it fits none of the alternatives: `/0/kind`: "c" is not one of "a", "b"'
    assert (witness.because, witness.at) == (said, Pointer(("0", "kind")))
