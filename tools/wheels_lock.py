"""Prints the lock of the wheels in images: what lock files of pip-compile pin of all that a mock server may import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

from contractctl.image.bases.host import default_platform
from contractctl.image.locked import read_lock
from contractctl.image.wheels import WheelTarget, runtime_distributions
from contractctl.mock.settings import Need

EARLIEST = WheelTarget("3.11", default_platform(), "glibc", (2, 36))
"""The Python that needs most."""


def main(*locks: str) -> None:
    """Print the lines of each distribution, sorted by name."""
    pinned = {name: lines for lock in locks for name, lines in read_lock(Path(lock)).items()}
    print("# Written by tools/lock: the wheels of images on bases of any Python, as requirements.txt pins them.")
    for name in runtime_distributions(get_args(Need), EARLIEST):
        print(pinned[name])


if __name__ == "__main__":
    main(*sys.argv[1:])
