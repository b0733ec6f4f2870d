"""The JSON-Schema-Test-Suite: its verdicts on schemas of each draft are those on what becomes of them.

And values for its schemas: each is valid, and where one of the suite's own is, none is said not to exist.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import jsonschema_rs
import jsonschema_specifications
import pytest

from contractctl.contract.build import build_contract
from contractctl.source.document import Unreachable
from contractctl.source.library import Library
from contractctl.synth import GaveUp, Unsatisfiable, synthesize
from tests.corpus.descriptions import home

REMOTES = "http://localhost:1234/"
DRAFTS = {
    "draft4": "http://json-schema.org/draft-04/schema#",
    "draft6": "http://json-schema.org/draft-06/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}
# A dialect of one's own may leave out what `minimum` means (core §8.1.2); it is told, and read as 2020-12.
DIFFERENT = {
    "draft2019-09": ["schema that uses custom metaschema with with no validation vocabulary"],
    "draft2020-12": ["schema that uses custom metaschema with with no validation vocabulary"],
}


@dataclass(frozen=True)
class Suite:
    """The documents that the suite wants to be served, and the schema of a case as `case.json`."""

    name: str
    case: bytes

    @property
    def relative(self) -> str:
        return self.name

    def beside(self, reference: str) -> Suite:
        return Suite(urljoin(self.name, reference), self.case)

    def read(self) -> bytes:
        if self.name == "case.json":
            return self.case
        remote = folder() / "remotes" / self.name.removeprefix(REMOTES)
        if self.name.startswith(REMOTES) and remote.is_file():
            return remote.read_bytes()
        for uri in (self.name, f"{self.name}#"):
            if uri in jsonschema_specifications.REGISTRY:
                return json.dumps(jsonschema_specifications.REGISTRY.contents(uri)).encode()
        raise Unreachable("reference-dangling", f"there is no {self.name}")


def folder() -> Path:
    """Return the folder of the suite. Raise FileNotFoundError, which says what to do, where it is absent."""
    suite = home() / "jsonschema-4.26.0" / "json"
    if not suite.is_dir():
        raise FileNotFoundError(f"the suite is not in {suite}: `tools/corpus --fetch` brings it there")
    return suite


@pytest.mark.parametrize("draft", DRAFTS)
def test_schemas_have_the_verdicts_of_the_suite(draft: str) -> None:
    assert sorted(set(_different(draft))) == DIFFERENT.get(draft, [])


def test_every_schema_of_the_suite_and_what_excludes_it_has_a_value_or_a_proof() -> None:
    # The only ones without either refer to the meta-schema, which is not in them.
    assert list(_unsolved()) == ["validate definition against metaschema", "remote ref, containing refs itself"]


def _unsolved() -> Iterator[str]:
    """Yield the groups for which no value was found, and those for which what was found is wrong."""
    for path in sorted((folder() / "tests" / "draft2020-12").glob("**/*.json")):
        for group in json.loads(path.read_text(encoding="utf-8")):
            # References mean the same below `not` only where nothing has a base of its own.
            is_plain = not any(mark in json.dumps(group["schema"]) for mark in ("$ref", "$id", "$dynamicRef"))
            for schema in (group["schema"], {"not": group["schema"]}) if is_plain else (group["schema"],):
                if _is_unsolved(schema, [case["data"] for case in group["tests"]]):
                    yield group["description"]


def _is_unsolved(schema: Any, values: list[Any]) -> bool:
    try:
        validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
        return False  # It refers to what has to be fetched.
    try:
        return not validator.is_valid(synthesize(schema))
    except Unsatisfiable:
        return any(map(validator.is_valid, values))
    except GaveUp:
        return True


def _different(draft: str) -> Iterator[str]:
    """Yield the groups of the suite with a case whose verdict is another one."""
    for path in sorted((folder() / "tests" / draft).glob("*.json")):
        for group in json.loads(path.read_text(encoding="utf-8")):
            schema = jsonschema_rs.Draft202012Validator(_normalised(group["schema"], DRAFTS[draft]))
            if any(schema.is_valid(case["data"]) != case["valid"] for case in group["tests"]):
                yield group["description"]


def _normalised(schema: object, dialect: str) -> dict[str, object]:
    """Return a schema as it is in the contract of a description that refers to it as a whole file."""
    root = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "jsonSchemaDialect": dialect,
        "paths": {},
        "components": {"schemas": {"A": {"$ref": "case.json"}}},
    }
    library = Library(Suite("openapi.json", json.dumps(schema).encode()))
    contract = build_contract(library.entry(json.dumps(root).encode())).contract
    return {"$ref": "#/$defs/A", "$defs": {key: schema.value for key, schema in contract.definitions.items()}}
