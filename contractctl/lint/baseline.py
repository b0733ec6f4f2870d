"""A baseline: the findings that a team has taken note of, in a file beside its descriptions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

from contractctl.core.failures import UsageFailure
from contractctl.core.findings import Finding
from contractctl.core.json import Json, is_array, is_object, text_at
from contractctl.core.records import dataclass
from contractctl.source.files import read_file

SCHEMA_VERSION = 1
Name: TypeAlias = Callable[[str], str]
"""Turns the name of a document into the one that a baseline has for it: its path from the baseline's folder."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding that is known. Only the fingerprint counts, the rest is for people who read the file."""

    file: str
    pointer: str
    rule: str
    message: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Sorted:
    """Findings that a baseline does not have, those that it has, and its entries for which there is none any more."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    gone: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known. A finding that occurs more often than it has entries is new."""

    entries: tuple[Entry, ...]

    def sort(self, findings: Iterable[Finding], name: Name) -> Sorted:
        """Sort findings, which keep their order."""
        left = Counter(entry.fingerprint for entry in self.entries)
        new: list[Finding] = []
        known: list[Finding] = []
        for finding in findings:
            fingerprint = finding.fingerprint_in(name(finding.location.place.uri))
            is_known = left[fingerprint] > 0
            left[fingerprint] -= is_known
            (known if is_known else new).append(finding)
        gone = []
        for entry in self.entries:
            if left[entry.fingerprint] > 0:
                left[entry.fingerprint] -= 1
                gone.append(entry)
        return Sorted(tuple(new), tuple(known), tuple(gone))


def baseline_of(findings: Iterable[Finding], name: Name) -> Baseline:
    """Make the baseline that knows all these findings; its order does not depend on theirs."""
    entries = (
        Entry(file, str(found.location.place.pointer), found.rule, found.message, found.fingerprint_in(file))
        for found in findings
        for file in (name(found.location.place.uri),)
    )
    return Baseline(tuple(sorted(entries, key=lambda one: (one.file, one.pointer, one.rule, one.fingerprint))))


def written(baseline: Baseline) -> bytes:
    """Return the text of the file: JSON with a field a line, so that a change of it reads well."""
    findings = [
        {
            "file": entry.file,
            "pointer": entry.pointer,
            "rule": entry.rule,
            "message": entry.message,
            "fingerprint": entry.fingerprint,
        }
        for entry in baseline.entries
    ]
    text = json.dumps({"schema_version": SCHEMA_VERSION, "findings": findings}, indent=2, ensure_ascii=False)
    return (text + "\n").encode(errors="backslashreplace")


def read_baseline(file: Path) -> Baseline:
    """Read a baseline. Raise UsageFailure for one that is missing, broken or of another version."""
    anew = f"write it with `--write-baseline {file}`"
    if not file.exists():
        raise UsageFailure(f"there is no baseline {file}", hint=anew)
    try:
        root: Json = json.loads(read_file(file))
    except (ValueError, RecursionError):
        raise UsageFailure(f"{file} is no baseline: it is not JSON", hint=anew) from None
    version = root.get("schema_version") if is_object(root) else None
    findings = root.get("findings") if is_object(root) else None
    if type(version) is not int or not is_array(findings):
        raise UsageFailure(f"{file} is no baseline: it has no `schema_version` or no list `findings`", hint=anew)
    if version != SCHEMA_VERSION:
        message = f"the baseline {file} has schema_version {version}; this version reads {SCHEMA_VERSION}"
        raise UsageFailure(message, hint=anew)
    return Baseline(tuple(_entry(item, index, file) for index, item in enumerate(findings)))


def _entry(item: Json, index: int, file: Path) -> Entry:
    if not is_object(item) or not text_at(item, "fingerprint"):
        hint = f"write it with `--write-baseline {file}`"
        raise UsageFailure(f"{file} is no baseline: findings[{index}] has no `fingerprint`", hint=hint)
    return Entry(*(text_at(item, field) for field in ("file", "pointer", "rule", "message", "fingerprint")))
