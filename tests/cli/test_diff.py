"""The command `diff` as it is typed: approvals, the version policy, folders."""

from __future__ import annotations

import pytest

from tests.cli.running import CommandLine, Ran

OLD = """\
openapi: 3.1.0
info: {title: Pets, version: 1.0.0}
paths:
  /pets: {get: {responses: {"200": {description: Pets}}}}
  /toys: {get: {responses: {"200": {description: Toys}}}}
  /internal/toys: {get: {responses: {"200": {description: Toys}}}}
"""
NEW = "".join(OLD.splitlines(keepends=True)[:4])


@pytest.fixture
def pets(cli: CommandLine) -> CommandLine:
    """The command line beside a description and what became of it."""
    for name, text in (("old.yaml", OLD), ("new.yaml", NEW)):
        (cli.folder / name).write_text(text)
    return cli


def test_what_breaks_is_accepted_with_a_reason(pets: CommandLine) -> None:
    line = ("diff", "old.yaml", "new.yaml")
    ran = pets.run(*line, "--accept", "--reason", "nobody calls it", "--owner", "me", "--expires", "2999-12-31")
    assert (ran.status, ran.err) == (0, "wrote 2 approvals to .contractctl/accepted.yaml\n")
    written = (pets.folder / ".contractctl" / "accepted.yaml").read_text()
    for said in ('reason: "nobody calls it"', 'owner: "me"', 'expires: "2999-12-31"'):
        assert written.count(f"    {said}\n") == 2
    again = pets.run(*line)
    assert (again.status, again.out.splitlines()[-1]) == (
        0,
        "0 breaking, 0 warnings, 0 compatible, 2 excused from old.yaml to new.yaml",
    )
    assert pets.run(*line, "--accept").err == "there is nothing to accept\n"


def test_the_owner_is_whom_git_knows(pets: CommandLine) -> None:
    email = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.email", "GIT_CONFIG_VALUE_0": "dino@example.com"}
    assert pets.run("diff", "old.yaml", "new.yaml", "--accept", environment=email).status == 0
    written = (pets.folder / ".contractctl" / "accepted.yaml").read_text()
    assert written.count('    owner: "dino@example.com"\n') == 2


def test_a_version_that_has_not_risen_enough_fails(pets: CommandLine) -> None:
    (pets.folder / "more.yaml").write_text(OLD + '  /cats: {get: {responses: {"200": {description: Cats}}}}\n')
    ran = pets.run("diff", "old.yaml", "more.yaml", "--version-policy", "semver")
    told = "version: the version stays 1.0.0; for what was added 1.1.0 is needed"
    assert (ran.status, told in ran.out.splitlines()) == (1, True)
    assert pets.run("diff", "old.yaml", "more.yaml").status == 0
    (pets.folder / "more.yaml").write_text((pets.folder / "more.yaml").read_text().replace("1.0.0", "1.1.0"))
    assert pets.run("diff", "old.yaml", "more.yaml", "--version-policy", "semver").status == 0


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        pytest.param(
            "diff old.yaml new.yaml --reason so",
            "--reason says something of what is accepted",
            "add --accept, or leave it out",
            id="a reason for nothing",
        ),
        pytest.param(
            "diff old.yaml new.yaml --accept --expires soon",
            "`--expires soon` is no date",
            "write the year first: 2026-01-31",
            id="a day that is none",
        ),
        pytest.param(
            "diff old.yaml new.yaml --format json=new.yaml",
            "new.yaml is what is read here; it is not written over",
            "name another file to write",
            id="a report over a description",
        ),
    ],
)
def test_what_makes_no_sense_says_what_to_do(pets: CommandLine, line: str, message: str, hint: str) -> None:
    assert pets.run(*line.split()) == Ran(2, "", f"error: {message}\n  hint: {hint}\n")
    assert pets.left() == {"old.yaml", "new.yaml"}


@pytest.mark.parametrize("name", ["contractctl.yaml", ".contractctl/accepted.yaml"])
def test_no_report_takes_the_place_of_what_the_team_says(pets: CommandLine, name: str) -> None:
    (pets.folder / "contractctl.yaml").write_text("diff: {fail-on: any}\n")
    assert pets.run("diff", "old.yaml", "new.yaml", "--accept").status == 0
    before = (pets.folder / name).read_bytes()
    ran = pets.run("diff", "old.yaml", "new.yaml", "--format", f"json={name}")
    said = f"error: {name} is what is read here; it is not written over\n  hint: name another file to write\n"
    assert (ran, (pets.folder / name).read_bytes()) == (Ran(2, "", said), before)


def test_folders_are_compared_file_by_file_or_as_one(pets: CommandLine) -> None:
    for name, text in (("a/pets.yaml", OLD), ("b/pets.yaml", NEW), ("b/toys.yaml", _without_pets())):
        (pets.folder / name).parent.mkdir(exist_ok=True)
        (pets.folder / name).write_text(text)
    assert pets.run("diff", "a", "b").status == 1
    assert pets.run("diff", "a", "b", "--composed") == Ran(0, "no changes from a to b\n", "")


def _without_pets() -> str:
    lines = OLD.splitlines(keepends=True)
    return "".join((*lines[:3], *lines[4:]))
