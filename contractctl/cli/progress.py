"""What is being done, on standard error: bars on a terminal after a second, lines with `--verbose`, else nothing."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from contractctl.cli.session import Color, Session
from contractctl.cli.streams import is_terminal
from contractctl.core.progress import Steps

if TYPE_CHECKING:
    from rich.console import Console

PATIENCE = 1.0
"""Seconds that nothing is shown for: what is done by then nobody had to wait for."""


@contextmanager
def steps(session: Session, *, patience: float = PATIENCE) -> Iterator[Steps]:
    """Give what hears of the steps of a command, and shows them as this session asks. Nothing of it stays."""
    if session.quiet or session.verbose or not is_terminal(sys.stderr):
        yield Lines(session.detail)
        return
    bars = Bars(lambda: _console(session), patience=patience)
    try:
        yield bars
    finally:
        bars.end()


def _console(session: Session) -> Console:
    from rich.console import Console

    return Console(stderr=True, no_color=True if session.color is Color.NEVER else None)


class Lines:
    """Says each step, and each thing that has arrived whole."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._arrived: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, step: str) -> None:
        """Say the step."""
        with self._lock:
            self._arrived.clear()
        self._say(step)

    def moved(self, name: str, done: int, size: int) -> None:
        """Say it once, when all of it is there."""
        with self._lock:
            if done < size or name in self._arrived:
                return
            self._arrived.add(name)
        self._say(f"  {name}: {_amount(size)}")


class Bars:
    """Shows the step and a bar for each thing that travels, once `patience` seconds have passed, until `end`."""

    def __init__(self, console: Callable[[], Console], *, patience: float) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._step = ""
        self._moves: dict[str, tuple[int, int]] = {}
        self._screen: _Screen | None = None
        self.is_shown = threading.Event()
        self._timer = threading.Timer(patience, self._show)
        self._timer.daemon = True
        self._timer.start()

    def __call__(self, step: str) -> None:
        """Show this step instead of the one before, whose bars go."""
        with self._lock:
            self._step = step
            self._moves.clear()
            if self._screen is not None:
                self._screen.begin(step)

    def moved(self, name: str, done: int, size: int) -> None:
        """Move the bar."""
        with self._lock:
            self._moves[name] = (done, size)
            if self._screen is not None:
                self._screen.move(name, done, size)

    def end(self) -> None:
        """Take everything off the screen."""
        self._timer.cancel()
        with self._lock:
            if self._screen is not None:
                self._screen.close()

    def _show(self) -> None:
        console = self._console()
        with self._lock:
            if self._timer.finished.is_set():
                return
            self._screen = _Screen(console)
            self._screen.begin(self._step)
            for name, (done, size) in self._moves.items():
                self._screen.move(name, done, size)
        self.is_shown.set()


class _Screen:
    """The lines at the bottom of a terminal that change."""

    def __init__(self, console: Console) -> None:
        from rich.console import Group
        from rich.live import Live
        from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn
        from rich.spinner import Spinner

        name = TextColumn("  {task.description}", markup=False)
        self._progress = Progress(
            name, BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=console, auto_refresh=False
        )
        self._spinner = Spinner("dots")
        self._tasks: dict[str, TaskID] = {}
        # Live would else send what others print on standard output to the console, which is standard error.
        self._live = Live(
            Group(self._spinner, self._progress),
            console=console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def begin(self, step: str) -> None:
        """Name the step, without bars."""
        from rich.text import Text

        for task in self._tasks.values():
            self._progress.remove_task(task)
        self._tasks.clear()
        self._spinner.update(text=Text(f"{step}…"))

    def move(self, name: str, done: int, size: int) -> None:
        """Move a bar, which appears when it is first moved."""
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=size)
        self._progress.update(self._tasks[name], completed=done, total=size)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._live.stop()


def _amount(size: int) -> str:
    """Return a number of bytes as people say it, in powers of a thousand."""
    amount, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
