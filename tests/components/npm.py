"""Packages of npm for tests: fetched once a version, into a cache outside the repository, without running scripts."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.components.presence import give_up, require

_SECONDS = 120


def npm_packages(name: str, version: str) -> Path:
    """Return the folder `node_modules` with a package and all that it depends on.

    Its folder in the cache appears whole or not at all, so that one that exists needs no network.
    """
    folder = _cache() / f"{name.replace('/', '-')}-{version}"
    if not folder.is_dir():
        npm = require("npm", package="npm")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as work:
            _install(npm, f"{name}@{version}", Path(work))
            _move(Path(work) / "node_modules", folder)
    return folder / "node_modules"


def _cache() -> Path:
    """Return `$XDG_CACHE_HOME/contractctl-tests/npm` (XDG base directory specification)."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, "contractctl-tests", "npm")


def _install(npm: Path, package: str, folder: Path) -> None:
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", "--prefix", str(folder))
    try:
        done = subprocess.run(
            [str(npm), "install", *options, package],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        give_up(f"npm does not fetch {package} in {_SECONDS} s")
    if done.returncode:
        give_up(f"npm cannot fetch {package}: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")


def _move(modules: Path, folder: Path) -> None:
    whole = modules.parent / "whole"
    whole.mkdir()
    modules.rename(whole / "node_modules")
    try:
        whole.rename(folder)
    except OSError:
        # Another worker was faster.
        shutil.rmtree(whole)
        assert folder.is_dir()
