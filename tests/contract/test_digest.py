"""The digest of a contract: the same for the same content, and there is one for everything that loads."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contractctl.contract.digest import content_digest
from contractctl.core.failures import UnloadableDescription
from contractctl.core.json import Json
from contractctl.source.parse import parse_document

BASE = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nx-n: 1\n"


def digest(text: str, name: str = "openapi.yaml") -> str:
    return content_digest(parse_document(name, text.encode()))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("openapi: 3.1.0\ninfo: {title: T, version: '2'}\nx-n: 1\n", id="another version"),
        pytest.param("x-n: 1\ninfo: {version: '1', title: T}\nopenapi: 3.1.0\n", id="another order"),
        pytest.param("openapi: 3.1.0\ninfo: {title: T, version: '1'}\nx-n: 1.0\n", id="a fraction of nothing"),
        pytest.param('{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "x-n": 1}', id="JSON"),
        pytest.param("# all new\nopenapi: '3.1.0'\ninfo:\n  title: T\nx-n: 1\n", id="remarks, quotes and blanks"),
    ],
)
def test_what_means_the_same_has_one_digest(other: str) -> None:
    assert digest(other) == digest(BASE)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("openapi: 3.1.0\ninfo: {title: U, version: '1'}\nx-n: 1\n", id="another title"),
        pytest.param("openapi: 3.1.0\ninfo: {title: T, version: '1'}\nx-n: '1'\n", id="text for a number"),
        pytest.param("openapi: 3.1.0\ninfo: {title: T, version: '1'}\nx-n: true\n", id="true for one"),
        pytest.param("openapi: 3.1.0\ninfo: {title: T, version: '1'}\nx-n: 1\nversion: 1\n", id="a version elsewhere"),
    ],
)
def test_what_means_something_else_has_another_digest(other: str) -> None:
    assert digest(other) != digest(BASE)


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


ODD = {
    "nesting as deep as is read": f'{{"x": {nested(199)}}}',
    "nesting as deep, by aliases": f"a: &a {nested(150)}\nb: {nested(49).replace('[]', '[*a]')}\n",
    "a character of two halves": '{"x": "\\ud83d\\ude00"}',
    "the character zero": '{"x": "\\u0000"}',
    "integers that orjson does not write": f"x: {2**64}\ny: -{2**63 + 1}\n",
    "an integer of 4 000 digits": f'{{"x": 1{"0" * 3_999}}}',
    "the largest number and one beyond it": '{"x": 1.7976931348623157e308, "y": -1e999}',
    "what JSON has no number for": "x: .nan\ny: -.inf\n",
    "a list in the place of info": "openapi: 3.1.0\ninfo: [version]\n",
    "keys that are no text": "1: a\ntrue: b\nnull: c\n",
}
UNREADABLE = {
    "nesting that is too deep": f'{{"x": {nested(200)}}}',
    "nesting far too deep": f'{{"x": {nested(100_000)}}}',
    "nesting that is too deep by aliases": f"a: &a {nested(150)}\nb: &b {nested(50).replace('[]', '[*a]')}\n",
    "half of a character": '{"x": "\\ud800"}',
    "half of a character as a key": '{"\\udfff": 1}',
    "an integer of 5 000 digits": f'{{"x": {"9" * 5_000}}}',
    "a hexadecimal integer of 5 000 digits": f"x: 0x{'f' * 5_000}\n",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_whatever_loads_has_a_digest(text: str) -> None:
    assert re.fullmatch("c1:sha256:[0-9a-f]{64}", digest(text))


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_could_have_none_does_not_load(text: str) -> None:
    with pytest.raises(UnloadableDescription):
        parse_document("openapi.yaml", text.encode())


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("aé~/\n \"'"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc:-"), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_json_and_yaml_of_one_value_have_one_digest(value: Json) -> None:
    root = {"openapi": "3.1.0", "x": value}
    as_json = digest(json.dumps(root), "openapi.json")
    assert digest(json.dumps(root, indent=1, ensure_ascii=False)) == as_json
    assert digest(yaml.safe_dump(root, allow_unicode=True, default_style='"')) == as_json
