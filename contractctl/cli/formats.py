"""Which renderer a `--format` names, and where its text goes."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from contractctl.cli.streams import write_stdout
from contractctl.core.failures import UsageFailure
from contractctl.core.reports import Report
from contractctl.core.suggestions import did_you_mean
from contractctl.core.writing import spare

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


def _sarif(color: bool) -> Render:  # noqa: ARG001 - one shape for all
    from contractctl.report.artifacts import Folders
    from contractctl.report.sarif import render

    current = Path.cwd()
    top = next((folder for folder in (current, *current.parents) if (folder / ".git").exists()), current)
    return lambda report: render(report, folders=Folders(current, top))


def _junit(color: bool) -> Render:  # noqa: ARG001 - one shape for all
    from contractctl.report.junit import render

    return render


def _html(color: bool) -> Render:  # noqa: ARG001 - one shape for all
    from contractctl.report.html import render

    return render


FORMATS: Mapping[str, Callable[[bool], Render]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
    "junit": _junit,
    "markdown": _markdown,
    "html": _html,
}


def check_formats(formats: Iterable[str]) -> None:
    """Raise UsageFailure for a `--format` that there is not, or two for one file, before any work is done."""
    taken: dict[str, str] = {}
    for wanted in formats:
        name, equals, path = wanted.partition("=")
        if name in FORMATS and equals and not path:
            raise UsageFailure(f"the format `{wanted}` names no file", hint=f"write {name}=FILE")
        if name not in FORMATS:
            hint = did_you_mean(name, FORMATS) or f"formats: {', '.join(FORMATS)}, each NAME or NAME=FILE"
            raise UsageFailure(f"no format `{wanted}`", hint=hint)
        if path and taken.setdefault(os.path.realpath(path), name) != name and not _is_device(Path(path)):
            both = f"{taken[os.path.realpath(path)]} and {name}"
            raise UsageFailure(f"{both} cannot both be written to {path}", hint="name a file for each format")


def spare_files(read: Collection[str], formats: Iterable[str]) -> None:
    """Raise UsageFailure for a `--format` whose file is one of those that were read."""
    for wanted in formats:
        path = wanted.partition("=")[2]
        if path:
            spare(read, Path(path))


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()


def check_formats_of(command: str, formats: Iterable[str], known: Collection[str]) -> None:
    """Raise UsageFailure for a `--format` that this command has not, before any work is done."""
    for wanted in formats:
        name = wanted.partition("=")[0]
        if name not in known:
            raise UsageFailure(f"`{command}` has no format `{name}`", hint=f"formats: {', '.join(known)}")


def write_reports(reports: Iterable[Report], formats: Iterable[str], *, color: bool) -> None:
    """Render the reports in each format (`NAME` to standard output, `NAME=FILE` to a file).

    Raise DeliveryFailure for a place that does not take them.
    """
    written = tuple(reports)

    def text(name: str, color: bool) -> str:
        render = FORMATS[name](color)
        return "".join(render(report) for report in written)

    write_texts(text, formats, color=color)


def write_texts(text: Callable[[str, bool], str], formats: Iterable[str], *, color: bool) -> None:
    """Write what `text` gives for the name of each format and whether to colour it.

    Raise DeliveryFailure for a place that does not take it.
    """
    for wanted in formats:
        name, _, path = wanted.partition("=")
        if path:
            write_file(Path(path), text(name, False).encode(errors="backslashreplace"))
        else:
            write_stdout(text(name, color), encoding=None if name == "text" else "utf-8")


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raise DeliveryFailure when it cannot be written."""
    from contractctl.core.writing import whole_file

    with whole_file(path) as file:
        file.write(data)
