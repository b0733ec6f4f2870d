"""The first step of every run: what can be answered before anything heavy is imported."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from contractctl import __version__


def enter(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit status."""
    try:
        if list(arguments) == ["--version"] and _told_version():
            return 0
        from contractctl.cli.main import run

        return run(arguments)
    except KeyboardInterrupt:  # before `run` could take care of it
        return 130


def _told_version() -> bool:
    """Write the version; when that fails the full command line says why."""
    try:
        sys.stdout.write(f"contractctl {__version__}\n")
        sys.stdout.flush()
    except (AttributeError, OSError):
        return False
    return True
