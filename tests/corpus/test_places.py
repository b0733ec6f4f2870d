"""Lines and columns are those that an independent parser gives: 10 000 places, half of them in JSON, half in YAML."""

from __future__ import annotations

import json
import random

import pytest

from contractctl.core.locations import Place, Pointer, Span
from contractctl.source.document import Document
from contractctl.source.parse import parse_document
from tests.corpus.descriptions import descriptions, drawn, of_size
from tests.corpus.positions import Position, Positions, Stretch, Tokens
from tests.corpus.yaml_writing import STYLES, Json

PLACES = 50
"""How many are looked at in one text."""
READABLE = of_size(5_000, 500_000)
"""Small enough for the other parser, which is slow, and large enough for so many places."""
JSON_TEXTS = drawn(100, READABLE, seed=20262)
YAML_TEXTS = list(zip(drawn(100, READABLE, seed=20263), [*STYLES] * 34, strict=False))


@pytest.mark.parametrize("name", JSON_TEXTS)
def test_places_of_a_json_text_are_those_of_another_parser(name: str) -> None:
    assert_places(name, descriptions()[name].read_bytes())


@pytest.mark.parametrize(("name", "style"), YAML_TEXTS)
def test_places_of_a_yaml_text_are_those_of_another_parser(name: str, style: str) -> None:
    raw = json.loads(descriptions()[name].read_bytes())
    assert_places(name.replace(".json", ".yaml"), STYLES[style](raw).encode())


def assert_places(name: str, data: bytes) -> None:
    document, positions = parse_document(name, data), Positions(data.decode())
    places = list(pointers(document.root))
    for tokens in random.Random(name).sample(places, PLACES):
        expected = positions.at(tokens)
        assert marked(document, tokens) == expected, tokens
        assert as_stretch(document.locate(Place(name, Pointer(tokens)))) == expected.shown, tokens


def marked(document: Document, tokens: Tokens) -> Position:
    """Return what the marks say of a node."""
    marks = document.marks()
    node = marks.find(Pointer(tokens))
    key = marks.stretch(marks.key_starts[node], marks.key_ends[node]) if marks.keys[node] is not None else None
    value = as_stretch(marks.stretch(marks.starts[node], marks.ends[node]))
    is_collection = node not in marks.aliases and isinstance(value_at(document.root, tokens), dict | list)
    return Position(as_stretch(key) if key else None, value, is_collection)


def value_at(root: Json, tokens: Tokens) -> Json:
    for token in tokens:
        root = root[token] if isinstance(root, dict) else root[int(token)]
    return root


def as_stretch(span: Span) -> Stretch:
    return Stretch(span.line, span.column, span.end_line, span.end_column)


def pointers(root: Json) -> list[Tokens]:
    """Return the pointers of all nodes."""
    found: list[Tokens] = [()]
    waiting: list[tuple[Tokens, Json]] = [((), root)]
    while waiting:
        tokens, value = waiting.pop()
        members = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
        for key, member in members:
            waiting.append(((*tokens, str(key)), member))
            found.append(waiting[-1][0])
    return found
