"""Asking git about a checkout."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from contractctl.core.failures import DeliveryFailure, UsageFailure


def commit_of(name: str, folder: Path) -> str:
    """Return the hash of a commit, or "" when this checkout does not have it."""
    command = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    return run_git(command, folder).stdout.decode().strip()


def run_git(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run git. Raise UsageFailure outside of a repository, DeliveryFailure without git."""
    command = ["git", *arguments]
    try:
        done = subprocess.run(command, cwd=folder, env=os.environ | {"LC_ALL": "C"}, capture_output=True, check=False)  # noqa: S603 - no shell
    except FileNotFoundError:
        raise DeliveryFailure("cannot ask git about this checkout: git is not installed", hint="install git") from None
    if done.returncode == 128 and b"not a git repository" in done.stderr:
        raise UsageFailure(
            f"{folder} is in no git repository", hint="run it in a checkout; in a workflow, run actions/checkout first"
        )
    if done.returncode == 128 and b"dubious ownership" in done.stderr:
        hint = 'run `git config --global --add safe.directory "$GITHUB_WORKSPACE"` in a step before'
        raise UsageFailure(f"git refuses {folder}, which belongs to another user", hint=hint)
    return done
