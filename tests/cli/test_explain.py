"""The manual at the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from contractctl.diff.kinds.catalogue import kinds
from contractctl.lint.rules import RULES
from tests.cli.running import CommandLine, Ran
from tests.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden"
CODE = "document-key-duplicate"


@pytest.mark.parametrize("style", ["text", "json", "markdown"])
def test_the_page_of_a_rule_is_shown(cli: CommandLine, style: str) -> None:
    ran = cli.run("explain", CODE, "yaml-syntax", "cross-check-unseen", "--format", style)
    assert (ran.status, ran.err) == (0, "")
    assert_golden(GOLDEN / f"explain.{style}", ran.out)


def test_prose_fits_into_80_columns(cli: CommandLine) -> None:
    pages = cli.run("explain", *(rule.code for rule in RULES)).out
    prose = [line for line in pages.splitlines() if not line.startswith(("  ", "More: "))]
    assert [line for line in prose if len(line) > 80] == []


def test_colour_is_there_when_it_is_asked_for(cli: CommandLine) -> None:
    plain, coloured = (cli.run("explain", CODE, "--color", color).out for color in ("never", "always"))
    assert coloured != plain
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain


def test_without_a_code_all_rules_and_all_kinds_of_changes_are_listed(cli: CommandLine) -> None:
    rules, changes = cli.run("explain").out.split("\n\n")
    assert [line.split()[:3] for line in rules.splitlines()] == [[one.code, one.severity, one.profile] for one in RULES]
    assert [line.split()[0] for line in changes.splitlines()] == list(kinds())


@pytest.mark.parametrize("style", ["text", "json", "markdown"])
def test_the_page_of_a_kind_of_change_is_shown(cli: CommandLine, style: str) -> None:
    ran = cli.run("explain", "request-property-became-required", "operation-removed", "--format", style)
    assert (ran.status, ran.err) == (0, "")
    assert_golden(GOLDEN / f"explain-change.{style}", ran.out)


def test_the_list_is_that_of_a_profile(cli: CommandLine) -> None:
    listed = json.loads(cli.run("explain", "--profile", "spec", "--format", "json").out)
    assert [rule["rule"] for rule in listed["rules"]] == [rule.code for rule in RULES if rule.profile == "spec"]


def test_it_goes_to_a_file(cli: CommandLine) -> None:
    assert cli.run("explain", CODE, "--format", "markdown=page.md") == Ran(0, "", "")
    assert (cli.folder / "page.md").read_text().startswith(f"## {CODE}\n")


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        pytest.param(
            "document-key-duplicat",
            "no rule and no kind of change has the code `document-key-duplicat`",
            "did you mean `document-key-duplicate`?",
            id="a code misspelt",
        ),
        pytest.param(
            "request-property-became-requird",
            "no rule and no kind of change has the code `request-property-became-requird`",
            "did you mean `property-became-required`?",
            id="a kind of change misspelt",
        ),
        pytest.param(
            f"{CODE} zebra",
            "no rule and no kind of change has the code `zebra`",
            "`contractctl explain` lists all; so do "
            "https://github.com/contractctl/contractctl/blob/main/docs/rules.md and "
            "https://github.com/contractctl/contractctl/blob/main/docs/changes.md",
            id="no code, beside one",
        ),
        pytest.param(
            f"{CODE} --format sarif",
            "`explain` has no format `sarif`",
            "formats: text, json, markdown",
            id="a format of reports",
        ),
        pytest.param(
            f"{CODE} --profile spec",
            "--profile filters the list of rules, and a CODE names one",
            "leave one of them out",
            id="a page of a profile",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(cli: CommandLine, line: str, message: str, hint: str) -> None:
    assert cli.run("explain", *line.split()) == Ran(2, "", f"error: {message}\n  hint: {hint}\n")
