"""What the package manager of a distribution has put into an image, by its own records: dpkg's and apk's.

Sources: deb-control(5), dpkg-query(1); the Alpine wiki, "Apk spec" (installed database v2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from contractctl.image.sbom.component import Component, package_url
from contractctl.image.sbom.contents import Contents
from contractctl.image.sbom.licences import spdx_expression

_DPKG = "var/lib/dpkg"
_APK = ("lib/apk/db/installed", "usr/lib/apk/db/installed")


def operating_system(contents: Contents) -> Mapping[str, str]:
    """Return what os-release says, empty where there is none (os-release(5))."""
    text = contents.records.get("etc/os-release") or contents.records.get("usr/lib/os-release") or ""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def distribution_packages(contents: Contents) -> Iterator[Component]:
    """Yield the packages of the distribution, in the order of their names."""
    system = operating_system(contents)
    yield from sorted(_debian_packages(contents, system), key=lambda one: (one.name, one.purl))
    yield from sorted(_alpine_packages(contents, system), key=lambda one: one.name)


def debian_fields(stanza: str) -> dict[str, str]:
    """Read a paragraph of a control file. Continuation lines are joined by line ends."""
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line[:1] in {" ", "\t"}:
            fields[name] = f"{fields.get(name, '')}\n{line.strip()}"
        else:
            name, _, value = line.partition(":")
            fields[name] = value.strip()
    return fields


def debian_package(fields: Mapping[str, str], system: Mapping[str, str], paths: frozenset[str]) -> Component:
    """Describe a package by its paragraph, as one of the Debian or Ubuntu that `system` is."""
    name, version, vendor = fields["Package"], fields.get("Version", ""), system.get("ID", "debian")
    source, _, source_version = fields.get("Source", "").partition(" ")
    upstream = f"{source}@{source_version.strip('()')}" if source_version else source
    return Component(
        name,
        version,
        "LIBRARY" if fields.get("Section", "").endswith("libs") else "APPLICATION",
        package_url(
            "deb",
            f"{vendor}/{name}",
            version,
            {"arch": fields.get("Architecture", ""), "distro": _release(system, "debian"), "upstream": upstream},
        ),
        paths,
        supplier=_person(fields.get("Maintainer", "")),
    )


def _debian_packages(contents: Contents, system: Mapping[str, str]) -> Iterator[Component]:
    status = contents.records.get(f"{_DPKG}/status", "")
    single = (text for path, text in contents.records.items() if path.startswith(f"{_DPKG}/status.d/"))
    for stanza in (*re.split(r"\n{2,}", status), *single):
        fields = debian_fields(stanza)
        # Images without a package manager have paragraphs without a status, one to a file.
        if "Package" in fields and fields.get("Status", "ok installed").endswith("ok installed"):
            yield debian_package(fields, system, frozenset(_listed(contents, fields)))


def _listed(contents: Contents, fields: Mapping[str, str]) -> Iterator[str]:
    name = fields["Package"]
    for listed in (name, f"{name}:{fields.get('Architecture', '')}"):
        for line in contents.records.get(f"{_DPKG}/info/{listed}.list", "").splitlines():
            yield contents.resolve(line)
    for line in contents.records.get(f"{_DPKG}/status.d/{name}.md5sums", "").splitlines():
        yield contents.resolve(line.partition("  ")[2])


def _alpine_packages(contents: Contents, system: Mapping[str, str]) -> Iterator[Component]:
    for text in (contents.records.get(path, "") for path in _APK):
        for stanza in text.split("\n\n"):
            lines = [(line[:1], line[2:]) for line in stanza.splitlines()]
            fields = dict(reversed(lines))
            if "P" in fields:
                yield _alpine_package(fields, system, frozenset(_held(contents, lines)))


def _alpine_package(fields: Mapping[str, str], system: Mapping[str, str], paths: frozenset[str]) -> Component:
    name, version, licence = fields["P"], fields.get("V", ""), fields.get("L", "")
    known = spdx_expression(licence)
    origin = fields.get("o", "")
    return Component(
        name,
        version,
        "LIBRARY" if any(".so" in path for path in paths) else "APPLICATION",
        package_url(
            "apk",
            f"{system.get('ID', 'alpine')}/{name}",
            version,
            {"arch": fields.get("A", ""), "distro": _release(system, "alpine"), "upstream": origin},
        ),
        paths,
        licence=known,
        said="" if known else licence,
        supplier=_person(fields.get("m", "")),
    )


def _held(contents: Contents, lines: list[tuple[str, str]]) -> Iterator[str]:
    folder = ""
    for kind, value in lines:
        if kind == "F":
            folder = value
        elif kind == "R":
            yield contents.resolve(f"{folder}/{value}")


def _release(system: Mapping[str, str], otherwise: str) -> str:
    version = system.get("VERSION_ID", "")
    return f"{system.get('ID', otherwise)}-{version}" if version else ""


def _person(maintainer: str) -> str:
    """Say who maintains a package as SPDX says it; a team has no name that tells it from a person."""
    name, _, address = maintainer.partition("<")
    address = address.strip(" >")
    return f"Organization: {name.strip()}{f' ({address})' if address else ''}" if name.strip() else ""
