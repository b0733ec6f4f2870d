"""Findings that a team knows of: its baseline used and written, whatever folder and name the descriptions go by."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from functools import cache
from pathlib import Path, PurePath

from contractctl.core.findings import Finding
from contractctl.core.records import dataclass
from contractctl.core.writing import whole_file
from contractctl.lint.baseline import Baseline, Entry, baseline_of, read_baseline, written
from contractctl.source.spec import is_url


@dataclass(frozen=True, slots=True)
class Notice:
    """What a baseline leaves of findings, how many it has taken, and what is to be said about it."""

    findings: tuple[Finding, ...]
    known: int
    notes: tuple[str, ...]


def without_known(findings: Iterable[Finding], file: Path, *, read: Iterable[str], running: Collection[str]) -> Notice:
    """Take out the findings that a baseline knows.

    `read` are the documents of this run and `running` its rules: what the baseline has of others may still be there.
    Raise UsageFailure for a baseline that cannot be used.
    """
    name = _names_from(file.parent)
    sorted_out = read_baseline(file).sort(findings, name)
    seen = {name(uri) for uri in read}
    gone = sum(_is_gone(entry, file.parent, seen) for entry in sorted_out.gone if entry.rule in running)
    notes: tuple[str, ...] = ()
    if gone:
        what = "a finding" if gone == 1 else f"{gone} findings"
        notes = (f"{file} knows {what} that there {'is' if gone == 1 else 'are'} no more: write it anew",)
    return Notice(sorted_out.new, len(sorted_out.known), notes)


def write_known(findings: Iterable[Finding], file: Path) -> None:
    """Write the baseline that knows these findings. Raise DeliveryFailure when it cannot be written."""
    baseline: Baseline = baseline_of(findings, _names_from(file.parent))
    with whole_file(file) as stream:
        stream.write(written(baseline))


def _is_gone(entry: Entry, folder: Path, seen: Collection[str]) -> bool:
    """Tell whether what an entry speaks of was looked for and is not there, or has lost its file."""
    return entry.file in seen or not (is_url(entry.file) or (folder / entry.file).exists())


def _names_from(folder: Path) -> Callable[[str], str]:
    """Return what gives the path of a document from a folder, links followed; a URL stays as it is.

    A file of git (`main:openapi.yaml`) has the path that it has there.
    """
    start = os.path.realpath(folder)

    @cache
    def name(uri: str) -> str:
        if is_url(uri) or uri == "<stdin>":
            return uri
        path = uri if Path(uri).exists() else uri.partition(":")[2] or uri
        return PurePath(os.path.relpath(os.path.realpath(path), start)).as_posix()

    return name
