"""Packages of npm for tests, whose scripts are not run."""

from __future__ import annotations

from pathlib import Path

from tests.components.fetching import fetched_once, run_fetching
from tests.components.presence import require

_SECONDS = 120
_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error")


def npm_packages(name: str, version: str) -> Path:
    """Return the folder `node_modules` with a package and all that it depends on. See `fetched_once`."""

    def fetch(work: Path, whole: Path) -> None:
        npm, package = require("npm", package="npm"), f"{name}@{version}"
        run_fetching([str(npm), "install", *_OPTIONS, "--prefix", str(work), package], package, seconds=_SECONDS)
        whole.mkdir()
        (work / "node_modules").rename(whole / "node_modules")

    return fetched_once("npm", f"{name.replace('/', '-')}-{version}", fetch) / "node_modules"
