"""Files that travel with the package: Dockerfile.mock and templates/."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def packaged_file(name: str) -> Path:
    """Return the path of a file that the wheel carries inside the package and a checkout at its top.

    Raise FileNotFoundError when neither has it, which means that the installation is damaged.
    """
    for folder in (_PACKAGE, _PACKAGE.parent):
        if (candidate := folder / name).exists():
            return candidate
    raise FileNotFoundError(f"{name} is missing from the installation of contractctl at {_PACKAGE}")
