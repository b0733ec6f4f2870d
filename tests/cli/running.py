"""The command line as users have it: a process with an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run left: its exit status, and the bytes that it wrote as text."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs `python -m contractctl` in `folder`. Nothing of the developer's machine is in the environment."""

    folder: Path
    environment: Mapping[str, str]

    def run(
        self,
        *arguments: str,
        typed: bytes = b"",
        environment: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
        after: str = "",
    ) -> Ran:
        """Run a command line. `before` goes before Python, `after` is appended to the line as a shell reads it."""
        command = [*before, sys.executable, "-m", "contractctl", *arguments]
        if after:
            command = ["sh", "-c", f'"$@" {after}', "sh", *command]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **(environment or {})},
            input=typed,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def left(self) -> set[str]:
        """Return the names of everything in the folder and below."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")}
