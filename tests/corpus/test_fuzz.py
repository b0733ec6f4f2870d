"""Mutated texts, for a minute, within a gigabyte and ten seconds each."""

from __future__ import annotations

import subprocess
import sys


def test_any_bytes_are_read_or_refused_in_words() -> None:
    command = [sys.executable, "-m", "tests.source.mutating", "60"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
