"""Files as git has them at a revision."""

from __future__ import annotations

import subprocess
from pathlib import Path

from contractctl.core.failures import DeliveryFailure, UsageFailure


def read_git_file(revision: str, path: str, *, folder: Path | None = None) -> bytes:
    """Return the bytes of `path` at `revision` (`origin/main`, a tag, a hash).

    `path` is relative to `folder` (default: the current folder). Raise UsageFailure when the revision or the file is
    not there, and DeliveryFailure when git is missing.
    """
    command = ["git", "cat-file", "blob", f"{revision}:./{path}"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603 - no shell
    except FileNotFoundError:
        raise DeliveryFailure(f"cannot read {revision}:{path}: git is not installed", hint="install git") from None
    if done.returncode != 0:
        raise UsageFailure(
            f"cannot read {revision}:{path}: {_reason(done.stderr)}",
            hint="check both names; on CI fetch the history (`fetch-depth: 0` of actions/checkout)",
        )
    return done.stdout


def _reason(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else "git refused"
