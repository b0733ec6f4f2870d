"""Whole outputs kept as files: a change of what users see is a change of a file that somebody reviews."""

from __future__ import annotations

import os
from pathlib import Path


def assert_golden(file: Path, text: str) -> None:
    """Compare text with the file, to the byte. `GOLDEN=write` in the environment writes the file instead."""
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    assert text == file.read_bytes().decode(), f"{file.name} differs; look at it and write it anew with GOLDEN=write"
