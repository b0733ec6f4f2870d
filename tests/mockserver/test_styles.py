"""What a client writes in a style is what the server reads: RFC 6570, both ways."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.mockserver.model import Parameter
from contractctl.mockserver.queries import decode_query, parse_query
from contractctl.mockserver.reading import read_pieces, readings_of
from contractctl.mockserver.readings import Reading
from contractctl.mockserver.requests import BadTarget, decode_escapes
from contractctl.mockserver.styles import (
    Pieces,
    StyleError,
    undo_deep_object,
    undo_exploded_object,
    undo_form,
    undo_label,
    undo_matrix,
    undo_simple,
)

LAW = settings(derandomize=True, deadline=None)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ITEMS = st.lists(TEXT.filter(bool), min_size=1)
MEMBERS = st.dictionaries(TEXT.filter(bool), TEXT, min_size=1)


def escaped(text: str) -> str:
    return quote(text, safe="").replace(".", "%2E")


def decode(text: str) -> str:
    return decode_escapes(text, "path")


def pairs(members: dict[str, str], between: str, after: str) -> str:
    return after.join(f"{escaped(key)}{between}{escaped(value)}" for key, value in members.items())


def query_parameter(*, explode: bool, name: str = "n") -> Parameter:
    return Parameter(name, "query", False, "form", explode, False, "", "", Reading(), "")


@LAW
@given(TEXT)
def test_one_text_comes_back_from_every_style(text: str) -> None:
    sent = escaped(text)
    assert undo_simple(sent, "string", explode=False, decode=decode) == text
    assert undo_label("." + sent, "string", explode=False, decode=decode) == text
    assert undo_matrix(";n=" + sent, "n", "string", explode=False, decode=decode) == text
    assert undo_form(query_parameter(explode=True), [sent], "string", decode=decode_query) == text


@LAW
@given(ITEMS)
def test_an_array_comes_back_from_every_style(items: list[str]) -> None:
    sent = [escaped(item) for item in items]
    assert undo_simple(",".join(sent), "array", explode=False, decode=decode) == items
    assert undo_label("." + ".".join(sent), "array", explode=True, decode=decode) == items
    assert undo_matrix(";n=" + ",".join(sent), "n", "array", explode=False, decode=decode) == items
    assert undo_matrix("".join(f";n={item}" for item in sent), "n", "array", explode=True, decode=decode) == items
    assert undo_form(query_parameter(explode=True), sent, "array", decode=decode_query) == items
    assert undo_form(query_parameter(explode=False), [",".join(sent)], "array", decode=decode_query) == items


@LAW
@given(MEMBERS)
def test_an_object_comes_back_from_every_style(members: dict[str, str]) -> None:
    assert undo_simple(pairs(members, "=", ","), "object", explode=True, decode=decode) == members
    assert undo_simple(pairs(members, ",", ","), "object", explode=False, decode=decode) == members
    assert undo_label("." + pairs(members, "=", "."), "object", explode=True, decode=decode) == members
    assert undo_matrix(";" + pairs(members, "=", ";"), "n", "object", explode=True, decode=decode) == members
    assert undo_matrix(";n=" + pairs(members, ",", ","), "n", "object", explode=False, decode=decode) == members
    sent = pairs(members, ",", ",")
    assert undo_form(query_parameter(explode=False), [sent], "object", decode=decode_query) == members
    assert undo_exploded_object(parse_query(pairs(members, "=", "&")), decode=decode_query) == members


@LAW
@given(st.dictionaries(TEXT.filter(lambda key: key and "[" not in key and "]" not in key), TEXT, min_size=1))
def test_a_deep_object_comes_back(members: dict[str, str]) -> None:
    query = "&".join(f"n%5B{escaped(key)}%5D={escaped(value)}" for key, value in members.items())
    assert undo_deep_object("n", parse_query(query), decode=decode_query) == members


LISTS = Reading(("object",), properties={"a": Reading(("array",), items=Reading(("string",)))})


@LAW
@given(ITEMS, st.sampled_from(["n[a]", "n[a][]", "n[a][{}]"]))
def test_a_list_in_a_deep_object_comes_back_however_clients_write_it(items: list[str], name: str) -> None:
    query = "&".join(f"{name.format(place)}={escaped(item)}" for place, item in enumerate(items))
    pieces = undo_deep_object("n", parse_query(query), decode=decode_query)
    assert pieces is not None
    assert read_pieces(pieces, LISTS) == {"a": items}


@LAW
@given(st.lists(st.integers() | st.booleans() | st.text("abc", min_size=1), min_size=1))
def test_items_of_several_types_are_read_as_each_of_them(items: list[int | bool | str]) -> None:
    reading = Reading(("array",), items=Reading(("integer", "boolean", "string")))
    texts: list[Pieces] = [str(item).lower() for item in items]
    typed, plain = [*readings_of(texts, reading), texts][:2]
    assert typed == items
    assert plain == texts


@LAW
@given(st.integers(min_value=-(10**300), max_value=10**300))
def test_a_whole_number_is_read_as_it_is_written(number: int) -> None:
    assert read_pieces(str(number), Reading(("integer",))) == number


@pytest.mark.parametrize("text", ["", "05", "+5", "5.", ".5", "0x5", "١", "5 ", "1e999", "NaN", "Infinity", "9" * 500])
def test_what_json_does_not_call_a_number_stays_text(text: str) -> None:
    assert read_pieces(text, Reading(("number",))) == text


@LAW
@given(TEXT)
def test_escapes_are_undone(text: str) -> None:
    assert decode(quote(text)) == text


@pytest.mark.parametrize("text", ["%", "%4", "a%zz", "%+4", "%ff", "%c3", "%ed%a0%80"])
def test_bad_escapes_are_refused(text: str) -> None:
    with pytest.raises(BadTarget, match=r"^the path "):
        decode(text)


@pytest.mark.parametrize("names", [("n[a]", "n[a][b]"), ("n[a][b]", "n[a]")], ids=["value first", "members first"])
def test_a_value_cannot_have_members_too(names: tuple[str, str]) -> None:
    with pytest.raises(StyleError, match="either with a value or with members, not both"):
        undo_deep_object("n", {name: ["1"] for name in names}, decode=decode)
