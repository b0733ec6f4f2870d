"""Forms and multipart bodies as values: what is written is read again, any bytes are read or refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.encodings.form_writing import NotFields, write_parts, write_urlencoded
from contractctl.encodings.forms import Form
from contractctl.encodings.multipart import BOUNDARY, Malformed, Part, write_multipart
from contractctl.encodings.parts import read_multipart
from contractctl.encodings.urlencoded import MOST_FIELDS, read_urlencoded

LAW = settings(max_examples=40, deadline=None, derandomize=True)
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\\%"), min_size=1, max_size=8)
INTEGERS = st.integers(-(2**70), 2**70)
OBJECTS = st.dictionaries(TEXTS, TEXTS | INTEGERS | st.booleans() | st.none(), max_size=3)

STRING: dict[str, Any] = {}
INTEGER = {"types": ["integer"]}
OBJECT = {"types": ["object"], "kind": "json"}
OBJECTS_LIST = {"types": ["array"], "kind": "json", "items": OBJECT}
FIELDS = st.one_of(
    st.tuples(st.just(STRING), TEXTS),
    st.tuples(st.just(INTEGER), INTEGERS),
    st.tuples(st.just({"types": ["boolean"]}), st.booleans()),
    st.tuples(st.just(OBJECT), OBJECTS),
    st.tuples(st.just({"types": ["array"]}), st.lists(TEXTS, min_size=1, max_size=3)),
    st.tuples(st.just({"types": ["array"], "items": INTEGER}), st.lists(INTEGERS, min_size=1, max_size=3)),
    st.tuples(
        st.just({"types": ["array"], "kind": "json", "items": OBJECT}), st.lists(OBJECTS, min_size=1, max_size=3)
    ),
)
FORMS = st.dictionaries(NAMES.filter(lambda name: name != "_charset_"), FIELDS, max_size=4)
WORDS = st.sampled_from(
    ["a", "a[b]", "a[]", "a[0]", "a[b][c]", "=", "&", "+", "%", "%20", "%zz", "%ff", "ü", ",", "|", "1"]
)
SHAPES = st.fixed_dictionaries(
    {
        "types": st.lists(st.sampled_from(["array", "object", "integer", "string"]), min_size=1, unique=True),
        "style": st.sampled_from(["", "form", "deepObject", "pipeDelimited", "spaceDelimited", "tabDelimited"]),
        "explode": st.booleans(),
        "kind": st.sampled_from(["", "json", "binary", "sized", "encoded"]),
        "items": st.sampled_from([INTEGER, STRING, OBJECT]),
    }
)


def form_of(fields: dict[str, tuple[dict[str, Any], Any]]) -> tuple[Form, dict[str, Any]]:
    form = Form.read({"fields": {name: field for name, (field, _) in fields.items()}})
    return form, {name: value for name, (_, value) in fields.items()}


@LAW
@given(FORMS)
def test_a_form_that_was_written_is_read(fields: dict[str, tuple[dict[str, Any], Any]]) -> None:
    form, value = form_of(fields)
    assert read_urlencoded(write_urlencoded(value), form).values[0] == value


@LAW
@given(FORMS)
def test_parts_that_were_written_are_read(fields: dict[str, tuple[dict[str, Any], Any]]) -> None:
    form, value = form_of(fields)
    read = read_multipart(write_parts(value), TYPE, form)
    assert (read.values[0], read.faults) == (value, ())


@LAW
@given(st.lists(TEXTS | INTEGERS | OBJECTS, min_size=1, max_size=4))
def test_parts_without_names_are_read_by_position(items: list[Any]) -> None:
    fields = [OBJECT if isinstance(item, dict) else INTEGER if isinstance(item, int) else STRING for item in items]
    form = Form.read({"positions": fields})
    assert read_multipart(write_parts(items), f"multipart/mixed; boundary={BOUNDARY}", form).values == (items,)


@LAW
@given(st.lists(WORDS, max_size=12).map("".join), SHAPES)
def test_any_form_is_read_or_refused(text: str, shape: dict[str, Any]) -> None:
    form = Form.read({"fields": {"a": shape}})
    try:
        read = read_urlencoded(text.encode(), form)
    except Malformed:
        return
    assert bool(read.values) != bool(read.faults)
    assert len(read.values) <= 65


@LAW
@given(st.lists(st.binary(max_size=20).filter(lambda data: b"--" not in data), max_size=3), SHAPES)
def test_any_part_is_read_or_refused(data: list[bytes], shape: dict[str, Any]) -> None:
    form = Form.read({"fields": {"a": shape}})
    read = read_multipart(write_multipart([Part("a", None, one) for one in data]), TYPE, form)
    assert bool(read.values) != bool(read.faults)


@pytest.mark.parametrize(
    ("field", "length"),
    [
        pytest.param({"kind": "sized"}, 256, id="a character a byte where its schema asks"),
        pytest.param({"kind": "binary"}, 0, id="nothing where nobody asks"),
    ],
)
def test_what_stands_for_bytes(field: dict[str, Any], length: int) -> None:
    body = write_multipart([Part("file", "a.bin", bytes(range(256)), {"content-type": "image/png"})])
    (value,) = read_multipart(body, TYPE, Form.read({"fields": {"file": field}})).values
    assert isinstance(value, dict)
    assert value["file"] == bytes(range(256))[:length].decode("latin-1")


@pytest.mark.parametrize(
    ("part", "text"),
    [
        pytest.param(Part("a", None, b"\xeb", {"content-type": "text/plain; charset=iso-8859-1"}), "ë", id="Latin-1"),
        pytest.param(Part("a", "a.txt", b"\xeb"), "ë", id="a file that is no text"),
        pytest.param(Part("a", None, b"\xeb", {"content-type": "image/png"}), "ë", id="a type that is no text"),
        pytest.param(Part("a", None, b"=C3=AB", {"content-transfer-encoding": "Quoted-Printable"}), "ë", id="escaped"),
        pytest.param(Part("a", None, b"w6s=", {"content-transfer-encoding": "base64"}), "ë", id="base64"),
        pytest.param(Part("a", None, b"\xc3\xab", {"content-transfer-encoding": "8bit"}), "ë", id="as it is"),
    ],
)
def test_the_text_of_a_part(part: Part, text: str) -> None:
    assert read_multipart(write_multipart([part]), TYPE, Form()).values == ({"a": text},)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        pytest.param(Part("a", None, b"\xeb"), "text in utf-8", id="text in another charset"),
        pytest.param(
            Part("a", None, b"x", {"content-transfer-encoding": "uuencode"}),
            "a Content-Transfer-Encoding that is known",
            id="an encoding that nobody knows",
        ),
        pytest.param(Part("a", None, b"x", {"content-transfer-encoding": "base64"}), "base64", id="no base64"),
        pytest.param(Part("a", None, b"[" * 300, {"content-type": "application/json"}), "JSON", id="no JSON"),
        pytest.param(
            Part("a", None, b"[" * 300 + b"]" * 300, {"content-type": "application/json"}), "JSON", id="deep JSON"
        ),
    ],
)
@pytest.mark.parametrize("field", [{}, {"o": {"types": ["object"], "style": "form", "explode": True}}], ids=str)
def test_parts_that_are_not_what_they_say(part: Part, expected: str, field: dict[str, Any]) -> None:
    read = read_multipart(write_multipart([part]), TYPE, Form.read({"fields": field}))
    assert ([(fault.steps, fault.expected) for fault in read.faults], read.values) == ([(("a",), expected)], ())


def test_parts_in_parts_are_not_followed_for_ever() -> None:
    form: dict[str, Any] = {"fields": {"a": {}}}
    body = write_multipart([Part("a", None, b"x")], "b0")
    for depth in range(6):
        body = write_multipart(
            [Part("a", None, body, {"content-type": f"multipart/mixed; boundary=b{depth}"})], f"b{depth + 1}"
        )
        form = {"fields": {"a": {"form": form}}}
    (fault,) = read_multipart(body, "multipart/form-data; boundary=b6", Form.read(form)).faults
    assert (fault.steps, fault.message) == (("a",) * 5, "parts are more than 4 deep in each other")


def test_a_form_of_too_many_fields_is_refused() -> None:
    with pytest.raises(Malformed, match=f"more than {MOST_FIELDS} fields"):
        read_urlencoded(b"a=1&" * (MOST_FIELDS + 1), Form())


def test_choices_are_bounded() -> None:
    ambiguous = {"types": ["integer", "string"]}
    form = Form.read({"fields": {f"f{n}": ambiguous for n in range(100)}})
    values = read_urlencoded("&".join(f"f{n}=1" for n in range(100)).encode(), form).values
    assert (values[0], values[1], len(values)) == (
        {f"f{n}": 1 for n in range(100)},
        {f"f{n}": "1" for n in range(100)},
        34,
    )


def test_brackets_that_are_too_deep_are_refused() -> None:
    form = Form.read({"fields": {"a": {"types": ["object"], "style": "deepObject"}}})
    (fault,) = read_urlencoded(b"a" + b"[b]" * 40 + b"=1", form).faults
    assert (fault.steps, fault.expected) == (("a",), "at most 32 levels of members")


@pytest.mark.parametrize("value", [None, 1, "x", [1]], ids=str)
def test_what_has_no_members_is_no_form(value: Any) -> None:
    with pytest.raises(NotFields):
        write_urlencoded(value)
