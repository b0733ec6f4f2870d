"""Shared libraries: which ones an interpreter and its extension modules load, found as the loader finds them.

Source: ld.so(8): RUNPATH, else the RPATHs; then the loader's cache; then its default folders.
"""

from __future__ import annotations

import os
import struct
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path

from contractctl.core.failures import DeliveryFailure
from contractctl.core.records import dataclass
from contractctl.image.bases.elf import Elf, read_elf

_CACHE_MAGIC = b"glibc-ld.so.cache1.1"
_CACHE_HEADER = struct.Struct("=20sII28x")
_CACHE_ENTRY = struct.Struct("=iIIIQ")
_DEFAULT_FOLDERS = ("/lib", "/usr/local/lib", "/usr/lib", "/lib64", "/usr/lib64")
_OPENED_BY_NAME = ("libgcc_s.so.1",)
_OPENED_TO_FIND_NAMES = ("libnss_files.so.2", "libnss_dns.so.2")
_ALL_IN_ONE = (2, 34)
"""Libraries that glibc opens when a thread is cancelled, and when a name is looked up, which it does itself since 2.34.

No DT_NEEDED names them.
"""


@dataclass(frozen=True, slots=True)
class Libraries:
    """Files by soname, and the folder (absolute) in which the loader of this machine finds them by itself."""

    files: Mapping[str, Path]
    folder: str


@dataclass(frozen=True, slots=True)
class LibraryFinder:
    """Finds libraries for one executable. `cache` gives paths by soname, best first."""

    executable: Path
    elf: Elf
    cache: Mapping[str, tuple[str, ...]]
    _seen: dict[Path, Elf | None] = field(default_factory=dict)

    @classmethod
    def of(cls, executable: Path, cache: Path = Path("/etc/ld.so.cache")) -> LibraryFinder:
        """Prepare for an executable of this machine. Raise DeliveryFailure when it is not an ELF file."""
        elf = read_elf(executable)
        if elf is None:
            raise DeliveryFailure(
                f"cannot take {executable} into an image: it is not an ELF executable",
                hint="choose a base with --base-image oci:DIR",
            )
        return cls(executable, elf, read_loader_cache(cache))

    def closure(self, roots: Iterable[Path]) -> Libraries:
        """Return every library that the executable and `roots` load, directly or not; the loader itself is left out.

        Libraries that lie beside a root because its wheel carries them are followed and not listed. Raise
        DeliveryFailure when a library is nowhere to be found.
        """
        beside = frozenset(path.resolve() for path in roots)
        waiting = deque([self.executable, *sorted(beside)])
        files: dict[str, Path] = {}
        followed = set(waiting)
        loader = Path(self.elf.interpreter).name
        while waiting:
            wanted_by = waiting.popleft()
            for name in self._needed(wanted_by):
                if name == loader or name in files:
                    continue
                found = self._locate(name, wanted_by)
                if found.resolve() not in beside:
                    files[name] = found
                if found.resolve() not in followed:
                    followed.add(found.resolve())
                    waiting.append(found)
        files |= self._loaded_by_name(files)
        return Libraries(files, _folder_of_libc(files))

    def loads(self, module: Path) -> bool:
        """Tell whether everything that an extension module needs is installed here."""
        return all(self.find(name, module) for name in self._needed(module))

    def find(self, name: str, wanted_by: Path) -> Path | None:
        """Return the file that the loader would take for `name`, or None."""
        elf = self._read(wanted_by)
        for candidate in self._candidates(name, wanted_by, elf or self.elf):
            other = self._read(candidate)
            if other and (other.machine, other.bits) == (self.elf.machine, self.elf.bits):
                return candidate
        return None

    def _locate(self, name: str, wanted_by: Path) -> Path:
        if found := self.find(name, wanted_by):
            return found
        raise DeliveryFailure(
            f"cannot put {wanted_by} into an image: the shared library {name} that it loads is not installed",
            hint="install the library, or choose a base with --base-image oci:DIR",
        )

    def _candidates(self, name: str, wanted_by: Path, elf: Elf) -> Iterator[Path]:
        own = elf.runpath or (*elf.rpath, *self.elf.rpath)
        for folder in own:
            yield Path(_expand(folder, wanted_by), name)
        yield from map(Path, self.cache.get(name, ()))
        for folder in _DEFAULT_FOLDERS:
            yield Path(folder, name)

    def _loaded_by_name(self, files: Mapping[str, Path]) -> dict[str, Path]:
        wanted = deque(_OPENED_BY_NAME if glibc_version() >= _ALL_IN_ONE else _OPENED_BY_NAME + _OPENED_TO_FIND_NAMES)
        found: dict[str, Path] = {}
        while wanted:
            name = wanted.popleft()
            path = None if name in files or name in found else self.find(name, self.executable)
            if path and self.loads(path):
                found[name] = path
                wanted.extend(self._needed(path))
        return found

    def _needed(self, path: Path) -> tuple[str, ...]:
        elf = self._read(path)
        return elf.needed if elf else ()

    def _read(self, path: Path) -> Elf | None:
        if path not in self._seen:
            self._seen[path] = read_elf(path) if path.is_file() else None
        return self._seen[path]


def glibc_version() -> tuple[int, int]:
    """Return the version of the C library that this process runs on, (0, 0) where it is another one."""
    try:
        version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")[2]
        major, minor = version.split(".")[:2]
        return int(major), int(minor)
    except (OSError, ValueError):
        return 0, 0


def read_loader_cache(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Read glibc's ld.so.cache: paths by soname. Empty where there is none, or in a format older than glibc 2.1.

    Variants for a kind of processor (glibc-hwcaps) are left out: the image has to run on any processor.
    """
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    start = data.find(_CACHE_MAGIC)
    if start < 0:
        return {}
    data = data[start:]
    paths: dict[str, tuple[str, ...]] = {}
    _magic, count, _length = _CACHE_HEADER.unpack_from(data)
    for index in range(count):
        _flags, name, value, _system, capabilities = _CACHE_ENTRY.unpack_from(data, 48 + index * _CACHE_ENTRY.size)
        if capabilities == 0:
            soname = _text(data, name)
            paths[soname] = (*paths.get(soname, ()), _text(data, value))
    return paths


def _text(data: bytes, at: int) -> str:
    return os.fsdecode(data[at : data.index(b"\0", at)])


def _expand(folder: str, wanted_by: Path) -> str:
    origin = str(wanted_by.resolve().parent)
    return folder.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)


def _folder_of_libc(files: Mapping[str, Path]) -> str:
    """Where the C library lies is where its loader looks without being told, on every distribution."""
    return next((str(path.parent) for name, path in files.items() if name.startswith("libc.")), "/usr/lib")
