"""What happens to a test whose component is absent: skipped aloud here, failed where CI=true."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest


def give_up(reason: str) -> NoReturn:
    """Skip the test with the reason; fail it when CI=true, where an absent component would hide a broken product."""
    if os.environ.get("CI", "").lower() in {"true", "1"}:
        pytest.fail(f"{reason} (CI=true: a test may not be skipped here)", pytrace=False)
    pytest.skip(reason)


def require(program: str, *, package: str) -> Path:
    """Return the path of a program, looked up in PATH and in the folders of the administrator."""
    found = shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]))
    if found is None:
        give_up(f"{program} is absent: `apt-get install {package}` (make test does it)")
    return Path(found)


def privileges() -> tuple[str, ...]:
    """Return what to write before a command that only root may run: nothing as root, else sudo without a question."""
    if os.geteuid() == 0:
        return ()
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ("sudo", "-n")
    give_up("no engine answers, and only root (or sudo without a password) can start one")
