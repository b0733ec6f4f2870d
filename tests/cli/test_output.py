"""Where the report goes: formats and files, colour, and places that do not take it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contractctl.cli.formats import FORMATS
from tests.cli.running import CommandLine, Ran
from tests.components.presence import give_up, privileges

CLEAN = "0 errors, 0 warnings in 1 file\n"
FULL = "cannot write the report to standard output: No space left on device"
TO_FILE = "write it to a file with --format NAME=FILE"


def failure(message: str, hint: str) -> str:
    return f"error: {message}\n  hint: {hint}\n"


def test_one_format_goes_to_a_file_and_another_to_standard_output(cli: CommandLine, good: Path) -> None:
    assert cli.run("lint", "good.yaml", "--format", "json=out.json", "--format", "text") == Ran(0, CLEAN, "")
    assert json.loads((cli.folder / "out.json").read_text())["summary"]["files"] == 1
    assert cli.left() == {"good.yaml", "out.json"}


def test_a_file_alone_leaves_standard_output_empty(cli: CommandLine, good: Path) -> None:
    assert cli.run("lint", "good.yaml", "--format", "markdown=out.md") == Ran(0, "", "")
    assert (cli.folder / "out.md").read_text() == "### Lint: 0 errors, 0 warnings in 1 file\n"


@pytest.mark.parametrize(
    ("options", "path"),
    [
        pytest.param(("--format", "json=good.yaml"), "good.yaml", id="a report"),
        pytest.param(("--format", "text", "--format", "json=./link.yaml"), "link.yaml", id="a report by a link"),
        pytest.param(("--write-baseline", "good.yaml"), "good.yaml", id="a baseline"),
    ],
)
def test_nothing_is_written_over_the_description(
    cli: CommandLine, good: Path, options: tuple[str, ...], path: str
) -> None:
    (cli.folder / "link.yaml").symlink_to("good.yaml")
    text = good.read_text()
    told = failure(f"{path} is what is read here; it is not written over", "name another file to write")
    assert cli.run("lint", "good.yaml", *options) == Ran(2, "", told)
    assert good.read_text() == text


def test_two_formats_are_not_written_to_one_file(cli: CommandLine, good: Path) -> None:
    told = failure("json and sarif cannot both be written to ./out", "name a file for each format")
    assert cli.run("lint", "good.yaml", "--format", "json=out", "--format", "sarif=./out") == Ran(2, "", told)
    assert cli.left() == {"good.yaml"}


def test_a_report_obeys_the_umask_and_replaces_what_a_link_names(cli: CommandLine, good: Path) -> None:
    (cli.folder / "real.json").write_text("old")
    (cli.folder / "out.json").symlink_to("real.json")
    cli.run("lint", "good.yaml", "--format", "json=out.json", before=("sh", "-c", 'umask 077; exec "$@"', "sh"))
    assert (cli.folder / "out.json").is_symlink()
    assert (cli.folder / "real.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((cli.folder / "real.json").read_text())["command"] == "lint"


@pytest.mark.parametrize("device", ["/dev/stdout", "/dev/fd/1"])
def test_a_device_is_written_and_stays_one(cli: CommandLine, good: Path, device: str) -> None:
    ran = cli.run("lint", "good.yaml", "--format", f"text={device}", after="| cat")
    assert (ran.out, ran.err, Path(device).is_symlink()) == (CLEAN, "", True)


@pytest.mark.parametrize(
    ("options", "environment", "coloured"),
    [
        pytest.param((), {}, False, id="not into a pipe"),
        pytest.param(("--color", "always"), {}, True, id="where it is asked for"),
        pytest.param(("--color", "always"), {"NO_COLOR": "1"}, True, id="the option wins over NO_COLOR"),
        pytest.param((), {"FORCE_COLOR": "1"}, True, id="with FORCE_COLOR"),
        pytest.param((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="NO_COLOR wins over FORCE_COLOR"),
        pytest.param(("--color", "never"), {"FORCE_COLOR": "1"}, False, id="the option wins over FORCE_COLOR"),
        pytest.param((), {"FORCE_COLOR": ""}, False, id="an empty FORCE_COLOR says nothing"),
        pytest.param(("--format", "json", "--color", "always"), {}, False, id="never in JSON"),
    ],
)
def test_colour(cli: CommandLine, options: tuple[str, ...], environment: dict[str, str], coloured: bool) -> None:
    (cli.folder / "empty.yaml").write_text("")
    ran = cli.run("lint", "empty.yaml", *options, environment=environment)
    assert (ran.status, "\x1b[31merror\x1b[0m" in ran.out, "\x1b" in ran.out) == (1, coloured, coloured)


def test_a_file_has_no_colour(cli: CommandLine) -> None:
    (cli.folder / "empty.yaml").write_text("")
    cli.run("lint", "empty.yaml", "--format", "text=out.txt", "--color", "always")
    assert "\x1b" not in (cli.folder / "out.txt").read_text()


def test_quiet_leaves_the_report_and_nothing_else(cli: CommandLine, good: Path) -> None:
    loud = cli.run("build-mock", "good.yaml", "--bundle", "toys.bundle")
    quiet = cli.run("build-mock", "good.yaml", "--bundle", "toys.bundle", "-q")
    assert loud.err == "wrote toys.bundle; serve it with: python -m contractctl.mockserver toys.bundle\n"
    assert quiet == Ran(0, "", "")


@pytest.mark.parametrize(
    "line", ["lint good.yaml", "lint good.yaml --format json", "--version", "diff good.yaml good.yaml"]
)
def test_a_full_disk_under_standard_output_is_told(cli: CommandLine, good: Path, line: str) -> None:
    assert cli.run(*line.split(), after=">/dev/full") == Ran(3, "", failure(FULL, TO_FILE))


def test_help_into_a_full_disk_is_told(cli: CommandLine) -> None:
    hint = "free some space; TMPDIR names the folder for temporary files"
    assert cli.run("--help", after=">/dev/full") == Ran(3, "", failure("there is no space left", hint))


def test_a_closed_standard_output_is_told(cli: CommandLine, good: Path) -> None:
    message = "cannot write the report: standard output is closed"
    assert cli.run("lint", "good.yaml", after=">&-") == Ran(3, "", failure(message, TO_FILE))


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_a_message_that_nobody_hears_changes_no_status(cli: CommandLine, good: Path, redirection: str) -> None:
    assert cli.run("lint", "absent.yaml", after=redirection) == Ran(2, "", "")
    assert cli.run("lint", "good.yaml", after=redirection) == Ran(0, CLEAN, "")


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        pytest.param(
            "lint good.yaml", "cannot write the report to standard output: Broken pipe", TO_FILE, id="the report"
        ),
        pytest.param("--help", "cannot write to standard output: nobody reads it", "write to a file", id="help"),
    ],
)
def test_a_reader_that_has_gone_is_told(cli: CommandLine, good: Path, line: str, message: str, hint: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        command = [sys.executable, "-m", "contractctl", *line.split()]
        done = subprocess.run(
            command, cwd=cli.folder, env=cli.environment, stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr.decode()) == (3, failure(message, hint))


@pytest.mark.parametrize(
    ("target", "message", "hint"),
    [
        pytest.param(
            "absent/out.json", "No such file or directory", "create the folder first: mkdir -p absent", id="no folder"
        ),
        pytest.param("folder", "Is a directory", "this is a folder; name a file in it", id="a folder"),
        pytest.param(
            "good.yaml/out.json",
            "Not a directory",
            "one of the folders on the way is a file; write to another place",
            id="a file in a file",
        ),
        pytest.param(
            "/dev/full",
            "No space left on device",
            "free some space there, or write to another place",
            id="a full device",
        ),
    ],
)
@pytest.mark.parametrize(
    "line", ["lint good.yaml --format json=", "build-mock good.yaml --bundle "], ids=["--format", "--bundle"]
)
def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(
    cli: CommandLine, good: Path, line: str, target: str, message: str, hint: str
) -> None:
    (cli.folder / "folder").mkdir()
    ran = cli.run(*(line + target).split())
    assert ran == Ran(3, "", failure(f"cannot write {target}: {message}", hint))
    assert cli.left() == {"good.yaml", "folder"}


@pytest.fixture
def small_disk(cli: CommandLine) -> Iterator[Path]:
    """A disk of one megabyte, mounted at `disk` in the folder."""
    disk = cli.folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        [*privileges(), "mount", "-t", "tmpfs", "-o", "size=1m,mode=777", "tmpfs", str(disk)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        give_up(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield disk
    finally:
        subprocess.run([*privileges(), "umount", str(disk)], check=True)


ROOM = "free some space there, or write to another place"


@pytest.mark.component
@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        pytest.param(
            "--format json=disk/out.json --bundle disk/toys.bundle",
            "cannot write disk/toys.bundle",
            ROOM,
            id="--bundle",
        ),
        pytest.param("--output oci-archive:disk/toys.tar", "cannot write disk/toys.tar", ROOM, id="an archive"),
        pytest.param("--output oci:disk/toys", "cannot write disk/toys", ROOM, id="a layout"),
        pytest.param("--output context:disk/toys", "cannot write disk/toys", ROOM, id="a build context"),
    ],
)
def test_a_full_disk_under_an_output_is_told_and_leaves_nothing(
    cli: CommandLine, good: Path, small_disk: Path, warm_cache: str, options: str, message: str, hint: str
) -> None:
    (small_disk / "old").write_bytes(b"x" * (1 << 20))
    ran = cli.run("build-mock", "good.yaml", "-q", *options.split(), environment={"XDG_CACHE_HOME": warm_cache})
    assert ran == Ran(3, "", failure(f"{message}: No space left on device", hint))
    assert cli.left() == {"good.yaml", "disk", "disk/old"}


def test_bytes_are_the_same_in_every_locale(cli: CommandLine) -> None:
    name = "spielzeug-ü-漢.yaml"
    (cli.folder / name).write_text("")
    utf_8 = cli.run("lint", name, "--format", "json", environment={"PYTHONIOENCODING": "utf-8"})
    latin = cli.run("lint", name, "--format", "json", environment={"PYTHONIOENCODING": "ascii"})
    assert latin == utf_8
    assert json.loads(utf_8.out)["findings"][0]["file"] == name


def test_a_character_that_a_terminal_lacks_is_written_as_an_escape(cli: CommandLine) -> None:
    (cli.folder / "ü.yaml").write_text("")
    ran = cli.run("lint", "ü.yaml", environment={"PYTHONIOENCODING": "ascii"})
    assert (ran.status, ran.out.splitlines()[0]) == (
        1,
        "\\xfc.yaml:1:1: error: the file is empty [document-not-openapi]",
    )


def test_a_name_that_is_no_text_is_reported_in_every_format(cli: CommandLine) -> None:
    name = os.fsdecode(b"caf\xe9.yaml")
    (cli.folder / name).write_text("")
    ran = cli.run("lint", name, "--format", "text", *(f"--format={style}=out.{style}" for style in FORMATS))
    assert (ran.status, ran.err) == (1, "")
    shown = {style: (cli.folder / f"out.{style}").read_text() for style in FORMATS}
    assert [style for style in FORMATS if not re.search(r"caf(\\|%E9)", shown[style])] == []
