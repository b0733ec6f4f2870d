"""Findings are shown where they are: 200 of them, of every rule that has some, in JSON and YAML that people can read.

What stands at the line and column is read with other parsers, and compared with what the pointer of the finding means.
"""

from __future__ import annotations

import functools
import json
import random
from typing import NamedTuple

import pytest
import yaml

from contractctl.core.findings import Finding
from contractctl.core.locations import Span
from contractctl.core.profiles import Profile
from contractctl.lint.engine import lint_document, located
from contractctl.source.parse import parse_document
from tests.corpus.descriptions import descriptions, drawn, of_size
from tests.corpus.positions import Positions, Stretch, Tokens
from tests.corpus.yaml_writing import Json, block

FINDINGS = 200
DESCRIPTIONS = drawn(60, of_size(3_000, 40_000), seed=20264)
"""Small enough for the other parser, which is slow."""
MISSING = object()


def pretty(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


WRITERS = {"json": pretty, "yaml": block}


class Shown(NamedTuple):
    """A finding in a text."""

    name: str
    suffix: str
    finding: Finding


@functools.cache
def raw(name: str) -> Json:
    value: Json = json.loads(descriptions()[name].read_bytes())
    return value


@functools.cache
def text_of(name: str, suffix: str) -> str:
    return WRITERS[suffix](raw(name))


@functools.cache
def positions(name: str, suffix: str) -> Positions:
    return Positions(text_of(name, suffix))


@functools.cache
def sample() -> list[Shown]:
    """Return the findings to look at: one of each rule in turn, until there are enough."""
    shuffled = random.Random(20265)
    by_rule: dict[str, list[Shown]] = {}
    for number, name in enumerate(DESCRIPTIONS):
        suffix = [*WRITERS][number % 2]
        document = parse_document(name.replace(".json", f".{suffix}"), text_of(name, suffix).encode())
        for finding in located(lint_document(document, profiles=Profile), document):
            by_rule.setdefault(finding.rule, []).append(Shown(name, suffix, finding))
    for found in by_rule.values():
        shuffled.shuffle(found)
    turns = (found[turn] for turn in range(FINDINGS) for found in by_rule.values() if turn < len(found))
    return [shown for _, shown in zip(range(FINDINGS), turns, strict=False)]


def test_the_sample_is_large_and_of_many_rules_in_both_formats() -> None:
    assert len(sample()) == FINDINGS
    assert len({shown.finding.rule for shown in sample()}) >= 40
    assert {shown.suffix for shown in sample()} == {"json", "yaml"}


@pytest.mark.parametrize("number", range(FINDINGS))
def test_a_finding_is_shown_at_what_its_pointer_means(number: int) -> None:
    name, suffix, finding = sample()[number]
    span, tokens = finding.location.span, finding.location.place.pointer.tokens
    assert span is not None
    there = present(raw(name), tokens)
    assert len(tokens) - len(there) <= 1, "what is absent is shown at what it is missing from"
    position = positions(name, suffix).at(there)
    by_key = position.key if there == tokens and finding.location.of_key else None
    assert as_stretch(span) == (by_key or position.shown), finding
    value = value_at(raw(name), there)
    is_named = position.key is not None and (by_key is not None or isinstance(value, dict | list))
    assert_reads(slice_of(text_of(name, suffix), span), span.column, there[-1] if is_named else value, suffix)


@pytest.mark.parametrize("number", range(FINDINGS))
def test_what_explains_a_finding_is_shown_at_what_is_there(number: int) -> None:
    name, suffix, finding = sample()[number]
    for related in finding.related:
        tokens = related.location.place.pointer.tokens
        assert value_at(raw(name), tokens) is not MISSING
        assert related.location.span is not None
        position = positions(name, suffix).at(tokens)
        assert as_stretch(related.location.span) in (position.shown, position.key)


def present(root: Json, tokens: Tokens) -> Tokens:
    """Return as much of a pointer as leads somewhere."""
    while value_at(root, tokens) is MISSING:
        tokens = tokens[:-1]
    return tokens


def value_at(root: Json, tokens: Tokens) -> Json:
    for token in tokens:
        if isinstance(root, dict) and token in root:
            root = root[token]
        elif isinstance(root, list) and token.isdecimal() and int(token) < len(root):
            root = root[int(token)]
        else:
            return MISSING
    return root


def slice_of(text: str, span: Span) -> str:
    """Return the text between the ends of a span."""
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def assert_reads(text: str, column: int, value: Json, suffix: str) -> None:
    """Read a stretch of a text by itself; to this loader all scalars of YAML are texts, for 1.1 and 1.2 differ."""
    if suffix == "json":
        assert json.loads(text) == value
        return
    lead = " " * (column - 1) if isinstance(value, dict | list) else "- "
    read = yaml.load(lead + text, Loader=yaml.BaseLoader)
    if isinstance(value, str):
        assert read == [value]
    elif isinstance(value, dict | list):
        assert read == as_texts(value)
    else:
        assert json.loads(read[0] or "null") == value


def as_texts(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: as_texts(member) for key, member in value.items()}
    if isinstance(value, list):
        return [as_texts(item) for item in value]
    return value if isinstance(value, str) else json.dumps(value)


def as_stretch(span: Span) -> Stretch:
    return Stretch(span.line, span.column, span.end_line, span.end_column)
