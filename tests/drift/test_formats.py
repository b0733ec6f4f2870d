"""The format of the local file is kept, and a conversion says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from contractctl.core.failures import UsageFailure
from contractctl.core.json import Json
from contractctl.drift.edition import edition_of
from contractctl.drift.formats import Format, format_of, render, to_json, to_yaml
from contractctl.drift.split import refuse_split
from contractctl.drift.upstream import Served
from contractctl.source.parse import parse_document

YAML = b"openapi: 3.1.0\ninfo: {title: Pets, version: 1.0.0}   # ours\npaths: {}\n"
JSON = b'{"openapi":"3.1.0","info":{"title":"Pets","version":"1.0.0"},"paths":{}}'
PRETTY = b"""{
  "openapi": "3.1.0",
  "info": {
    "title": "Pets",
    "version": "1.0.0"
  },
  "paths": {}
}
"""
BLOCK = b"""openapi: '3.1.0'
info:
  title: Pets
  version: '1.0.0'
paths: {}
"""


def served(data: bytes) -> Served:
    document = parse_document("upstream", data)
    return Served(document, edition_of(document, data), data, "")


@pytest.mark.parametrize(
    ("name", "current", "upstream", "expected"),
    [
        pytest.param("openapi.yaml", YAML, JSON, "yaml", id="YAML stays YAML"),
        pytest.param("openapi.yml", None, JSON, "yaml", id="a new file: by its suffix"),
        pytest.param("openapi.JSON", None, YAML, "json", id="by its suffix, in capitals"),
        pytest.param("openapi", JSON, YAML, "json", id="no suffix: by its bytes"),
        pytest.param("openapi", None, YAML, "yaml", id="no suffix and new: as served"),
    ],
)
def test_the_format_of_the_local_file(name: str, current: bytes | None, upstream: bytes, expected: Format) -> None:
    assert format_of(Path(name), current, upstream) == expected


@pytest.mark.parametrize(
    ("data", "form", "expected"),
    [
        pytest.param(YAML, "yaml", YAML, id="YAML to YAML: the bytes as served, comments and all"),
        pytest.param(JSON, "yaml", BLOCK, id="JSON to YAML"),
        pytest.param(JSON, "json", PRETTY, id="JSON to JSON: indented"),
        pytest.param(YAML, "json", PRETTY, id="YAML to JSON"),
    ],
)
def test_what_is_written(data: bytes, form: Format, expected: bytes) -> None:
    assert render(served(data), Path(f"openapi.{form}"), form) == expected


def test_long_texts_stay_readable() -> None:
    assert to_yaml({"description": "One.\n\nTwo: *three*.\n", "name": "Größe 🦖"}) == (
        b'description: |\n  One.\n\n  Two: *three*.\nname: "Gr\xc3\xb6\xc3\x9fe \\U0001F996"\n'
    )


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12) | st.sampled_from(
    ["1e3", "0o17", "1_000", "0x1f", "12:30:45", "yes", "on", "~", "null", ".inf", "=", "<<", "2025-01-31", "- a", "#x"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=3))
@example({"a": "1e3", "0o17": "\x85", "b": " lead\n  ing\n", "c": "\n\n x"})
def test_both_formats_read_back_as_the_same_value(root: Json) -> None:
    assert parse_document("x.json", to_json(root)).root == root
    assert parse_document("x.yaml", to_yaml(root)).root == root


@given(st.dictionaries(TEXTS, st.booleans() | TEXTS, max_size=3))
def test_readers_of_yaml_1_1_agree(root: Json) -> None:
    assert yaml.safe_load(to_yaml(root)) == root


def test_members_keep_their_order() -> None:
    assert list(json.loads(to_json({"b": 1, "a": 2}))) == ["b", "a"]
    assert to_yaml({"b": 1, "a": 2}) == b"b: 1\na: 2\n"


def test_a_split_description_is_refused_in_one_line() -> None:
    document = parse_document("openapi.yaml", b"openapi: 3.1.0\npaths: {/a: {$ref: 'paths/a.yaml#/get'}}\n")
    with pytest.raises(UsageFailure) as caught:
        refuse_split(document)
    assert caught.value.message == (
        "openapi.yaml is split over several files (it refers to paths/a.yaml), and sync writes one"
    )


@pytest.mark.parametrize("reference", ["#/components/schemas/A", "https://example.com/a.yaml"])
def test_references_that_do_not_lead_to_other_local_files_are_kept(reference: str) -> None:
    refuse_split(parse_document("x.yaml", f"openapi: 3.1.0\na: {{$ref: '{reference}'}}\n".encode()))
