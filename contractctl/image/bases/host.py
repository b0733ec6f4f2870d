"""The host base: the running interpreter, its pruned library and what both load, for an image from scratch."""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.image.bases.libraries import LibraryFinder
from contractctl.image.model import Platform
from contractctl.image.plan import MOCK_USER
from contractctl.image.tree import Directory, Entry, File, Symlink, Taken

PREFIX = "usr/local"
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"

_MACHINES = {
    3: Platform("linux", "386"),
    21: Platform("linux", "ppc64le"),
    22: Platform("linux", "s390x"),
    40: Platform("linux", "arm", "v7"),
    62: Platform("linux", "amd64"),
    183: Platform("linux", "arm64"),
    243: Platform("linux", "riscv64"),
}
"""By e_machine of an ELF file: what the interpreter is, even where the kernel could run something wider."""

_PRUNED = frozenset(
    {
        *("test", "tests", "idlelib", "tkinter", "turtle.py", "turtledemo", "curses", "dbm", "sqlite3"),
        *("ensurepip", "venv", "lib2to3", "distutils", "msilib", "pydoc_data", "pydoc.py", "unittest", "doctest.py"),
        *("site-packages", "dist-packages", "__pycache__", "EXTERNALLY-MANAGED", "sitecustomize.py", "antigravity.py"),
    }
)
"""Files and folders of the standard library that a server does not need: tests, GUI, databases, installers."""

_PRUNED_EXTENSIONS = frozenset(
    {
        *("_tkinter", "_curses", "_curses_panel", "readline", "nis", "_dbm", "_gdbm", "_sqlite3", "ossaudiodev"),
        *("_crypt", "spwd", "audioop", "xxlimited", "xxlimited_35", "xxsubtype", "_xxtestfuzz", "_ctypes_test"),
    }
)

_ACCOUNTS: Mapping[str, Entry] = {
    "etc/passwd": File(f"root:x:0:0::/:/\nmock:x:{MOCK_USER}:{MOCK_USER}::/tmp:/\n".encode()),
    "etc/group": File(f"root:x:0:\nmock:x:{MOCK_USER}:\n".encode()),
    "etc/nsswitch.conf": File(b"passwd: files\ngroup: files\nhosts: files dns\n"),
    "tmp": Directory(0o1777),
}
"""Names for the two accounts, name look-up as everybody expects it, and the folder that `tempfile` asks for."""


def host_python() -> str:
    """Return the running Python's version as a wheel knows it, such as `3.11`."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def host_interpreter() -> str:
    """Return where the host base puts the interpreter: an absolute path in the image."""
    return f"/{PREFIX}/bin/python{host_python()}"


def default_platform() -> Platform:
    """Return Linux on this machine's kind of processor, the platform of an image when none is asked for."""
    if platform.system() == "Linux":
        return host_platform()
    machine = platform.machine().lower()
    return Platform("linux", {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine))


def host_platform() -> Platform:
    """Return what the running interpreter was built for. Raise UsageFailure where no image can be made of it."""
    if sys.platform != "linux" or sys.implementation.name != "cpython":
        raise UsageFailure(
            f"--base-image host needs CPython on Linux; this is {sys.implementation.name} on {sys.platform}",
            hint="choose a base with --base-image oci:DIR",
        )
    machine = LibraryFinder.of(_executable()).elf.machine
    if machine not in _MACHINES:
        raise UsageFailure(
            f"--base-image host does not know this kind of processor (ELF machine {machine})",
            hint="choose a base with --base-image oci:DIR",
        )
    return _MACHINES[machine]


def host_inventory(wheels: Iterable[Path]) -> dict[str, Entry | Taken]:
    """List what the base layer holds, without reading it: all that the interpreter and the files of wheels load.

    Raise DeliveryFailure when a shared library or the certificates are missing on this machine.
    """
    executable = _executable()
    finder = LibraryFinder.of(executable)
    library = dict(_standard_library(finder))
    extensions = [path for path in (*library.values(), *wheels) if ".so" in path.suffixes]
    libraries = finder.closure(extensions)
    return {
        **_ACCOUNTS,
        CERTIFICATES: Taken(_certificates()),
        **_interpreter(executable, finder.elf.interpreter),
        **{f"{libraries.folder.strip('/')}/{name}": Taken(path) for name, path in libraries.files.items()},
        **{path: Taken(source) for path, source in library.items()},
    }


def _executable() -> Path:
    return Path(os.path.realpath(sys.executable))


def _interpreter(executable: Path, loader: str) -> dict[str, Entry | Taken]:
    name = Path(host_interpreter()).name
    interpreter: dict[str, Entry | Taken] = {
        f"{PREFIX}/bin/{name}": Taken(executable, executable=True),
        f"{PREFIX}/bin/python3": Symlink(name),
    }
    return interpreter | ({loader.strip("/"): Taken(Path(loader), executable=True)} if loader else {})


def _standard_library(finder: LibraryFinder) -> Iterator[tuple[str, Path]]:
    source = Path(sysconfig.get_path("stdlib"))
    target = f"{PREFIX}/{sys.platlibdir}/python{host_python()}"
    for path in _walk(source):
        yield f"{target}/{path.relative_to(source)}", path
    # A virtual environment answers with its own folder, which has no extension modules of the library.
    platform_library = sysconfig.get_path("platstdlib", vars={"platbase": sys.base_exec_prefix})
    extensions = Path(platform_library, "lib-dynload")
    for path in sorted(extensions.glob("*.so")):
        if _serves(path) and finder.loads(path):
            yield f"{target}/lib-dynload/{path.name}", path


def _walk(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name in _PRUNED or entry.name.startswith("config-") or entry.name == "lib-dynload":
                continue
            if entry.is_dir():
                yield from _walk(Path(entry.path))
            elif entry.is_file():
                yield Path(entry.path)


def _serves(extension: Path) -> bool:
    name = extension.name.partition(".")[0]
    return name not in _PRUNED_EXTENSIONS and not name.startswith("_test")


def _certificates() -> Path:
    """Take certifi's bundle, which requests brings along: the same on every machine with the same lock file."""
    from importlib.util import find_spec

    spec = find_spec("certifi")
    if spec is None or spec.origin is None:
        raise DeliveryFailure(
            "cannot find the CA certificates for the image: the package certifi is not installed",
            hint="reinstall contractctl with its dependencies",
        )
    return Path(spec.origin).with_name("cacert.pem")
