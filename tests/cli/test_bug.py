"""A bug of ours: one line, and a file that can be sent."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from contractctl import __version__
from contractctl.cli.bug import report_bug

LINE = ["contractctl", "drift", "--upstream", "https://ada:secret@example.com/a"]


def raised(words: str) -> Exception:
    try:
        raise ZeroDivisionError(words)
    except ZeroDivisionError as error:
        return error


def test_a_bug_is_one_line_and_a_file_with_the_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report_bug(raised("it broke"), line=LINE, folder=tmp_path) == 70
    (file,) = tmp_path.iterdir()
    issues = "https://github.com/contractctl/contractctl/issues"
    assert capsys.readouterr() == (
        "",
        f"error: a bug of contractctl: ZeroDivisionError: it broke\n  hint: please report it at {issues} with {file}\n",
    )
    first, *_, last = file.read_text().splitlines()
    assert first == f"contractctl {__version__}, Python {sys.version}".splitlines()[0]
    assert last == "ZeroDivisionError: it broke"
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_file_holds_no_password_of_an_address(tmp_path: Path) -> None:
    report_bug(raised("https://ada:secret@example.com/a answered in tongues"), line=LINE, folder=tmp_path)
    (file,) = tmp_path.iterdir()
    text = file.read_text()
    assert "secret" not in text
    assert text.count("https://…@example.com/a") == 2


def test_the_line_stays_one_and_short_whatever_the_error_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report_bug(raised("\x1b[2J\n" + "x" * 10_000), line=LINE, folder=tmp_path)
    line, *_ = capsys.readouterr().err.splitlines()
    assert line == "error: a bug of contractctl: " + ("ZeroDivisionError: \\x1b[2J\\x0a" + "x" * 200)[:200]


def test_where_no_file_can_be_written_it_is_told_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_bug(raised("it broke"), line=LINE, folder=tmp_path / "absent") == 70
    assert capsys.readouterr().err.splitlines()[1] == (
        "  hint: please report it at https://github.com/contractctl/contractctl/issues;"
        " run it with --debug for the traceback (No such file or directory)"
    )
