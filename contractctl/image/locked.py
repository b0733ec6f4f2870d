"""The wheels of a base that is not this machine: versions and hashes from our lock, fetched by pip for its Python.

Whatever Python and environment contractctl runs in, the same lock gives the same files.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from contractctl.core.failures import DeliveryFailure
from contractctl.core.patterns import pattern
from contractctl.image.bases.elf import strip_elf
from contractctl.image.cache import cached
from contractctl.image.tree import File
from contractctl.image.wheels import WheelTarget, is_shipped

LOCK = Path(__file__).with_name("wheels.lock")

Runner: TypeAlias = "Callable[[Sequence[str]], subprocess.CompletedProcess[str]]"

_ENTRY = pattern(r"(?m)^([a-z0-9-]+)(==\S+)(?: ; [^\\\n]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$")
_MISSING = pattern(r"No matching distribution found for (\S+)")
_NETWORK = ("Retrying (", "Could not fetch URL", "connection broken", "timed out")
"""What pip writes where its index cannot be reached."""


@cache
def read_lock(path: Path = LOCK) -> Mapping[str, str]:
    """Return the lines of each distribution in a lock file, by its name: the version that is pinned and its hashes.

    Markers are left out: what decides is the base's Python, not the one that runs here.
    """
    return {found[1]: "".join(found.groups()) for found in _ENTRY.finditer(path.read_text("utf-8"))}


def locked_lines(distributions: Sequence[str], lock: Path = LOCK) -> tuple[str, ...]:
    """Return the lines of the lock for distributions, in their order."""
    lines = read_lock(lock)
    return tuple(lines[name] for name in distributions)


def locked_wheels(
    target: WheelTarget,
    distributions: Sequence[str],
    progress: Callable[[str], None],
    *,
    run: Runner | None = None,
    lock: Path = LOCK,
) -> dict[str, File]:
    """Return the files of distributions for a Python and platform, by their path below site-packages.

    pip fetches them, as a process, with the user's configuration and cache; what it fetched is cached here, so that
    the next time it is not even started. Raise DeliveryFailure when it cannot, or has no wheel that fits.
    """
    lines = locked_lines(distributions, lock)

    def fetch() -> bytes:
        progress(f"fetching wheels for Python {target.python} on {target.platform}")
        return _fetch(target, lines, run or run_process)

    key = ("1", target.python, *target.tags, *lines)
    with zipfile.ZipFile(io.BytesIO(cached("wheels", key, fetch))) as fetched:
        return {name: file for wheel in fetched.namelist() for name, file in _unpack(fetched.read(wheel))}


def run_process(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, with what it writes captured as text."""
    return subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)  # noqa: S603 - our own arguments, no shell


def _fetch(target: WheelTarget, lines: Sequence[str], run: Runner) -> bytes:
    """Fetch wheels and return them in one archive."""
    with tempfile.TemporaryDirectory(prefix="contractctl-wheels-") as folder:
        wanted, into = Path(folder, "wheels.lock"), Path(folder, "wheels")
        wanted.write_text("\n".join((*lines, "")), "utf-8")
        # -P: a `pip` in the folder where contractctl was started is no program of the user's.
        command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--only-binary=:all:", "--require-hashes", "--no-deps", "--implementation=cp"]
        command += [f"--python-version={target.python}"]
        command += [f"--platform={tag}" for tag in target.tags]
        result = run([*command, f"--dest={into}", f"--requirement={wanted}"])
        if result.returncode:
            raise _not_fetched(target, result.stderr)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for wheel in sorted(into.glob("*.whl")):
                archive.write(wheel, wheel.name)
        return packed.getvalue()


def _unpack(wheel: bytes) -> Iterator[tuple[str, File]]:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith("/") and ".." not in PurePosixPath(name).parts and is_shipped(name):
                yield name, File(strip_elf(archive.read(name)))


def _not_fetched(target: WheelTarget, output: str) -> DeliveryFailure:
    where = (
        f"Python {target.python} on {target.platform} ({target.libc} {target.libc_version[0]}.{target.libc_version[1]})"
    )
    lines = [line.removeprefix("ERROR: ") for line in output.splitlines() if line.startswith("ERROR: ")]
    said = lines[-1] if lines else (output.strip().splitlines() or ["it said nothing"])[-1]
    if "No module named pip" in output:
        return DeliveryFailure(
            f"cannot fetch the wheels of the mock server for {where}: pip is missing beside contractctl",
            hint=f"install it there ({sys.executable} -m ensurepip, or `uv tool install --with pip contractctl`), "
            "or build with --base-image host",
        )
    missing = _MISSING.search(said)
    if missing and not any(word in output for word in _NETWORK):
        return DeliveryFailure(
            f"there is no wheel of {missing[1]} for {where} in pip's index",
            hint="choose a base whose Python and C library have wheels, such as python:3.13-slim",
        )
    return DeliveryFailure(
        f"pip could not fetch the wheels of the mock server for {where}: {said}",
        hint="check the network, pip's index and proxy; what was fetched once is cached; --base-image host needs none",
    )
