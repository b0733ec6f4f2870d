"""Standard output carries the report, standard error the rest; either may be full, closed or of another encoding."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING

from contractctl.core.failures import DeliveryFailure, UsageFailure

if TYPE_CHECKING:
    from typing import TextIO


def prepare_streams() -> None:
    """Let characters that the encoding of a stream lacks be written as escapes rather than not at all."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write_stdout(text: str, *, encoding: str | None = None) -> None:
    """Write the report to standard output, in the encoding of the stream or the one that its format asks for.

    Raise DeliveryFailure when nobody takes it: closed, a pipe whose reader has gone, a full disk.
    """
    hint = "write it to a file with --format NAME=FILE"
    if sys.stdout is None:
        raise DeliveryFailure("cannot write the report: standard output is closed", hint=hint)
    try:
        if encoding is not None and isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding=encoding)
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        forget(sys.stdout)
        raise DeliveryFailure(f"cannot write the report to standard output: {error.strerror}", hint=hint) from None


def read_password() -> str:
    """Read a line from standard input. Raise UsageFailure where there is none, or nothing that could be a password."""
    try:
        password = "" if sys.stdin is None else sys.stdin.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        password = ""
    if not password:
        hint = "hand it over: printenv TOKEN | contractctl … --password-stdin"
        raise UsageFailure("there is no password on standard input", hint=hint)
    return password


def say(text: str) -> None:
    """Write a line to standard error. What nobody can hear changes no exit status."""
    if sys.stderr is None:
        return
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        forget(sys.stderr)


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether a person reads this stream."""
    return stream is not None and stream.isatty()


def forget(stream: TextIO) -> None:
    """Point a stream away that takes nothing, or the interpreter tries once more when it exits, and complains."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
