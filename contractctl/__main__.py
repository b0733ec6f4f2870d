"""`python -m contractctl`, and the console script."""

from __future__ import annotations

import sys

from contractctl.cli.entry import enter


def main() -> None:
    """Run the command line and exit with its status."""
    sys.exit(enter(sys.argv[1:]))


if __name__ == "__main__":
    main()
