"""API2:2023, broken authentication: flows of OAuth 2.0 that its authors advise against."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.model import Flow, SecurityScheme
from contractctl.core.findings import Severity
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.owasp.addresses import is_unencrypted
from contractctl.lint.subject import Subject

_REFRESHING = ("authorizationCode", "password", "deviceAuthorization")


@rule("owasp-flow-implicit", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def flow_implicit(subject: Subject) -> Iterator[Defect]:
    """Tokens are given out by the implicit flow.

    Why: The token arrives in a URL, where histories, logs and other pages find it, and nothing ties it to the client
    that asked for it. The authorization code flow with PKCE serves the same clients.

    Source: OWASP API2:2023 Broken Authentication; RFC 9700 §2.1.2 ("clients SHOULD NOT use the implicit grant")

    Bad:

        paths: {}
        components:
          securitySchemes:
            user: {type: oauth2, flows: {implicit: {authorizationUrl: "https://example.com/authorize", scopes: {}}}}

    Good:

        paths: {}
        components:
          securitySchemes:
            user:
              type: oauth2
              flows:
                authorizationCode:
                  authorizationUrl: https://example.com/authorize
                  tokenUrl: https://example.com/token
                  scopes: {}
    """
    yield from _of_kind(subject, "implicit", "hands tokens out in URLs")


@rule("owasp-flow-password", severity=Severity.ERROR, family="owasp", profile=Profile.OWASP)
def flow_password(subject: Subject) -> Iterator[Defect]:
    """Tokens are given out for the password of the user.

    Why: Users learn to give their password to any program that asks for it, and a second factor cannot be asked for.

    Source: OWASP API2:2023 Broken Authentication; RFC 9700 §2.4 ("MUST NOT be used")

    Bad:

        paths: {}
        components:
          securitySchemes:
            user: {type: oauth2, flows: {password: {tokenUrl: "https://example.com/token", scopes: {}}}}

    Good:

        paths: {}
        components:
          securitySchemes:
            user:
              type: oauth2
              flows:
                authorizationCode:
                  authorizationUrl: https://example.com/authorize
                  tokenUrl: https://example.com/token
                  scopes: {}
    """
    yield from _of_kind(subject, "password", "has users give their password to the client")


def _of_kind(subject: Subject, kind: str, does: str) -> Iterator[Defect]:
    for scheme, flow in _flows(subject):
        if flow.kind == kind:
            message = f"the {kind} flow of security scheme `{scheme.name}` {does}"
            hint = f"use the authorization code flow, with PKCE (`{_authorization_code(subject, flow)}`)"
            yield Defect(Location(_place(subject, flow)), message, hint)


def _authorization_code(subject: Subject, flow: Flow) -> str:
    return "accessCode" if subject.version_at(flow.at) == "2.0" else "authorizationCode"


def _flows(subject: Subject) -> Iterator[tuple[SecurityScheme, Flow]]:
    for scheme in subject.contract.security_schemes:
        yield from ((scheme, flow) for flow in scheme.flows)


def _place(subject: Subject, flow: Flow) -> Place:
    """Return where the kind of a flow is said; the one flow of a scheme of 2.0 is a field."""
    return flow.at / "flow" if subject.version_at(flow.at) == "2.0" else flow.at


@rule("owasp-oauth-url-insecure", severity=Severity.ERROR, family="owasp", profile=Profile.OWASP)
def oauth_url_insecure(subject: Subject) -> Iterator[Defect]:
    """Credentials are fetched without encryption.

    Why: Passwords, codes and tokens travel there; everybody on the way reads them.

    Source: OWASP API2:2023 Broken Authentication; RFC 6749 §3.1, §3.2 ("MUST require the use of TLS")

    Bad:

        paths: {}
        components:
          securitySchemes:
            shop: {type: oauth2, flows: {clientCredentials: {tokenUrl: "http://example.com/token", scopes: {}}}}

    Good:

        paths: {}
        components:
          securitySchemes:
            shop: {type: oauth2, flows: {clientCredentials: {tokenUrl: "https://example.com/token", scopes: {}}}}
    """
    for scheme in subject.contract.security_schemes:
        for at, url in _urls(scheme):
            if is_unencrypted(url):
                message = f"`{url}` of security scheme `{scheme.name}` is called without encryption"
                yield Defect(Location(at), message, "use `https`")


def _urls(scheme: SecurityScheme) -> Iterator[tuple[Place, str]]:
    yield scheme.at / "openIdConnectUrl", scheme.open_id_url
    yield scheme.at / "oauth2MetadataUrl", scheme.metadata_url
    for flow in scheme.flows:
        yield flow.at / "authorizationUrl", flow.authorization_url
        yield flow.at / "tokenUrl", flow.token_url
        yield flow.at / "refreshUrl", flow.refresh_url
        yield flow.at / "deviceAuthorizationUrl", flow.device_authorization_url


@rule("owasp-refresh-url-missing", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def refresh_url_missing(subject: Subject) -> Iterator[Defect]:
    """A flow does not say where tokens are renewed.

    Why: Tokens that cannot be renewed are made to last, and a stolen one lasts as long. Of the flows only those of
    users have tokens that are renewed; a client that has credentials of its own asks anew.

    Source: OWASP API2:2023 Broken Authentication; RFC 6749 §4.2.2, §4.4.3, §6

    Bad:

        paths: {}
        components:
          securitySchemes:
            user:
              type: oauth2
              flows:
                authorizationCode:
                  authorizationUrl: https://example.com/authorize
                  tokenUrl: https://example.com/token
                  scopes: {}

    Good:

        paths: {}
        components:
          securitySchemes:
            user:
              type: oauth2
              flows:
                authorizationCode:
                  authorizationUrl: https://example.com/authorize
                  tokenUrl: https://example.com/token
                  refreshUrl: https://example.com/token
                  scopes: {}
    """
    for scheme, flow in _flows(subject):
        if flow.kind in _REFRESHING and not flow.refresh_url and subject.version_at(flow.at) != "2.0":
            message = f"the {flow.kind} flow of security scheme `{scheme.name}` does not say where tokens are renewed"
            hint = "keep access tokens short-lived, and add `refreshUrl`, which may be the `tokenUrl`"
            yield Defect(Location(flow.at), message, hint)


RULES = (flow_implicit, flow_password, oauth_url_insecure, refresh_url_missing)
