"""The mock server as it lies in an image: the island, what it imports of ours, and the way in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import contractctl
from contractctl.image.tree import Entry, File, Taken

PACKAGE = Path(contractctl.__file__).parent
_ENTRY = b'''"""Serve the bundle named on the command line; Python runs this file when it is given the folder."""

import runpy

runpy.run_module("contractctl.mockserver", run_name="__main__", alter_sys=True)
'''


def server_inventory(package: Path = PACKAGE) -> dict[str, Entry | Taken]:
    """List the server's files by their path below the folder that Python is started with.

    Python puts that folder first on `sys.path` by itself, isolated (`-I`) or not, so that neither `site` nor an
    environment variable is needed.
    """
    return {
        "__main__.py": File(_ENTRY),
        "contractctl/__init__.py": Taken(package / "__init__.py"),
        **{f"contractctl/{path.relative_to(package)}": Taken(path) for path in _files(package)},
    }


def _files(package: Path) -> Iterator[Path]:
    for room in ("encodings", "mockserver", "synth"):
        for path in sorted((package / room).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
