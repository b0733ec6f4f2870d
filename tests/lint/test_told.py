"""What reader and builder tell comes out of lint, whatever its code: nothing that was noticed is lost on the way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.contract.build import build_contract
from contractctl.contract.versions import Version
from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.profiles import DEFAULT_PROFILES
from contractctl.lint.engine import lint_document, running_rules
from tests.lint.cases import document, operation, schema, written
from tests.lint.mutants import mutants, read

_RUNNING = sorted(running_rules(DEFAULT_PROFILES, {}))
_CODES = st.sampled_from(_RUNNING) | st.from_regex(r"[a-z]{1,9}(-[a-z]{1,9}){1,2}", fullmatch=True)
_UNREADABLE = {
    "yaml-syntax": b"a: [\n",
    "yaml-alias": b"a: *b\n",
    "yaml-multiple-documents": b"a: 1\n---\na: 2\n",
    "yaml-complex-key": b"? {a: 1}\n: 2\n",
    "document-encoding": b"a: \xe9\n",
    "document-too-deep": b"[" * 201,
    "document-not-openapi": b"",
    "number-too-large": b"a: " + b"9" * 5000,
}


@given(code=_CODES, key=st.sampled_from(["paths", "info", "x-a", "nowhere"]))
def test_a_problem_of_any_code_comes_out(code: str, key: str) -> None:
    at = Location(Place("openapi.yaml", Pointer((key,))))
    problem = Finding(code, Severity.ERROR, "something is wrong", at, "mend it")
    found = lint_document(replace(document(operation("")), problems=(problem,)))
    assert [(one.rule, one.location, one.message, one.hint) for one in found] == [
        (code, at, "something is wrong", "mend it")
    ]


def test_a_problem_of_a_rule_that_is_off_does_not() -> None:
    text = schema("{title: no}")
    assert [one.rule for one in lint_document(document(text))] == ["yaml-ambiguous-scalar"]
    assert lint_document(document(text), rules={"yaml-ambiguous-scalar": "off"}) == ()
    (found,) = lint_document(document(text), rules={"yaml-ambiguous-scalar": Severity.INFO})
    assert found.severity is Severity.INFO


@pytest.mark.parametrize(("code", "data"), _UNREADABLE.items(), ids=_UNREADABLE)
def test_why_a_file_cannot_be_read_comes_out(
    code: str, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pet.yaml").write_bytes(data)
    found = lint_document(written({"openapi.yaml": schema("{$ref: pet.yaml}")}))
    assert [(one.rule, one.location.place.uri) for one in found] == [(code, "pet.yaml")]


@pytest.mark.parametrize("version", get_args(Version))
def test_what_the_builder_tells_of_a_broken_description_comes_out(version: Version) -> None:
    for root in mutants(version, random.Random(7), count=80):
        told = build_contract(read(root)).findings
        found = lint_document(read(root))
        spoken = {(one.rule, one.location.place) for one in found}
        assert [one for one in told if one.rule != "part-malformed" and _key(one) not in spoken] == []
        assert [one for one in told if one.rule == "part-malformed" and not any(_near(one, found))] == []


def _key(finding: Finding) -> tuple[str, Place]:
    return finding.rule, finding.location.place


def _near(finding: Finding, found: tuple[Finding, ...]) -> Iterator[bool]:
    """Whether each error stands at, above or below a place, or is of a reference, which may stand anywhere."""
    tokens = finding.location.place.pointer.tokens
    for one in found:
        other = one.location.place.pointer.tokens
        shared = min(len(tokens), len(other))
        yield tokens[:shared] == other[:shared] or one.rule in {"reference-wrong-kind", "reference-circular"}
