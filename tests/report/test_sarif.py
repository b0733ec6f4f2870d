"""SARIF logs: valid, as code scanning wants them, and with files that a reader finds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from contractctl.core.findings import Severity
from contractctl.core.json import Json
from contractctl.core.locations import Excerpt, Location, Place, Pointer, Span
from contractctl.core.reports import LintReport, Report
from contractctl.report import sarif
from contractctl.report.artifacts import Artifacts, Folders
from tests.report.findings import REPORTS
from tests.report.samples import AMBIGUOUS, CI, DIFF, DRIFT, KIND, LINT, PAGE, SAMPLES, UNDECLARED
from tests.report.schemas import VALIDATOR

FOLDERS = Folders(Path("/repository/service"), Path("/repository"))


def run(report: Report) -> dict[str, Json]:
    """The one run of a log, which is valid."""
    log = json.loads(sarif.render(report, folders=FOLDERS))
    VALIDATOR.validate(log)
    (only,) = log["runs"]
    return only


def results(report: Report) -> list[dict[str, Json]]:
    return run(report)["results"]


def region(span: Span | None) -> dict[str, Json]:
    at = Location(Place("a.yaml"), span)
    (result,) = results(LintReport((replace(UNDECLARED, location=at),), ("a.yaml",)))
    physical = result["locations"][0]["physicalLocation"]
    return {name: value for name, value in physical.items() if name != "artifactLocation"}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_report_is_valid(name: str) -> None:
    run(SAMPLES[name])


@given(REPORTS)
def test_any_findings_are_valid_and_all_there(report: LintReport) -> None:
    found = results(report)
    assert [one["ruleId"] for one in found] == [finding.rule for finding in report.findings]
    assert all(len(one["locations"]) == 1 for one in found)


def test_a_rule_carries_its_manual_page() -> None:
    rule = run(LINT)["tool"]["driver"]["rules"][2]
    assert (rule["id"], rule["name"]) == (PAGE.code, "PathParameterUndeclared")
    assert (rule["shortDescription"]["text"], rule["fullDescription"]["text"]) == (PAGE.title, PAGE.why)
    assert (rule["helpUri"], rule["defaultConfiguration"]) == (PAGE.docs, {"level": "error"})
    assert rule["properties"] == {"tags": ["openapi", "paths", "spec"], "problem.severity": "error"}
    assert f"```yaml\n{PAGE.bad}\n```" in rule["help"]["markdown"]
    assert "  /pets/{id}:" in rule["help"]["text"]


@pytest.mark.parametrize("report", [LINT, DIFF, DRIFT, CI], ids=lambda report: type(report).__name__)
def test_each_result_points_at_its_rule(report: Report) -> None:
    codes = [rule["id"] for rule in run(report)["tool"]["driver"]["rules"]]
    assert [codes[one["ruleIndex"]] for one in results(report)] == [one["ruleId"] for one in results(report)]
    assert len(set(codes)) == len(codes)


def test_levels_are_those_of_the_findings() -> None:
    assert [one["level"] for one in results(LINT)] == ["error", "warning", "error", "note"]


def test_a_change_carries_the_page_of_its_kind() -> None:
    rule = next(one for one in run(DIFF)["tool"]["driver"]["rules"] if one["id"] == KIND.code)
    assert rule["shortDescription"] == {"text": KIND.title}
    assert (rule["helpUri"], rule["properties"]["tags"]) == (KIND.docs, ["openapi", "change", "members"])
    assert f"```yaml\n{KIND.revision}\n```" in rule["help"]["markdown"]


def test_a_change_carries_the_message_that_shows_it() -> None:
    found = next(one for one in results(DIFF) if one["ruleId"] == KIND.code)
    assert found["message"]["text"].endswith("\nbase takes this, revision refuses it: `age` is required")
    assert found["properties"]["witness"] == {
        "message": [
            "POST /pets HTTP/1.1",
            "Authorization: Bearer …",
            "Content-Type: application/json",
            "",
            '{"name": "Ada"}',
        ],
        "because": "`age` is required",
    }


def test_compatible_changes_and_what_is_in_sync_are_no_results() -> None:
    assert [one["ruleId"] for one in results(DIFF)] == [
        "path-parameter-undeclared",
        "request-property-became-required",
        "response-required-property-removed",
        "response-type-widened",
        "server-removed",
        "version-too-low",
    ]
    assert results(SAMPLES["drift-in-sync"]) == results(SAMPLES["diff-equal"]) == []


def test_a_run_tells_one_place_once_and_what_it_could_not_do() -> None:
    codes = [one["ruleId"] for one in results(CI)]
    assert codes.count(UNDECLARED.rule) == codes.count(AMBIGUOUS.rule) == 1
    (invocation,) = run(CI)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)
    assert len(invocation["toolExecutionNotifications"]) == 1


REGIONS = {
    "no span: code scanning wants a line": (None, {"region": {"startLine": 1}}),
    "no text": (Span(3, 5, 3, 8), {"region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 8}}),
    "a part of a line": (
        Span(3, 5, 3, 8, Excerpt("    get:", 1)),
        {
            "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 8, "snippet": {"text": "get"}},
            "contextRegion": {
                "startLine": 3,
                "startColumn": 1,
                "endLine": 3,
                "endColumn": 9,
                "snippet": {"text": "    get:"},
            },
        },
    ),
    "a whole line has nothing around it": (
        Span(1, 1, 1, 3, Excerpt("ab", 1)),
        {"region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 3, "snippet": {"text": "ab"}}},
    ),
    "several lines, of which one is known": (
        Span(3, 5, 4, 2, Excerpt("    |", 1)),
        {"region": {"startLine": 3, "startColumn": 5, "endLine": 4, "endColumn": 2}},
    ),
    "an excerpt that ends within the stretch": (
        Span(1, 2, 1, 9, Excerpt("abc", 1)),
        {"region": {"startLine": 1, "startColumn": 2, "endLine": 1, "endColumn": 9}},
    ),
}


@pytest.mark.parametrize(("span", "regions"), REGIONS.values(), ids=REGIONS)
def test_a_region_is_what_the_span_says(span: Span | None, regions: Json) -> None:
    assert region(span) == regions


ROOT = {"uriBaseId": "%SRCROOT%"}
URIS = {
    "a file below the current folder": ("openapi.yaml", {"uri": "service/openapi.yaml", **ROOT}),
    "one in another folder of the repository": ("../other/a.yaml", {"uri": "other/a.yaml", **ROOT}),
    "an absolute path within the repository": ("/repository/a.yaml", {"uri": "a.yaml", **ROOT}),
    "a detour": ("./x/../a.yaml", {"uri": "service/a.yaml", **ROOT}),
    "a file outside of it": ("/etc/a b.yaml", {"uri": "file:///etc/a%20b.yaml"}),
    "blanks, percent signs and hashes": ("a b%c#d?.yaml", {"uri": "service/a%20b%25c%23d%3F.yaml", **ROOT}),
    "letters of any alphabet": ("ü漢.yaml", {"uri": "service/%C3%BC%E6%BC%A2.yaml", **ROOT}),
    "bytes that are no UTF-8": ("caf\udce9.yaml", {"uri": "service/caf%E9.yaml", **ROOT}),
    "half a character": ("\ud800", {"uri": "service/%3F", **ROOT}),
    "a URL": ("https://api.example.com/openapi.json?v=1#x", {"uri": "https://api.example.com/openapi.json?v=1#x"}),
    "a URL with a blank": ("https://api.example.com/a b", {"uri": "https://api.example.com/a%20b"}),
    "a URL of an address": ("http://[::1]:8080/a[1].json", {"uri": "http://[::1]:8080/a%5B1%5D.json"}),
    "a URL that is encoded already, in part": (
        "https://a.example/%20%zz#a#b",
        {"uri": "https://a.example/%20%25zz#a%23b"},
    ),
    "git": ("origin/main:api/openapi.yaml", {"uri": "api/openapi.yaml", **ROOT}),
    "git, from here": ("HEAD:./openapi.yaml", {"uri": "service/openapi.yaml", **ROOT}),
    "standard input": ("<stdin>", {"uri": "stdin"}),
}


@pytest.mark.parametrize(("name", "location"), URIS.values(), ids=URIS)
def test_a_file_is_named_from_the_root_of_the_repository(name: str, location: Json) -> None:
    assert Artifacts(FOLDERS).location(name) == location


def test_no_more_results_than_are_taken_and_the_worst_among_them() -> None:
    info = replace(UNDECLARED, severity=Severity.INFO)
    many = [replace(info, subject=str(number)) for number in range(sarif.RESULT_LIMIT)]
    only = run(LintReport((*many, UNDECLARED), ("a.yaml",)))
    assert len(only["results"]) == sarif.RESULT_LIMIT
    assert only["results"][0]["level"] == "error"
    (note,) = only["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "1 results are left out: no more than 25000 are taken. The worst are here."


def test_a_message_holds_no_link() -> None:
    (result,) = results(LintReport((replace(UNDECLARED, message="[a](https://evil.example)", hint=""),), ("a",)))
    assert result["message"]["text"] == "[a] (https://evil.example)"


def test_a_place_is_named_by_its_pointer_too() -> None:
    at = Location(Place("a.yaml", Pointer(("paths", "/pets", "get"))))
    (result,) = results(LintReport((replace(UNDECLARED, location=at),), ("a.yaml",)))
    named = [{"name": "get", "fullyQualifiedName": "/paths/~1pets/get"}]
    assert result["locations"][0]["logicalLocations"] == named
