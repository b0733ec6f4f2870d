"""The host base: the running interpreter, its pruned library and what both load, for an image from scratch."""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.image.bases.elf import hide_folder
from contractctl.image.bases.libraries import LibraryFinder
from contractctl.image.bases.pruning import is_pruned, serves
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

_ACCOUNTS: Mapping[str, Entry] = {
    "etc/passwd": File(f"root:x:0:0::/:/\nmock:x:{MOCK_USER}:{MOCK_USER}::/tmp:/\n".encode()),
    "etc/group": File(f"root:x:0:\nmock:x:{MOCK_USER}:\n".encode()),
    "etc/nsswitch.conf": File(b"passwd: files\ngroup: files\nhosts: files dns\n"),
    "tmp": Directory(0o1777),
}
"""Names for the two accounts, name look-up as everybody expects it, and the folder that `tempfile` asks for."""

_BUILD_VARIABLES = File(b"# What this interpreter was built with, and where, is not told.\nbuild_time_vars = {}\n")
"""In place of the record by which `sysconfig` tells how to compile extension modules."""


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
            hint="choose a base with Python, such as --base-image python:3.13-slim",
        )
    machine = LibraryFinder.of(_executable()).elf.machine
    if machine not in _MACHINES:
        raise UsageFailure(
            f"--base-image host does not know this kind of processor (ELF machine {machine})",
            hint="choose a base with Python, such as --base-image python:3.13-slim",
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
        **{path: _BUILD_VARIABLES if _is_build_record(source) else Taken(source) for path, source in library.items()},
    }


def hide_this_machine(data: bytes) -> bytes:
    """Take the folders where this interpreter lies and was built, which may name a user, out of an ELF file.

    The rest stays as it is, and its length with it.
    """
    built = (sysconfig.get_config_var(name) for name in ("abs_srcdir", "abs_builddir"))
    folders = {sys.base_prefix, os.path.realpath(sys.base_prefix), *map(str, filter(None, built))}
    for folder in sorted(folders - {"/usr", "/usr/local"}):
        data = hide_folder(data, folder)
    return data


def _is_build_record(path: Path) -> bool:
    return path.name.startswith("_sysconfigdata") and path.suffix == ".py"


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
        if serves(path) and finder.loads(path):
            yield f"{target}/lib-dynload/{path.name}", path


def _walk(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if is_pruned(entry.name) or entry.name == "lib-dynload":
                continue
            if entry.is_dir():
                yield from _walk(Path(entry.path))
            elif entry.is_file():
                yield Path(entry.path)


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
