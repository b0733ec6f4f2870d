"""Kill a write at every line of the module that does it; run as a program by test_together.py.

Each round forks a child that writes both files and kills itself before the n-th line that it executes. Then the
rescue runs, and the pair of files is looked at. Prints the number of rounds and every mixed pair.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from contractctl.drift import together

OLD = {"openapi.yaml": b"old spec\n", "spec-version.txt": b"old version\n"}
NEW = {"openapi.yaml": b"new spec\n", "spec-version.txt": b"new version\n"}


def die_before_line(number: int) -> None:
    """Trace this process and kill it, as the system would, before the n-th line of the module under test."""
    seen = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal seen
        if frame.f_code.co_filename != together.__file__:
            return None
        if event == "line":
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def survives(number: int, folder: Path) -> bool:
    child = os.fork()
    if child == 0:
        die_before_line(number)
        paths = {folder / name: data for name, data in NEW.items()}
        together.write_together(paths, together.journal_beside(folder / "spec-version.txt"))
        sys.settrace(None)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return status == 0


def main(folder: Path) -> None:
    rounds, outcomes = 0, set()
    while True:
        rounds += 1
        for name, data in OLD.items():
            (folder / name).write_bytes(data)
        done = survives(rounds, folder)
        paths = [folder / name for name in OLD]
        together.finish_interrupted(paths, together.journal_beside(folder / "spec-version.txt"))
        found = {path.name: path.read_bytes() for path in folder.iterdir()}
        outcomes.add("old" if found == OLD else "new" if found == NEW else f"{rounds}: {found}")
        if done:
            break
    print(rounds > 50, sorted(outcomes))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
