"""Streams, both ways."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.encodings.json_texts import NotJson, read_json
from contractctl.encodings.media import Kind, kind_of
from contractctl.encodings.streams import read_events, split, write
from contractctl.encodings.values import Json

LAW = settings(derandomize=True, max_examples=40, deadline=None)
TEXT = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | TEXT,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXT, below, max_size=3),
    max_leaves=5,
)
LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"))
EVENTS = st.fixed_dictionaries(
    {"data": st.lists(LINE, min_size=1, max_size=3).map("\n".join)},
    optional={"event": LINE, "id": LINE, "retry": st.integers(0, 10**9)},
)


@pytest.mark.parametrize("kind", ["lines", "sequence"])
@LAW
@given(items=st.lists(VALUES, max_size=4))
def test_items_read_back(kind: Kind, items: list[Json]) -> None:
    assert [orjson.loads(text) for _, text in split(write(items, kind), kind)] == items


@LAW
@given(st.lists(EVENTS, max_size=4))
def test_events_read_back(events: list[Json]) -> None:
    assert read_events(write(events, "events")) == events


EVENT_STREAMS = [
    pytest.param(b"data:a\r\ndata: b\rdata\n\n", [{"data": "a\nb\n"}], id="all line ends, no space, no colon"),
    pytest.param(b"data: a", [{"data": "a"}], id="without an empty line at the end"),
    pytest.param(b": hi\nother: x\nretry: soon\nid: a\0b\n\n", [], id="what the standard passes over"),
    pytest.param(b"\xef\xbb\xbfdata:  a\n\n\n\n", [{"data": " a"}], id="a byte order mark, and empty lines"),
    pytest.param(b"event: add\n\n", [{"event": "add"}], id="an event without data"),
]


@pytest.mark.parametrize(("data", "events"), EVENT_STREAMS)
def test_events_are_read_as_the_standard_says(data: bytes, events: list[Json]) -> None:
    assert read_events(data) == events


KINDS = [
    ("application/json", "json"),
    ("application/problem+json", "json"),
    ("application/json+sarif", "json"),
    ("application/vnd.oai.openapi+yaml", "json"),
    ("image/svg+xml", "xml"),
    ("application/x-ndjson", "lines"),
    ("application/geo+json-seq", "sequence"),
    ("text/event-stream", "events"),
    ("multipart/mixed", "multipart"),
    ("text/csv", "text"),
    ("application/json5", "binary"),
    ("application/octet-stream", "binary"),
]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_a_media_type_is_of_a_kind(name: str, kind: Kind) -> None:
    assert kind_of(name) == kind


TEXTS = [
    pytest.param(b"18446744073709551617", 18446744073709551617, id="an integer beyond 64 bits"),
    pytest.param(b'["1234567890123456789012", 1]', ["1234567890123456789012", 1], id="many digits in a string"),
    pytest.param(b"[" * 250 + b"]" * 250, None, id="as deep as may be"),
    pytest.param(b"\xef\xbb\xbf{}", {}, id="a byte order mark"),
]


@pytest.mark.parametrize(("data", "value"), TEXTS)
def test_json_is_read_exactly(data: bytes, value: Json) -> None:
    assert read_json(data) == (orjson.loads(data) if value is None else value)


NO_TEXTS = [
    pytest.param(b"[" * 251 + b"]" * 251, "it is nested deeper than 250 levels", id="too deep"),
    pytest.param(b"[" * 5000, "depth limit exceeded at byte 1025", id="far too deep"),
    pytest.param(b'{"a":"\xff"}', "it is not UTF-8 at byte 6", id="no UTF-8"),
    pytest.param(b"\xef\xbb\xbf" * 1000, "UTF-8 byte order mark (BOM) is not supported at byte 3", id="many marks"),
    pytest.param(
        '{"ü":x}'.encode(), "unexpected character, expected a JSON value at byte 6", id="a byte, no character"
    ),
]


@pytest.mark.parametrize(("data", "message"), NO_TEXTS)
def test_what_is_no_json_is_told_with_its_byte(data: bytes, message: str) -> None:
    with pytest.raises(NotJson) as caught:
        read_json(data)
    assert str(caught.value) == message
