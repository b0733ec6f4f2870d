"""Where things stand: spans agree with the parsers' own marks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.locations import Place, Pointer, Span
from contractctl.source.parse import parse_document
from tests.source.test_parse import OBJECTS

ROOT = Pointer()
EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").glob("*/openapi*.yaml"))


def scalar_marks(node: yaml.Node, pointer: Pointer = ROOT):
    """Yield pointer and marks of every scalar as PyYAML's own composer gives them."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from scalar_marks(value, pointer / key.value)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from scalar_marks(value, pointer / index)
    elif node.style not in ("|", ">"):
        yield pointer, node.start_mark, node.end_mark


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_scalar_of_a_yaml_text_stands_where_an_independent_parser_says(path):
    text = path.read_text()
    document = parse_document("a.yaml", text.encode())
    marks = list(scalar_marks(yaml.compose(text, Loader=yaml.SafeLoader)))
    assert len(marks) > 50
    for pointer, start, end in marks:
        expected = Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        assert document.locate(Place("a.yaml", pointer)) == expected, str(pointer)


def leaves(value, pointer=ROOT):
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if children is None:
        yield pointer, value
    else:
        for token, child in children:
            yield from leaves(child, pointer / token)


@given(OBJECTS, st.sampled_from([None, 0, 3]))
def test_the_text_at_the_span_of_a_json_scalar_is_that_scalar(value, indent):
    text = json.dumps(value, indent=indent)
    lines = text.split("\n")
    document = parse_document("a.json", text.encode())
    for pointer, leaf in leaves(value):
        span = document.locate(Place("a.json", pointer))
        assert span.line == span.end_line
        assert json.loads(lines[span.line - 1][span.column - 1 : span.end_column - 1]) == leaf


@pytest.mark.parametrize(
    ("pointer", "span"),
    [
        pytest.param("/info", Span(2, 1, 2, 5), id="a mapping is shown by its key"),
        pytest.param("/info/title", Span(3, 10, 3, 13), id="a scalar is shown by itself"),
        pytest.param("/tags/0", Span(5, 5, 5, 12), id="an item is shown by itself"),
        pytest.param("/info/version", Span(2, 1, 2, 5), id="what is missing is shown by what it is missing from"),
        pytest.param("", Span(1, 1, 6, 9), id="the root is the whole text"),
        pytest.param("/é", Span(6, 4, 6, 9), id="columns count characters, not bytes"),
    ],
)
def test_spans_show_what_a_reader_should_look_at(pointer, span):
    text = "openapi: 3.1.0\ninfo:\n  title: Abc\ntags:\n  - name: x\né: zwölf\n"
    document = parse_document("a.yaml", text.encode())
    assert document.locate(Place("a.yaml", Pointer.parse(pointer))) == span


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("security: []", id="an empty list"),
        pytest.param("security: {}", id="an empty mapping"),
        pytest.param("security: &nobody []", id="an empty list with an anchor"),
        pytest.param("security: &nobody !!seq\n  []", id="an empty list with an anchor and a tag"),
    ],
)
def test_a_collection_that_holds_nothing_is_shown_by_its_key(line):
    document = parse_document("a.yaml", f"openapi: 3.1.0\n{line}\n".encode())
    assert document.locate(Place("a.yaml", Pointer(("security",)))) == Span(2, 1, 2, 9)


def test_thousands_of_keys_that_stand_twice_are_placed_in_one_pass():
    members = ",".join(f'"a{number}": 1, "a{number}": 2' for number in range(20_000))
    document = parse_document("a.json", f'{{"openapi": "3.1.0", "x-wide": {{{members}}}}}'.encode())
    assert document.problems[-1].location.place == Place("a.json", Pointer(("x-wide", "a19999")))
    assert len(document.problems) == 20_000
