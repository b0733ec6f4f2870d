"""What is shown of work that takes its time: on a terminal bars, after a while; never on standard output."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from io import StringIO
from threading import Thread

import pytest
from rich.console import Console

from contractctl.cli.progress import Bars, Lines

FOREVER = 3600.0

SCRIPT = """
import sys
from contractctl.cli.progress import Bars, steps
from contractctl.cli.session import Color, Session

patience, *options = sys.argv[1:]
session = Session(quiet="quiet" in options, verbose="verbose" in options, color=Color.NEVER)
with steps(session, patience=float(patience)) as step:
    step("pushing r.example/acme/mock")
    step.moved("base", 0, 2_000_000)
    step.moved("base", 2_000_000, 2_000_000)
    if isinstance(step, Bars) and patience == "0":
        assert step.is_shown.wait(30)
    print("the report")
"""


def ran(*arguments: str, terminal: bool = True) -> tuple[str, str]:
    """Run the script with standard error on a terminal or a pipe; returns standard output and error."""
    ours, theirs = os.openpty() if terminal else os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments], stdout=subprocess.PIPE, stderr=theirs, text=True
    )
    os.close(theirs)
    with closing(os.fdopen(ours, "rb", buffering=0)) as reader:
        said = bytearray()
        while piece := heard(reader.fileno()):
            said += piece
        output, _ = process.communicate()
    assert process.returncode == 0, said
    return output, said.decode().replace("\r\n", "\n")


def heard(descriptor: int) -> bytes:
    """Read a piece; a terminal whose other end is closed gives an error where a pipe ends."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


LINES = "pushing r.example/acme/mock\n  base: 2.0 MB\n"

SAID = {
    "nothing while it is quick": ((str(FOREVER),), True, ""),
    "nothing where nobody looks": (("0",), False, ""),
    "nothing to who wants quiet": (("0", "quiet"), True, ""),
    "nothing to who wants quiet, however verbose": (("0", "quiet", "verbose"), True, ""),
    "lines to who wants them": (("0", "verbose"), True, LINES),
    "lines in a log, too": (("0", "verbose"), False, LINES),
}


@pytest.mark.parametrize(("arguments", "terminal", "said"), SAID.values(), ids=SAID)
def test_what_is_said(arguments: tuple[str, ...], terminal: bool, said: str) -> None:
    assert ran(*arguments, terminal=terminal) == ("the report\n", said)


def test_a_terminal_shows_bars_after_a_while_and_nothing_of_them_stays() -> None:
    output, said = ran("0")
    assert output == "the report\n"
    assert "pushing r.example/acme/mock…" in said
    assert "base" in said
    assert "2.0/2.0 MB" in said
    assert said.endswith("\x1b[2K") or "\x1b[1A\x1b[2K" in said.rpartition("MB")[2]


def shown_by(bars: Bars, screen: StringIO) -> str:
    """Wait for the screen, end, and return what was written."""
    assert bars.is_shown.wait(30)
    bars.end()
    return screen.getvalue()


def test_bars_go_with_their_step() -> None:
    screen = StringIO()
    bars = Bars(lambda: Console(file=screen, force_terminal=True, width=100), patience=0)
    bars("pulling")
    assert bars.is_shown.wait(30)
    bars.moved("its layer", 1, 2)
    bars("pushing")
    bars.moved("base", 0, 1000)
    bars.moved("base", 500, 1000)
    last = shown_by(bars, screen).rpartition("pushing…")[2]
    assert "base" in last
    assert "0.5/1.0 kB" in last
    assert "its layer" not in last


def test_what_looks_like_markup_is_a_name() -> None:
    screen = StringIO()
    bars = Bars(lambda: Console(file=screen, force_terminal=True, width=100), patience=0)
    bars("pushing [::1]:5000/[red]")
    bars.moved("[bold]", 1, 2)
    said = shown_by(bars, screen)
    assert "pushing [::1]:5000/[red]…" in said
    assert "[bold]" in said


def test_what_ended_in_time_needs_no_console() -> None:
    def never() -> Console:
        raise AssertionError("nothing is to be shown")

    bars = Bars(never, patience=FOREVER)
    bars("pushing")
    bars.moved("base", 1, 2)
    bars.end()


def test_lines_name_what_arrived_once_a_step_whoever_tells_it() -> None:
    said: list[str] = []
    lines = Lines(said.append)
    for step in ("first", "second"):
        lines(step)
        for done in (0, 10, 0, 1234, 1234):
            lines.moved("base", done, 1234)
        threads = [Thread(target=lines.moved, args=("bundle", 7, 7)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert said == ["first", "  base: 1.2 kB", "  bundle: 7 B", "second", "  base: 1.2 kB", "  bundle: 7 B"]
