"""A folder with a repository's descriptions in it, and the command line there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.running import CommandLine

GOOD = 'openapi: 3.1.0\ninfo: {title: Toys, version: "1"}\npaths: {}\n'


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    """The command line in an empty folder, with a temporary folder and a cache that only this test uses."""
    folder, temporary = tmp_path / "work", tmp_path / "temporary"
    folder.mkdir()
    temporary.mkdir()
    return CommandLine(
        folder,
        {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "TMPDIR": str(temporary),
            "DOCKER_HOST": f"unix://{tmp_path}/no-engine.sock",
            "COLUMNS": "100",
        },
    )


@pytest.fixture
def good(cli: CommandLine) -> Path:
    """A description without a fault: `good.yaml`."""
    path = cli.folder / "good.yaml"
    path.write_text(GOOD)
    return path


@pytest.fixture(scope="session")
def warm_cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A cache for XDG_CACHE_HOME that the first build fills for all others."""
    return str(tmp_path_factory.mktemp("cache"))
