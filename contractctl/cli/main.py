"""Arguments in, exit status out. The only place that renders failures."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import FrameType

import typer

from contractctl import __version__
from contractctl.cli.commands import COMMANDS
from contractctl.core.failures import Failure, UnloadableDescription
from contractctl.report.text import finding_lines, visible

_BUG = 70
_INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit status. Prints failures; raises nothing."""
    debug = "--debug" in arguments
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        status = _dispatch(arguments)
    except Failure as failure:
        if debug:
            traceback.print_exc()
        _explain(failure)
        return failure.exit_code
    except KeyboardInterrupt:
        status = _INTERRUPTED
    except Exception as error:
        return _report_bug(error)
    if status == _INTERRUPTED:
        print("interrupted", file=sys.stderr)
    return status


def _dispatch(arguments: Sequence[str]) -> int:
    """Import the one command that is named, or all of them for help, completion and unknown names."""
    named = next((argument for argument in arguments if not argument.startswith("-")), "")
    completes = any(name.startswith("_") and name.endswith("_COMPLETE") for name in os.environ)
    alone = named in COMMANDS and not completes and arguments[0] == named
    app = _app((named,) if alone else COMMANDS)
    try:
        app(args=list(arguments) or ["--help"], prog_name="contractctl")
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 0
    return 0


def _app(names: Iterable[str]) -> typer.Typer:
    settings = {"help_option_names": ["-h", "--help"], "max_content_width": 120}
    app = typer.Typer(
        help="Contract-first work with OpenAPI: lint, diff, drift, and mock images.",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=settings,
    )

    @app.callback()
    def everywhere(
        version: bool = typer.Option(False, "--version", help="Show the version and exit."),
    ) -> None:
        if version:
            print(f"contractctl {__version__}")
            raise typer.Exit

    for name in names:
        module = importlib.import_module(f"contractctl.cli.{name.replace('-', '_')}")
        app.command(name, short_help=COMMANDS[name], context_settings=settings)(module.command)
    return app


def _explain(failure: Failure) -> None:
    if isinstance(failure, UnloadableDescription):
        for finding in failure.findings:
            print("\n".join(finding_lines(finding)), file=sys.stderr)
        return
    print(f"error: {visible(failure.message)}", file=sys.stderr)
    if failure.hint:
        print(f"  hint: {visible(failure.hint)}", file=sys.stderr)


def _report_bug(error: Exception) -> int:
    """Write the traceback to a file that can be sent, and say so in one line."""
    text = f"contractctl {__version__}, Python {sys.version}\n{' '.join(sys.argv)}\n\n{traceback.format_exc()}"
    with tempfile.NamedTemporaryFile("w", prefix="contractctl-", suffix=".txt", delete=False) as file:
        file.write(text)
    issues = "https://github.com/contractctl/contractctl/issues"
    print(f"error: a bug of contractctl: {visible(str(error))[:200]}", file=sys.stderr)
    print(f"  hint: please report it at {issues} with {Path(file.name)}", file=sys.stderr)
    return _BUG


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Treat SIGTERM like the keyboard's interrupt, so that temporary files are removed."""
    raise KeyboardInterrupt
