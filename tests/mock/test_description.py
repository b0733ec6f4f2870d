"""The description that a mock serves: one document as it was written, with marks in the place of servers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.contract.build import build_contract
from contractctl.mock.description import BASE, HOST, ORIGINAL_SERVERS, PREFIX, SCHEME, describe
from contractctl.source.parse import parse_document
from contractctl.source.spec import load_description

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"


def described(text: str) -> dict[str, Any]:
    document = parse_document("openapi.yaml", text.encode())
    found: dict[str, Any] = json.loads(describe(document, build_contract(document)))
    return found


def joined(folder: Path, files: Mapping[str, str]) -> dict[str, Any]:
    """Return the description whose entry is `openapi.yaml`, without what is said of servers."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    document = load_description("openapi.yaml", folder=folder)
    found: dict[str, Any] = json.loads(describe(document, build_contract(document)))
    return {name: member for name, member in found.items() if name not in {"info", "openapi", "servers"}}


def test_members_keep_their_order_and_their_words() -> None:
    text = HEAD + "x-first: 1\npaths: {/b: {}, /a: {get: {responses: {'200': {description: ok}}}}}\nservers: []\n"
    assert json.dumps(described(text)).startswith(
        '{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "x-first": 1, "paths": {"/b": {}, "/a": '
    )


SERVERS = {
    "none at all": ("", [""], None),
    "an empty list": ("servers: []", [""], []),
    "one with a path": ("servers: [{url: 'https://a.example/v1/'}]", ["/v1"], [{"url": "https://a.example/v1/"}]),
    "a variable": (
        "servers: [{url: '/{v}', variables: {v: {default: v2}}}]",
        ["/v2"],
        [{"url": "/{v}", "variables": {"v": {"default": "v2"}}}],
    ),
    "several below one path": (
        "servers: [{url: 'http://a/x'}, {url: 'http://b/x'}, {url: 'http://c'}]",
        ["/x", ""],
        [{"url": "http://a/x"}, {"url": "http://b/x"}, {"url": "http://c"}],
    ),
    "one that no mock can be": ("servers: [{url: '/{unknown}'}]", [""], [{"url": "/{unknown}"}]),
    "what is no list": ("servers: 7", None, None),
    "what are no servers": ("servers: [7, {url: 8}]", [""], [7, {"url": 8}]),
}


@pytest.mark.parametrize(("written", "paths", "original"), SERVERS.values(), ids=SERVERS)
def test_the_mock_takes_the_place_of_servers(written: str, paths: list[str] | None, original: object) -> None:
    found = described(f"{HEAD}{written}\npaths: {{}}\n")
    expected = 7 if paths is None else [{"url": BASE + path} for path in paths]
    assert (found["servers"], found.get(ORIGINAL_SERVERS)) == (expected, original)


def test_servers_of_paths_and_operations_are_replaced_too() -> None:
    found = described(
        HEAD
        + "paths:\n  /a:\n    servers: [{url: /p}]\n"
        + "    get: {servers: [{url: /o}], responses: {'200': {description: ok}}}\n"
    )
    path = found["paths"]["/a"]
    assert (path["servers"], path["get"]["servers"]) == ([{"url": BASE + "/p"}], [{"url": BASE + "/o"}])
    assert (path[ORIGINAL_SERVERS], path["get"][ORIGINAL_SERVERS]) == ([{"url": "/p"}], [{"url": "/o"}])


def test_servers_of_callbacks_and_webhooks_are_none_of_ours() -> None:
    text = HEAD + "paths: {}\nwebhooks: {w: {post: {servers: [{url: /o}], responses: {'200': {description: ok}}}}}\n"
    assert described(text)["webhooks"]["w"]["post"]["servers"] == [{"url": "/o"}]


def test_swagger_has_its_host_in_parts() -> None:
    text = (
        "swagger: '2.0'\ninfo: {title: T, version: '1'}\nhost: a.example\nbasePath: /v1/\nschemes: [https]\npaths: {}\n"
    )
    found = described(text)
    assert (found["host"], found["basePath"], found["schemes"]) == (HOST, PREFIX + "/v1", [SCHEME])
    assert found[ORIGINAL_SERVERS] == {"host": "a.example", "basePath": "/v1/", "schemes": ["https"]}


OPERATION = (
    "paths: {/a: {get: {responses: {'200': {description: ok, content: {application/json: {schema: SCHEMA}}}}}}}\n"
)


def with_schema(schema: str) -> str:
    return HEAD + OPERATION.replace("SCHEMA", schema)


def schema_in(found: dict[str, Any]) -> object:
    return found["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]


JOINED = {
    "a whole file": (
        {"openapi.yaml": with_schema("{$ref: pet.yaml}"), "pet.yaml": "type: string\n"},
        "#/components/schemas/pet",
        {"schemas": {"pet": {"type": "string"}}},
    ),
    "a part of a file": (
        {"openapi.yaml": with_schema("{$ref: 'all.json#/Cat'}"), "all.json": '{"Cat": {"type": "integer"}}'},
        "#/components/schemas/Cat",
        {"schemas": {"Cat": {"type": "integer"}}},
    ),
    "a name that is taken": (
        {
            "openapi.yaml": with_schema("{$ref: pet.yaml}") + "components: {schemas: {pet: true}}\n",
            "pet.yaml": "type: string\n",
        },
        "#/components/schemas/pet-2",
        {"schemas": {"pet": True, "pet-2": {"type": "string"}}},
    ),
    "a file that refers to itself": (
        {"openapi.yaml": with_schema("{$ref: node.yaml}"), "node.yaml": "properties: {next: {$ref: '#'}}\n"},
        "#/components/schemas/node",
        {"schemas": {"node": {"properties": {"next": {"$ref": "#/components/schemas/node"}}}}},
    ),
    "files that refer to each other": (
        {
            "openapi.yaml": with_schema("{$ref: a/one.yaml}"),
            "a/one.yaml": "items: {$ref: ../b/two.yaml}\n",
            "b/two.yaml": "items: {$ref: ../a/one.yaml}\n",
        },
        "#/components/schemas/one",
        {
            "schemas": {
                "one": {"items": {"$ref": "#/components/schemas/two"}},
                "two": {"items": {"$ref": "#/components/schemas/one"}},
            }
        },
    ),
    "a file that refers back": (
        {
            "openapi.yaml": with_schema("{$ref: a/one.yaml}") + "components: {schemas: {a/b: true}}\n",
            "a/one.yaml": "items: {$ref: '../openapi.yaml#/components/schemas/a~1b'}\n",
        },
        "#/components/schemas/one",
        {"schemas": {"a/b": True, "one": {"items": {"$ref": "#/components/schemas/a~1b"}}}},
    ),
    "an identifier that references would be read by": (
        {
            "openapi.yaml": with_schema("{$ref: one.yaml}"),
            "one.yaml": "$id: https://a.example/one\n$defs: {two: {type: string}}\nitems: {$ref: '#/$defs/two'}\n",
        },
        "#/components/schemas/one",
        {
            "schemas": {
                "one": {"$defs": {"two": {"type": "string"}}, "items": {"$ref": "#/components/schemas/two"}},
                "two": {"type": "string"},
            }
        },
    ),
    "a discriminator": (
        {
            "openapi.yaml": with_schema("{$ref: one.yaml}"),
            "one.yaml": "discriminator: {propertyName: k, mapping: {a: two.yaml, b: Two}}\n",
            "two.yaml": "type: object\n",
        },
        "#/components/schemas/one",
        {
            "schemas": {
                "one": {
                    "discriminator": {"propertyName": "k", "mapping": {"a": "#/components/schemas/two", "b": "Two"}}
                },
                "two": {"type": "object"},
            }
        },
    ),
}


@pytest.mark.parametrize(("files", "reference", "components"), JOINED.values(), ids=JOINED)
def test_what_lies_elsewhere_becomes_a_component(
    tmp_path: Path, files: dict[str, str], reference: str, components: object
) -> None:
    found = joined(tmp_path, files)
    assert (schema_in(found), found["components"]) == ({"$ref": reference}, components)


def test_every_kind_has_components_of_its_own(tmp_path: Path) -> None:
    kinds = {
        "parameters": "[{$ref: 'all.yaml#/one'}]",
        "requestBody": "{$ref: 'all.yaml#/body'}",
        "responses": "{'200': {$ref: 'all.yaml#/two'}}",
        "callbacks": "{c: {$ref: 'all.yaml#/three'}}",
    }
    operation = ", ".join(f"{name}: {value}" for name, value in kinds.items())
    all_of_them = """\
one: {name: a, in: query, schema: {type: string}, examples: {e: {$ref: '#/example'}}}
body: {content: {text/plain: {}}}
two: {description: ok, headers: {H: {$ref: '#/header'}}, links: {l: {$ref: '#/link'}}}
three: {'{$url}': {post: {responses: {'200': {description: ok}}}}}
example: {value: {$ref: data}}
header: {schema: {type: string}}
link: {operationId: x}
"""
    found = joined(
        tmp_path, {"openapi.yaml": f"{HEAD}paths: {{/a: {{post: {{{operation}}}}}}}\n", "all.yaml": all_of_them}
    )
    parts = yaml.safe_load(all_of_them)
    assert found["components"] == {
        "parameters": {"one": {**parts["one"], "examples": {"e": {"$ref": "#/components/examples/example"}}}},
        "requestBodies": {"body": parts["body"]},
        "responses": {
            "two": {
                "description": "ok",
                "headers": {"H": {"$ref": "#/components/headers/header"}},
                "links": {"l": {"$ref": "#/components/links/link"}},
            }
        },
        "callbacks": {"three": parts["three"]},
        "examples": {"example": parts["example"]},
        "headers": {"header": parts["header"]},
        "links": {"link": parts["link"]},
    }


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3.0.3", {"get": {"responses": {}}, "summary": "own"}),
        ("3.1.0", {"$ref": "#/components/pathItems/a", "summary": "own"}),
    ],
)
def test_a_path_is_a_component_only_where_there_are_such(tmp_path: Path, version: str, expected: object) -> None:
    entry = HEAD.replace("3.1.0", version) + "paths: {/a: {$ref: 'paths.yaml#/a', summary: own}}\n"
    found = joined(tmp_path, {"openapi.yaml": entry, "paths.yaml": "a: {get: {responses: {}}}\n"})
    assert found["paths"]["/a"] == expected


def test_paths_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    entry = HEAD.replace("3.1.0", "3.0.3") + "paths: {/a: {$ref: 'a.yaml'}}\n"
    files = {"openapi.yaml": entry, "a.yaml": "$ref: b.yaml\n", "b.yaml": "$ref: a.yaml\n"}
    assert joined(tmp_path, files)["paths"] == {"/a": {}}


def test_what_leads_nowhere_and_what_is_data_stays_as_it_is(tmp_path: Path) -> None:
    schema = (
        "{allOf: [{$ref: missing.yaml}, {$ref: there.yaml}], example: {$ref: there.yaml}, enum: [{$ref: there.yaml}]}"
    )
    found = joined(tmp_path, {"openapi.yaml": with_schema(schema), "there.yaml": "type: object\n"})
    assert schema_in(found) == {
        "allOf": [{"$ref": "missing.yaml"}, {"$ref": "#/components/schemas/there"}],
        "example": {"$ref": "there.yaml"},
        "enum": [{"$ref": "there.yaml"}],
    }


def test_definitions_of_swagger_are_at_the_root(tmp_path: Path) -> None:
    entry = """\
swagger: '2.0'
info: {title: T, version: '1'}
paths: {/a: {get: {responses: {'200': {description: ok, schema: {$ref: pet.yaml}}}}}}
"""
    found = joined(tmp_path, {"openapi.yaml": entry, "pet.yaml": "type: string\n"})
    assert found["definitions"] == {"pet": {"type": "string"}}
    assert found["paths"]["/a"]["get"]["responses"]["200"]["schema"] == {"$ref": "#/definitions/pet"}


def test_equal_descriptions_are_equal_bytes_in_whatever_folder(tmp_path: Path) -> None:
    files = JOINED["files that refer to each other"][0]
    assert json.dumps(joined(tmp_path / "here", files)) == json.dumps(joined(tmp_path / "there" / "else", files))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["$ref", "schema", "get", "servers", "url", "allOf", "discriminator"]), inner)
    ),
    max_leaves=12,
)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(paths=_JSON, components=_JSON, servers=_JSON)
def test_whatever_stands_there_is_told_and_stays_json(paths: object, components: object, servers: object) -> None:
    root = {"openapi": "3.0.3", "paths": paths, "components": components, "servers": servers}
    found = described(json.dumps(root))
    assert (found["openapi"], list(found)[:3]) == ("3.0.3", ["openapi", "paths", "components"])
