"""`python -m contractctl`, and the console script."""

from __future__ import annotations

import gc
import sys

from contractctl.cli.entry import enter

_ALLOCATIONS = 50_000


def main() -> None:
    """Run the command line and exit with its status."""
    # A command imports four hundred modules, which stay. Looking for garbage among them after each 700 objects, as
    # Python does, is a tenth of the time of a small lint.
    gc.set_threshold(_ALLOCATIONS)
    status = enter(sys.argv[1:])
    # Nor is there any garbage worth a last search, which is another tenth.
    gc.freeze()
    sys.exit(status)


if __name__ == "__main__":
    main()
