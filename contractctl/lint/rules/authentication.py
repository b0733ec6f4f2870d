"""Rules about how clients prove who they are, and what they may do then."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.contract.model import Operation
from contractctl.core.findings import Severity
from contractctl.core.json import is_array, is_object
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.core.suggestions import did_you_mean, nearest
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.security import RequiredScheme, required_schemes
from contractctl.lint.subject import Subject

_HTTP_SCHEMES: Final = (
    "Basic",
    "Bearer",
    "Concealed",
    "Digest",
    "DPoP",
    "GNAP",
    "HOBA",
    "Mutual",
    "Negotiate",
    "OAuth",
    "PrivateToken",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "vapid",
)
"""The registry of IANA (RFC 9110 §16.4.1) in November 2026. Case does not count (§11.1)."""
_IMITATIONS: Final = frozenset(("apikey", "api-key", "api_key", "token", "x-api-key"))
"""What people write for a scheme of HTTP where they have a key."""


@rule("security-scope-unknown", severity=Severity.WARNING, family="security")
def security_scope_unknown(subject: Subject) -> Iterator[Defect]:
    """A security requirement asks for a scope that the scheme does not declare.

    Why: A client asks the authorization server for the scopes that the scheme lists, and gets a token that this
    operation refuses; most often one of the two is misspelt.

    Source: OpenAPI 3.1.1 §4.8.29 ("the available scopes"), §4.8.30

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, security: [{shop: ["pets:raed"]}], responses: {"200": {description: Pets}}}
        components:
          securitySchemes:
            shop:
              type: oauth2
              flows: {clientCredentials: {tokenUrl: "https://example.com/token", scopes: {"pets:read": Read pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, security: [{shop: ["pets:read"]}], responses: {"200": {description: Pets}}}
        components:
          securitySchemes:
            shop:
              type: oauth2
              flows: {clientCredentials: {tokenUrl: "https://example.com/token", scopes: {"pets:read": Read pets}}}
    """
    schemes = {scheme.name: scheme for scheme in subject.contract.security_schemes}
    scopes = {
        name: {scope for flow in scheme.flows for scope, _ in flow.scopes}
        for name, scheme in schemes.items()
        if scheme.type == "oauth2" and scheme.flows
    }
    for use in required_schemes(subject):
        if use.name in scopes:
            yield from _unknown_scopes(use, scopes[use.name])


def _unknown_scopes(use: RequiredScheme, declared: set[str]) -> Iterator[Defect]:
    for index, scope in enumerate(use.scopes if is_array(use.scopes) else ()):
        if isinstance(scope, str) and scope not in declared:
            hint = did_you_mean(scope, declared) or "add it to the `scopes` of a flow, with what it allows"
            message = f"scope `{scope}` is declared by no flow of the security scheme `{use.name}`"
            yield Defect(Location(use.at / index), message, hint, scope)


@rule("security-scopes-unexpected", severity=Severity.ERROR, family="security", profile=Profile.SPEC)
def security_scopes_unexpected(subject: Subject) -> Iterator[Defect]:
    """A security requirement lists scopes for a scheme that has none.

    Why: Nothing can grant them, so that nobody checks what the author meant to be checked. OpenAPI 3.1 takes such a
    list for roles.

    Source: OpenAPI 3.0.4 §4.7.30, OpenAPI 2.0 §5.2.33 ("the array MUST be empty")

    Bad:

        openapi: 3.0.4
        info: {title: Example, version: "1"}
        paths:
          /pets:
            get: {operationId: listPets, security: [{token: [read]}], responses: {"200": {description: Pets}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}

    Good:

        openapi: 3.0.4
        info: {title: Example, version: "1"}
        paths:
          /pets:
            get: {operationId: listPets, security: [{token: []}], responses: {"200": {description: Pets}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    scoped = {"2.0": ("oauth2",), "3.0": ("oauth2", "openIdConnect")}
    types = {scheme.name: scheme.type for scheme in subject.contract.security_schemes}
    for use in required_schemes(subject):
        allowed = scoped.get(subject.version_at(use.at))
        kind = types.get(use.name)
        if allowed and kind and kind not in allowed and is_array(use.scopes) and use.scopes:
            message = f"the security scheme `{use.name}` has no scopes, for its type is `{_written(subject, kind)}`"
            yield Defect(Location(use.at), message, f"write `{use.name}: []`")


def _written(subject: Subject, kind: str) -> str:
    return "basic" if kind == "http" and subject.references.version == "2.0" else kind


@rule("security-missing", severity=Severity.WARNING, family="security", profile=Profile.STRICT)
def security_missing(subject: Subject) -> Iterator[Defect]:
    """Nothing says whether an operation asks for credentials.

    Why: Anybody may call it, and a reader cannot tell whether that is meant. `security: []` says that it is; the
    description can say it for all operations at once. OPTIONS, which browsers send without credentials, needs none.

    Source: OpenAPI 3.1.1 §4.8.10 (`security`), §4.8.30

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, security: [{token: []}], responses: {"200": {description: Pets}}}
          /status:
            get: {operationId: getStatus, security: [], responses: {"200": {description: Well}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    if is_array(subject.value_at(subject.root / "security")):
        return
    operations = [operation for operation in subject.contract.operations if operation.method != "OPTIONS"]
    silent = [operation for operation in operations if not _says(subject, operation)]
    if len(silent) == len(operations) > 0:
        message = "neither the description nor an operation says which credentials are asked for"
        yield Defect(Location(subject.root), message, "add `security` to the description, `[]` if anybody may call it")
        return
    for operation in silent:
        message = f"nothing says which credentials `{operation.title}` asks for"
        yield Defect(Location(operation.at), message, "add `security`, `[]` if anybody may call it")


def _says(subject: Subject, operation: Operation) -> bool:
    said = subject.value_at(operation.at)
    return bool(operation.security) or (is_object(said) and is_array(said.get("security")))


@rule("http-scheme-unknown", severity=Severity.WARNING, family="security")
def http_scheme_unknown(subject: Subject) -> Iterator[Defect]:
    """A security scheme of HTTP names a scheme that is not registered.

    Why: Clients know how to use the schemes of the registry, and do not know what to send for another. Most often it
    is misspelt, or a key in a header is meant.

    Source: OpenAPI 3.1.1 §4.8.27 (`scheme` SHOULD be registered), RFC 9110 §16.4.1

    Bad:

        paths: {}
        components:
          securitySchemes:
            token: {type: http, scheme: beerer}

    Good:

        paths: {}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    registered = {name.lower() for name in _HTTP_SCHEMES}
    for part in subject.parts("security-scheme"):
        scheme = part.value.get("scheme")
        if part.value.get("type") == "http" and isinstance(scheme, str) and scheme.lower() not in registered:
            message = f"`{scheme}` is not a registered authentication scheme of HTTP"
            yield Defect(Location(part.at / "scheme"), message, _meant(scheme))


def _meant(scheme: str) -> str:
    first, *rest = scheme.split() or [""]
    if rest and first.lower() == "bearer":
        return "did you mean `bearer`? What the token is belongs to `bearerFormat`"
    if scheme.lower() in _IMITATIONS:
        return "use `type: apiKey` for a key in a header, or `bearer` for a token"
    meant = nearest(scheme, _HTTP_SCHEMES)
    return f"did you mean `{meant.lower()}`?" if meant else "use `type: apiKey` for what a header holds otherwise"


RULES = (
    security_scope_unknown,
    security_scopes_unexpected,
    security_missing,
    http_scheme_unknown,
)
