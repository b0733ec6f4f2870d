"""Where everything stands, by the word of scanners that are not ours: PyYAML's own one, and json-source-map."""

from __future__ import annotations

import json

import json_source_map
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.locations import Pointer
from contractctl.source.parse import parse_document
from tests.source.test_parse import ASCII, PLAIN_VALUES

LETTERS = st.text(st.characters(categories=["L", "S", "N"]), min_size=1, max_size=8)
TREES = st.dictionaries(
    LETTERS, st.recursive(PLAIN_VALUES | LETTERS, lambda inner: st.lists(inner, max_size=4)), min_size=1, max_size=5
)


def line_and_column(text, offset):
    before = text[:offset].split("\n")
    return len(before) - 1, len(before[-1])


def said_by_us(text, name):
    """Pointer to key and value of every node, as lines and columns from 0; block collections have no end of their own.

    The last child of a block collection ends it for us; PyYAML ends it where the next token begins.
    """
    marks = parse_document(name, text.encode()).marks()
    for node in range(len(marks.sizes)):
        key = None
        if marks.keys[node] is not None:
            key = tuple(line_and_column(text, offset) for offset in (marks.key_starts[node], marks.key_ends[node]))
        ends = (marks.starts[node], marks.ends[node])
        yield str(marks.pointer(node)), (key, tuple(line_and_column(text, offset) for offset in ends))


def said_by_pyyaml(node, pointer=Pointer(), key=None):  # noqa: B008 - frozen
    has_end = isinstance(node, yaml.ScalarNode) or node.flow_style
    yield str(pointer), (key, extent(node), has_end)
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from said_by_pyyaml(value, pointer / name.value, extent(name))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from said_by_pyyaml(value, pointer / index)


def extent(node):
    return tuple((mark.line, mark.column) for mark in (node.start_mark, node.end_mark))


@given(
    TREES | st.dictionaries(ASCII, PLAIN_VALUES, min_size=1),
    st.sampled_from([True, False, None]),
    st.sampled_from([20, 80]),
    st.booleans(),
)
def test_keys_and_values_of_yaml_stand_where_pyyaml_says(tree, flow, width, unicode):
    text = yaml.safe_dump(tree, default_flow_style=flow, width=width, allow_unicode=unicode)
    ours = dict(said_by_us(text, "a.yaml"))
    theirs = dict(said_by_pyyaml(yaml.compose(text, Loader=yaml.SafeLoader)))
    assert ours.keys() == theirs.keys()
    for pointer, (key, (start, end), has_end) in theirs.items():
        assert ours[pointer][0] == key
        assert ours[pointer][1][0] == start
        assert not has_end or ours[pointer][1][1] == end


# json-source-map leaves keys as they are written, so these have nothing to escape in a pointer.
KEYS = st.text(st.characters(categories=["L", "N"]), max_size=8)
JSON_TREES = st.dictionaries(
    KEYS,
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    ),
)


def position(place):
    return place.line, place.column


def said_by_json_source_map(text):
    for written, entry in json_source_map.calculate(text).items():
        pointer = json.loads(f'"{written}"')
        key = None if entry.key_start is None else (position(entry.key_start), position(entry.key_end))
        yield pointer, (key, (position(entry.value_start), position(entry.value_end)))


@given(JSON_TREES, st.sampled_from([None, 0, 3]), st.booleans())
def test_keys_and_values_of_json_stand_where_json_source_map_says(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert dict(said_by_us(text, "a.json")) == dict(said_by_json_source_map(text))
