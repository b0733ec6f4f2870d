"""XML, both ways: what is written by a schema reads back as it was, and no bytes do harm."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.contract.model import Schema
from contractctl.core.json import Json
from contractctl.core.locations import Place, Pointer
from contractctl.encodings.xml import Table
from contractctl.encodings.xml_reading import NotXml, parse, read
from contractctl.encodings.xml_writing import TooDeep, write
from contractctl.mock.readings import Readings
from contractctl.mock.xml import XmlNodes

LAW = settings(derandomize=True, max_examples=80, deadline=None)
HERE = Place("openapi.yaml", Pointer())
Pair: TypeAlias = "tuple[dict[str, Json], Json]"
"""A schema and a value of it."""


def table_of(schema: Json, definitions: dict[str, Json] | None = None) -> tuple[Table, int]:
    """Return the table of a schema, and its root."""
    known = {name: Schema(HERE, value) for name, value in (definitions or {}).items() if isinstance(value, dict)}
    nodes = XmlNodes(known, Readings(known))
    assert isinstance(schema, dict)
    root = nodes.root(Schema(HERE, schema))
    return Table(nodes.record), root


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\r\n\t")
)
LEAVES = st.one_of(
    st.tuples(st.just({"type": "string"}), TEXT),
    st.tuples(st.just({"type": "string", "xml": {"nodeType": "cdata"}}), TEXT.filter(bool)),
    st.tuples(st.just({"type": "integer"}), st.integers()),
    st.tuples(st.just({"type": "number"}), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just({"type": ["boolean", "null"]}), st.sampled_from([True, False, None])),
)
ATTRIBUTES = st.one_of(
    st.tuples(st.just({"type": "string", "xml": {"attribute": True}}), TEXT),
    st.tuples(
        st.just({"type": "integer", "xml": {"attribute": True, "prefix": "a", "namespace": "urn:a"}}), st.integers()
    ),
)


@st.composite
def arrays(draw: st.DrawFn, items: st.SearchStrategy[Pair]) -> Pair:
    """Draw an array whose items are alike; one without an element of its own has some."""
    schema, value = draw(items)
    is_wrapped = draw(st.booleans())
    count = draw(st.integers(0 if is_wrapped else 1, 3))
    name = {} if draw(st.booleans()) else {"name": draw(st.sampled_from(["entry", "e-1", "été"]))}
    element = {"prefix": "i", "namespace": "urn:i"} if draw(st.booleans()) else {}
    return {
        "type": "array",
        "items": {**schema, "xml": {**name, **element}},
        "xml": {"wrapped": is_wrapped},
    }, [value] * count


@st.composite
def objects(draw: st.DrawFn, members: st.SearchStrategy[Pair]) -> Pair:
    """Draw an object; each member has its own name, and so do the items of its arrays."""
    properties: dict[str, Json] = {}
    value: dict[str, Json] = {}
    for name in draw(st.lists(st.sampled_from(["a", "b c", "$d", "ü"]), unique=True, max_size=3)):
        schema, member = draw(members | ATTRIBUTES)
        items = schema.get("items")
        is_loose = isinstance(items, dict) and schema.get("xml") == {"wrapped": False}
        properties[name] = {**schema, "items": {**items, "xml": {}}} if is_loose and isinstance(items, dict) else schema
        if draw(st.booleans()):
            value[name] = member
    namespace = {"namespace": "urn:o"} if draw(st.booleans()) else {}
    return {"type": "object", "properties": properties, "xml": namespace}, value


def members(below: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    plain = below.filter(lambda pair: "nodeType" not in str(pair[0].get("xml")))
    return arrays(plain) | objects(below.filter(lambda pair: "cdata" not in str(pair[0].get("xml"))))


@LAW
@given(st.recursive(LEAVES, members, max_leaves=8))
def test_what_is_written_reads_back(pair: Pair) -> None:
    schema, value = pair
    table, root = table_of(schema)
    assert read(write(value, table, root), table, root)[0] == value


@LAW
@given(st.binary(max_size=60) | st.text("<>/&;'\"=a !-[]?xmlns:", max_size=60).map(str.encode))
def test_no_bytes_do_harm(data: bytes) -> None:
    with suppress(NotXml):
        assert parse(data).name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_a_document_is_in_the_encoding_that_it_declares(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?><a>ü</a>'.encode(encoding)
    assert parse(data).text == "ü"


def test_the_charset_of_the_type_goes_before_that_of_the_document() -> None:
    assert parse('<?xml version="1.0" encoding="utf-8"?><a>ü</a>'.encode("latin-1"), "iso-8859-1").text == "ü"


def test_a_byte_order_mark_goes_before_the_charset_of_the_type() -> None:
    assert parse("<a>ü</a>".encode("utf-8-sig"), "iso-8859-1").text == "ü"


REFUSED = [
    pytest.param(b"", "no element found at byte 0", id="nothing"),
    pytest.param(b"<a></b>", "mismatched tag at byte 5", id="an end of another element"),
    pytest.param(b"<a/><b/>", "junk after document element at byte 4", id="two roots"),
    pytest.param(b"<a>&b;</a>", "undefined entity at byte 3", id="an entity"),
    pytest.param(b"<!DOCTYPE a><a/>", "a document type is not allowed at byte 11", id="a document type"),
    pytest.param(b'<a b="1" b="2"/>', "duplicate attribute at byte 9", id="an attribute twice"),
    pytest.param(b"<a>" * 101, "the document is nested deeper than 100 elements at byte 300", id="too deep"),
    pytest.param(b'<?xml version="1.0" encoding="idna"?><a/>', "the encoding is not known", id="an odd encoding"),
    pytest.param(b'<?xml version="1.0" encoding="no"?><a/>', "the encoding is not known", id="an unknown encoding"),
]


@pytest.mark.parametrize(("data", "message"), REFUSED)
def test_what_is_no_document_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(NotXml) as caught:
        parse(data)
    assert str(caught.value) == message


def test_a_value_that_is_too_deep_is_not_written() -> None:
    value: Json = {}
    for _ in range(200):
        value = {"a": value}
    table, root = table_of({"type": "object"})
    with pytest.raises(TooDeep):
        write(value, table, root)


def test_a_chain_of_references_may_be_long() -> None:
    links: dict[str, Json] = {
        f"L{n}": {"type": "object", "properties": {"next": {"$ref": f"#/$defs/L{n + 1}"}}} for n in range(1200)
    }
    table, root = table_of({"$ref": "#/$defs/L0"}, links)
    assert read(b"<L0><next><next/></next></L0>", table, root) == ({"next": {"next": {}}},)


def test_members_that_one_branch_of_several_has_are_read() -> None:
    schema: Json = {
        "allOf": [{"properties": {"a": {"type": "integer"}}}],
        "oneOf": [{"properties": {"b": {"type": "boolean"}}}, {"properties": {"c": {"type": "number"}}}],
        "if": {},
        "then": {"properties": {"d": {"type": "array", "items": {"type": "integer"}}}},
    }
    table, root = table_of(schema)
    (value,) = read(b"<x><a>1</a><b>true</b><c>2.5</c><d>1</d><d>2</d></x>", table, root)
    assert value == {"a": 1, "b": True, "c": 2.5, "d": [1, 2]}


def test_members_of_free_names_are_read_as_their_schema_says() -> None:
    table, root = table_of({"type": "object", "additionalProperties": {"type": "integer"}})
    assert read(b"<x><a>1</a><b>two</b></x>", table, root) == ({"a": 1, "b": "two"},)


def test_first_items_have_schemas_of_their_own() -> None:
    schema: Json = {
        "type": "array",
        "prefixItems": [{"type": "string", "xml": {"name": "head"}}],
        "items": {"type": "integer", "xml": {"name": "row"}},
        "xml": {"name": "table", "wrapped": True},
    }
    table, root = table_of(schema)
    assert read(b"<table><head>1</head><row>2</row></table>", table, root) == (["1", 2],)
    assert write(["1", 2], table, root).endswith(b"<table><head>1</head><row>2</row></table>")


CAT: Json = {"required": ["lives"], "properties": {"lives": {"type": "integer"}}, "xml": {"name": "cat"}}
DOG: Json = {"required": ["kind"], "properties": {"kind": {"const": "dog"}}, "xml": {"name": "dog"}}
PETS = [
    pytest.param({"oneOf": [CAT, DOG]}, {"kind": "dog"}, b"<dog><kind>dog</kind></dog>", id="a document"),
    pytest.param(
        {"properties": {"pets": {"type": "array", "items": {"anyOf": [CAT, DOG]}}}, "xml": {"name": "zoo"}},
        {"pets": [{"kind": "dog"}, {"lives": 9}]},
        b"<zoo><dog><kind>dog</kind></dog><cat><lives>9</lives></cat></zoo>",
        id="items of an array",
    ),
    pytest.param(
        {"properties": {"pet": {"oneOf": [CAT, DOG]}}, "xml": {"name": "zoo"}},
        {"pet": {"lives": 9}},
        b"<zoo><cat><lives>9</lives></cat></zoo>",
        id="a property",
    ),
]


@pytest.mark.parametrize(("schema", "value", "document"), PETS)
def test_an_element_is_called_as_the_alternative_that_its_value_is(schema: Json, value: Json, document: bytes) -> None:
    table, root = table_of(schema)
    assert write(value, table, root).partition(b"\n")[2] == document
    assert read(document, table, root) == (value,)


def test_a_text_that_may_be_a_number_or_a_string_is_read_as_both() -> None:
    either: Json = {"type": ["integer", "string"]}
    table, root = table_of({"type": "object", "properties": {"a": either, "b": either}})
    assert read(b"<x><a>1</a><b>c</b></x>", table, root) == ({"a": 1, "b": "c"}, {"a": "1", "b": "c"})
