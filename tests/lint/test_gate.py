"""The gate against the published schemas: what they reject is never silent, what they accept is left alone."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from contractctl.contract.versions import Version
from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_object
from contractctl.lint.engine import lint_document
from contractctl.lint.structure.clauses import clause
from contractctl.lint.structure.gate import inspect, published_validator, rejections, table_of, unexplained
from contractctl.lint.structure.kinds import Tokens
from contractctl.lint.structure.mending import mended
from contractctl.lint.structure.schema_faults import is_lenient, is_too_severe, type_at
from contractctl.lint.structure.walk import Walk
from tests.lint.mutants import complete, mutants, read


@pytest.mark.parametrize("version", get_args(Version))
def test_the_complete_description_is_without_fault(version: Version) -> None:
    assert inspect(complete(version), version).faults == ()
    assert list(rejections(complete(version), version)) == []


@pytest.mark.parametrize("version", get_args(Version))
def test_the_complete_description_is_without_finding(version: Version) -> None:
    assert lint_document(read(complete(version))) == ()


@pytest.mark.parametrize("version", get_args(Version))
def test_the_complete_description_uses_every_object(version: Version) -> None:
    """What it does not use, the mutations do not test; what stands in the place of something else is not used."""
    table = table_of(version)
    used = {type_at(table, tokens) for tokens in _pointers(complete(version))}
    assert set(table) - used <= {"reference", "file", "older-schema"}


def _pointers(value: Json, tokens: Tokens = ()) -> Iterator[Tokens]:
    yield tokens
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _pointers(child, (*tokens, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _pointers(child, (*tokens, str(index)))


@pytest.mark.parametrize("version", get_args(Version))
@pytest.mark.parametrize("seed", range(4))
def test_the_tables_agree_with_the_published_schema_on_mutations(version: Version, seed: int) -> None:
    """The oracle is the schema alone; of the disagreements only those that are written down are allowed."""
    table, rejected = table_of(version), 0
    for root in mutants(version, random.Random(seed), count=80):
        is_valid = published_validator(version).is_valid(root)
        faults = inspect(root, version).faults
        rejected += not is_valid
        if is_valid:
            assert [one for one in faults if not is_lenient(version, table, one)] == []
        elif not faults:
            assert all(is_too_severe(version, table, error) for error in rejections(root, version))
    assert rejected > 30


@pytest.mark.parametrize("version", get_args(Version))
def test_what_is_mended_and_accepted_has_nothing_more_against_it(version: Version) -> None:
    """The short way, one question instead of all errors, loses no finding; and it is the way of most."""
    table, broken, spared = table_of(version), 0, 0
    for root in mutants(version, random.Random(11), count=100):
        walk = Walk(table, version)
        walk.run(root)
        if not published_validator(version).is_valid(root) and walk.faults:
            broken += 1
            if published_validator(version).is_valid(mended(root, walk.faults, table)):
                spared += 1
                assert list(unexplained(rejections(root, version), walk.faults)) == []
    assert spared > broken * 0.8 > 40


@pytest.mark.parametrize("version", get_args(Version))
def test_mending_leaves_the_description_as_it_is(version: Version) -> None:
    for root in mutants(version, random.Random(12), count=50):
        before = json.dumps(root)
        mended(root, inspect(root, version).faults, table_of(version))
        assert json.dumps(root) == before


@pytest.mark.parametrize("version", get_args(Version))
def test_every_fault_is_an_error_of_lint_but_for_what_is_ignored_beside_a_reference(version: Version) -> None:
    for root in mutants(version, random.Random(5), count=100):
        errors = {(one.rule, one.message) for one in lint_document(read(root)) if one.severity is Severity.ERROR}
        faults = {(one.code, one.message) for one in inspect(root, version).faults if one.code != "reference-sibling"}
        assert faults - errors == set()


@pytest.mark.parametrize("version", get_args(Version))
def test_the_tables_seldom_leave_the_word_to_the_schema(version: Version) -> None:
    """Messages in words are the point: the schema's own message is for less than one fault in fifty."""
    broken = mutants(version, random.Random(7), count=150)
    faults = [fault for root in broken for fault in inspect(root, version).faults]
    unspoken = [fault for fault in faults if fault.code == "structure-invalid"]
    assert len(unspoken) * 50 < len(faults)


@pytest.mark.parametrize("version", ["2.0", "3.2"])
def test_an_object_is_specified_in_the_section_of_its_name(version: Version) -> None:
    apart = ("description", "file")
    for name, entry in table_of(version).items():
        section = clause(version, entry).partition(" §")[2].lower()
        assert name in apart or section == f"{entry.title.lower().removesuffix(' object')} object"


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("2.0", "OpenAPI 2.0 §Parameter Object"),
        ("3.0", "OpenAPI 3.0.3 §4.7.12"),
        ("3.1", "OpenAPI 3.1.1 §4.8.12"),
        ("3.2", "OpenAPI 3.2.0 §Parameter Object"),
    ],
)
def test_a_clause_is_written_as_its_version_counts(version: Version, expected: str) -> None:
    assert clause(version, table_of(version)["parameter"]) == expected


def test_a_description_nested_too_deep_for_the_schema_is_not_silent() -> None:
    deep: Json = {}
    for _ in range(400):
        deep = {"a": deep}
    root = complete("3.0")
    root["components"] = {"schemas": {"A": {"minLength": 2.0, "example": deep}}}
    faults = inspect(root, "3.0").faults
    assert [(fault.code, fault.tokens[:2]) for fault in faults] == [("structure-invalid", ())]


def test_the_schemas_are_read_without_importing_their_package() -> None:
    script = (
        "import sys; from contractctl.lint.structure.gate import published_validator; "
        "published_validator('3.0'); print('openapi_spec_validator' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert found.stdout == "False\n"


def test_references_inside_data_are_not_collected() -> None:
    root = complete("3.1")
    root["x-data"] = {"$ref": "#/nowhere"}
    targets = {reference.target for reference in inspect(root, "3.1").references}
    assert targets == {
        "#/components/examples/A",
        "#/components/parameters/Trace",
        "#/components/responses/Fault",
        "#/components/schemas/Animal",
        "#/components/schemas/Fault",
    }
    assert is_object(root)
