"""What is being done, on standard error: a spinner on a terminal, lines with `--verbose`, else nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from contractctl.cli.session import Session
from contractctl.cli.streams import is_terminal


@contextmanager
def steps(session: Session) -> Iterator[Callable[[str], None]]:
    """Give a function that takes the name of each step as it begins."""
    if session.quiet or session.verbose or not is_terminal(sys.stderr):
        yield session.detail
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda step: status.update(f"{step}…")
