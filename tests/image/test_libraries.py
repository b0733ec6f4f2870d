from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.image.bases.libraries import LibraryFinder, read_loader_cache
from tests.components.presence import require

PYTHON = Path(sys.executable).resolve()
EXTENSION = next(Path(jsonschema_rs.__file__).parent.glob("*.so"))
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the loader is Linux's")


def loaded_by(path: Path) -> dict[str, Path]:
    """Ask the loader itself."""
    said = subprocess.run([require("ldd", package="libc-bin"), path], capture_output=True, text=True, check=True).stdout
    pairs = re.findall(r"^\s*(\S+) => (/\S+)", said, re.MULTILINE)
    return {name: Path(found).resolve() for name, found in pairs}


@pytest.mark.parametrize("roots", [(), (EXTENSION,)], ids=["the interpreter alone", "the interpreter and a wheel"])
def test_the_closure_holds_what_the_loader_itself_would_load(roots: tuple[Path, ...]) -> None:
    libraries = LibraryFinder.of(PYTHON).closure(roots)
    wanted = {name: path for file in (PYTHON, *roots) for name, path in loaded_by(file).items()}
    found = {name: path.resolve() for name, path in libraries.files.items()}
    assert wanted.items() <= found.items()
    opened_by_name = {"libgcc_s.so.1", "libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2"}
    assert found.keys() - wanted.keys() <= opened_by_name


def test_the_libraries_go_where_the_c_library_is() -> None:
    libraries = LibraryFinder.of(PYTHON).closure(())
    libc = next(name for name in libraries.files if name.startswith("libc."))
    assert (Path(libraries.folder) / libc).is_file()


def test_the_loader_cache_reads_as_ldconfig_reads_it() -> None:
    cache = read_loader_cache(Path("/etc/ld.so.cache"))
    said = subprocess.run([require("ldconfig", package="libc-bin"), "-p"], capture_output=True, text=True, check=True)
    lines = re.findall(r"^\t(\S+) \(([^)]*)\) => (\S+)", said.stdout, re.MULTILINE)
    listed: dict[str, list[str]] = {}
    for name, kind, path in lines:
        if "hwcap" not in kind:
            listed.setdefault(name, []).append(path)
    assert {name: list(paths) for name, paths in cache.items()} == listed


@pytest.mark.parametrize("content", [None, b"", b"ld.so-1.7.0 and nothing else"], ids=["absent", "empty", "ancient"])
def test_without_a_readable_cache_the_loader_has_its_folders(content: bytes | None, tmp_path: Path) -> None:
    cache = tmp_path / "ld.so.cache"
    if content is not None:
        cache.write_bytes(content)
    assert read_loader_cache(cache) == {}


def test_a_library_that_is_nowhere_is_named_with_the_file_that_wants_it(tmp_path: Path) -> None:
    broken = tmp_path / "broken.so"
    broken.write_bytes(EXTENSION.read_bytes().replace(b"libgcc_s.so.1\0", b"libgone_.so.1\0"))
    finder = LibraryFinder.of(PYTHON)
    assert not finder.loads(broken)
    with pytest.raises(DeliveryFailure) as failure:
        finder.closure([broken])
    assert failure.value.message == (
        f"cannot put {broken} into an image: the shared library libgone_.so.1 that it loads is not installed"
    )
    assert failure.value.hint


def test_a_script_is_no_executable_to_take(tmp_path: Path) -> None:
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\n")
    with pytest.raises(DeliveryFailure, match="is not an ELF executable"):
        LibraryFinder.of(script)
