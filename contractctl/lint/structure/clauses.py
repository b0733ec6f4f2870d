"""Where each object is specified, by the number of its section among those of all objects."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.lint.structure.kinds import ObjectType, Tokens

_NUMBERED: Mapping[str, str] = {"3.0": "OpenAPI 3.0.3 §4.7", "3.1": "OpenAPI 3.1.1 §4.8"}
_NAMED: Mapping[str, str] = {"2.0": "OpenAPI 2.0", "3.2": "OpenAPI 3.2.0"}
_SECTIONS: Mapping[str, Tokens] = {
    "2.0": (
        *("Swagger", "Info", "Contact", "License", "Paths", "Path Item", "Operation", "External Documentation"),
        *("Parameter", "Items", "Responses", "Response", "Headers", "Example", "Header", "Tag", "Reference", "Schema"),
        *("XML", "Definitions", "Parameters Definitions", "Responses Definitions", "Security Definitions"),
        *("Security Scheme", "Scopes", "Security Requirement"),
    ),
    "3.2": (
        *("OpenAPI", "Info", "Contact", "License", "Server", "Server Variable", "Components", "Paths", "Path Item"),
        *("Operation", "External Documentation", "Parameter", "Request Body", "Media Type", "Encoding", "Responses"),
        *("Response", "Callback", "Example", "Link", "Header", "Tag", "Reference", "Schema", "Discriminator", "XML"),
        *("Security Scheme", "OAuth Flows", "OAuth Flow", "Security Requirement"),
    ),
}


def clause(version: str, entry: ObjectType) -> str:
    """Return where the object is specified: "OpenAPI 3.1.1 §4.8.17", "OpenAPI 3.2.0 §Response Object".

    Sections of 2.0 and 3.2 are known by their names.
    """
    if version in _NUMBERED:
        return f"{_NUMBERED[version]}.{entry.clause}"
    return f"{_NAMED[version]} §{_SECTIONS[version][entry.clause - 1]} Object"
