"""Arguments in, exit status out. The only place that renders failures."""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from types import FrameType
from typing import Annotated

import typer

from contractctl.cli.bug import report_bug
from contractctl.cli.commands import COMMANDS
from contractctl.cli.misuse import Misuse, explained
from contractctl.cli.session import show_version
from contractctl.cli.streams import forget, prepare_streams, say
from contractctl.core.failures import DeliveryFailure, Failure, UnloadableDescription
from contractctl.report.text import finding_lines
from contractctl.report.words import visible

_INTERRUPTED = 130
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit status. Prints failures; raises nothing."""
    signal.signal(signal.SIGTERM, _interrupt)
    prepare_streams()
    try:
        status = _dispatch(arguments)
    except KeyboardInterrupt:
        status = _INTERRUPTED
    except Exception as error:
        if "--debug" in arguments:
            import traceback  # with what it needs, 5 ms that nobody waits for unless something fails

            say(traceback.format_exc())
        failure = _failure(error)
        if failure is None:
            return report_bug(error, line=sys.argv)
        explain(failure)
        return failure.exit_code
    if status == _INTERRUPTED:
        say("interrupted")
    return status


def _dispatch(arguments: Sequence[str]) -> int:
    """Import the one command that is named, or all of them for help, completion and unknown names."""
    completes = any(name.startswith("_") and name.endswith("_COMPLETE") for name in os.environ)
    alone = bool(arguments) and arguments[0] in COMMANDS and not completes
    app = _app(arguments[:1] if alone else COMMANDS)
    try:
        status = app(args=list(arguments) or ["--help"], prog_name="contractctl", standalone_mode=False)
    except SystemExit as left:
        if isinstance(left.__context__, BrokenPipeError):
            raise left.__context__ from None
        status = left.code
    return status if isinstance(status, int) else 0


def _failure(error: Exception) -> Failure | None:
    """Return what to tell of an error, None for a bug of ours."""
    match error:
        case Failure():
            return error
        case Misuse():
            return explained(error)
        case BrokenPipeError():
            forget(sys.stdout)
            return DeliveryFailure("cannot write to standard output: nobody reads it", hint="write to a file")
        case OSError() if error.errno in _FULL:
            forget(sys.stdout)
            where = f" for {error.filename}" if error.filename else ""
            hint = "free some space; TMPDIR names the folder for temporary files"
            return DeliveryFailure(f"there is no space left{where}", hint=hint)
        case _:
            return None


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
        version: Annotated[
            bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit.")
        ] = False,
    ) -> None:
        del version

    for name in names:
        module = importlib.import_module(f"contractctl.cli.{name.replace('-', '_')}")
        app.command(name, short_help=COMMANDS[name], context_settings=settings)(module.command)
    return app


def explain(failure: Failure) -> None:
    """Write a failure to standard error: what went wrong, and what to try."""
    if isinstance(failure, UnloadableDescription):
        for finding in failure.findings:
            say("\n".join(finding_lines(finding)))
        return
    say(f"error: {visible(failure.message)}")
    if failure.hint:
        say(f"  hint: {visible(failure.hint)}")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Treat SIGTERM like the keyboard's interrupt, so that temporary files are removed."""
    raise KeyboardInterrupt
