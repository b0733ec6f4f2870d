"""An edition of a contract: which version it calls itself, and what it says."""

from __future__ import annotations

import hashlib

from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Location, Place
from contractctl.core.records import dataclass
from contractctl.drift.split import whole_digest
from contractctl.source.document import Document


@dataclass(frozen=True, slots=True)
class Edition:
    """`version` is `info.version`, `content` a digest without it, `raw` the digest of the bytes as served.

    A digest is None where nobody recorded it.
    """

    version: str
    content: str | None
    raw: str | None


def edition_of(document: Document, data: bytes) -> Edition:
    """Return the edition that a description is. `data` are its bytes, without content coding.

    Raise UnloadableDescription when the document is no OpenAPI description (of any version) or has no `info.version`.
    """
    return Edition(_version(document), whole_digest(document), raw_digest(data))


def raw_digest(data: bytes) -> str:
    """Return `sha256:…` of bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _version(document: Document) -> str:
    root = document.root if is_object(document.root) else {}
    if not isinstance(root.get("openapi", root.get("swagger")), str):
        hint = "an OpenAPI description begins with `openapi: 3.1.0` or so"
        raise _refusal(document, Place(document.uri), "not an OpenAPI description: `openapi` is missing", hint)
    info = root.get("info")
    version = _text(info.get("version")) if is_object(info) else ""
    if not version.strip():
        raise _refusal(document, Place(document.uri) / "info", "`info.version` is missing", "every contract has one")
    return version


def _text(value: Json) -> str:
    """Return a version as text; YAML reads `version: 1.0` as a number."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _refusal(document: Document, place: Place, message: str, hint: str) -> UnloadableDescription:
    location = Location(place, document.locate(place))
    return UnloadableDescription((Finding("document-not-openapi", Severity.ERROR, message, location, hint),))
