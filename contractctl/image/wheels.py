"""The libraries that the mock server runs on: which they are, whom they fit, and those of this environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from contractctl.core.failures import DeliveryFailure
from contractctl.core.records import dataclass
from contractctl.image.bases.host import host_platform, host_python
from contractctl.image.model import Platform
from contractctl.image.tree import Taken
from contractctl.mock.settings import Need

RUNTIME = ("httptools", "jsonschema-rs", "orjson", "uvloop")
"""Distributions that the server always imports."""

_NEEDED: Mapping[Need, tuple[str, ...]] = {"tokens": ("cffi", "cryptography", "pyjwt"), "redis": ("redis",)}
_NEEDED_BEFORE_3_11_3: Mapping[Need, tuple[str, ...]] = {"redis": ("async-timeout",)}
"""Older Pythons, Debian 12's among them, lack what redis takes from it."""

_NOT_LOADED = ("cffi/",)
"""cryptography loads the compiled part of cffi alone, which does without the package and its parser of C."""

_NOT_SHIPPED = (".pyx", ".pxd", ".pyi", ".c", ".h", ".pyc")
_RECORDS_OF_THE_INSTALLER = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json")

_ARCHITECTURES = {
    "amd64": "x86_64",
    "arm64": "aarch64",
    "386": "i686",
    "arm": "armv7l",
    "ppc64le": "ppc64le",
    "s390x": "s390x",
    "riscv64": "riscv64",
}

_NEVER = (99, 0)
_OLDER_TAGS = {"manylinux2014": 17, "manylinux2010": 12, "manylinux1": 5}
"""By name, the minor version of glibc that each stands for."""


@dataclass(frozen=True, slots=True)
class WheelTarget:
    """What a wheel has to fit: the Python version (`3.13`), the platform, and its C library.

    `libc` is `glibc` or `musl`; `libc_version` is (2, 36) for glibc 2.36.
    """

    python: str
    platform: Platform
    libc: str
    libc_version: tuple[int, int]

    @property
    def machine(self) -> str:
        """The kind of processor as a wheel names it."""
        return _ARCHITECTURES.get(self.platform.architecture, self.platform.architecture)

    @property
    def tags(self) -> tuple[str, ...]:
        """Platform tags of wheels that run there, best first (PEP 600 with its older names, PEP 656)."""
        major, minor = self.libc_version
        if self.libc == "musl":
            return tuple(f"musllinux_{major}_{m}_{self.machine}" for m in range(minor, 0, -1))
        tags = [f"manylinux_{major}_{m}" for m in range(minor, 4, -1)]
        tags += [older for older, since in _OLDER_TAGS.items() if minor >= since]
        return tuple(f"{tag}_{self.machine}" for tag in tags)


def runtime_distributions(needs: Iterable[Need], target: WheelTarget | None = None) -> tuple[str, ...]:
    """Return the distributions that a server imports, sorted: all that always are, and those for what it needs.

    None stands for the Python that runs here. Of a target no more than `3.11` is known: it may be an early one.
    """
    early = sys.version_info < (3, 11, 3) if target is None else target.python == "3.11"
    tables = (_NEEDED, _NEEDED_BEFORE_3_11_3) if early else (_NEEDED,)
    return tuple(sorted({*RUNTIME, *(name for need in needs for table in tables for name in table.get(need, ()))}))


def installed_wheels(distributions: Sequence[str] = RUNTIME) -> dict[str, Taken]:
    """List the installed files of distributions by their path below site-packages.

    What an installer leaves behind (records, bytecode, scripts) and what only a compiler reads is left out. Raise
    DeliveryFailure when one of the distributions is not installed.
    """
    return {name: Taken(path) for distribution in distributions for name, path in _distribution_files(distribution)}


def fits_installed(target: WheelTarget, distributions: Sequence[str] = RUNTIME) -> bool:
    """Tell whether the installed distributions run on `target`, by the tags of the wheels that they came from."""
    if sys.platform != "linux" or sys.implementation.name != "cpython":
        return False
    if (target.python, target.platform) != (host_python(), host_platform()):
        return False
    accepted = {*target.tags, "any"} | ({f"linux_{target.machine}"} if target.libc_version >= _glibc_here() else set())
    return all(accepted & _platform_tags(distribution) for distribution in distributions)


def is_shipped(path: str) -> bool:
    """Tell whether a file of a distribution goes into an image, by its path below site-packages."""
    at = PurePosixPath(path)
    if path.startswith(("..", "/", *_NOT_LOADED)) or at.suffix in _NOT_SHIPPED or "__pycache__" in at.parts:
        return False
    return not (at.parts[0].endswith(".dist-info") and at.name in _RECORDS_OF_THE_INSTALLER)


def _distribution_files(distribution: str) -> Iterator[tuple[str, Path]]:
    from importlib.metadata import PackageNotFoundError, files

    try:
        found = files(distribution) or []
    except PackageNotFoundError as error:
        raise _missing(distribution) from error
    for path in found:
        if is_shipped(str(path)):
            yield str(path), Path(str(path.locate()))


def _platform_tags(distribution: str) -> set[str]:
    from importlib.metadata import distribution as find

    lines = (find(distribution).read_text("WHEEL") or "").splitlines()
    tags = [line.removeprefix("Tag: ").strip() for line in lines if line.startswith("Tag: ")]
    return {platform for tag in tags for platform in tag.split("-")[-1].split(".")}


def _glibc_here() -> tuple[int, int]:
    try:
        _name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
        major, minor = version.split(".")[:2]
        return int(major), int(minor)
    except (OSError, ValueError):
        return _NEVER


def _missing(distribution: str) -> DeliveryFailure:
    return DeliveryFailure(
        f"cannot put {distribution} into the image: it is not installed beside contractctl",
        hint=f"install it: {sys.executable} -m pip install {distribution}",
    )
