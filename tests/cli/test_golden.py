"""What lint and diff say of the examples, whole."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.running import REPOSITORY, CommandLine
from tests.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden"
FAULTY = """\
openapi: 3.0.3
info: {title: Toys, version: "1"}
paths:
  /toys/{id}:
    get:
      responses:
        "200":
          description: A toy
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Toi"}
  /toys:
    post:
      operationId: makeToy
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Toy"}
            example: {name: 5}
      responses: {"201": {description: Made}}
components:
  schemas:
    Toy: {type: object, required: [name], properties: {name: {type: string}}}
"""


@pytest.fixture
def dinosaurs(cli: CommandLine) -> CommandLine:
    """The command line in a copy of the first example."""
    shutil.copytree(REPOSITORY / "examples" / "dinosaurs", cli.folder / "dinosaurs")
    return replace(cli, folder=cli.folder / "dinosaurs")


@pytest.mark.parametrize("name", ["dinosaurs", "conversations", "fax"])
def test_the_examples_are_clean(cli: CommandLine, name: str) -> None:
    shutil.copytree(REPOSITORY / "examples" / name, cli.folder / name)
    ran = replace(cli, folder=cli.folder / name).run("lint", "openapi.yaml")
    assert (ran.status, ran.out, ran.err) == (0, "0 errors, 0 warnings in 1 file\n", "")


@pytest.mark.parametrize("style", ["text", "json", "sarif", "github", "junit", "markdown"])
def test_the_findings_of_a_faulty_description_are_told(cli: CommandLine, style: str) -> None:
    (cli.folder / "toys.yaml").write_text(FAULTY)
    ran = cli.run("lint", "toys.yaml", "--format", style)
    assert (ran.status, ran.err) == (1, "")
    assert_golden(GOLDEN / f"lint.{style}", ran.out)


@pytest.mark.parametrize("style", ["text", "json", "markdown", "github"])
def test_the_changes_of_the_dinosaurs_are_told(dinosaurs: CommandLine, style: str) -> None:
    ran = dinosaurs.run("diff", "openapi-1.0.yaml", "openapi.yaml", "--format", style)
    assert (ran.status, ran.err) == (1, "")
    assert_golden(GOLDEN / f"diff.{style}", ran.out)


def test_a_description_does_not_differ_from_itself(dinosaurs: CommandLine) -> None:
    ran = dinosaurs.run("diff", "openapi.yaml", "openapi.yaml")
    assert (ran.status, ran.out, ran.err) == (0, "no changes from openapi.yaml to openapi.yaml\n", "")


@pytest.mark.parametrize(
    ("options", "status"),
    [
        pytest.param((), 1, id="a breaking change by default"),
        pytest.param(("--fail-on", "breaking"), 1, id="a breaking change"),
        pytest.param(("--fail-on", "any"), 1, id="any change"),
        pytest.param(("--fail-on", "none"), 0, id="nothing"),
        pytest.param(("--exit-zero",), 0, id="nothing, whatever is configured"),
    ],
)
def test_the_status_follows_the_threshold(dinosaurs: CommandLine, options: tuple[str, ...], status: int) -> None:
    assert dinosaurs.run("diff", "openapi-1.0.yaml", "openapi.yaml", *options).status == status


@pytest.mark.parametrize(
    ("options", "status"),
    [
        pytest.param((), 0, id="a warning is none by default"),
        pytest.param(("--fail-on", "warning"), 1, id="a warning at the threshold"),
        pytest.param(("--fail-on", "info"), 1, id="a warning over the threshold"),
        pytest.param(("--fail-on", "warning", "--exit-zero"), 0, id="nothing, whatever is found"),
    ],
)
def test_a_warning_counts_when_it_is_asked_for(cli: CommandLine, options: tuple[str, ...], status: int) -> None:
    (cli.folder / "toys.yaml").write_text('openapi: 3.1.0\ninfo: {title: off, version: "1"}\npaths: {}\n')
    ran = cli.run("lint", "toys.yaml", *options)
    assert ran.out.splitlines()[-1] == "0 errors, 1 warning in 1 file"
    assert ran.status == status


def test_without_arguments_it_is_the_one_description_of_the_repository(dinosaurs: CommandLine) -> None:
    (dinosaurs.folder / "contractctl.yaml").unlink()
    (dinosaurs.folder / "openapi-1.0.yaml").unlink()
    assert dinosaurs.run("lint", "-q").out == "0 errors, 0 warnings in 1 file\n"


def test_a_side_of_diff_is_read_from_git(dinosaurs: CommandLine) -> None:
    ran = dinosaurs.run("diff", "HEAD:openapi.yaml", "openapi.yaml", before=_repository())
    assert (ran.status, ran.out, ran.err) == (0, "no changes from HEAD:openapi.yaml to openapi.yaml\n", "")


def _repository() -> tuple[str, ...]:
    """Make the folder a repository with everything committed, then go on with the command."""
    who = "-c user.name=a -c user.email=a@example.com"
    return ("sh", "-c", f'git init -q && git add . && git {who} commit -q -m all && exec "$@"', "sh")
