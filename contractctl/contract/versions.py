"""Which version of OpenAPI a document is written in, and how a document is refused that names none."""

from __future__ import annotations

from typing import Literal, TypeAlias

from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Location, Place
from contractctl.core.patterns import pattern
from contractctl.source.document import Document

Version: TypeAlias = Literal["2.0", "3.0", "3.1", "3.2"]
"""A version without its patch number: patches say the same in better words."""

_THREE = pattern(r"3\.[012](\.\d+.*)?")
_READ = "2.0, 3.0, 3.1 and 3.2 are"


def openapi_version(document: Document) -> str:
    """Return the version that a description names, as it is written (`3.0.3`, `2.0`).

    Raise UnloadableDescription for a document that names none that is read here.
    """
    found = _written_version(document.root)
    if found is None:
        raise UnloadableDescription((document_not_openapi(document),))
    return found


def own_version(document: Document) -> Version | None:
    """Return the version that a document names for itself; None for a fragment, which has that of its users."""
    written = _written_version(document.root)
    return version_of(written) if written else None


def version_of(openapi: str) -> Version:
    """Return the version without its patch number of one that `openapi_version` has returned."""
    versions: dict[str, Version] = {"2.0": "2.0", "3.0": "3.0", "3.1": "3.1", "3.2": "3.2"}
    return versions[openapi[:3]]


def _written_version(root: Json) -> str | None:
    if not is_object(root):
        return None
    version = root.get("openapi")
    if isinstance(version, str) and _THREE.fullmatch(version):
        return version
    return "2.0" if "openapi" not in root and root.get("swagger") == "2.0" else None


def document_not_openapi(document: Document) -> Finding:
    """Make the finding for a document that names no version of OpenAPI that is read here; its span is filled."""
    root = document.root if is_object(document.root) else {}
    at, hint = Place(document.uri), "an OpenAPI description begins with `openapi: 3.1.0` or so"
    key = next((name for name in ("openapi", "swagger", "swaggerVersion") if name in root), None)
    if key is None:
        message = "not an OpenAPI description: `openapi` is missing"
    elif isinstance(root[key], str):
        message, hint = f"{'OpenAPI' if key == 'openapi' else 'Swagger'} {root[key]} is not read by this version", _READ
    elif isinstance(root[key], (int, float)) and not isinstance(root[key], bool):
        patch = ".0" if key == "openapi" else ""
        message, hint = f"`{key}` must be a string", f'quote it: "{root[key]}{patch}"'
    else:
        message = f"`{key}` must be a string"
    location = document.located(Location(at / key if key else at))
    return Finding("document-not-openapi", Severity.ERROR, message, location, hint)
