"""The elements of an SPDX document, as JSON says them.

Source: SPDX 2.3, clauses 7 (packages), 8 (files) and 11 (relationships).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from contractctl.core.json import Json
from contractctl.image.sbom.component import Component
from contractctl.image.sbom.contents import FileFacts

DOCUMENT = "SPDXRef-DOCUMENT"
_UNKNOWN = "NOASSERTION"

Relation: TypeAlias = Literal["CONTAINS", "DEPENDENCY_OF", "DESCENDANT_OF", "DESCRIBES", "VARIANT_OF"]


def unique_id(kind: str, *what: str) -> str:
    """Return the identifier of an element: equal for equal things, and made of the letters that SPDX allows."""
    digest = hashlib.sha256("\0".join(what).encode("utf-8", "surrogateescape")).hexdigest()
    return f"SPDXRef-{kind}-{digest[:24]}"


def package(
    identifier: str, component: Component, files: Iterable[FileFacts] | None = None, *, spec_digest: str = ""
) -> dict[str, Json]:
    """Describe a component. `files` are all that are in it, None where nobody has looked.

    `spec_digest` is that of a contract (`c1:sha256:…`).
    """
    sums = sorted(facts.sha1 for facts in files or ())
    code = hashlib.sha1("".join(sums).encode(), usedforsecurity=False).hexdigest()
    value: dict[str, Json] = {
        "SPDXID": identifier,
        "name": component.name,
        "versionInfo": component.version,
        "supplier": component.supplier,
        "downloadLocation": _UNKNOWN,
        "filesAnalyzed": bool(sums),
        "packageVerificationCode": {"packageVerificationCodeValue": code} if sums else "",
        "sourceInfo": component.source,
        "licenseConcluded": _UNKNOWN,
        "licenseDeclared": component.licence or _UNKNOWN,
        "licenseComments": f"The package says: {component.said}" if component.said else "",
        "copyrightText": _UNKNOWN,
        "primaryPackagePurpose": component.purpose,
        "externalRefs": [
            *_reference("PACKAGE-MANAGER", "purl", component.purl),
            *_reference("SECURITY", "cpe23Type", component.cpe),
            *_reference("OTHER", "contractctl-spec-digest", spec_digest),
        ],
    }
    return {name: value for name, value in value.items() if value not in ("", [])}


def file_id(path: str, facts: FileFacts) -> str:
    """Return the identifier of a file: what two platforms share has one."""
    return unique_id("File", path, facts.sha256)


def file(path: str, facts: FileFacts) -> dict[str, Json]:
    """Describe a file of an image by its path without a leading slash."""
    checksums: list[Json] = [
        {"algorithm": "SHA1", "checksumValue": facts.sha1},
        {"algorithm": "SHA256", "checksumValue": facts.sha256},
    ]
    named: Mapping[str, Json] = {"comment": f"SONAME {facts.soname}"} if facts.soname else {}
    return {"SPDXID": file_id(path, facts), "fileName": f"./{path}", "checksums": checksums, **named}


def relationship(one: str, relation: Relation, other: str) -> dict[str, Json]:
    """Say how two elements belong together: `one` CONTAINS `other`."""
    return {"spdxElementId": one, "relationshipType": relation, "relatedSpdxElement": other}


def _reference(category: str, kind: str, locator: str) -> list[Json]:
    if not locator:
        return []
    return [{"referenceCategory": category, "referenceType": kind, "referenceLocator": locator}]
