"""What is in an image on the host base, by its packed layers alone: whatever chose it, this has to be true."""

from __future__ import annotations

import ast
import io
import os
import pwd
import sys
import sysconfig
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import pytest

import contractctl
from contractctl.image.bases.elf import Elf, parse_elf
from contractctl.image.build import build_image
from contractctl.image.model import ImageSet
from tests.image.built import CONTRACTS, METADATA, run_in, unpack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the host base is Linux's")
PYTHON = ("/usr/local/bin/python3", "-I", "-B", "-S", "-c")

IMPORTS_EVERYTHING = """
import importlib, io, os, sys, warnings
warnings.simplefilter("ignore")
library = os.path.dirname(os.__file__)
for folder, folders, names in os.walk(library):
    folders[:] = sorted(f for f in folders if f not in ("__pycache__", "lib-dynload"))
    package = os.path.relpath(folder, library).replace("/", ".").strip(".")
    for name in sorted(names):
        if name.endswith(".py") and name != "__main__.py":
            module = ".".join(filter(None, (package, name[:-3].replace("__init__", "")))).strip(".")
            try:
                importlib.import_module(module)
            except BaseException as error:
                print(module, type(error).__name__, error)
for name in sorted(os.listdir(library + "/lib-dynload")):
    try:
        importlib.import_module(name.partition(".")[0])
    except BaseException as error:
        print(name, error)
"""

OPENED_BY_NAME = {"libgcc_s.so.1", "libnss_files.so.2", "libnss_dns.so.2"}
"""What the C library opens by a name that it holds as text, or makes: no ELF file asks for them."""

NOT_FOR_A_SERVER = {"unittest": "uvloop/_testbase.py"}
"""Modules that are named by an import in the image, with the file that no server loads."""


@pytest.fixture(scope="module")
def images(image_cache: Path) -> ImageSet:
    """An image whose server can do everything."""
    return build_image(CONTRACTS, base="host", metadata=METADATA, needs=("redis", "tokens"))


@pytest.fixture(scope="module")
def members(images: ImageSet) -> list[tuple[tarfile.TarInfo, bytes]]:
    """Every member of every layer, with what it holds."""
    return list(_members(images))


@pytest.fixture(scope="module")
def root(images: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's files, unpacked."""
    folder = tmp_path_factory.mktemp("root")
    unpack(images, folder)
    return folder


@pytest.fixture(scope="module")
def elves(members: list[tuple[tarfile.TarInfo, bytes]]) -> Mapping[str, Elf]:
    """Every ELF file by its path."""
    found = ((member.name, parse_elf(data)) for member, data in members)
    return {path: elf for path, elf in found if elf}


def test_every_library_that_is_needed_is_there_and_every_one_that_is_there_is_needed(elves: Mapping[str, Elf]) -> None:
    needed = {name for elf in elves.values() for name in elf.needed}
    loaders = {elf.interpreter for elf in elves.values() if elf.interpreter}
    names = {PurePosixPath(path).name for path in elves}
    assert needed <= names
    libraries = {path: elf for path, elf in elves.items() if elf.soname == PurePosixPath(path).name}
    idle = {path for path, elf in libraries.items() if elf.soname not in needed | OPENED_BY_NAME}
    assert {f"/{path}" for path in idle} <= loaders
    assert loaders <= {f"/{path}" for path in elves}


def test_every_elf_file_is_for_one_processor(elves: Mapping[str, Elf]) -> None:
    assert len(elves) > 30
    assert len({(elf.machine, elf.bits) for elf in elves.values()}) == 1


def test_nobody_owns_or_may_write_anything_but_the_folder_for_what_passes(
    members: list[tuple[tarfile.TarInfo, bytes]],
) -> None:
    assert {(m.uid, m.gid, m.uname, m.gname) for m, _ in members} == {(0, 0, "", "")}
    assert {m.name: oct(m.mode) for m, _ in members if m.mode & 0o7022 and not m.issym()} == {"tmp": "0o1777"}
    assert {m.type for m, _ in members} == {tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE}


def test_no_file_tells_where_and_by_whom_it_was_built(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    """Root is everybody's name, and the home of those who built the wheels."""
    told = {sys.prefix, sys.base_prefix, str(Path(contractctl.__file__).parent.parent), str(Path.home())}
    told |= {str(sysconfig.get_config_var(name) or "") for name in ("abs_srcdir", "abs_builddir")} - {"", "."}
    told |= {os.path.realpath(path) for path in told} | {f"/{pwd.getpwuid(os.geteuid()).pw_name}/"}
    told -= {"/root", "/root/", "/", "/usr", "/usr/local"}
    assert [(m.name, path) for m, data in members for path in told if path.encode() in data] == []


def test_every_module_of_the_library_that_is_there_can_be_imported(root: Path) -> None:
    assert run_in(root, *PYTHON, IMPORTS_EVERYTHING).splitlines() == []


def test_every_module_that_the_server_and_its_wheels_name_is_there(root: Path, images: ImageSet) -> None:
    asked = f"import sys; sys.stdout.write(' '.join(name for name in {sorted(_imported(root))!r} if not found(name)))"
    program = f"from importlib.util import find_spec as found\n{asked}"
    assert set(run_in(root, *PYTHON, program).split()) == set(NOT_FOR_A_SERVER)


@pytest.mark.parametrize("absent", ["tkinter", "curses", "readline", "ensurepip", "test", "idlelib", "ctypes"])
def test_what_no_server_needs_is_not_there(absent: str, root: Path) -> None:
    program = f"from importlib.util import find_spec; print(find_spec({absent!r}))"
    assert run_in(root, *PYTHON, program) == "None\n"


def test_there_is_no_shell_and_no_package_manager(root: Path) -> None:
    folders = ("bin", "sbin", "usr/bin", "usr/local/bin")
    programs = {path.name for folder in folders for path in root.glob(f"{folder}/*")}
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert programs == {"python3", version}


def test_how_the_interpreter_was_built_is_asked_for_in_vain(root: Path) -> None:
    program = "import sysconfig; print(sysconfig.get_config_var('Py_GIL_DISABLED'), sysconfig.get_path('stdlib'))"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert run_in(root, *PYTHON, program) == f"None /usr/local/{sys.platlibdir}/python{version}\n"


def test_it_is_the_interpreter_that_runs_here(root: Path) -> None:
    assert run_in(root, *PYTHON, "import sys; print(sys.version)") == f"{sys.version}\n"


def _members(images: ImageSet) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    for layer in images.images[0].layers:
        with tarfile.open(fileobj=io.BytesIO(layer.blob.data)) as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                yield member, content.read() if content else b""


def _imported(root: Path) -> set[str]:
    """Return the modules of the standard library that any import in the image's own folder names, however deep."""
    named: set[str] = set()
    for path in sorted((root / "opt/mock").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                named.add(node.module)
    return {name for name in named if name.partition(".")[0] in sys.stdlib_module_names}
