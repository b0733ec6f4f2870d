"""The elements of an SPDX document, as JSON says them.

Source: SPDX 2.3, clauses 7 (packages), 8 (files) and 11 (relationships).
"""

from __future__ import annotations

import hashlib
from typing import Literal

from contractctl.core.json import Json
from contractctl.core.records import dataclass

DOCUMENT = "SPDXRef-DOCUMENT"
UNKNOWN = "NOASSERTION"

Purpose = Literal["APPLICATION", "CONTAINER", "LIBRARY", "OPERATING-SYSTEM", "OTHER"]
Relation = Literal["CONTAINS", "DEPENDENCY_OF", "DESCRIBES", "VARIANT_OF"]


@dataclass(frozen=True, slots=True)
class Element:
    """A member of one of the document's lists."""

    kind: Literal["package", "file", "relationship"]
    value: dict[str, Json]


def unique_id(kind: str, *what: str) -> str:
    """Return the identifier of an element: equal for equal things, and made of the letters that SPDX allows."""
    digest = hashlib.sha256("\0".join(what).encode("utf-8", "surrogateescape")).hexdigest()
    return f"SPDXRef-{kind}-{digest[:24]}"


def package(
    identifier: str,
    name: str,
    version: str,
    *,
    purpose: Purpose,
    purl: str = "",
    licence: str = "",
    spec_digest: str = "",
) -> Element:
    """Describe a package. `licence` is an SPDX expression, `spec_digest` that of a contract (`c1:sha256:…`)."""
    references: list[Json] = []
    if purl:
        references.append(_reference("PACKAGE-MANAGER", "purl", purl))
    if spec_digest:
        references.append(_reference("OTHER", "contractctl-spec-digest", spec_digest))
    value: dict[str, Json] = {
        "SPDXID": identifier,
        "name": name,
        "versionInfo": version,
        "downloadLocation": UNKNOWN,
        "filesAnalyzed": False,
        "licenseConcluded": UNKNOWN,
        "licenseDeclared": licence or UNKNOWN,
        "copyrightText": UNKNOWN,
        "primaryPackagePurpose": purpose,
        "externalRefs": references,
    }
    return Element("package", {name: value for name, value in value.items() if value not in ("", [])})


def relationship(one: str, relation: Relation, other: str) -> Element:
    """Say how two elements belong together: `one` CONTAINS `other`."""
    return Element("relationship", {"spdxElementId": one, "relationshipType": relation, "relatedSpdxElement": other})


def _reference(category: str, kind: str, locator: str) -> Json:
    return {"referenceCategory": category, "referenceType": kind, "referenceLocator": locator}
