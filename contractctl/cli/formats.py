"""Which renderer a `--format` names, and where its text goes."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.reports import Report

Render = Callable[[Report], str]


def _text(color: bool) -> Render:
    from contractctl.report.text import render

    return lambda report: render(report, color=color)


def _json(color: bool) -> Render:  # noqa: ARG001 - one shape for all
    from contractctl.report.json import render

    return render


def _markdown(color: bool) -> Render:  # noqa: ARG001 - one shape for all
    from contractctl.report.markdown import render

    return render


def _github(color: bool) -> Render:  # noqa: ARG001 - one shape for all
    from contractctl.github.annotations import render

    return render


FORMATS: Mapping[str, Callable[[bool], Render]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "markdown": _markdown,
}


def write_reports(reports: Iterable[Report], formats: Iterable[str], *, color: bool) -> None:
    """Render the reports in each format (`NAME` to standard output, `NAME=FILE` to a file).

    Raise UsageFailure for an unknown format, and DeliveryFailure for a file that cannot be written.
    """
    for wanted in formats:
        name, equals, path = wanted.partition("=")
        if name not in FORMATS or (equals and not path):
            raise UsageFailure(f"no format `{wanted}`", hint=f"formats: {', '.join(FORMATS)}, each NAME or NAME=FILE")
        render = FORMATS[name](color and not path)
        text = "".join(render(report) for report in reports)
        if path:
            write_file(Path(path), text.encode())
        else:
            write_stdout(text)


def write_stdout(text: str) -> None:
    """Write the report to standard output. Raise DeliveryFailure when nobody takes it (closed pipe, full disk)."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        _forget_stdout()
        message = f"cannot write the report to standard output: {error.strerror}"
        raise DeliveryFailure(message, hint="write it to a file with --format NAME=FILE") from None


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raise DeliveryFailure when it cannot be written."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            try:
                file.write(data)
                file.close()
                temporary.chmod(0o644)
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        hint = "check that the folder exists, is writable and has room"
        raise DeliveryFailure(f"cannot write {path}: {error.strerror}", hint=hint) from None


def _forget_stdout() -> None:
    """Point standard output away, or the interpreter complains about it once more when it exits."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
