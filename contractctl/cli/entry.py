"""The first step of every run: what can be answered before anything heavy is imported."""

from __future__ import annotations

from collections.abc import Sequence

from contractctl import __version__


def enter(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit status."""
    if list(arguments) == ["--version"]:
        print(f"contractctl {__version__}")
        return 0
    from contractctl.cli.main import run

    return run(arguments)
