"""Python distributions in an image, by their metadata: wheels, and what a distribution's packages leave beside them.

Sources: "Core metadata specifications", "Recording installed projects" and PEP 503 (https://packaging.python.org).
"""

from __future__ import annotations

import csv
import posixpath
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser

from contractctl.image.sbom.component import Component, package_url
from contractctl.image.sbom.contents import Contents
from contractctl.image.sbom.licences import classified, spdx_expression

_METADATA = (".dist-info/METADATA", ".egg-info/PKG-INFO", ".egg-info")


def python_distributions(contents: Contents) -> Iterator[Component]:
    """Yield each distribution that has its metadata in the image, in the order of the paths."""
    for path, text in sorted(contents.records.items()):
        if path.endswith(_METADATA):
            metadata = HeaderParser().parsestr(text)
            if metadata["Name"] and metadata["Version"]:
                yield _distribution(contents, path, metadata)


def normal_name(name: str) -> str:
    """Return the name by which an index knows a distribution (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _distribution(contents: Contents, path: str, metadata: Message) -> Component:
    name, version = normal_name(metadata["Name"]), metadata["Version"]
    licence, said = _licence(metadata)
    requires = (line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line)
    return Component(
        name,
        version,
        "LIBRARY",
        package_url("pypi", name, version),
        frozenset(_claimed(contents, path, name)),
        licence=licence,
        said=said,
        depends=tuple(
            dict.fromkeys(normal_name(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]) for line in requires)
        ),
    )


def _licence(metadata: Message) -> tuple[str, str]:
    """Return the licence as an expression, else what is said of it in a line."""
    said = metadata["License-Expression"] or metadata["License"] or ""
    classifiers = metadata.get_all("Classifier", [])
    known = spdx_expression(said) or classified([f"License :: {said}"]) or classified(classifiers)
    return known, "" if known else said.partition("\n")[0].strip()


def _claimed(contents: Contents, path: str, name: str) -> Iterator[str]:
    """Yield the files of a distribution: by its record, which we do not ship, else below what it calls its own."""
    if path.endswith(".egg-info"):
        information, site = path, posixpath.dirname(path)
    else:
        information = posixpath.dirname(path)
        site = posixpath.dirname(information)
    if record := contents.records.get(f"{information}/RECORD"):
        for row in csv.reader(record.splitlines()):
            if row:
                yield posixpath.normpath(posixpath.join(site, row[0])).lstrip("/")
        return
    modules = contents.records.get(f"{information}/top_level.txt", "").split() or [name.replace("-", "_")]
    own = tuple(f"{site}/{module}".lstrip("/") for module in modules)
    for file in contents.files:
        if file.startswith((f"{information}/", *(f"{module}/" for module in own), *(f"{module}." for module in own))):
            yield file
