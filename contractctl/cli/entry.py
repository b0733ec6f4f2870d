"""The first step of every run: what can be answered before anything heavy is imported."""

from __future__ import annotations

from collections.abc import Sequence

from contractctl import __version__
from contractctl.cli.streams import write_stdout
from contractctl.core.failures import Failure


def enter(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit status."""
    try:
        if list(arguments) == ["--version"]:
            return _tell_version()
        from contractctl.cli.main import run

        return run(arguments)
    except KeyboardInterrupt:  # before `run` could take care of it
        return 130


def _tell_version() -> int:
    try:
        write_stdout(f"contractctl {__version__}\n")
    except Failure as failure:
        from contractctl.cli.main import explain

        explain(failure)
        return failure.exit_code
    return 0
