"""The lines that a Bundle names: as its reader finds them, and as few as tell all."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl.contract.build import build_contract
from contractctl.contract.subschemas import placed_subschemas
from contractctl.core.json import Json
from contractctl.core.locations import Place, Pointer
from contractctl.mock.lines import line_record
from contractctl.mockserver.lines import Lines
from contractctl.source.parse import parse_document
from tests.mock.compiling import EXAMPLES

AT = Place("openapi.yaml", Pointer(("components", "schemas", "A")))
A: Json = {"properties": {"a": {"type": "string", "enum": ["b"]}}, "required": ["a"], "anyOf": [{"$ref": "#"}, True]}


def lines_of(value: Json, lines: dict[str, str], default: str = "") -> dict[str, Json] | None:
    """Return the record of one definition whose pointers, below it, stand on `lines`; the others on `default`."""

    def locate(place: Place) -> str:
        return lines.get(str(Pointer(place.pointer.tokens[3:])), default)

    return line_record({"$defs": [("A", value, AT)], "properties": ()}, locate)


RECORDS = [
    pytest.param(A, {}, "", None, id="no line is known"),
    pytest.param(A, {}, "a:7", {"file": "a", "tree": [0, {"$defs": [0, {"A": 7}]}]}, id="all on one line"),
    pytest.param(
        A,
        {"/properties": "a:8", "/properties/a": "a:8", "/properties/a/type": "a:9", "/properties/a/enum": "a:8"},
        "a:7",
        {"file": "a", "tree": [0, {"$defs": [0, {"A": [7, {"properties": [8, {"a": [0, {"type": 9}]}]}]}]}]},
        id="a keyword on a line of its own",
    ),
    pytest.param(
        A,
        {"/anyOf/1": "a:9", "/anyOf/0/$ref": "a:10"},
        "a:7",
        {"file": "a", "tree": [0, {"$defs": [0, {"A": [7, {"anyOf": [0, {"1": 9}]}]}]}]},
        id="an alternative, and a reference, at which no error ends",
    ),
    pytest.param(
        {"items": {"minimum": 1}},
        {"/items": "b.yaml:3", "/items/minimum": "c:x"},
        "a:7",
        {"file": "a", "tree": [0, {"$defs": [0, {"A": [7, {"items": ["b.yaml:3", {"minimum": "c:x"}]}]}]}]},
        id="lines of other files, and names that are no lines",
    ),
]


@pytest.mark.parametrize(("value", "lines", "default", "record"), RECORDS)
def test_only_what_differs_from_the_line_above_is_written(
    value: Json, lines: dict[str, str], default: str, record: dict[str, Json] | None
) -> None:
    assert lines_of(value, lines, default) == record


READ = [
    pytest.param(("$defs", "A"), "a:7", id="a schema"),
    pytest.param(("$defs", "A", "items", "minimum"), "b:4", id="a keyword in another file"),
    pytest.param(("$defs", "A", "items", "maximum", 0, "x"), "b:3", id="the last step that is there"),
    pytest.param(("$defs", "A", "prefixItems", 1, "type"), "a:9", id="an index"),
    pytest.param(("$defs", "A", "allOf", 0), "a:7", id="what stands on the line above"),
    pytest.param(("$defs", "B"), "", id="a schema that is not known"),
    pytest.param((), "", id="nothing"),
]


@pytest.mark.parametrize(("path", "line"), READ)
def test_the_reader_names_the_line_of_the_deepest_step(path: tuple[str | int, ...], line: str) -> None:
    value: Json = {"items": {"minimum": 1}, "prefixItems": [{}, {"type": "null"}], "allOf": [{}]}
    places = {"/items": "b:3", "/items/minimum": "b:4", "/prefixItems/1/type": "a:9"}
    record = lines_of(value, places, "a:7")
    assert record is not None
    assert Lines.read(record).of(path) == line


def test_lines_of_a_kind_that_is_not_known_name_none() -> None:
    assert Lines.read({"/$defs/A": "openapi.yaml:3"}).of(("$defs", "A")) == ""


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/openapi*.yaml")), ids=lambda path: path.parent.name)
def test_every_schema_and_keyword_has_its_line(path: Path) -> None:
    document = parse_document("openapi.yaml", path.read_bytes())
    definitions = build_contract(document).contract.definitions

    def locate(place: Place) -> str:
        return f"openapi.yaml:{document.locate(place).line}"

    placed = [(key, schema.value, schema.at) for key, schema in definitions.items()]
    record = line_record({"$defs": placed}, locate)
    assert record is not None
    lines = Lines.read(record)
    for key, value, at in placed:
        for tokens, schema in placed_subschemas(value, ()):
            for below in (tokens, *((*tokens, word) for word in schema if word != "$ref")):
                assert lines.of(("$defs", key, *below)) == locate(Place(at.uri, Pointer((*at.pointer.tokens, *below))))
