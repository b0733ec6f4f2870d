"""What every command shares: the options that exist everywhere, and the ways out (stdout is the report)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from contractctl import __version__
from contractctl.cli.formats import check_formats, check_formats_of, spare_files, write_reports, write_texts
from contractctl.cli.streams import is_terminal, say, write_stdout
from contractctl.config import Config, load_config
from contractctl.core.findings import Finding
from contractctl.core.records import dataclass
from contractctl.core.reports import Report
from contractctl.report.text import finding_lines

_SHOWN = 20


class Color(StrEnum):
    """When to colour text."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def show_version(asked: bool) -> None:
    """Answer `--version`, wherever it stands."""
    if asked:
        write_stdout(f"contractctl {__version__}\n")
        raise typer.Exit


@dataclass(frozen=True, slots=True)
class Session:
    """One run of one command: the options that exist everywhere, and the ways out."""

    config_file: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Configuration [found: contractctl.yaml upwards].")
    ] = None
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="NAME[=FILE]",
            help="text, json, sarif, github, junit, markdown or html; repeatable; to a file.",
        ),
    ] = None
    color: Annotated[Color, typer.Option("--color", help="Colour text.")] = Color.AUTO
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but the report.")] = False
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say what is being done.")] = False
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")] = False
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit.")
    ] = False

    def __post_init__(self) -> None:
        """Refuse what cannot be reported before any work is done. Raise UsageFailure for an unknown format."""
        check_formats(self.formats or ())

    def config(self) -> Config:
        """Read the configuration. Raise UsageFailure for one that cannot be used."""
        return load_config(self.config_file)

    def report(self, *reports: Report) -> None:
        """Write the reports in every format asked for: to standard output, or to the file of the format."""
        write_reports(reports, self.formats or ["text"], color=self._colors(is_terminal(sys.stdout)))

    def spare(self, read: Collection[str]) -> None:
        """Raise UsageFailure when a report would take the place of one of the files that were read."""
        spare_files(read, self.formats or ())

    def check_formats_of(self, command: str, known: Collection[str]) -> None:
        """Raise UsageFailure for a format that this command has not, before any work is done."""
        check_formats_of(command, self.formats or (), known)

    def write(self, renderings: Mapping[str, Callable[[bool], str]]) -> None:
        """Write what is no report, by the name of its format, in every format asked for."""
        color = self._colors(is_terminal(sys.stdout))
        write_texts(lambda name, colors: renderings[name](colors), self.formats or ["text"], color=color)

    def note(self, text: str) -> None:
        """Say something that is not the report, unless asked to be quiet."""
        if not self.quiet:
            say(text)

    def detail(self, text: str) -> None:
        """Say something that only the curious want to read."""
        if self.verbose and not self.quiet:
            say(text)

    def notes(self, texts: Iterable[str]) -> None:
        """Say several things that are not the report."""
        for text in texts:
            self.note(f"note: {text}")

    def findings(self, findings: Sequence[Finding]) -> None:
        """Tell of findings beside the report, the first twenty: those that a mock is compiled in spite of."""
        for finding in findings[:_SHOWN]:
            self.note("\n".join(finding_lines(finding, color=self._colors(is_terminal(sys.stderr)))))
        if len(findings) > _SHOWN:
            self.note(f"and {len(findings) - _SHOWN} more; `contractctl lint` tells all")

    def _colors(self, is_terminal: bool) -> bool:
        """Decide as https://no-color.org and FORCE_COLOR ask; the option wins."""
        if self.color is not Color.AUTO:
            return self.color is Color.ALWAYS
        if os.environ.get("NO_COLOR"):
            return False
        return is_terminal or bool(os.environ.get("FORCE_COLOR"))
