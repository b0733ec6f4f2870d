"""The manual at the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from contractctl.lint.rules import RULES
from tests.cli.running import CommandLine, Ran
from tests.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden"
CODE = "document-key-duplicate"


@pytest.mark.parametrize("style", ["text", "json", "markdown"])
def test_the_page_of_a_rule_is_shown(cli: CommandLine, style: str) -> None:
    ran = cli.run("explain", CODE, "yaml-syntax", "request-property-removed", "--format", style)
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


def test_without_a_code_all_rules_are_listed(cli: CommandLine) -> None:
    lines = cli.run("explain").out.splitlines()
    assert [line.split()[:3] for line in lines] == [[rule.code, rule.severity, rule.profile] for rule in RULES]


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
            "no rule has the code `document-key-duplicat`",
            "did you mean `document-key-duplicate`?",
            id="a code misspelt",
        ),
        pytest.param(
            f"{CODE} zebra",
            "no rule has the code `zebra`",
            "`contractctl explain` lists all; so does https://github.com/contractctl/contractctl/blob/main/docs/rules.md",
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
            "--profile filters the list, and a CODE names one rule",
            "leave one of them out",
            id="a page of a profile",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(cli: CommandLine, line: str, message: str, hint: str) -> None:
    assert cli.run("explain", *line.split()) == Ran(2, "", f"error: {message}\n  hint: {hint}\n")
