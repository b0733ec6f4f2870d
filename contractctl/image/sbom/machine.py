"""Debian packages of the machine that built an image from itself: which of them a file of the image was taken from.

Only what is proven is told: the file that lies here, cut as files are cut for an image, has to be the one in the image.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from contractctl.image.bases.elf import strip_elf
from contractctl.image.bases.host import hide_this_machine
from contractctl.image.bases.libraries import read_loader_cache
from contractctl.image.cache import cached
from contractctl.image.sbom.component import Component
from contractctl.image.sbom.contents import FileFacts
from contractctl.image.sbom.databases import debian_fields, debian_package

_LOADER_CACHE = Path("/etc/ld.so.cache")


def packages_of_this_machine(
    files: Mapping[str, FileFacts], *, database: Path = Path("/var/lib/dpkg"), system: Mapping[str, str]
) -> Mapping[str, Component]:
    """Return the package of each file (by its path in the image) that was taken from one, as dpkg knows it here.

    `system` is the os-release of this machine. What no package has brought is not in it; without dpkg nothing is.
    """
    try:
        status = (database / "status").stat()
    except OSError:
        return {}
    wanted = sorted((path, facts.sha256) for path, facts in files.items())

    def make() -> bytes:
        return json.dumps(_search(files, database)).encode()

    key = (str(database), str(status.st_mtime_ns), str(status.st_size), json.dumps(wanted))
    found: dict[str, tuple[str, list[str]]] = json.loads(cached("dpkg", key, make))
    return {
        path: debian_package(debian_fields(stanza), system, frozenset(own)) for path, (stanza, own) in found.items()
    }


def _search(files: Mapping[str, FileFacts], database: Path) -> dict[str, tuple[str, list[str]]]:
    """Return the paragraph of the package by path, and with it all paths of the image that it has brought."""
    loaded = read_loader_cache(_LOADER_CACHE)
    here = {path: place for path, facts in files.items() if (place := _place(path, facts, loaded))}
    owners = _owners(database, frozenset(name for place in here.values() for name in _spellings(place)))
    brought: dict[str, list[str]] = {}
    for path, place in here.items():
        if owner := next((owners[name] for name in _spellings(place) if name in owners), None):
            brought.setdefault(owner, []).append(path)
    stanzas = _stanzas(database, brought)
    return {path: (stanzas[owner], own) for owner, own in brought.items() if owner in stanzas for path in own}


def _place(path: str, facts: FileFacts, loaded: Mapping[str, tuple[str, ...]]) -> str:
    """Return the file of this machine that the image holds at a path, with links followed; "" where there is none."""
    name = path.rpartition("/")[2]
    program: tuple[str, ...] = (sys.executable,) if "bin/" in path else ()
    for candidate in (*program, f"/{path}", *loaded.get(name, ())):
        real = os.path.realpath(candidate)
        if Path(real).is_file():
            data = hide_this_machine(strip_elf(Path(real).read_bytes()))
            if hashlib.sha256(data).hexdigest() == facts.sha256:
                return real
    return ""


def _spellings(path: str) -> Iterator[str]:
    """Yield the names of a file in dpkg's lists, which may be older than the merge of / and /usr."""
    yield path
    if path.startswith("/usr/"):
        yield path.removeprefix("/usr")


def _owners(database: Path, wanted: Iterable[str]) -> dict[str, str]:
    """Return the package (`NAME` or `NAME:ARCHITECTURE`) by path."""
    lines = {path: f"\n{path}\n".encode() for path in wanted}
    owners: dict[str, str] = {}
    for listed in sorted((database / "info").glob("*.list")) if lines else ():
        content = b"\n" + listed.read_bytes()
        owners |= {path: listed.name.removesuffix(".list") for path, line in lines.items() if line in content}
    return owners


def _stanzas(database: Path, packages: Iterable[str]) -> dict[str, str]:
    by_name = {}
    names = tuple(f"Package: {package.partition(':')[0]}\n" for package in packages)
    for stanza in (database / "status").read_text("utf-8", "replace").split("\n\n"):
        if not f"{stanza}\n".lstrip("\n").startswith(names):
            continue
        fields = debian_fields(stanza)
        name = fields.get("Package", "")
        by_name[name] = by_name[f"{name}:{fields.get('Architecture', '')}"] = stanza
    return {package: by_name[package] for package in packages if package in by_name}
