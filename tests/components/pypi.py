"""Packages of PyPI for tests that are too large for everybody's environment: fetched once, pinned by digest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.components.presence import give_up

_SECONDS = 300


def pypi_packages(name: str, requirements: Sequence[str]) -> Path:
    """Return a folder for PYTHONPATH with the packages of `requirements`, which are lines of a lock, and no others.

    pip fetches them as it is configured. The folder appears whole or not at all, so that one that exists needs no
    network; `name` has to tell its content, version included.
    """
    folder = _cache() / name
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as work:
            whole = Path(work, "whole")
            _install(requirements, Path(work, "requirements.txt"), whole)
            _move(whole, folder)
    return folder


def _cache() -> Path:
    """Return `$XDG_CACHE_HOME/contractctl-tests/pypi` (XDG base directory specification)."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, "contractctl-tests", "pypi")


def _install(requirements: Sequence[str], lock: Path, folder: Path) -> None:
    lock.write_text("\n".join(requirements))
    options = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary=:all:")
    command = [sys.executable, "-m", "pip", "install", *options, "--require-hashes", "--target", str(folder)]
    try:
        done = subprocess.run(
            [*command, "-r", str(lock)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        give_up(f"pip does not fetch {requirements[0].split()[0]} in {_SECONDS} s")
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        give_up(f"pip cannot fetch {requirements[0].split()[0]}: {said[-1]}")


def _move(whole: Path, folder: Path) -> None:
    try:
        whole.rename(folder)
    except OSError:
        # Another worker was faster.
        shutil.rmtree(whole)
        assert folder.is_dir()
