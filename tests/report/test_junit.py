"""JUnit XML: what fails is what fails the run, and every name is there once."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from contractctl.core.reports import DIFF_THRESHOLDS, LINT_THRESHOLDS, DiffThreshold, LintReport, LintThreshold, Report
from contractctl.report import junit
from tests.report.findings import REPORTS
from tests.report.samples import CI, DIFF, DRIFT, LINT, SAMPLES, UNDECLARED


def suites(report: Report) -> list[ET.Element]:
    return list(ET.fromstring(junit.render(report).encode()))


def outcomes(report: Report) -> dict[str, list[str]]:
    """The tests of each suite: how each ended, and its name."""
    return {suite.get("name", ""): [f"{_end(case)} {case.get('name')}" for case in suite] for suite in suites(report)}


def _end(case: ET.Element) -> str:
    return next((child.tag for child in case if child.tag != "system-out"), "passed")


def test_a_suite_is_a_file_and_a_clean_one_has_a_test_that_passes() -> None:
    assert outcomes(LINT) == {
        "api/openapi.yaml": [
            "failure path-parameter-undeclared at /paths/~1pets~1{id}/get",
            "passed yaml-ambiguous-scalar at /components/schemas/Answer/enum/1",
        ],
        "api/parts.yaml": ["passed no findings"],
        "latin.yaml": ["failure document-encoding at /"],
        "other.json": ["passed operation-id-duplicate at /paths/~1pets/post/operationId"],
    }


@pytest.mark.parametrize("threshold", LINT_THRESHOLDS)
def test_a_finding_fails_exactly_when_it_fails_the_run(threshold: LintThreshold) -> None:
    report = replace(LINT, fail_on=threshold)
    failed = sum(int(suite.get("failures", 0)) for suite in suites(report))
    assert failed == {"error": 2, "warning": 3, "info": 4, "none": 0}[threshold]
    assert (failed > 0) == (report.exit_code > 0)


@pytest.mark.parametrize("threshold", DIFF_THRESHOLDS)
def test_a_change_fails_exactly_when_it_fails_the_run(threshold: DiffThreshold) -> None:
    report = replace(DIFF, fail_on=threshold)
    failed = sum(int(suite.get("failures", 0)) for suite in suites(report))
    assert failed == {"breaking": 3, "warning": 5, "any": 6, "none": 0}[threshold]


def test_drift_fails_and_what_nobody_could_tell_is_an_error() -> None:
    name = "drift of a.yaml"
    assert outcomes(DRIFT) == {"drift of api/openapi.yaml": ["failure drift of api/openapi.yaml"]}
    assert outcomes(SAMPLES["drift-in-sync"]) == {name: [f"passed {name}"]}
    assert outcomes(SAMPLES["drift-unknown"]) == {name: [f"error {name}"]}


def test_a_run_tells_what_it_could_not_do() -> None:
    assert outcomes(CI)["ci"] == ["error push"]


def test_equal_names_get_numbers() -> None:
    report = LintReport((UNDECLARED,) * 3, ("api/openapi.yaml",))
    name = "failure path-parameter-undeclared at /paths/~1pets~1{id}/get"
    assert outcomes(report) == {"api/openapi.yaml": [name, f"{name} (2)", f"{name} (3)"]}


@given(REPORTS)
def test_any_findings_are_xml_whose_sums_are_right(report: LintReport) -> None:
    top = ET.fromstring(junit.render(report).encode())
    cases = [case for suite in top for case in suite]
    assert int(top.get("tests", 0)) == len(cases) == sum(int(suite.get("tests", 0)) for suite in top)
    assert int(top.get("failures", 0)) == sum(case.find("failure") is not None for case in cases)
    for suite in top:
        names = [case.get("name") for case in suite]
        assert len(set(names)) == len(names)
