"""kubernetes-validate, which judges manifests by the schemas of the Kubernetes API."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.components.pypi import pypi_packages

# Its schemas of thirteen versions take 108 MB.
_LOCK = (
    "kubernetes-validate==1.37.0 --hash=sha256:85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9",
    "importlib-resources==7.1.0 --hash=sha256:1bd7b48b4088eddb2cd16382150bb515af0bd2c70128194392725f82ad2c96a1",
)


@dataclass(frozen=True, slots=True)
class KubernetesValidate:
    """Runs `kubernetes-validate --strict`; `packages` is where it lies, what it needs beside is in this environment."""

    packages: Path

    def faults(self, manifests: Path, version: str) -> list[str]:
        """Return what a version of Kubernetes such as `1.30.0` does not take of a YAML stream, a line for each."""
        done = subprocess.run(
            [sys.executable, "-m", "kubernetes_validate", "--strict", "-k", version, str(manifests)],
            env={**os.environ, "PYTHONPATH": str(self.packages)},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        told = (done.stdout + done.stderr).splitlines()
        assert any(line.startswith(("INFO", "ERROR")) for line in told), told
        faults = [line for line in told if not line.startswith("INFO")]
        assert bool(done.returncode) == bool(faults), told
        return faults


def find_kubernetes_validate() -> KubernetesValidate:
    """Fetch it once."""
    return KubernetesValidate(pypi_packages("kubernetes-validate-1.37.0", _LOCK))
