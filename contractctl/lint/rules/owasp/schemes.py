"""API2:2023, broken authentication: schemes that do not keep a credential safe."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contractctl.core.findings import Severity
from contractctl.core.locations import Location
from contractctl.core.patterns import pattern
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject

_OUTDATED: Final = {
    "negotiate": "Kerberos or NTLM",
    "ntlm": "NTLM",
    "oauth": "OAuth 1.0",
}
_BEST_PRACTICES: Final = pattern(r"\bRFC[ -]?8725\b|\bBCP[ -]?225\b", re.IGNORECASE)


@rule("owasp-basic-authentication", severity=Severity.ERROR, family="owasp", profile=Profile.OWASP)
def basic_authentication(subject: Subject) -> Iterator[Defect]:
    """A security scheme is Basic authentication.

    Why: The password of the user goes with every request, readable for everything on the way that ends TLS; it cannot
    be limited, and is revoked only by changing it.

    Source: OWASP API2:2023 Broken Authentication; RFC 7617 §4

    Bad:

        paths: {}
        components:
          securitySchemes:
            user: {type: http, scheme: basic}

    Good:

        paths: {}
        components:
          securitySchemes:
            user: {type: http, scheme: bearer}
    """
    for scheme in subject.contract.security_schemes:
        if scheme.type == "http" and scheme.scheme == "basic":
            field = "type" if subject.version_at(scheme.at) == "2.0" else "scheme"
            message = f"security scheme `{scheme.name}` sends the password with every request"
            yield Defect(Location(scheme.at / field), message, "use tokens: OpenID Connect, OAuth 2.0 or `bearer`")


@rule("owasp-authentication-outdated", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def authentication_outdated(subject: Subject) -> Iterator[Defect]:
    """A security scheme is one that is no longer held to be secure.

    Why: NTLM and OAuth 1.0 rest on cryptography that is broken, and libraries for them are no longer looked after.

    Source: OWASP API2:2023 Broken Authentication ("use the standards")

    Bad:

        paths: {}
        components:
          securitySchemes:
            user: {type: http, scheme: negotiate}

    Good:

        paths: {}
        components:
          securitySchemes:
            user: {type: openIdConnect, openIdConnectUrl: "https://example.com/.well-known/openid-configuration"}
    """
    for scheme in subject.contract.security_schemes:
        if scheme.type == "http" and scheme.scheme in _OUTDATED:
            message = f"security scheme `{scheme.name}` is {_OUTDATED[scheme.scheme]}, which is outdated"
            yield Defect(Location(scheme.at / "scheme"), message, "use OpenID Connect or OAuth 2.0")


@rule("owasp-key-in-url", severity=Severity.ERROR, family="owasp", profile=Profile.OWASP)
def key_in_url(subject: Subject) -> Iterator[Defect]:
    """A key is sent in the query.

    Why: URLs are kept in logs, histories and caches, and handed on in `Referer`; the key is found there.

    Source: OWASP API2:2023 Broken Authentication ("sends sensitive authentication details … in the URL"); of tokens
    RFC 9700 §4.3.2 says the same

    Bad:

        paths: {}
        components:
          securitySchemes:
            key: {type: apiKey, in: query, name: key}

    Good:

        paths: {}
        components:
          securitySchemes:
            key: {type: apiKey, in: header, name: X-Api-Key}
    """
    for scheme in subject.contract.security_schemes:
        if scheme.type == "apiKey" and scheme.location == "query":
            message = f"the key of security scheme `{scheme.name}` is sent in the query, as `{scheme.parameter_name}`"
            yield Defect(Location(scheme.at / "in"), message, "send it in a header")


@rule("owasp-jwt-practice-unsaid", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def jwt_practice_unsaid(subject: Subject) -> Iterator[Defect]:
    """A security scheme with JSON Web Tokens does not say that they are checked as they should be.

    Why: A token is worth as much as its check: of the algorithm (never `none`), the issuer, the audience, the expiry.
    RFC 8725 says how. A description that names it tells auditors and authors of clients what they can rely on.

    Source: OWASP API2:2023 Broken Authentication ("doesn't validate the authenticity of tokens"); RFC 8725

    Bad:

        paths: {}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer, bearerFormat: JWT}

    Good:

        paths: {}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer, bearerFormat: JWT, description: Tokens are checked as RFC 8725 says.}
    """
    for scheme in subject.contract.security_schemes:
        if "jwt" in scheme.bearer_format.lower() and not _BEST_PRACTICES.search(scheme.description):
            message = f"security scheme `{scheme.name}` does not say that its tokens are checked as RFC 8725 asks for"
            yield Defect(Location(scheme.at), message, "check them so, and say it in the `description`")


RULES = (basic_authentication, authentication_outdated, key_in_url, jwt_practice_unsaid)
