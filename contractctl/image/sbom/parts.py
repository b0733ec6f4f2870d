"""The parts of an image: who has brought which file. A file belongs to one part at most, the first that claims it."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from contractctl.core.records import dataclass
from contractctl.image.sbom.carried import carried_software
from contractctl.image.sbom.component import Component, package_url
from contractctl.image.sbom.contents import Contents, FileFacts
from contractctl.image.sbom.databases import distribution_packages, operating_system
from contractctl.image.sbom.distributions import python_distributions
from contractctl.image.sbom.machine import packages_of_this_machine

_ROOT = "opt/mock"
_VERSION = re.compile(r"""^__version__ = ["']([^"']+)["']""", re.MULTILINE)
_PROGRAM = re.compile(r"(?:.*/)?bin/python3\.\d+")
_SERVER = "contractctl"

Owners: TypeAlias = "Callable[[Mapping[str, FileFacts]], Mapping[str, Component]]"
"""Tells which package of the machine that built an image has brought which file."""


@dataclass(frozen=True, slots=True)
class Part:
    """A component with the files that it has brought, by path. `kind` tells components of one name apart."""

    kind: str
    component: Component
    files: Mapping[str, FileFacts]


@dataclass(frozen=True, slots=True)
class Dependency:
    """One part does not work without the other."""

    part: Part
    needs: Part


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts of an image, what they need of each other, and the files that nobody claims."""

    parts: Sequence[Part]
    dependencies: Sequence[Dependency]
    files: Mapping[str, FileFacts]


def owners_here(files: Mapping[str, FileFacts]) -> Mapping[str, Component]:
    """Ask dpkg of this machine."""
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        return {}
    return packages_of_this_machine(files, system=system)


def find_parts(contents: Contents, contracts: Iterable[Component] = (), *, owners: Owners = owners_here) -> Parts:
    """Sort the files of an image by what has brought them.

    What a distribution's package manager has put there is its own; then come contracts, server, wheels, interpreters
    and shared libraries. `owners` is asked for those two, of an image that has no package manager's records.
    """
    free = dict(contents.files)
    parts: list[Part] = []

    def claim(kind: str, components: Iterable[Component]) -> None:
        for component in components:
            held = {path: free.pop(path) for path in sorted(component.paths) if path in free}
            parts.append(Part(kind, component, held))

    claim("Distribution", distribution_packages(contents))
    from_scratch = not parts
    claim("Contract", contracts)
    claim("Server", _server(contents))
    claim("Python", (one for one in python_distributions(contents) if not _is_claimed(one, free)))
    claim("Carried", carried_software(contents))
    # Asked once, for all: who answers reads every list of every package.
    owned = owners({path: facts for path, facts in free.items() if _may_be_owned(path, facts)}) if from_scratch else {}
    claim("Interpreter", _interpreters(contents, free, owned))
    claim("Library", _libraries(free, owned))
    if system := operating_system(contents):
        parts.append(Part("System", _system(system), {}))
    return Parts(parts, tuple(_dependencies(parts)), free)


def _is_claimed(component: Component, free: Mapping[str, FileFacts]) -> bool:
    """Tell whether the package manager has brought a distribution: then it is known by that name already."""
    return bool(component.paths) and not any(path in free for path in component.paths)


def _server(contents: Contents) -> Iterator[Component]:
    text = contents.records.get(f"{_ROOT}/{_SERVER}/__init__.py", "")
    if match := _VERSION.search(text):
        own = (f"{_ROOT}/{_SERVER}/", f"{_ROOT}/__main__.py", f"{_ROOT}/__pycache__/__main__.")
        paths = frozenset(path for path in contents.files if path.startswith(own))
        purl = package_url("pypi", _SERVER, match[1])
        yield Component(_SERVER, match[1], "APPLICATION", purl, paths, licence="Apache-2.0")


def _may_be_owned(path: str, facts: FileFacts) -> bool:
    return bool(facts.soname) or _PROGRAM.fullmatch(path) is not None


def _interpreters(
    contents: Contents, free: Mapping[str, FileFacts], owned: Mapping[str, Component]
) -> Iterator[Component]:
    """Yield each version of Python that is in the image, its library and its programs with it."""
    versions = sorted({facts.python for facts in contents.files.values() if facts.python})
    for version in versions:
        minor = ".".join(version.split(".")[:2])
        own = re.compile(rf"(?:.*/)?(?:lib\w*/python{minor}(?:/.*)|lib\w*/.*/?libpython{minor}\..*|bin/python{minor})")
        site = re.compile(r".*/(?:site|dist)-packages/.*")
        paths = {path for path in free if own.fullmatch(path) and not site.fullmatch(path)}
        taken = sorted({f"{one.name} {one.version}" for path, one in owned.items() if path in paths})
        yield Component(
            "python",
            version,
            "APPLICATION",
            package_url("generic", "python", version),
            frozenset(paths),
            licence="Python-2.0.1",
            supplier="Organization: Python Software Foundation",
            source=f"taken from the Debian packages {', '.join(taken)}" if taken else "",
            cpe=f"cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*",
        )


def _libraries(free: Mapping[str, FileFacts], owned: Mapping[str, Component]) -> Iterator[Component]:
    """Yield what the shared libraries came from: a Debian package each where that is known, else the library itself."""
    libraries = {path: facts for path, facts in free.items() if facts.soname}
    yield from sorted({one.purl: one for path, one in owned.items() if path in libraries}.values(), key=_by_name)
    for path, facts in sorted(libraries.items()):
        if path not in owned:
            yield Component(facts.soname, "", "LIBRARY", paths=frozenset({path}))


def _by_name(component: Component) -> str:
    return component.name


def _system(system: Mapping[str, str]) -> Component:
    return Component(system.get("ID", "linux"), system.get("VERSION_ID", ""), "OPERATING-SYSTEM")


def _dependencies(parts: Sequence[Part]) -> Iterator[Dependency]:
    """Yield who needs whom: by what ELF files ask the loader for, and by what distributions require and carry."""
    sonames = {facts.soname: part for part in parts for facts in part.files.values() if facts.soname}
    carried = [part for part in parts if part.kind == "Carried"]
    python = {part.component.name: part for part in parts if part.kind == "Python"}
    for part in parts:
        asked = dict.fromkeys(name for facts in part.files.values() for name in facts.needed)
        needs = [sonames[name] for name in asked if name in sonames]
        needs += [other for other in carried if not part.files.keys().isdisjoint(other.component.within)]
        needs += [python[name] for name in part.component.depends if name in python]
        if part.kind == "Interpreter":
            needs += [other for other in parts if other.kind == "Distribution" and _runs(other, part.component.version)]
        if part.kind == "Server":
            needs += [other for other in parts if other.kind == "Interpreter" or _is_beside(other)]
        unique = {id(other): other for other in needs if other is not part}
        yield from (Dependency(part, other) for other in unique.values())


def _runs(part: Part, version: str) -> bool:
    return any(facts.python == version for facts in part.files.values())


def _is_beside(part: Part) -> bool:
    return part.kind == "Python" and any(path.startswith(f"{_ROOT}/") for path in part.files)
