"""An SPDX document, judged by another reader of it, and looked at by name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def faults(document: bytes, folder: Path) -> list[str]:
    """Return what spdx-tools finds wrong with a document; it reads files only."""
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    path = folder / "sbom.spdx.json"
    path.write_bytes(document)
    return [fault.validation_message for fault in validate_full_spdx_document(parse_file(str(path)))]


@dataclass(frozen=True)
class Told:
    """What a document tells."""

    document: Mapping[str, Any]

    @classmethod
    def by(cls, written: bytes) -> Told:
        return cls(json.loads(written))

    def package(self, name: str) -> Mapping[str, Any]:
        """Return the only package of a name."""
        (found,) = (each for each in self.document["packages"] if each["name"] == name)
        assert isinstance(found, dict)
        return found

    def names(self) -> list[str]:
        """Return the names of all packages, sorted."""
        return sorted(each["name"] for each in self.document["packages"])

    def purl(self, name: str) -> str:
        """Return the package URL of a package, "" where it has none."""
        references = self.package(name).get("externalRefs", [])
        return next((each["referenceLocator"] for each in references if each["referenceType"] == "purl"), "")

    def related(self, relation: str) -> set[tuple[str, str]]:
        """Return what is related so, by names of packages and files."""
        names = dict(self._elements())
        return {
            (names[each["spdxElementId"]], names[each["relatedSpdxElement"]])
            for each in self.document["relationships"]
            if each["relationshipType"] == relation
        }

    def files_in(self, name: str) -> list[str]:
        """Return the files that a package contains itself, sorted."""
        return sorted(other[2:] for one, other in self.related("CONTAINS") if one == name and other.startswith("./"))

    def digests(self) -> dict[str, list[tuple[str, str]]]:
        """Return SHA-1 and SHA-256 of every file by its path, a pair for each file of that path."""
        found: dict[str, list[tuple[str, str]]] = {}
        for each in self.document["files"]:
            sums = {one["algorithm"]: one["checksumValue"] for one in each["checksums"]}
            found.setdefault(each["fileName"][2:], []).append((sums["SHA1"], sums["SHA256"]))
        return found

    def _elements(self) -> Iterator[tuple[str, str]]:
        yield "SPDXRef-DOCUMENT", "the document"
        for each in (*self.document["packages"], *self.document["files"]):
            yield each["SPDXID"], each.get("name") or each["fileName"]
