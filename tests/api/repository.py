"""A folder with descriptions in it, and a comparison there."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

from contractctl.api.diff import DiffOptions, diff
from contractctl.config import load_config
from contractctl.core.changes import Impact
from contractctl.core.reports import DiffReport

TODAY = date(2026, 1, 1)
OK = '{"200": {description: OK}}'


def description(*operations: str, version: str = "1.0.0", more: str = "") -> str:
    """Return a description that has these operations (`GET /pets`); `more` is appended as it is."""
    paths: dict[str, list[str]] = {}
    for operation in operations:
        method, _, path = operation.partition(" ")
        paths.setdefault(path, []).append(f"    {method.lower()}: {{responses: {OK}}}\n")
    items = "".join(f"  {path}:\n{''.join(lines)}" for path, lines in paths.items())
    head = f'openapi: 3.1.0\ninfo: {{title: Pets, version: "{version}"}}\n'
    return f"{head}paths:\n{items}{more}" if items else f"{head}paths: {{}}\n{more}"


def write(files: dict[str, str]) -> None:
    """Write files below the current folder, whatever folders they need."""
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def git(*arguments: str) -> None:
    """Run git in the current folder as somebody."""
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def compare(base: str, revision: str, **options: Any) -> DiffReport:
    """Compare with the configuration that is found here."""
    return diff(base, revision, config=load_config(), options=DiffOptions(today=TODAY, **options))


def told(report: DiffReport) -> list[str]:
    """Return the impact, the kind and the file of every change, as `breaking path-removed a.yaml`."""
    lines = []
    for verdict in report.verdicts:
        place = verdict.change.revision or verdict.change.base
        lines.append(f"{verdict.impact} {verdict.change.kind} {place.place.uri if place else ''}")
    return lines


def count(report: DiffReport) -> int:
    """Return how many changes break."""
    return report.count(Impact.BREAKING)
