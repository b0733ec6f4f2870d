"""Bundles: equal bytes for equal contracts, and what the index and the operations say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.contract.model import Schema
from contractctl.mock.compile import compile_bundle
from contractctl.mock.settings import MockSettings
from contractctl.mockserver.bundle import Bundle
from contractctl.source.parse import parse_document
from tests.mock.compiling import EXAMPLES, answers, compiled, opened, told


def description(paths: dict[str, Any], **top: Any) -> str:
    return json.dumps({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths, **top})


DONE: dict[str, Any] = {"responses": {"204": {"description": ""}}}


def test_the_dinosaur_keeps_its_documented_order(tmp_path: Path) -> None:
    mock = compiled((EXAMPLES / "dinosaurs/openapi.yaml").read_bytes())
    bodies = answers(mock, tmp_path)["GET /api/dinosaurs/{id}/"]["200 application/json"]
    assert bodies == {"": '{"id":1,"common_name":"T-Rex","scientific_name":"Tyrannosaurus Rex"}'}
    assert mock.findings == ()


@pytest.mark.parametrize("name", ["conversations", "dinosaurs", "fax"])
def test_every_response_of_the_examples_has_a_body(name: str, tmp_path: Path) -> None:
    mock = compiled((EXAMPLES / name / "openapi.yaml").read_bytes())
    contents = [content for responses in answers(mock, tmp_path).values() for content in responses.values()]
    assert contents
    assert [content for content in contents if isinstance(content, str)] == []
    assert mock.findings == ()


def test_the_index(tmp_path: Path) -> None:
    text = (EXAMPLES / "fax/openapi.yaml").read_bytes()
    with opened(compiled(text, settings=MockSettings(auth="off")), tmp_path) as bundle:
        index = bundle.index
        assert (index.title, index.version, index.control) == ("Fax", "4.0.1", "/__mock")
        assert index.digest == content_digest(parse_document("openapi.yaml", text))
        assert index.settings == {"auth": "off"}
        assert index.mounts == (("/_mock/fax/fax4a-api", 0), ("", 0))
        assert [(route.path, route.variables, list(route.operations)) for route in index.routes] == [
            ("/{custNr}/fax", ("custNr",), ["POST"]),
            ("/{custNr}/fax/reports/{jobId}", ("custNr", "jobId"), ["GET"]),
        ]
        assert index.trees == (
            {
                "variable": {
                    "literal": {
                        "fax": {"route": 0, "literal": {"reports": {"variable": {"route": 1}}}},
                    }
                }
            },
        )


def test_lines_name_the_contract(tmp_path: Path) -> None:
    text = (EXAMPLES / "dinosaurs/openapi.yaml").read_text()
    with opened(compiled(text), tmp_path) as bundle:
        schemas, lines = bundle.schemas(), bundle.lines()
    assert schemas is not None
    numbers = {line: number for number, line in reversed(list(enumerate(text.splitlines(), 1)))}
    assert lines.of(("$defs", "NewDinosaur")) == f"openapi.yaml:{numbers['    NewDinosaur:']}"
    assert all(lines.of(("properties", key)) for key in schemas["properties"])


def test_yaml_and_json_of_one_contract_give_equal_bytes() -> None:
    data = (EXAMPLES / "conversations/openapi.yaml").read_bytes()
    as_json = json.dumps(yaml.safe_load(data)).encode()
    bundles = set()
    for uri, text in (("a.yaml", data), ("b.json", as_json)):
        document = parse_document(uri, text)
        contract, digest = build_contract(document).contract, content_digest(document)
        bundles.add(compile_bundle(contract, settings=MockSettings(), spec_digest=digest).bundle)
    assert len(bundles) == 1


PROGRAM = """
import hashlib, sys
from pathlib import Path
from contractctl.contract.build import build_contract
from contractctl.mock.compile import compile_bundle
from contractctl.mock.settings import MockSettings
from contractctl.source.parse import parse_document
for path in sys.argv[1:]:
    document = parse_document(path, Path(path).read_bytes())
    mock = compile_bundle(
        build_contract(document).contract,
        settings=MockSettings(profile="realistic"),
        spec_digest="d",
        locate=lambda place: f"openapi.yaml:{document.locate(place).line}",
    )
    print(hashlib.sha256(mock.bundle).hexdigest())
"""


def test_bytes_are_equal_in_every_folder_and_under_every_hash_seed(tmp_path: Path) -> None:
    outputs = set()
    for hash_seed in ("0", "77"):
        folder = tmp_path / hash_seed
        folder.mkdir()
        paths = []
        for name in ("conversations", "dinosaurs", "fax"):
            (folder / f"{name}.yaml").write_bytes((EXAMPLES / name / "openapi.yaml").read_bytes())
            paths.append(str(folder / f"{name}.yaml"))
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": f"UTC{hash_seed}"}
        run = [sys.executable, "-c", PROGRAM, *paths]
        outputs.add(subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(outputs) == 1


def test_equal_records_are_stored_once() -> None:
    response = {"description": "", "content": {"application/json": {"example": {"only": "once"}}}}
    paths = {f"/{name}": {"get": {"responses": {"200": response}}} for name in "abc"}
    assert compiled(description(paths)).bundle.count(b'{"only":"once"}') == 1


MOUNTS = [
    pytest.param(None, [""], id="no servers"),
    pytest.param([{"url": "https://a.example/v1/"}], ["/v1", ""], id="a server path without its last slash"),
    pytest.param(
        [{"url": "/v1"}, {"url": "https://b.example/v1"}, {"url": "/v1/long"}],
        ["/v1/long", "/v1", ""],
        id="longest first",
    ),
    pytest.param(
        [{"url": "https://a.example/{stage}", "variables": {"stage": {"default": "live"}}}],
        ["/live", ""],
        id="variables by default",
    ),
    pytest.param([{"url": "https://a.example/{unknown}"}], [""], id="a variable without a default"),
    pytest.param([{"url": "https://a.example/ä b"}], ["/%C3%A4%20b", ""], id="percent-encoded"),
    pytest.param([{"url": "http://[bad"}], [""], id="not a URL"),
]


@pytest.mark.parametrize(("servers", "bases"), MOUNTS)
def test_mounts(servers: Any, bases: list[str], tmp_path: Path) -> None:
    top = {} if servers is None else {"servers": servers}
    with opened(compiled(description({"/a": {"get": DONE}}, **top)), tmp_path) as bundle:
        assert [base for base, _ in bundle.index.mounts] == bases


def test_an_operation_answers_below_its_own_server_only(tmp_path: Path) -> None:
    paths = {"/a": {"get": {**DONE, "servers": [{"url": "/own"}]}}, "/b": {"get": DONE}}
    with opened(compiled(description(paths, servers=[{"url": "/all"}])), tmp_path) as bundle:
        index = bundle.index
        assert index.mounts == (("/all", 0), ("/own", 1), ("", 2))
        assert [sorted(tree["literal"]) for tree in index.trees] == [["b"], ["a"], ["a", "b"]]


TREES = [
    pytest.param(
        ["/a/b/"], {"literal": {"a": {"literal": {"b": {"literal": {"": {"route": 0}}}}}}}, id="a slash at the end"
    ),
    pytest.param(["/"], {"literal": {"": {"route": 0}}}, id="the root"),
    pytest.param(["/a%20b"], {"literal": {"a b": {"route": 0}}}, id="literals are decoded"),
    pytest.param(
        ["/{id}.json", "/{a}-{b}.json", "/{id}"],
        {
            "mixed": [["(?>(.+?)\\-)(.+)\\.json", {"route": 1}], ["(.+)\\.json", {"route": 0}]],
            "variable": {"route": 2},
        },
        id="mixed segments, most specific first",
    ),
]


@pytest.mark.parametrize(("paths", "tree"), TREES)
def test_trees(paths: list[str], tree: dict[str, Any], tmp_path: Path) -> None:
    with opened(compiled(description({path: {"get": DONE} for path in paths})), tmp_path) as bundle:
        assert bundle.index.trees == (tree,)
        assert [route.path for route in bundle.index.routes] == paths


def test_templates_that_differ_in_names_alone_are_one_route(tmp_path: Path) -> None:
    def with_variable(name: str) -> dict[str, Any]:
        return {**DONE, "parameters": [{"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}]}

    paths = {
        "/a/{id}": {"get": with_variable("id")},
        "/a/{name}": {"post": with_variable("name"), "get": with_variable("name")},
    }
    mock = compiled(description(paths))
    with opened(mock, tmp_path) as bundle:
        (route,) = bundle.index.routes
        assert (route.path, route.variables, sorted(route.operations)) == ("/a/{id}", ("id",), ["GET", "POST"])
        assert [p.name for p in bundle.operation(route.operations["POST"]).parameters] == ["id"]
    assert told(mock) == [("path-ambiguous", "/paths/~1a~1{name}/get")]


def test_the_control_prefix_moves_out_of_the_way(tmp_path: Path) -> None:
    with opened(
        compiled(description({"/__mock/health": {"get": DONE}, "/__mock_": {"get": DONE}})), tmp_path
    ) as bundle:
        assert bundle.index.control == "/__mock__"


READINGS = [
    pytest.param({"type": "integer"}, {"types": ["integer"]}, id="a number"),
    pytest.param({"type": "string", "nullable": True}, {"types": ["string"]}, id="a nullable text"),
    pytest.param({"type": "integer", "nullable": True}, {"types": ["integer", "null"]}, id="a nullable number"),
    pytest.param(
        {"anyOf": [{"type": "string"}, {"type": "integer"}]}, {"types": ["integer", "string"]}, id="text is tried last"
    ),
    pytest.param({"enum": [1, "a"]}, {"types": ["integer", "string"]}, id="types of listed values"),
    pytest.param({}, {"types": ["string", "array"]}, id="anything is text, then a list"),
    pytest.param(
        {"type": "array", "items": {"$ref": "#/components/schemas/Flag"}},
        {"types": ["array"], "items": {"types": ["boolean"]}},
        id="items behind a reference",
    ),
    pytest.param(
        {
            "allOf": [{"type": "object", "properties": {"a": {"type": "number"}}}],
            "additionalProperties": {"type": "integer"},
        },
        {"types": ["object"], "properties": {"a": {"types": ["number"]}}, "additional": {"types": ["integer"]}},
        id="members and free members",
    ),
    pytest.param(
        {"$ref": "#/components/schemas/Loop"},
        {"types": ["array"], "items": {"types": ["array"], "items": {"types": ["array"]}}},
        id="a loop ends",
    ),
]


@pytest.mark.parametrize(("schema", "reading"), READINGS)
def test_how_text_becomes_a_value(schema: Any, reading: Any) -> None:
    loop = {"type": "array", "items": {"$ref": "#/components/schemas/Loop"}}
    parameter = {"name": "q", "in": "query", "schema": schema}
    components = {"schemas": {"Flag": {"type": "boolean"}, "Loop": loop}}
    mock = compiled(description({"/a": {"get": {**DONE, "parameters": [parameter]}}}, components=components))
    found = first_record(mock.bundle)["parameters"][0]["reading"]
    depth = 0
    while "items" in found and depth < 2 and "items" in reading and found["items"] != reading["items"]:
        depth += 1
        found["items"].get("items", {}).pop("items", None)
    assert found == reading


def test_a_request_does_not_need_what_is_read_only_and_a_strict_one_has_none(tmp_path: Path) -> None:
    person = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}},
    }
    derived = {"allOf": [{"$ref": "#/components/schemas/Person"}, {"required": ["id", "name"]}]}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Derived"}}}}
    schemas = {"Person": person, "Derived": derived, "Plain": {"type": "string"}}
    mock = compiled(description({"/a": {"post": {**DONE, "requestBody": body}}}, components={"schemas": schemas}))
    with opened(mock, tmp_path) as bundle:
        assert bundle.schemas() == {
            "properties": {
                "request-1": {"$ref": "#/$defs/Derived%20(request)"},
                "strict-1": {"$ref": "#/$defs/Derived%20(strict%20request)"},
            },
            "$defs": {
                "Derived (request)": {"allOf": [{"$ref": "#/$defs/Person%20(request)"}, {"required": ["name"]}]},
                "Person (request)": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
                },
                "Derived (strict request)": {
                    "allOf": [{"$ref": "#/$defs/Person%20(strict%20request)"}, {"required": ["name"]}]
                },
                "Person (strict request)": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"id": {"not": {}}, "name": {"type": "string"}},
                },
            },
        }


LENIENT = [
    pytest.param(
        {**DONE, "security": [{"ghost": []}]}, ["security-scheme-undefined"], id="a scheme that is not defined"
    ),
    pytest.param({**DONE, "x-mock-max-body": "huge"}, ["mock-setting-invalid"], id="a limit that is no size"),
    pytest.param(
        {**DONE, "parameters": [{"name": "x", "in": "path", "schema": {}}]}, [], id="a variable that the path lacks"
    ),
]


@pytest.mark.parametrize(("operation", "rules"), LENIENT)
def test_what_is_wrong_is_told_and_the_rest_served(operation: dict[str, Any], rules: list[str], tmp_path: Path) -> None:
    mock = compiled(description({"/a": {"get": operation}}))
    assert [rule for rule, _ in told(mock)] == rules
    with opened(mock, tmp_path) as bundle:
        served = bundle.operation(bundle.index.routes[0].operations["GET"])
    assert (served.parameters, served.security, served.max_body) == ((), (), None)


BODY_LIMITS = [
    pytest.param("2kb", "50kb", (2048, 51200), id="sizes"),
    pytest.param(2048, 51200, (2048, 51200), id="numbers"),
    pytest.param(10**30, f"{10**30}kb", (2**63 - 1, 2**63 - 1), id="more than the JSON of a bundle can say"),
]


@pytest.mark.parametrize(("own", "contract", "limits"), BODY_LIMITS)
def test_body_limits_are_bytes(tmp_path: Path, own: object, contract: object, limits: tuple[int, int]) -> None:
    paths = {"/a": {"post": {**DONE, "x-mock-max-body": own}}}
    with opened(compiled(description(paths, **{"x-mock-max-body": contract})), tmp_path) as bundle:
        operation = bundle.operation(bundle.index.routes[0].operations["POST"])
        assert (operation.max_body, bundle.index.settings["max_body"]) == limits


def test_a_schema_that_cannot_be_compiled_accepts_everything_and_the_others_stand(tmp_path: Path) -> None:
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(100):
        deep = {"items": deep}
    pair = {"items": {"$ref": "#/components/schemas/Deep"}, "contains": {"$ref": "#/components/schemas/Odd"}}
    parameter = {"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/Pair"}}
    components = {"schemas": {"Deep": deep, "Pair": pair, "Odd": {}}}
    text = description({"/a": {"get": {**DONE, "parameters": [parameter]}}}, components=components)
    contract = build_contract(parse_document("openapi.json", text.encode())).contract
    # The contract leaves malformed keywords out; this one stands for whatever it may come to miss.
    odd = Schema(contract.definitions["Odd"].at, {"type": "nonsense"})
    contract = replace(contract, definitions={**contract.definitions, "Odd": odd})
    mock = compile_bundle(contract, settings=MockSettings(), spec_digest="d")
    with opened(mock, tmp_path) as bundle:
        assert bundle.schemas() == {
            "properties": {"request-1": {"$ref": "#/$defs/Pair"}},
            "$defs": {
                "Pair": {"items": {"$ref": "#/$defs/Deep"}, "contains": {"$ref": "#/$defs/Odd"}},
                "Deep": True,
                "Odd": True,
            },
        }
    assert told(mock) == [
        ("schema-unusable", "/components/schemas/Deep"),
        ("schema-unusable", "/components/schemas/Odd"),
    ]


def test_a_contract_without_paths_is_a_bundle(tmp_path: Path) -> None:
    with opened(compiled('{"openapi": "3.1.0"}'), tmp_path) as bundle:
        assert (bundle.index.routes, bundle.schemas(), bundle.index.sample) == ((), None, None)


def test_a_damaged_bundle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.bundle"
    path.write_bytes(compiled(description({"/a": {"get": DONE}})).bundle[:-1])
    with pytest.raises(Exception, match="cut short"):
        Bundle(str(path))


def first_record(bundle: bytes) -> Any:
    return json.JSONDecoder().raw_decode(bundle.partition(b"\n")[2].decode(errors="replace"))[0]
