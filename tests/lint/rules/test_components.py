"""Components that nothing uses, and everything that counts as use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.lint.engine import lint_document, located
from contractctl.lint.rules.components import RULES
from contractctl.lint.subject import examine
from contractctl.lint.unused_components import unused_components
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, document, findings, operation, pointed, said, written

_RULES = {rule.code: rule.severity for rule in RULES}
_ALONE = operation("")


def _using(name: str, schemas: str) -> str:
    """An operation that answers with a schema, and the schemas of the description (line 5)."""
    content = f"content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}"
    answer = f"responses: {{'200': {{description: a, {content}}}}}"
    return f"paths: {{/a: {{get: {{operationId: a, {answer}}}}}}}\ncomponents: {{schemas: {{{schemas}}}}}\n"


def _component(kind: str, value: str) -> str:
    return f"{_ALONE}components: {{{kind}: {{»A: {value}}}}}\n"


_TO_A = "{$ref: '#/components/schemas/A'}"
_TO_B = "{$ref: '#/components/schemas/B'}"
_KIND = "discriminator: {propertyName: kind}"

HITS = {
    "a schema": (_component("schemas", "{}"), "schema `A`"),
    "a schema that is true": (f"{_ALONE}components: {{schemas: {{A: »true}}}}\n", "schema `A`"),
    "a response": (_component("responses", "{description: a}"), "response `A`"),
    "a parameter": (_component("parameters", "{name: a, in: query, schema: {}}"), "parameter `A`"),
    "an example": (_component("examples", "{value: 1}"), "example `A`"),
    "a request body": (_component("requestBodies", "{content: {}}"), "request body `A`"),
    "a header": (_component("headers", "{schema: {}}"), "header `A`"),
    "a link": (_component("links", "{operationId: listPets}"), "link `A`"),
    "a callback": (_component("callbacks", "{/a: {}}"), "callback `A`"),
    "a path item": (_component("pathItems", "{}"), "path item `A`"),
    "a security scheme": (_component("securitySchemes", "{type: http, scheme: basic}"), "security scheme `A`"),
    "a media type of OpenAPI 3.2": (HEAD_3_2 + _component("mediaTypes", "{schema: {}}"), "media type `A`"),
    "a definition of Swagger 2.0": (f"{HEAD_2_0}{_ALONE}definitions: {{»A: {{}}}}\n", "definition `A`"),
    "a parameter of Swagger 2.0": (
        f"{HEAD_2_0}{_ALONE}parameters: {{»A: {{name: a, in: query, type: string}}}}\n",
        "parameter `A`",
    ),
    "a response of Swagger 2.0": (f"{HEAD_2_0}{_ALONE}responses: {{»A: {{description: a}}}}\n", "response `A`"),
    "a security scheme of Swagger 2.0": (
        f"{HEAD_2_0}{_ALONE}securityDefinitions: {{»A: {{type: basic}}}}\n",
        "security scheme `A`",
    ),
    "a schema that contains itself": (_component("schemas", f"{{items: {_TO_A}}}"), "schema `A`"),
    "a schema that uses another": (
        f"{_ALONE}components: {{schemas: {{B: {{}}, »A: {{items: {_TO_B}}}}}}}\n",
        "schema `A`",
    ),
    "two schemas that use each other, and a third that they use": (
        (
            f"{_ALONE}components: {{schemas: {{C: {{}}, »A: {{items: {_TO_B}, not: "
            f"{{$ref: '#/components/schemas/C'}}}}, B: {{items: {_TO_A}}}}}}}\n"
        ),
        "schema `A`",
    ),
    "a parameter with the name of a schema that is used": (
        _using("A", "A: {}").replace(
            "components: {", "components: {parameters: {»A: {name: a, in: query, schema: {}}}, "
        ),
        "parameter `A`",
    ),
    "a schema that builds on one that has no discriminator": (
        _using("B", f"»A: {{allOf: [{_TO_B}]}}, B: {{}}"),
        "schema `A`",
    ),
    "a schema with a property that is another with a discriminator": (
        _using("B", f"»A: {{properties: {{b: {{allOf: [{_TO_B}]}}}}}}, B: {{{_KIND}}}"),
        "schema `A`",
    ),
    "a schema that builds on one that is not used either": (
        f"{_ALONE}components: {{schemas: {{»B: {{{_KIND}}}, A: {{allOf: [{_TO_B}]}}}}}}\n",
        "schema `B`",
    ),
    "a schema that only the mapping of an unused one names": (
        (
            f"{_ALONE}components: {{schemas: {{»B: {{oneOf: [true], discriminator: "
            "{propertyName: a, mapping: {a: A, b: '#/components/schemas/C'}}}, A: {}, C: {}}}\n"
        ),
        "schema `B`",
    ),
    "a name in a text": (
        _component("schemas", "{}").replace("{get: {", "{get: {description: 'A, see schemas/A', "),
        "schema `A`",
    ),
}
NO_OPS = {
    "a schema that is used": _using("A", "A: {}"),
    "a schema that is used by way of others": _using("A", f"A: {{items: {_TO_B}}}, B: {{}}"),
    "schemas that use each other and are used": _using("A", f"A: {{items: {_TO_B}}}, B: {{items: {_TO_A}}}"),
    "a schema that a reference misspells": _using("Anmial", "Animal: {}"),
    "a schema that a reference looks for among the responses": (
        _using("A", "A: {}").replace("#/components/schemas/A", "#/components/responses/A")
    ),
    "a schema of which a part is used": _using("A/properties/b", "A: {properties: {b: {}}}"),
    "a schema with a name to escape": f"{HEAD_2_0}"
    + operation("parameters: [{name: a, in: body, schema: {$ref: '#/definitions/A%C2%AB~1b%C2%BB'}}]")
    + "definitions: {A«/b»: {}}\n",
    "a path item, with what it uses": (
        f"paths: {{/a: {{$ref: '#/components/pathItems/A'}}, /b: {{get: {{operationId: b}}}}}}\n"
        f"components: {{pathItems: {{A: {{parameters: [{{name: a, in: query, schema: {_TO_B}}}]}}}}, "
        "schemas: {B: {}}}\n"
    ),
    "a schema of a webhook": (
        "webhooks: {a: {post: {requestBody: {content: {application/json: {schema: "
        f"{_TO_A}}}}}}}, responses: {{'200': {{description: a}}}}}}}}}}\ncomponents: {{schemas: {{A: {{}}}}}}\n"
    ),
    "a security scheme of the description": "security: [{A: []}]\n"
    + _component("securitySchemes", "{type: http, scheme: basic}").replace("»", ""),
    "a security scheme of an operation in Swagger 2.0": HEAD_2_0
    + operation("security: [{A: []}]")
    + "securityDefinitions: {A: {type: basic}}\n",
    "a security scheme by its URI in OpenAPI 3.2": HEAD_3_2
    + operation("security: [{'#/components/securitySchemes/A': []}]")
    + "components: {securitySchemes: {A: {type: http, scheme: basic}}}\n",
    "schemas that a mapping names, by name and by URI": _using(
        "B",
        "B: {discriminator: {propertyName: a, mapping: "
        "{a: A, c: '#/components/schemas/C', d: 'openapi.yaml#/components/schemas/D'}}}, "
        "A: {}, C: {}, D: {}",
    ),
    "the default of a mapping in OpenAPI 3.2": HEAD_3_2
    + _using("B", "B: {discriminator: {propertyName: a, defaultMapping: A}}, A: {}"),
    "schemas that build on one with a discriminator": _using(
        "B", f"B: {{{_KIND}}}, A: {{allOf: [{_TO_B}, {{}}]}}, C: {{allOf: [{{allOf: [{_TO_A}]}}]}}"
    ),
    "schemas that build on one with a discriminator in Swagger 2.0": HEAD_2_0
    + operation("parameters: [{name: a, in: body, schema: {$ref: '#/definitions/B'}}]")
    + "definitions: {B: {discriminator: kind}, A: {allOf: [{$ref: '#/definitions/B'}]}}\n",
    "a schema that builds on one with an inherited discriminator": _using(
        "A", f"B: {{{_KIND}}}, A: {{allOf: [{_TO_B}]}}, C: {{allOf: [{_TO_A}]}}"
    ),
    "a schema by its identifier": _using("B", "B: {$ref: 'https://a.io/a'}, A: {$id: 'https://a.io/a'}"),
    "a schema by its anchor": _using("B", "B: {$ref: '#a'}, A: {$anchor: a}"),
    "a schema by its dynamic anchor": _using("B", "B: {$dynamicRef: '#a', $dynamicAnchor: a}, A: {$dynamicAnchor: a}"),
    "a path item that a link leads to": _ALONE.replace(
        "{description: Pets}",
        "{description: a, links: {b: {operationRef: '#/components/pathItems/A/get'}}}",
    )
    + "components: {pathItems: {A: {get: {responses: {'200': {description: a}}}}}}\n",
    "a schema that an extension refers to": operation(f"x-a: {_TO_A}") + "components: {schemas: {A: {}}}\n",
    "an example that data refer to": operation(
        "requestBody: {content: {application/json: {example: {$ref: '#/components/examples/A'}}}}"
    )
    + "components: {examples: {A: {value: 1}}}\n",
    "a library of components": "paths: {}\ncomponents: {schemas: {A: {}}}\n",
    "an extension of components": f"{_ALONE}components: {{x-a: {{A: {{}}}}}}\n",
    "components of the wrong type are another fault": f"{_ALONE}components: {{schemas: [], parameters: 1}}\n",
    "components of other versions are another fault": f"{HEAD_3_0}{_ALONE}components: {{pathItems: {{A: {{}}}}}}\n",
}


@pytest.mark.parametrize(("text", "named"), HITS.values(), ids=HITS)
def test_a_component_that_nothing_uses_is_told(text: str, named: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_RULES) == [f"{position} component-unused: {named} is not used"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_used_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_RULES) == []


def test_what_goes_with_a_component_is_in_its_hint() -> None:
    schemas = "".join(f"{name}: {{}}, " for name in "BCDEF")
    items = ", ".join(f"{{$ref: '#/components/schemas/{name}'}}" for name in "FEDCB")
    read = document(f"{_ALONE}components: {{schemas: {{{schemas}A: {{anyOf: [{items}]}}}}}}\n")
    assert [one.hint for one in lint_document(read, profiles=(), rules=_RULES)] == [
        "remove it with `B`, `C`, `D` and 2 more, which only unused components use, or refer to it where it belongs"
    ]


def test_what_goes_with_a_component_of_another_kind_is_told_apart() -> None:
    headers = f"{{b: {{schema: {_TO_A}}}}}"
    read = document(
        f"{_ALONE}components: {{responses: {{A: {{description: a, headers: {headers}}}}}, schemas: {{A: {{}}}}}}\n"
    )
    assert [(one.message, one.hint) for one in lint_document(read, profiles=(), rules=_RULES)] == [
        (
            "response `A` is not used",
            "remove it with schema `A`, which only unused components use, or refer to it where it belongs",
        )
    ]


FILES = {
    "a fragment that refers back": (
        {
            "openapi.yaml": "paths: {/a: {$ref: 'paths/a.yaml'}}\ncomponents: {schemas: {A: {}, B: {}}}\n",
            "paths/a.yaml": (
                "get:\n  operationId: a\n  responses:\n    '200':\n      description: a\n      content:\n"
                "        application/json: {schema: {$ref: '../openapi.yaml#/components/schemas/A'}}\n"
            ),
        },
        ["openapi.yaml:4:31 schema `B` is not used"],
    ),
    "a fragment that an unused component leads to": (
        {
            "openapi.yaml": _ALONE + "components: {schemas: {A: {$ref: 'a.yaml'}, B: {}}}\n",
            "a.yaml": "items: {$ref: 'openapi.yaml#/components/schemas/B'}\n",
        },
        ["openapi.yaml:5:24 schema `A` is not used"],
    ),
    "a description with components of its own, which are for others": (
        {
            "openapi.yaml": operation("parameters: [{$ref: 'shared.yaml#/components/parameters/A'}]"),
            "shared.yaml": (
                "openapi: 3.1.0\ninfo: {title: a, version: '1'}\ncomponents:\n"
                "  parameters: {A: {name: a, in: query, schema: {}}, B: {name: b, in: query, schema: {}}}\n"
            ),
        },
        [],
    ),
    "a description that uses components of the entry": (
        {
            "openapi.yaml": operation("parameters: [{$ref: 'shared.yaml#/components/parameters/A'}]")
            + "components: {schemas: {A: {}}}\n",
            "shared.yaml": (
                "openapi: 3.1.0\ninfo: {title: a, version: '1'}\ncomponents:\n"
                "  parameters: {A: {name: a, in: query, schema: {$ref: 'openapi.yaml#/components/schemas/A'}}}\n"
            ),
        },
        [],
    ),
    "a base with a discriminator in another file": (
        {
            "openapi.yaml": _using("B", "B: {$ref: base.yaml}, A: {allOf: [{$ref: base.yaml}]}"),
            "base.yaml": "discriminator: {propertyName: kind}\n",
        },
        [],
    ),
    "a file that cannot be had, and may use anything": (
        {"openapi.yaml": "components: {schemas: {A: {}}}\n" + operation("parameters: [{$ref: 'a.yaml#/b'}]")},
        [],
    ),
    "a URL that cannot be had, which knows nothing of us": (
        {
            "openapi.yaml": "components: {schemas: {A: {}}}\n"
            + operation("parameters: [{$ref: 'https://a.invalid/b.yaml#/c'}]")
        },
        ["openapi.yaml:3:24 schema `A` is not used"],
    ),
}


@pytest.mark.parametrize(("texts", "expected"), FILES.values(), ids=FILES)
def test_files_are_searched_for_uses(
    texts: dict[str, str], expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    read = written(texts)
    found = located(lint_document(read, profiles=(), rules=_RULES), read)
    assert [line.replace(" component-unused:", "") for line in said(found) if "component-unused" in line] == expected


_NAMES = "abcdefgh"
_graphs = st.dictionaries(st.sampled_from(_NAMES), st.frozensets(st.sampled_from(_NAMES)))


@given(_graphs, st.frozensets(st.sampled_from(_NAMES), max_size=2))
def test_every_unused_component_is_named_once_and_no_other(
    uses: dict[str, frozenset[str]], roots: frozenset[str]
) -> None:
    """Where nothing names a component but references, told and named are exactly what a plain search does not find."""
    schemas = {name: sorted(uses.get(name, ())) for name in _NAMES}
    bodies = ", ".join(
        f"{name}: {{anyOf: [true{''.join(f', {_to(used)}' for used in targets)}]}}" for name, targets in schemas.items()
    )
    parameters = ", ".join(f"{{name: {name}, in: query, schema: {_to(name)}}}" for name in sorted(roots))
    subject = examine(document(operation(f"parameters: [{parameters}]") + f"components: {{schemas: {{{bodies}}}}}\n"))
    found = unused_components(subject)
    named = [tokens[-1] for source, more in found.items() for tokens in (source, *more)]
    assert sorted(named) == sorted(set(_NAMES) - _closure(schemas, roots))
    for source in found:
        outside = set(_NAMES) - _closure(schemas, {source[-1]})
        assert not any(source[-1] in schemas[name] for name in outside & set(named))


def _to(name: str) -> str:
    return f"{{$ref: '#/components/schemas/{name}'}}"


def _closure(uses: dict[str, list[str]], starts: frozenset[str] | set[str]) -> set[str]:
    found, waiting = set(starts), list(starts)
    while waiting:
        more = set(uses[waiting.pop()]) - found
        found |= more
        waiting.extend(more)
    return found
