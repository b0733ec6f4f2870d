"""Packages of PyPI for tests that are too large for everybody's environment, pinned by digest."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.components.fetching import fetched_once, run_fetching

_SECONDS = 300
_OPTIONS = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary=:all:")


def pypi_packages(name: str, requirements: Sequence[str]) -> Path:
    """Return a folder for PYTHONPATH with the packages of `requirements`, which are lines of a lock, and no others.

    pip fetches them as it is configured. See `fetched_once`.
    """

    def fetch(work: Path, whole: Path) -> None:
        lock = work / "requirements.txt"
        lock.write_text("\n".join(requirements))
        command = [sys.executable, "-m", "pip", "install", *_OPTIONS, "--require-hashes", "--target", str(whole)]
        run_fetching([*command, "-r", str(lock)], requirements[0].split()[0], seconds=_SECONDS)

    return fetched_once("pypi", name, fetch)
