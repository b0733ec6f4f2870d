"""What cannot be read: one message with its place, a next step, the status of its class, nothing left behind."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import GOOD
from tests.cli.running import CommandLine, Ran
from tests.components.presence import give_up, require

PATH_HINT = "check the path; it is relative to the current folder"
BEGIN = "an OpenAPI description begins with `openapi: 3.1.0` or so"
MAPPING = "an OpenAPI description is a mapping that begins with `openapi: 3.1.0` or so"
MEND = "mend the syntax here"
FLATTEN = "flatten it, or use references"
DEREFER = "use `$ref` instead of YAML aliases"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + above] * 10)}]\n" for above, name in zip("abcdefghi", "bcdefghij", strict=True)
)

# name: (text, line and column, message, rule, hint)
UNLOADABLE = {
    "broken.yaml": (
        "openapi: 3.1.0\ninfo:\n  title: [a\npaths: {}\n",
        "4:6",
        "not YAML: while parsing a flow sequence did not find expected ',' or ']'",
        "yaml-syntax",
        MEND,
    ),
    "tabs.yaml": (
        "openapi: 3.1.0\ninfo:\n\ttitle: a\n",
        "3:1",
        "not YAML: while scanning for the next token found character that cannot start any token",
        "yaml-syntax",
        "indent with spaces, not tabs",
    ),
    "broken.json": (
        '{"openapi": "3.1.0",\n "info": }\n',
        "2:10",
        "not JSON: Expecting value",
        "json-syntax",
        MEND,
    ),
    "other.yaml": (
        "hello: world\n",
        "1:1",
        "not an OpenAPI description: `openapi` is missing",
        "document-not-openapi",
        BEGIN,
    ),
    "list.yaml": (
        "- a\n",
        "1:1",
        "not an OpenAPI description: the file holds a list, not a mapping",
        "document-not-openapi",
        MAPPING,
    ),
    "page.json": (
        "<!doctype html>",
        "1:1",
        "not an OpenAPI description: the file is HTML",
        "document-not-openapi",
        MAPPING,
    ),
    "swagger.yaml": (
        'swagger: "1.2"\n',
        "1:10",
        "Swagger 1.2 is not read by this version",
        "document-not-openapi",
        "2.0, 3.0, 3.1 and 3.2 are",
    ),
    "empty.yaml": ("", "1:1", "the file is empty", "document-not-openapi", MAPPING),
    "wall.yaml": (
        "[" * 80_000,
        "1:201",
        "the text is nested deeper than 200 levels",
        "document-too-deep",
        FLATTEN,
    ),
    "wall.json": (
        '{"a":' * 80_000,
        "1:1001",
        "the text is nested deeper than 200 levels",
        "document-too-deep",
        FLATTEN,
    ),
    "bomb.yaml": (
        BOMB,
        "4:40",
        "aliases expand the text to more than 10 times its size",
        "yaml-alias",
        DEREFER,
    ),
    "circle.yaml": (
        "openapi: 3.1.0\ninfo: &a {x-again: *a}\n",
        "2:20",
        "the alias `*a` stands inside its own anchor",
        "yaml-alias",
        "use a `$ref` for recursion",
    ),
    "nul.yaml": (
        "openapi: 3.1.0\ninfo: a\0b\n",
        "2:8",
        "not YAML: control characters are not allowed",
        "yaml-syntax",
        "remove the control character",
    ),
}


@pytest.fixture
def bad(cli: CommandLine, name: str) -> str:
    """The description of that name, in the folder."""
    (cli.folder / name).write_text(UNLOADABLE[name][0])
    return name


def unframed(ran: Ran) -> Ran:
    """A run without the lines of the source that it shows."""
    frame = re.compile(r"^ *\d* \| .*\n", re.MULTILINE)
    return Ran(ran.status, frame.sub("", ran.out), frame.sub("", ran.err))


@pytest.mark.parametrize("name", UNLOADABLE)
def test_a_description_that_does_not_load_is_a_finding(cli: CommandLine, bad: str) -> None:
    _, place, message, rule, hint = UNLOADABLE[bad]
    finding = f"{bad}:{place}: error: {message} [{rule}]\n  hint: {hint}\n"
    assert unframed(cli.run("lint", bad)) == Ran(1, finding + "1 error, 0 warnings in 1 file\n", "")


@pytest.mark.parametrize("name", ["broken.yaml", "other.yaml", "empty.yaml"])
@pytest.mark.parametrize("line", ["mock --port 0", "build-mock --bundle toys.bundle"], ids=["mock", "build-mock"])
def test_it_is_one_before_anything_is_served_or_built(cli: CommandLine, bad: str, line: str) -> None:
    _, place, message, rule, hint = UNLOADABLE[bad]
    finding = f"{bad}:{place}: error: {message} [{rule}]\n  hint: {hint}\n"
    assert unframed(cli.run(*line.split(), bad)) == Ran(1, "", finding)
    assert cli.left() == {bad}


@pytest.mark.parametrize("name", ["broken.yaml", "other.yaml", "empty.yaml", "wall.json"])
@pytest.mark.parametrize("role", ["base", "revision"])
def test_a_side_of_diff_that_is_no_description_is_a_wrong_argument(
    cli: CommandLine, good: Path, bad: str, role: str
) -> None:
    _, place, message, _, hint = UNLOADABLE[bad]
    sides = (bad, "good.yaml") if role == "base" else ("good.yaml", bad)
    error = f"error: the {role} {bad}:{place} is not a description: {message}\n  hint: {hint}\n"
    assert cli.run("diff", *sides) == Ran(2, "", error)


@pytest.mark.parametrize("name", ["broken.yaml", "other.yaml", "empty.yaml"])
@pytest.mark.parametrize("command", ["drift", "sync", "stamp"])
def test_a_contract_whose_version_cannot_be_told_is_a_wrong_argument(
    cli: CommandLine, good: Path, bad: str, command: str
) -> None:
    _, place, message, _, _ = UNLOADABLE[bad]
    upstream = () if command == "stamp" else ("--upstream", "good.yaml")
    error = f"error: {bad}:{place} is not a description whose version can be told: {message}\n"
    assert cli.run(command, bad, *upstream) == Ran(2, "", f"{error}  hint: run `contractctl lint {bad}`\n")
    assert cli.left() == {"good.yaml", bad}
    assert (cli.folder / bad).read_text() == UNLOADABLE[bad][0]


@pytest.mark.parametrize("name", ["broken.yaml", "empty.yaml"])
def test_an_upstream_that_is_no_description_leaves_everything_as_it_was(cli: CommandLine, good: Path, bad: str) -> None:
    ran = cli.run("sync", "good.yaml", "--upstream", bad)
    assert (ran.status, ran.out, ran.err.count("\n"), good.read_text()) == (3, "", 2, GOOD)
    assert cli.left() == {"good.yaml", bad}
    assert cli.run("drift", "good.yaml", "--upstream", bad).status == 3


COMMANDS = ["lint {}", "diff {} good.yaml", "diff good.yaml {}", "mock {}", "stamp {}", "drift {} --upstream good.yaml"]


@pytest.mark.parametrize("line", [*COMMANDS, "build-mock {} --bundle toys.bundle"])
def test_a_file_that_is_not_there_is_a_wrong_argument(cli: CommandLine, good: Path, line: str) -> None:
    hint = "did you mean good.yaml?"
    assert cli.run(*line.format("goood.yaml").split()) == Ran(
        2, "", f"error: no such file: goood.yaml\n  hint: {hint}\n"
    )
    assert cli.left() == {"good.yaml"}


@pytest.mark.parametrize(
    ("spec", "message", "hint"),
    [
        pytest.param("folder", "folder is a folder", "name the description file in it", id="a folder"),
        pytest.param("absent.yaml", "no such file: absent.yaml", PATH_HINT, id="a file like no other"),
        pytest.param("good.yaml/x.yaml", "no such file: good.yaml/x.yaml", PATH_HINT, id="a path below a file"),
        pytest.param(
            "loop.yaml",
            "cannot read loop.yaml: Too many levels of symbolic links",
            "links lead in a circle",
            id="a circle of links",
        ),
        pytest.param(
            "x" * 300 + ".yaml",
            f"cannot read {'x' * 300}.yaml: File name too long",
            "the name is too long to be a path",
            id="a name that is too long",
        ),
        pytest.param(
            "/dev/zero",
            "/dev/zero has more than 268,435,456 bytes",
            "that is no description of an API; check the name",
            id="a file without an end",
        ),
        pytest.param(
            "*.yml", "no file matches *.yml", "quote the pattern, or check the folder", id="a glob of nothing"
        ),
        pytest.param(
            "HEAD:good.yaml",
            "cannot read HEAD:good.yaml: not a git repository (or any of the parent directories): .git",
            "check both names; on CI fetch the history (`fetch-depth: 0` of actions/checkout)",
            id="a revision outside a repository",
        ),
        pytest.param("", " is a folder", "name the description file in it", id="nothing"),
    ],
)
def test_an_odd_path_is_a_wrong_argument(cli: CommandLine, good: Path, spec: str, message: str, hint: str) -> None:
    (cli.folder / "loop.yaml").symlink_to("loop.yaml")
    (cli.folder / "folder").mkdir()
    ran = cli.run("lint", spec, environment={"GIT_CEILING_DIRECTORIES": str(cli.folder.parent)})
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"error: {message.strip() if spec else '. is a folder'}\n  hint: {hint}\n"


def test_a_file_that_may_not_be_read_is_told(cli: CommandLine, good: Path) -> None:
    good.chmod(0)
    without_rights = (
        str(require("setpriv", package="util-linux")),
        "--bounding-set=-dac_override,-dac_read_search",
        "--inh-caps=-dac_override,-dac_read_search",
    )
    ran = cli.run("lint", "good.yaml", before=without_rights)
    if ran.err.startswith("setpriv:"):
        ran = cli.run("lint", "good.yaml")  # no root, so there are no rights to give up
    hint = "check the file's permissions"
    assert ran == Ran(3, "", f"error: cannot read good.yaml: Permission denied\n  hint: {hint}\n")


def test_a_description_comes_from_standard_input(cli: CommandLine) -> None:
    assert cli.run("lint", "-", typed=GOOD.encode()) == Ran(0, "0 errors, 0 warnings in 1 file\n", "")
    ran = cli.run("lint", "-", typed=b"hello")
    assert ran.out.startswith("<stdin>:1:1: error: not an OpenAPI description")
    assert cli.run("lint", "-", after="<&-").err.startswith("error: cannot read standard input: it is closed\n")


def test_no_description_at_all_is_told(cli: CommandLine) -> None:
    (cli.folder / ".git").mkdir()
    hint = "name a description, or write contractctl.yaml with `specs:`"
    error = f"error: there is no OpenAPI description below this folder\n  hint: {hint}\n"
    for command in ("lint", "drift", "sync", "stamp", "mock", "build-mock"):
        assert cli.run(command) == Ran(2, "", error)


def test_two_descriptions_and_none_named_are_listed(cli: CommandLine, good: Path) -> None:
    shutil.copy(good, cli.folder / "again.yaml")
    hint = "name one of them, or list them in contractctl.yaml: again.yaml, good.yaml"
    error = f"error: there are 2 OpenAPI descriptions below this folder\n  hint: {hint}\n"
    for command in ("lint", "stamp", "mock", "build-mock"):
        assert cli.run(command) == Ran(2, "", error)


def test_two_configured_descriptions_are_both_linted_and_not_both_mocked(cli: CommandLine, good: Path) -> None:
    shutil.copy(good, cli.folder / "again.yaml")
    (cli.folder / "contractctl.yaml").write_text("specs: [{path: good.yaml}, {path: again.yaml}]\n")
    assert cli.run("lint") == Ran(0, "0 errors, 0 warnings in 2 files\n", "")
    hint = "name one of them: good.yaml, again.yaml"
    assert cli.run("stamp") == Ran(2, "", f"error: contractctl.yaml has 2 specs\n  hint: {hint}\n")


def test_a_pipe_among_the_files_does_not_stop_the_search(cli: CommandLine, good: Path) -> None:
    if shutil.which("mkfifo") is None:
        give_up("mkfifo is absent: `apt-get install coreutils`")
    ran = cli.run("lint", before=("sh", "-c", 'mkfifo waiting.yaml && exec "$@"', "sh"))
    assert ran == Ran(0, "0 errors, 0 warnings in 1 file\n", "")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param("{lint: [}", "contractctl.yaml:1:9: not YAML: ", id="broken YAML"),
        pytest.param("lnt: {}", "contractctl.yaml:1:1: the configuration has no key `lnt`", id="an unknown key"),
    ],
)
def test_a_configuration_that_cannot_be_used_stops_every_command(
    cli: CommandLine, good: Path, spec: str, message: str
) -> None:
    (cli.folder / "contractctl.yaml").write_text(spec)
    for line in ("lint good.yaml", "diff good.yaml good.yaml", "stamp", "build-mock --bundle toys.bundle"):
        ran = cli.run(*line.split())
        assert (ran.status, ran.out, ran.err.startswith(f"error: {message}")) == (2, "", True)
    assert cli.left() == {"good.yaml", "contractctl.yaml"}


def test_several_faults_give_the_gravest_status_and_every_readable_file_is_told(cli: CommandLine, good: Path) -> None:
    (cli.folder / "empty.yaml").write_text("")
    ran = cli.run("lint", "*.yaml", "--format", "json")
    assert (ran.status, json.loads(ran.out)["summary"]["files"]) == (1, 2)
    assert cli.run("lint", "good.yaml", "absent.yaml").status == 2
