"""Lint for teams with debts: ignores are counted, a baseline hides what is known, a base what was there."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.running import CommandLine, Ran

_HEAD = 'openapi: 3.1.0\ninfo: {title: Toys, version: "1"}\n'
TOYS = (
    _HEAD + "paths:\n"
    '  /a: {get: {responses: {"200": {description: a}}}}\n'
    '  /b: {get: {tags: b, operationId: b, responses: {"200": {description: b}}}}\n'
)
_MISSING = "4:8: warning: `GET /a` has no operationId [operation-id-missing]"
_WRONG = "5:20: error: `tags` is a string; it must be a list [type-wrong]"
NEW = TOYS.replace("/b: {get: {tags", "/c: {get: {sumary: c, tags")
_RULES = "lint: {profile: spec, rules: {operation-id-missing: warning}}\n"


@pytest.fixture(autouse=True)
def _rules(cli: CommandLine) -> None:
    """Let two rules speak whatever else the profiles may come to hold."""
    (cli.folder / "contractctl.yaml").write_text(_RULES)


@pytest.fixture
def toys(cli: CommandLine) -> Path:
    """A description with an error and a warning: `toys.yaml`."""
    path = cli.folder / "toys.yaml"
    path.write_text(TOYS)
    return path


def _git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _commit(folder: Path) -> str:
    if not (folder / ".git").exists():
        _git(folder, "init", "-q")
    _git(folder, "add", "--all")
    _git(folder, "commit", "-q", "-m", "x", "--allow-empty")
    return _git(folder, "rev-parse", "HEAD")


def _told(ran: Ran) -> list[str]:
    """The first lines of the findings, and the summary."""
    return [line for line in ran.out.splitlines() if not line.startswith((" ", "\t"))]


def _summary(cli: CommandLine, *arguments: str) -> dict[str, int]:
    summary: dict[str, int] = json.loads(cli.run("lint", *arguments, "--format", "json").out)["summary"]
    return summary


def test_what_is_ignored_is_counted(cli: CommandLine, toys: Path) -> None:
    toys.write_text(TOYS.replace("b}}}}\n", "b}}}} # contractctl: ignore[type-wrong] legacy\n"))
    ran = cli.run("lint", "toys.yaml")
    assert (ran.status, _told(ran)) == (0, [f"toys.yaml:{_MISSING}", "0 errors, 1 warning in 1 file; 1 ignored"])
    assert _summary(cli, "toys.yaml") == {
        "errors": 0,
        "warnings": 1,
        "infos": 0,
        "files": 1,
        "ignored": 1,
        "in_baseline": 0,
        "at_base": 0,
    }


def test_with_a_baseline_that_was_just_written_nothing_is_left(cli: CommandLine, toys: Path) -> None:
    written = cli.run("lint", "toys.yaml", "--write-baseline", "known.json")
    clean = "0 errors, 0 warnings in 1 file; 2 known, in known.json\n"
    assert (written.status, written.out, written.err) == (0, clean, "wrote 2 findings to known.json\n")
    again = cli.run("lint", "toys.yaml", "--baseline", "known.json")
    assert (again.status, again.out, again.err) == (0, clean, "")
    assert _summary(cli, "toys.yaml", "--baseline", "known.json")["in_baseline"] == 2


def test_a_baseline_holds_files_by_their_paths_from_its_folder(cli: CommandLine, toys: Path) -> None:
    (cli.folder / "quality").mkdir()
    cli.run("lint", "toys.yaml", "--write-baseline", "quality/known.json")
    findings = json.loads((cli.folder / "quality" / "known.json").read_text())["findings"]
    assert [(one["file"], one["pointer"], one["rule"]) for one in findings] == [
        ("../toys.yaml", "/paths/~1a/get", "operation-id-missing"),
        ("../toys.yaml", "/paths/~1b/get/tags", "type-wrong"),
    ]


def test_a_baseline_is_the_same_from_every_folder_and_under_every_name(cli: CommandLine, toys: Path) -> None:
    cli.run("lint", "toys.yaml", "--write-baseline", "known.json")
    below = cli.folder / "below"
    below.mkdir()
    (cli.folder / "link.yaml").symlink_to("toys.yaml")
    for folder, spec, file in (
        (cli.folder, str(toys), "known.json"),
        (cli.folder, "./below/../toys.yaml", str(cli.folder / "known.json")),
        (cli.folder, "link.yaml", "known.json"),
        (below, "../toys.yaml", "../known.json"),
        (cli.folder.parent, "work/toys.yaml", "work/known.json"),
    ):
        ran = replace(cli, folder=folder).run(
            "lint", spec, "--baseline", file, "--config", str(cli.folder / "contractctl.yaml")
        )
        assert (ran.status, ran.out) == (0, f"0 errors, 0 warnings in 1 file; 2 known, in {file}\n"), spec
    _commit(cli.folder)
    assert cli.run("lint", "HEAD:toys.yaml", "--baseline", "known.json").status == 0


def test_the_configuration_names_a_baseline_relative_to_itself(cli: CommandLine, toys: Path) -> None:
    _git(cli.folder, "init", "-q")
    cli.run("lint", "toys.yaml", "--write-baseline", "known.json")
    (cli.folder / "contractctl.yaml").write_text(_RULES.replace("lint: {", "lint: {baseline: known.json, "))
    (cli.folder / "below").mkdir()
    ran = replace(cli, folder=cli.folder / "below").run("lint", "../toys.yaml")
    assert (ran.status, ran.out) == (0, "0 errors, 0 warnings in 1 file; 2 known, in ../known.json\n")
    toys.write_text(NEW)
    again = cli.run("lint", "toys.yaml", "--write-baseline", "known.json")
    assert again.err == "wrote 3 findings to known.json\n"


def test_moved_and_reworded_descriptions_have_nothing_new(cli: CommandLine, toys: Path) -> None:
    cli.run("lint", "toys.yaml", "--write-baseline", "known.json")
    first, second = TOYS.splitlines()[3:]
    toys.write_text(f"# Toys\n\n{_HEAD}\npaths:\n  /new: {{}}\n{second}\n\n{first}\n")
    assert cli.run("lint", "toys.yaml", "--baseline", "known.json").status == 0


def test_what_is_new_is_shown_and_fails(cli: CommandLine, toys: Path) -> None:
    cli.run("lint", "toys.yaml", "--write-baseline", "known.json")
    toys.write_text(NEW)
    ran = cli.run("lint", "toys.yaml", "--baseline", "known.json")
    assert (ran.status, _told(ran)) == (
        1,
        [
            "toys.yaml:5:14: error: `sumary` is not a field of an operation [field-unknown]",
            "toys.yaml:5:31: error: `tags` is a string; it must be a list [type-wrong]",
            "2 errors, 0 warnings in 1 file; 1 known, in known.json",
        ],
    )
    assert ran.err == "note: known.json knows a finding that there is no more: write it anew\n"


def test_what_a_baseline_knows_of_others_is_not_gone(cli: CommandLine, toys: Path) -> None:
    (cli.folder / "other.yaml").write_text(TOYS)
    cli.run("lint", "toys.yaml", "other.yaml", "--write-baseline", "known.json")
    assert cli.run("lint", "toys.yaml", "--baseline", "known.json").err == ""
    off = cli.folder / "off.yaml"
    off.write_text("lint: {profile: spec}\n")
    assert cli.run("lint", "toys.yaml", "--baseline", "known.json", "--config", "off.yaml").err == ""
    (cli.folder / "other.yaml").unlink()
    note = "note: known.json knows 2 findings that there are no more: write it anew\n"
    assert cli.run("lint", "toys.yaml", "--baseline", "known.json").err == note


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(None, "there is no baseline known.json", id="missing"),
        pytest.param("{", "known.json is no baseline: it is not JSON", id="broken"),
        pytest.param(
            '{"schema_version": 2, "findings": []}',
            "the baseline known.json has schema_version 2; this version reads 1",
            id="of another version",
        ),
    ],
)
def test_a_baseline_that_cannot_be_used_ends_the_run(cli: CommandLine, toys: Path, text: str | None, told: str) -> None:
    if text is not None:
        (cli.folder / "known.json").write_text(text)
    ran = cli.run("lint", "toys.yaml", "--baseline", "known.json")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"error: {told}\n  hint: write it with `--write-baseline known.json`\n"


def test_why_a_file_cannot_be_read_is_in_no_baseline(cli: CommandLine, toys: Path) -> None:
    (cli.folder / "broken.yaml").write_text("a: [\n")
    toys.write_text(TOYS.replace("responses: {", "parameters: [{$ref: part.yaml}], responses: {", 1))
    (cli.folder / "part.yaml").write_text("a: [\n")
    written = cli.run("lint", "toys.yaml", "broken.yaml", "--write-baseline", "known.json")
    assert (written.status, written.err) == (1, "wrote 2 findings to known.json\n")
    for ran in (written, cli.run("lint", "toys.yaml", "broken.yaml", "--baseline", "known.json")):
        assert (ran.status, [line.split(":")[0] for line in _told(ran)[:-1]]) == (1, ["broken.yaml", "part.yaml"])


def test_a_revision_that_is_its_base_has_nothing_new(cli: CommandLine, toys: Path) -> None:
    _commit(cli.folder)
    ran = cli.run("lint", "toys.yaml", "--base", "HEAD")
    assert (ran.status, ran.out, ran.err) == (0, "0 errors, 0 warnings in 1 file; 2 there at HEAD\n", "")
    assert _summary(cli, "toys.yaml", "--base", "main")["at_base"] == 2


def test_with_a_base_only_what_a_change_adds_is_shown(cli: CommandLine, toys: Path) -> None:
    _commit(cli.folder)
    toys.write_text(f"# Toys\n{NEW}")
    ran = cli.run("lint", "toys.yaml", "--base", "HEAD")
    assert (ran.status, _told(ran)[-1]) == (1, "2 errors, 0 warnings in 1 file; 1 there at HEAD")
    toys.write_text(f"# Toys\n{TOYS}")
    assert cli.run("lint", "toys.yaml", "--base", "HEAD", "--fail-on", "info").status == 0


def test_a_base_counts_for_the_files_that_references_lead_to(cli: CommandLine, toys: Path) -> None:
    parts = cli.folder / "parts"
    parts.mkdir()
    (parts / "pet.yaml").write_text("type: strng\n")
    toys.write_text(f"{_HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {{$ref: parts/pet.yaml}}}}}}\n")
    _commit(cli.folder)
    (parts / "pet.yaml").write_text("# Pet\ntype: strng\n")
    for folder, spec in ((cli.folder, "toys.yaml"), (parts, "../toys.yaml"), (cli.folder.parent, str(toys))):
        ran = replace(cli, folder=folder).run("lint", spec, "--base", "main")
        assert (ran.status, ran.out) == (0, "0 errors, 0 warnings in 2 files; 1 there at main\n"), spec
    (parts / "pet.yaml").write_text("type: strng\nformat: 1\n")
    ran = cli.run("lint", "toys.yaml", "--base", "main")
    assert _told(ran) == [
        "parts/pet.yaml:2:9: error: `format` is a number; it must be a string [type-wrong]",
        "1 error, 0 warnings in 2 files; 1 there at main",
    ]


def test_a_new_description_is_shown_whole(cli: CommandLine, toys: Path) -> None:
    _commit(cli.folder)
    shutil.copy(toys, cli.folder / "new.yaml")
    ran = cli.run("lint", "new.yaml", "--base", "HEAD")
    assert (ran.status, _told(ran)) == (
        1,
        [f"new.yaml:{_MISSING}", f"new.yaml:{_WRONG}", "1 error, 1 warning in 1 file"],
    )
    assert ran.err == "note: new.yaml is new since HEAD: all of its findings are shown\n"


def test_a_description_that_git_knows_to_be_moved_is_compared_with_what_it_was(cli: CommandLine, toys: Path) -> None:
    _commit(cli.folder)
    (cli.folder / "api").mkdir()
    _git(cli.folder, "mv", "toys.yaml", "api/games.yaml")
    for folder, spec, former in (
        (cli.folder, "api/games.yaml", "toys.yaml"),
        (cli.folder / "api", "games.yaml", "../toys.yaml"),
    ):
        ran = replace(cli, folder=folder).run("lint", spec, "--base", "HEAD")
        assert (ran.status, ran.out) == (0, "0 errors, 0 warnings in 1 file; 2 there at HEAD\n")
        assert ran.err == f"note: {spec} was {former} at HEAD\n"


def test_a_description_that_could_not_be_read_before_is_shown_whole(cli: CommandLine, toys: Path) -> None:
    toys.write_text("a: [\n")
    _commit(cli.folder)
    toys.write_text(TOYS)
    ran = cli.run("lint", "toys.yaml", "--base", "HEAD")
    assert (ran.status, _told(ran)[-1]) == (1, "1 error, 1 warning in 1 file")
    assert ran.err.startswith("note: toys.yaml cannot be read at HEAD: not YAML: ")
    assert ran.err.endswith("; all of its findings are shown\n")


def test_an_ignore_that_a_change_removes_shows_what_it_hid(cli: CommandLine, toys: Path) -> None:
    toys.write_text(f"# contractctl: ignore[type-wrong] legacy\n{TOYS}")
    _commit(cli.folder)
    toys.write_text(TOYS)
    ran = cli.run("lint", "toys.yaml", "--base", "HEAD")
    assert (ran.status, _told(ran)) == (
        1,
        [f"toys.yaml:{_WRONG}", "1 error, 0 warnings in 1 file; 1 there at HEAD"],
    )


def test_a_baseline_and_a_base_both_hide(cli: CommandLine, toys: Path) -> None:
    _commit(cli.folder)
    third = '  /c: {get: {sumary: c, operationId: c, responses: {"200": {description: c}}}}\n'
    toys.write_text(f"{_HEAD}paths:\n{third}")
    cli.run("lint", "toys.yaml", "--write-baseline", "known.json")
    toys.write_text(f"pats: {{}}\n{TOYS}{third}")
    ran = cli.run("lint", "toys.yaml", "--baseline", "known.json", "--base", "HEAD")
    assert (ran.status, _told(ran)) == (
        1,
        [
            "toys.yaml:1:1: error: `pats` is not a field of a description [field-unknown]",
            "1 error, 0 warnings in 1 file; 1 known, in known.json; 2 there at HEAD",
        ],
    )


def test_a_base_that_git_does_not_have_ends_the_run(cli: CommandLine, toys: Path) -> None:
    outside = cli.run("lint", "toys.yaml", "--base", "main")
    assert (outside.status, outside.out) == (2, "")
    assert outside.err.startswith("error: cannot compare with main: not a git repository")
    assert outside.err.endswith(
        "\n  hint: name a file in a repository that git may read: `git -C . status` must work\n"
    )
    unnamed = "error: cannot compare with an earlier commit: its name is empty\n"
    what_to_do = "  hint: name a commit, such as origin/main, or leave out --base\n"
    assert cli.run("lint", "toys.yaml", "--base", "") == Ran(2, "", unnamed + what_to_do)
    _commit(cli.folder)
    ran = cli.run("lint", "toys.yaml", "--base", "origin/main")
    hint = "run `git fetch`; on CI set `fetch-depth: 0` of actions/checkout"
    told = f"error: cannot compare with origin/main: git has no such commit\n  hint: {hint}\n"
    assert (ran.status, ran.out, ran.err) == (2, "", told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(
            ("-", "--base", "HEAD"), "cannot compare - with HEAD: it is no file of a repository", id="standard input"
        ),
        pytest.param(
            ("HEAD:toys.yaml", "--base", "HEAD"),
            "cannot compare HEAD:toys.yaml with HEAD: it is no file of a repository",
            id="a file of git",
        ),
        pytest.param(
            ("toys.yaml", "--base", "HEAD", "--write-baseline", "known.json"),
            "a baseline holds all findings, and --base shows only some of them",
            id="a baseline of a part",
        ),
        pytest.param(
            ("toys.yaml", "--base=-x"), "cannot read -x:.: no revision begins with a dash", id="an option of git"
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(
    cli: CommandLine, toys: Path, arguments: tuple[str, ...], told: str
) -> None:
    _commit(cli.folder)
    ran = cli.run("lint", *arguments)
    assert (ran.status, ran.out, ran.err.splitlines()[0]) == (2, "", f"error: {told}")


def test_a_glob_leaves_out_our_configuration(cli: CommandLine, toys: Path) -> None:
    ran = cli.run("lint", "*.yaml")
    assert (ran.status, _told(ran)[-1]) == (1, "1 error, 1 warning in 1 file")
    toys.unlink()
    ran = cli.run("lint", "*.yaml")
    assert (ran.status, ran.err.splitlines()[0]) == (2, "error: no file matches *.yaml")
