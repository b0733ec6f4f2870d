"""What is typed: help, versions, and command lines that make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl import __version__
from contractctl.cli.commands import COMMANDS
from tests.cli.running import CommandLine, Ran
from tests.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden"
TWO_SIDES = "two sides are compared: contractctl diff origin/main:openapi.yaml openapi.yaml; quote a glob"


def test_help_is_the_same_however_it_is_asked_for(cli: CommandLine) -> None:
    helps = [cli.run(*arguments) for arguments in ((), ("-h",), ("--help",))]
    assert {(ran.status, ran.err) for ran in helps} == {(0, "")}
    assert len({ran.out for ran in helps}) == 1
    assert_golden(GOLDEN / "help.txt", helps[0].out)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(cli: CommandLine, command: str) -> None:
    ran = cli.run(command, "-h")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: contractctl {command} ")
    for option in ("--config", "--format", "--color", "--quiet", "--verbose", "--debug", "--version", "--help"):
        assert f"{option}" in ran.out


@pytest.mark.parametrize("arguments", [("--version",), ("lint", "--version"), ("diff", "--version")])
def test_the_version_is_told_wherever_it_is_asked_for(cli: CommandLine, arguments: tuple[str, ...]) -> None:
    assert cli.run(*arguments) == Ran(0, f"contractctl {__version__}\n", "")


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        pytest.param("lnt", "no such command `lnt`", "did you mean `lint`?", id="a command misspelt"),
        pytest.param("zebra", "no such command `zebra`", "`contractctl --help` lists what there is", id="no command"),
        pytest.param("--verison", "no such option: --verison", "did you mean --version?", id="an option misspelt"),
        pytest.param("lint --formt json", "no such option: --formt", "did you mean --format?", id="one of a command"),
        pytest.param(
            "lint --ostrich",
            "no such option: --ostrich",
            "`contractctl lint --help` lists what there is",
            id="no option",
        ),
        pytest.param(
            "--format json lint good.yaml",
            "no such option: --format",
            "options come after the command: contractctl COMMAND --format",
            id="an option before the command",
        ),
        pytest.param(
            "-q lint", "no such option: -q", "options come after the command: contractctl COMMAND -q", id="a short one"
        ),
        pytest.param(
            "lint --fail-on eror",
            "invalid value for `--fail-on`: `eror` is not one of `error`, `warning`, `info`, `none`",
            "`contractctl lint --help` lists what there is",
            id="a value that there is not",
        ),
        pytest.param("lint good.yaml --format jsn", "no format `jsn`", "did you mean `json`?", id="a format misspelt"),
        pytest.param(
            "lint --format pdf",
            "no format `pdf`",
            "formats: text, json, sarif, github, junit, markdown, html, each NAME or NAME=FILE",
            id="a format that nobody writes",
        ),
        pytest.param(
            "lint --format json=",
            "the format `json=` names no file",
            "write json=FILE",
            id="a format without its file",
        ),
        pytest.param(
            "diff good.yaml",
            "missing argument `REVISION`",
            TWO_SIDES,
            id="one side",
        ),
        pytest.param(
            "diff a b c",
            "got unexpected extra argument(s) (c)",
            TWO_SIDES,
            id="three sides",
        ),
        pytest.param(
            "mock --port 99999",
            "invalid value for `--port`: 99999 is not in the range 0<=x<=65535",
            "`contractctl mock --help` lists what there is",
            id="a port that there is not",
        ),
        pytest.param(
            "lint --config absent.yaml",
            "no such file: absent.yaml",
            "check the path; it is relative to the current folder",
            id="a configuration that is not there",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_meant(
    cli: CommandLine, good: Path, line: str, message: str, hint: str
) -> None:
    assert cli.run(*line.split()) == Ran(2, "", f"error: {message}\n  hint: {hint}\n")


def test_an_option_without_its_value_is_refused(cli: CommandLine) -> None:
    ran = cli.run("lint", "--format")
    assert (ran.status, ran.err.splitlines()[0]) == (2, "error: option `--format` requires an argument")


def test_no_work_is_done_for_a_format_that_there_is_not(cli: CommandLine, good: Path) -> None:
    ran = cli.run("build-mock", "good.yaml", "--bundle", "toys.bundle", "--format", "jsn")
    assert (ran.status, cli.left()) == (2, {"good.yaml"})
