"""Outputs of a step and its summary: files that the runner reads when the step has ended."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from contractctl.core.failures import DeliveryFailure
from contractctl.core.patterns import pattern

SUMMARY_LIMIT = 1024 * 1024
"""Bytes that GitHub takes as one step's summary; a larger one is dropped whole."""
_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_-]*")
_NOTE = "\n\n*The report is longer than GitHub shows: {} lines are missing here.*\n"
_NOTE_SIZE = 128


def write_outputs(path: Path, outputs: Mapping[str, str]) -> None:
    """Append outputs to the file that GITHUB_OUTPUT names; values may hold anything, line breaks too.

    Raise ValueError for a name that is none, and DeliveryFailure when the file cannot be written.
    """
    _append(path, "".join(_entries(outputs)))


def append_summary(path: Path, markdown: str, *, limit: int = SUMMARY_LIMIT) -> None:
    """Append to the file that GITHUB_STEP_SUMMARY names, cut at a line so that it stays within `limit` bytes.

    Raise DeliveryFailure when the file cannot be written.
    """
    used = path.stat().st_size + 1 if path.exists() else 0
    _append(path, cut_markdown(markdown, limit - used))


def cut_markdown(markdown: str, limit: int) -> str:
    """Return the text, or as many whole lines of it as fit in `limit` UTF-8 bytes together with a note about the rest.

    A code fence that the cut leaves open is closed. Empty when not even the note fits.
    """
    if len(_encoded(markdown)) <= limit:
        return markdown
    room = limit - _NOTE_SIZE
    if room < 0:
        return ""
    lines = markdown.splitlines(keepends=True)
    kept: list[str] = []
    for line in lines:
        room -= len(_encoded(line))
        if room < 0:
            break
        kept.append(line)
    fence = "\n```" if sum(line.lstrip().startswith("```") for line in kept) % 2 else ""
    return "".join(kept).rstrip("\n") + fence + _NOTE.format(len(lines) - len(kept))


def _entries(outputs: Mapping[str, str]) -> Iterator[str]:
    for name, value in outputs.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of an output: {name!r}")
        # Nobody who writes the value can know the line that ends it.
        delimiter = f"contractctl_{secrets.token_hex(16)}"
        yield f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a+b") as file:
            if file.tell() > 0:
                file.seek(-1, 2)
                text = text if file.read(1) == b"\n" else "\n" + text
            file.write(_encoded(text))
    except OSError as error:
        hint = "the runner names this file; check that it is writable"
        raise DeliveryFailure(f"cannot write {path}: {error.strerror}", hint=hint) from None


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")
