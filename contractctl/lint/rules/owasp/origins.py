"""API8:2023, security misconfiguration: which pages of others may call from a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.contract.model import Header
from contractctl.core.findings import Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.owasp.answers import has_header_somewhere, unsaid
from contractctl.lint.rules.owasp.demands import is_closed
from contractctl.lint.subject import Subject

_ORIGIN: Final = "access-control-allow-origin"


@rule("owasp-cors-missing", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def cors_missing(subject: Subject) -> Iterator[Defect]:
    """No answer says which pages may read it in a browser.

    Why: Which origins are let in is decided somewhere; what the contract says can be tested. One answer of each
    operation is enough; where most have none, it is said once.

    Source: OWASP API8:2023 Security Misconfiguration ("a Cross-Origin Resource Sharing policy is missing or improperly
    set")

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200": {description: Pets, headers: {Access-Control-Allow-Origin: {schema: {type: string}}}}
    """
    hint = "document the header `Access-Control-Allow-Origin`"
    what = "which pages may read its answers in a browser"
    yield from unsaid(subject, what, hint, says=lambda operation: has_header_somewhere(operation, _ORIGIN))


@rule("owasp-cors-any-origin", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def cors_any_origin(subject: Subject) -> Iterator[Defect]:
    """Any page may read, in a browser, the answer of an operation that asks for credentials.

    Why: What is for those who have credentials is for pages that they trust. Where anybody may call an operation,
    nothing is lost by `*`, and it is not reported.

    Source: OWASP API8:2023 Security Misconfiguration ("improperly set"); the Fetch standard §3.3

    Bad:

        security: [{token: []}]
        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200": {description: Pets, headers: {Access-Control-Allow-Origin: {schema: {const: "*"}}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}

    Good:

        security: [{token: []}]
        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200":
                  description: Pets
                  headers: {Access-Control-Allow-Origin: {schema: {const: "https://www.example.com"}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    for operation in subject.contract.operations:
        if is_closed(operation):
            for header in (header for response in operation.responses for header in response.headers):
                if header.name.lower() == _ORIGIN and _is_any(header):
                    message = "any page may read what is for those who have credentials"
                    yield Defect(Location(header.at), message, "name the origins that may")


def _is_any(header: Header) -> bool:
    """Tell whether a header is always `*`."""
    value = header.schema.value if header.schema else None
    return is_object(value) and (value.get("const") == "*" or value.get("enum") == ["*"])


RULES = (cors_missing, cors_any_origin)
