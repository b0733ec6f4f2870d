"""What package managers fetch for tests: once, into a cache outside the repository, whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.components.presence import give_up


def fetched_once(kind: str, name: str, fetch: Callable[[Path, Path], None]) -> Path:
    """Return the folder `name` of `$XDG_CACHE_HOME/contractctl-tests/KIND`, filled by `fetch` if there is none.

    `fetch` gets a folder to work in and the path of the one to make. One that exists needs no network, so that `name`
    has to tell its content, version included.
    """
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home, "contractctl-tests", kind, name)
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as work:
            whole = Path(work, "whole")
            fetch(Path(work), whole)
            _move(whole, folder)
    return folder


def run_fetching(command: Sequence[str], what: str, *, seconds: float) -> None:
    """Run a package manager; one that fails or does not end makes the test be skipped, or fail in CI."""
    program = Path(command[0]).name
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        give_up(f"{program} does not fetch {what} in {seconds:.0f} s")
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        give_up(f"{program} cannot fetch {what}: {said[-1]}")


def _move(whole: Path, folder: Path) -> None:
    try:
        whole.rename(folder)
    except OSError:
        # Another worker was faster.
        shutil.rmtree(whole)
        assert folder.is_dir()
