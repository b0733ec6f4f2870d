"""Compose, in either of its programs: `docker compose` and the older `docker-compose`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.components.presence import require


@dataclass(frozen=True, slots=True)
class Compose:
    """Runs Compose; raises AssertionError with its words when it refuses. `command` is how it is called."""

    command: tuple[str, ...]

    def run(self, *arguments: str, folder: Path, environment: Mapping[str, str] | None = None) -> str:
        """Run any command of Compose in a folder, and return what it prints."""
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"compose {' '.join(arguments)}: {done.stderr.strip()}"
        return done.stdout


def find_compose() -> Compose:
    """Return the Compose of this machine."""
    if (
        shutil.which("docker")
        and subprocess.run(["docker", "compose", "version"], check=False, capture_output=True).returncode == 0
    ):
        return Compose(("docker", "compose"))
    return Compose((str(require("docker-compose", package="docker-compose")),))
