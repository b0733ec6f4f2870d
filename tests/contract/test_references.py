"""References: by location and by identifier, through all documents of a description."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from contractctl.contract.build import build_contract
from contractctl.source.spec import load_description


def build(folder: Path, files):
    """Return what is built of `openapi.yaml`, whose components are `files["openapi.yaml"]`; the others are whole."""
    for name, value in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        head = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}
        whole = {**head, "components": {"schemas": value}} if name == "openapi.yaml" else value
        path.write_text(json.dumps(whole))
    return build_contract(load_description("openapi.yaml", folder=folder))


def definitions(built):
    return {key: schema.value for key, schema in built.contract.definitions.items()}


def told(built):
    return [(finding.rule, str(finding.location.place.pointer)) for finding in built.findings]


CASES = yaml.safe_load((Path(__file__).parent / "references.yaml").read_text())


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_references_lead_to_definitions(case, tmp_path):
    built = build(tmp_path, {name: value for name, value in case.items() if name != "definitions"})
    assert (definitions(built), told(built)) == (case["definitions"], [])


@pytest.mark.parametrize(
    ("schemas", "rule", "where"),
    [
        pytest.param("{A: {items: {$ref: '#'}}}", "reference-wrong-kind", "/items/$ref", id="the description"),
        pytest.param("{A: {$ref: '#/components/schemas'}}", "reference-wrong-kind", "/$ref", id="all schemas"),
        pytest.param(
            "{A: {$ref: '#/components/schemas/B/properties'}, B: {properties: {}}}",
            "reference-wrong-kind",
            "/$ref",
            id="the properties of a schema",
        ),
        pytest.param("{A: {$ref: missing.yaml#/A}}", "reference-dangling", "/$ref", id="a file that is not there"),
        pytest.param("{A: {$ref: 'https://e.example/x'}}", "reference-forbidden", "/$ref", id="a host not allowed"),
        pytest.param("{A: {$ref: '#nope'}}", "reference-dangling", "/$ref", id="an anchor that nobody has"),
        pytest.param(
            "{B: {$id: 'urn:e:x'}, A: {$id: 'urn:e:x'}}", "schema-identifier-duplicate", "", id="an identifier twice"
        ),
        pytest.param("{B: {$anchor: x}, A: {$anchor: x}}", "schema-identifier-duplicate", "", id="an anchor twice"),
    ],
)
def test_what_no_schema_can_be_found_by_is_told(schemas, rule, where, tmp_path):
    built = build(tmp_path, {"openapi.yaml": yaml.safe_load(schemas)})
    assert told(built) == [(rule, f"/components/schemas/A{where}")]


def test_a_description_may_name_itself_since_3_2(tmp_path):
    files = {
        "main.yaml": {
            "openapi": "3.2.0",
            "$self": "https://api.example/v1/main",
            "paths": {},
            "components": {"schemas": {"A": {"$ref": "part#/P"}, "B": {"$ref": "https://api.example/v1/main#/x-c"}}},
            "x-c": {"type": "string"},
        },
        "part": {"P": {"type": "integer"}},
    }
    for name, value in files.items():
        (tmp_path / name).write_text(json.dumps(value))
    built = build_contract(load_description("main.yaml", folder=tmp_path))
    assert (told(built), definitions(built)["#/x-c"], definitions(built)["part#/P"]) == (
        [],
        {"type": "string"},
        {"type": "integer"},
    )


def test_the_keys_are_the_same_in_whatever_folder_the_files_lie(tmp_path):
    files = {"openapi.yaml": {"A": {"$ref": "x/b.yaml#/B"}}, "x/b.yaml": {"B": {"$ref": "../c.yaml"}}, "c.yaml": {}}
    one, other = build(tmp_path / "one", files), build(tmp_path / "two/deep", files)
    assert definitions(one) == definitions(other)
    assert list(definitions(one)) == ["A", "x/b.yaml#/B", "c.yaml#"]


def test_variants_of_a_schema_are_bounded(tmp_path):
    depth = 12
    schemas = {
        f"R{level}{side}": {
            "$id": f"http://e.example/R{level}{side}",
            "$dynamicAnchor": f"n{level}",
            "properties": {
                name: {"$ref": f"R{level + 1}{name}" if level + 1 < depth else "end"} for name in ("a", "b")
            },
        }
        for level in range(depth)
        for side in ("a", "b")
    }
    ends = [{"$dynamicRef": f"R{level}a#n{level}"} for level in range(depth)]
    schemas["end"] = {"$id": "http://e.example/end", "properties": {"x": {"allOf": ends}}}
    built = build(tmp_path, {"openapi.yaml": schemas})
    assert [rule for rule, _ in told(built)] == ["part-malformed"]
    assert len(definitions(built)) < 2_000
    whole = {"$ref": "#/$defs/R0a", "$defs": definitions(built)}
    assert jsonschema_rs.is_valid(whole, {})


def test_a_file_whose_name_is_no_text_is_read_like_any_other(tmp_path):
    name = os.fsdecode(b"\xff.json")
    schemas = {"A": {"$ref": "#/components/schemas/B"}, "B": {"$id": "b", "$ref": "./b"}}
    (tmp_path / name).write_text(
        json.dumps({"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": schemas}})
    )
    built = build_contract(load_description(name, folder=tmp_path))
    assert definitions(built) == {"A": {"$ref": "#/$defs/B"}, "B": {}}


def test_a_description_may_have_many_dynamic_anchors(tmp_path):
    count = 10_000
    schemas = {f"A{n}": {"$dynamicAnchor": f"a{n}", "items": {"$ref": f"#a{n + 1}"}} for n in range(count)}
    schemas[f"A{count}"] = {"$dynamicAnchor": f"a{count}", "items": {"$dynamicRef": "#a0"}}
    schemas["R"] = {"$id": "r", "$dynamicAnchor": "r", "$ref": "openapi.yaml#a0"}
    built = build(tmp_path, {"openapi.yaml": schemas})
    assert (told(built), len(definitions(built))) == ([], count + 2)
