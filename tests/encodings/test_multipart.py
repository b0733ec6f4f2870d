"""Multipart bodies on the wire: what is read is what was written, and what is none is refused with its byte."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contractctl.encodings.multipart import (
    BOUNDARY,
    LONGEST_HEADERS,
    MOST_PARTS,
    Malformed,
    Part,
    boundary_of,
    parse_multipart,
    parse_parameters,
    write_multipart,
)

NO_HEADER = "a part has a header line that is none at byte 5"
STRAY = "a part has a header with a stray line end at byte 5"
LAW = settings(max_examples=40, deadline=None, derandomize=True)
# A name cannot say that it holds what browsers write for a quote or a line end, and NUL stands in no header.
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\\%"), max_size=12)
BYTES = st.binary(max_size=60).filter(lambda data: BOUNDARY.encode() not in data)
PIECES = st.lists(
    st.sampled_from([b"\r\n", b"\n", b"--", b"--b", b"--b--", b" ", b"\t", b"a", b":", b";", b'"', b"name=", b"\0"])
    | st.sampled_from([b"Content-Disposition: form-data", b'; name="x"', b"Content-Type: a/b", b"\r"]),
    max_size=24,
).map(b"".join)


@LAW
@given(st.lists(st.tuples(NAMES, st.none() | NAMES, BYTES), max_size=5))
@example([("a", None, b"\r\n--"), ("a", "", b""), ("", "b.txt", b"\r\n")])
def test_what_was_written_is_read(fields: list[tuple[str, str | None, bytes]]) -> None:
    written = write_multipart([Part(name, filename, data) for name, filename, data in fields])
    assert [(part.name, part.filename, part.data) for part in parse_multipart(written, BOUNDARY)] == fields


@LAW
@given(BYTES, st.sampled_from([b"\r\n", b"\n"]))
def test_what_stands_around_the_parts_is_ignored(data: bytes, line_end: bytes) -> None:
    lines = [b"before", b"--b", b"", data, b"--b--", b"after", b"--b", b"x"]
    body = line_end.join(lines)
    if b"\n--b" not in data and not data.startswith(b"--b"):
        assert [part.data for part in parse_multipart(body, "b")] == [data]


@LAW
@given(PIECES)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parts = parse_multipart(data, "b")
    except Malformed:
        return
    assert sum(len(part.data) for part in parts) <= len(data)


@pytest.mark.parametrize(
    ("header", "parsed"),
    [
        pytest.param("Text/HTML", ("text/html", {}), id="no parameters"),
        pytest.param("a/b; Boundary=X; c=d", ("a/b", {"boundary": "X", "c": "d"}), id="values keep their case"),
        pytest.param('a/b;c="d; e=\\"f\\""', ("a/b", {"c": 'd; e="f"'}), id="a quoted text with quotes"),
        pytest.param('f; filename="C:\\a\\b"', ("f", {"filename": "C:\\a\\b"}), id="backslashes of a file name"),
        pytest.param('f; name="a\\"', ("f", {"name": "a\\"}), id="a backslash at the end"),
        pytest.param("a/b; c=1; c=2", ("a/b", {"c": "1"}), id="the first of two counts"),
        pytest.param("a/b; c = d ;;", ("a/b", {"c": "d"}), id="blanks and nothing"),
        pytest.param("", ("", {}), id="nothing at all"),
    ],
)
def test_headers_with_parameters(header: str, parsed: tuple[str, dict[str, str]]) -> None:
    assert parse_parameters(header) == parsed


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        pytest.param("multipart/form-data; boundary=----WebKit7MA4", "----WebKit7MA4", id="a browser"),
        pytest.param('multipart/mixed; boundary="a b:c"', "a b:c", id="quoted, with a blank"),
        pytest.param("multipart/mixed; charset=utf-8; BOUNDARY=x", "x", id="in upper case"),
    ],
)
def test_boundaries(content_type: str, boundary: str) -> None:
    assert boundary_of(content_type) == boundary


@pytest.mark.parametrize(
    "content_type",
    [
        pytest.param("multipart/form-data", id="none"),
        pytest.param("multipart/form-data; boundary=", id="an empty one"),
        pytest.param("multipart/form-data; boundary=" + "x" * 71, id="one that is too long"),
        pytest.param('multipart/form-data; boundary="a "', id="one that ends with a blank"),
        pytest.param("multipart/form-data; boundary=ü", id="one that is not ASCII"),
        pytest.param("multipart/form-data; boundary=a; boundary=b", id="two"),
    ],
)
def test_boundaries_that_are_none(content_type: str) -> None:
    with pytest.raises(Malformed):
        boundary_of(content_type)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        pytest.param(b"", "the first boundary is missing at byte 0", id="nothing"),
        pytest.param(b"--bb--\r\n", "the first boundary is missing at byte 0", id="a longer boundary"),
        pytest.param(
            b"--b\r\n\r\nx", "the body ends without its closing boundary at byte 8", id="a body that is cut off"
        ),
        pytest.param(b"--b\r\nx\r\n--b--", "a part has no blank line at byte 5", id="headers alone"),
        pytest.param(b"--b\r\na b: c\r\n\r\n\r\n--b--", NO_HEADER, id="a blank in a name"),
        pytest.param(b"--b\r\na: b\nc\r\n\r\n\r\n--b--", STRAY, id="a bare LF"),
        pytest.param(b"--b\r\na: b\0\r\n\r\n\r\n--b--", STRAY, id="a NUL"),
        pytest.param(
            b"--b\r\na: 1\r\nA: 2\r\n\r\n\r\n--b--", "a part has the header A twice at byte 5", id="a header twice"
        ),
        pytest.param(
            b"--b\r\na: " + b"x" * LONGEST_HEADERS + b"\r\n\r\n\r\n--b--",
            f"a part has more than {LONGEST_HEADERS} bytes of headers at byte 5",
            id="large headers",
        ),
        pytest.param(
            b"--b\r\n\r\n\r\n" * (MOST_PARTS + 1) + b"--b--",
            f"there are more than {MOST_PARTS} parts at byte {9 * MOST_PARTS + 5}",
            id="many parts",
        ),
    ],
)
def test_bodies_that_are_none(body: bytes, fault: str) -> None:
    with pytest.raises(Malformed) as raised:
        parse_multipart(body, "b")
    assert str(raised.value) == fault


@pytest.mark.parametrize(
    ("body", "read"),
    [
        pytest.param(b"--b--", [], id="no parts"),
        pytest.param(b"--b\r\n--b--\r\n", [], id="no parts, in two lines"),
        pytest.param(b"--b\r\n\r\n--b--", [b""], id="a part of nothing"),
        pytest.param(b"--b\r\na: b\r\n\r\n--b--", [b""], id="a part of headers alone"),
        pytest.param(b"--b \t\r\n\r\nx\r\n--b--", [b"x"], id="blanks after the boundary"),
        pytest.param(b"--b\r\n\r\nx\n--b\n\r\n--b--", [b"x\n--b\n"], id="another line end is data"),
        pytest.param(b"--b\n\nx\r\n--b--", [b"x\r"], id="a carriage return before a bare LF is data"),
        pytest.param(b"--b\r\n\r\n--b-\r\n--b--", [b"--b-"], id="something that looks like a boundary"),
    ],
)
def test_odd_bodies(body: bytes, read: list[bytes]) -> None:
    assert [part.data for part in parse_multipart(body, "b")] == read


def test_a_part_that_holds_the_boundary_is_not_written() -> None:
    with pytest.raises(ValueError, match="holds the boundary"):
        write_multipart([Part("a", None, b"x --" + BOUNDARY.encode())])
