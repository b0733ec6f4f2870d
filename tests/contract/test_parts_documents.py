"""Parts in other documents: which version they are read by, and whose components they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl.contract.build import BuiltContract, build_contract
from contractctl.source.spec import load_description
from tests.contract.descriptions import told

ENTRY = """
openapi: 3.1.0
info: {title: T, version: '1'}
security: [{key: []}]
paths: {/a: {$ref: 'other.yaml#/paths/~1a'}}
components: {securitySchemes: {key: {type: mutualTLS}}, parameters: {P: {name: p, in: query, description: own}}}
"""
OTHER = """
paths:
  /a:
    query: {}
    get:
      parameters: [{$ref: 'openapi.yaml#/components/parameters/P', description: theirs}]
      responses: {'200': {summary: S}}
    put: {security: [{key: []}]}
components: {securitySchemes: {key: {type: http, scheme: basic}}}
"""


def built_of(folder: Path, other: str) -> BuiltContract:
    (folder / "openapi.yaml").write_text(ENTRY)
    (folder / "other.yaml").write_text(other)
    return build_contract(load_description("openapi.yaml", folder=folder))


@pytest.mark.parametrize(
    ("head", "titles", "description", "summary"),
    [
        pytest.param("", ["GET /a", "PUT /a"], "theirs", "", id="a fragment is of the version that leads to it"),
        pytest.param("openapi: 3.0.3\n", ["GET /a", "PUT /a"], "own", "", id="an older document, by its own"),
        pytest.param("openapi: 3.2.0\n", ["GET /a", "PUT /a", "QUERY /a"], "theirs", "S", id="a newer one, too"),
    ],
)
def test_each_document_is_read_by_its_own_version(
    head: str, titles: list[str], description: str, summary: str, tmp_path: Path
) -> None:
    built = built_of(tmp_path, head + OTHER)
    operations = built.contract.operations
    assert [one.title for one in operations] == titles
    assert (operations[0].parameters[0].description, operations[0].responses[0].summary) == (description, summary)
    assert told(built) == []


def test_requirements_name_the_components_of_the_entry_wherever_they_stand(tmp_path: Path) -> None:
    contract = built_of(tmp_path, OTHER).contract
    assert [(one.name, one.type) for one in contract.security_schemes] == [("key", "mutualTLS")]
    assert [[use.name for one in operation.security for use in one.uses] for operation in contract.operations] == [
        ["key"],
        ["key"],
    ]
