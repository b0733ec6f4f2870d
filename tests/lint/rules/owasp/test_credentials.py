"""Schemes and flows that give credentials away, and what stands in URLs."""

from __future__ import annotations

import pytest

from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, operation
from tests.lint.rules.owasp.told import hit, parameter, schemes, told

_BASIC = "owasp-basic-authentication"
_OUTDATED = "owasp-authentication-outdated"
_KEY = "owasp-key-in-url"
_JWT = "owasp-jwt-practice-unsaid"
_IMPLICIT = "owasp-flow-implicit"
_PASSWORD = "owasp-flow-password"
_PLAIN = "owasp-oauth-url-insecure"
_REFRESH = "owasp-refresh-url-missing"
_CREDENTIAL = "owasp-credential-in-url"
_PERSONAL = "owasp-sensitive-data-in-url"
_IN_2_0 = HEAD_2_0 + "paths: {}\nsecurityDefinitions: {a: %s}\n"

HITS = {
    "a password with every request": (
        _BASIC,
        schemes(a="{type: http, scheme: »Basic}"),
        "security scheme `a` sends the password with every request",
    ),
    "a password with every request of Swagger 2.0": (
        _BASIC,
        _IN_2_0 % "{type: »basic}",
        "security scheme `a` sends the password with every request",
    ),
    "Kerberos or NTLM": (
        _OUTDATED,
        schemes(a="{type: http, scheme: »Negotiate}"),
        "security scheme `a` is Kerberos or NTLM, which is outdated",
    ),
    "the first OAuth": (
        _OUTDATED,
        schemes(a="{type: http, scheme: »OAuth}"),
        "security scheme `a` is OAuth 1.0, which is outdated",
    ),
    "a key in the query": (
        _KEY,
        schemes(a="{type: apiKey, name: k, in: »query}"),
        "the key of security scheme `a` is sent in the query, as `k`",
    ),
    "a key in the query of Swagger 2.0": (
        _KEY,
        _IN_2_0 % "{type: apiKey, name: k, in: »query}",
        "the key of security scheme `a` is sent in the query, as `k`",
    ),
    "a JWT, and nothing of its check": (
        _JWT,
        schemes(a="{type: http, scheme: bearer, bearerFormat: jwt}").replace("a: {", "»a: {"),
        "security scheme `a` does not say that its tokens are checked as RFC 8725 asks for",
    ),
    "the implicit flow": (
        _IMPLICIT,
        schemes(a="{type: oauth2, flows: {»implicit: {authorizationUrl: 'https://a', scopes: {}}}}"),
        "the implicit flow of security scheme `a` hands tokens out in URLs",
    ),
    "the implicit flow of Swagger 2.0": (
        _IMPLICIT,
        _IN_2_0 % "{type: oauth2, flow: »implicit, authorizationUrl: 'https://a', scopes: {}}",
        "the implicit flow of security scheme `a` hands tokens out in URLs",
    ),
    "the flow of passwords": (
        _PASSWORD,
        HEAD_3_0 + schemes(a="{type: oauth2, flows: {»password: {tokenUrl: 'https://a', scopes: {}}}}"),
        "the password flow of security scheme `a` has users give their password to the client",
    ),
    "tokens over http": (
        _PLAIN,
        schemes(a="{type: oauth2, flows: {clientCredentials: {tokenUrl: »'http://a', scopes: {}}}}"),
        "`http://a` of security scheme `a` is called without encryption",
    ),
    "tokens over http in Swagger 2.0": (
        _PLAIN,
        _IN_2_0 % "{type: oauth2, flow: application, tokenUrl: »'http://a', scopes: {}}",
        "`http://a` of security scheme `a` is called without encryption",
    ),
    "devices that log in over http in OpenAPI 3.2": (
        _PLAIN,
        HEAD_3_2
        + schemes(
            a="{type: oauth2, flows: {deviceAuthorization: {deviceAuthorizationUrl: »'HTTP://a', "
            "tokenUrl: 'https://a', scopes: {}}}}"
        ),
        "`HTTP://a` of security scheme `a` is called without encryption",
    ),
    "OpenID Connect over http": (
        _PLAIN,
        schemes(a="{type: openIdConnect, openIdConnectUrl: »'http://a/b'}"),
        "`http://a/b` of security scheme `a` is called without encryption",
    ),
    "tokens of users that cannot be renewed": (
        _REFRESH,
        schemes(
            a="{type: oauth2, flows: {»authorizationCode: "
            "{authorizationUrl: 'https://a', tokenUrl: 'https://a', scopes: {}}}}"
        ),
        "the authorizationCode flow of security scheme `a` does not say where tokens are renewed",
    ),
    "a token in the query": (
        _CREDENTIAL,
        parameter("{name: »access_token, in: query, schema: {type: string}}"),
        "query parameter `access_token` is a credential, and is kept wherever URLs are",
    ),
    "a token in the query, and nothing else": (
        _CREDENTIAL,
        parameter("{name: »token, in: query, schema: {}}"),
        "query parameter `token` is a credential, and is kept wherever URLs are",
    ),
    "a secret in the path": (
        _CREDENTIAL,
        parameter("{name: »clientSecret, in: path, required: true, schema: {type: string}}", path="/a/{clientSecret}"),
        "path parameter `clientSecret` is a credential, and is kept wherever URLs are",
    ),
    "a key in the query of an operation": (
        _CREDENTIAL,
        HEAD_2_0 + parameter("{name: »X-Api-Key, in: query, type: string}"),
        "query parameter `X-Api-Key` is a credential, and is kept wherever URLs are",
    ),
    "a shared password is told once": (
        _CREDENTIAL,
        parameter("{$ref: '#/components/parameters/A'}")
        + "  /a: {get: {operationId: a, parameters: [{$ref: '#/components/parameters/A'}], "
        "responses: {'200': {description: a}}}}\n"
        "components: {parameters: {A: {name: »newPassword, in: query, schema: {type: string}}}}\n",
        "query parameter `newPassword` is a credential, and is kept wherever URLs are",
    ),
    "the number of a person": (
        _PERSONAL,
        parameter("{name: »patientSSN, in: query, schema: {type: string}}"),
        "query parameter `patientSSN` is kept wherever URLs are, in logs say",
    ),
    "the number of a card": (
        _PERSONAL,
        parameter("{name: »card-number, in: path, required: true, schema: {type: string}}", path="/a/{card-number}"),
        "path parameter `card-number` is kept wherever URLs are, in logs say",
    ),
}

NO_OPS = {
    "a token with every request": (_BASIC, schemes(a="{type: http, scheme: bearer}")),
    "a key called basic": (_BASIC, schemes(basic="{type: apiKey, in: header, name: basic}")),
    "Digest": (_OUTDATED, schemes(a="{type: http, scheme: digest}")),
    "OAuth 2.0": (_OUTDATED, schemes(a="{type: oauth2, flows: {}}")),
    "a key in a header": (_KEY, schemes(a="{type: apiKey, name: k, in: header}")),
    "a key in a cookie": (_KEY, schemes(a="{type: apiKey, name: k, in: cookie}")),
    "a JWT that is checked": (
        _JWT,
        schemes(a="{type: http, scheme: bearer, bearerFormat: JWT, description: 'Conforms to rfc8725.'}"),
    ),
    "a token of another kind": (_JWT, schemes(a="{type: http, scheme: bearer, bearerFormat: opaque}")),
    "the flow of codes": (
        _IMPLICIT,
        schemes(a="{type: oauth2, flows: {authorizationCode: {authorizationUrl: a, tokenUrl: a, scopes: {}}}}"),
    ),
    "the flow of clients": (
        _PASSWORD,
        schemes(a="{type: oauth2, flows: {clientCredentials: {tokenUrl: a, scopes: {}}}}"),
    ),
    "tokens from the machine itself": (
        _PLAIN,
        schemes(a="{type: oauth2, flows: {clientCredentials: {tokenUrl: 'http://localhost:8080/a', scopes: {}}}}"),
    ),
    "tokens from the API": (
        _PLAIN,
        schemes(a="{type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {}}}}"),
    ),
    "tokens of clients need not be renewed": (
        _REFRESH,
        schemes(a="{type: oauth2, flows: {clientCredentials: {tokenUrl: a, scopes: {}}}}"),
    ),
    "Swagger 2.0 cannot say where tokens are renewed": (
        _REFRESH,
        _IN_2_0 % "{type: oauth2, flow: password, tokenUrl: 'https://a', scopes: {}}",
    ),
    "where a list goes on": (_CREDENTIAL, parameter("{name: pageToken, in: query, schema: {type: string}}")),
    "where another list goes on": (_CREDENTIAL, parameter("{name: continuation-token, in: query, schema: {}}")),
    "a token in a header": (_CREDENTIAL, parameter("{name: access_token, in: header, schema: {type: string}}")),
    "the name of a secret": (
        _CREDENTIAL,
        parameter("{name: secret_name, in: path, required: true, schema: {}}", path="/secrets/{secret_name}"),
    ),
    "which of the secrets": (
        _CREDENTIAL,
        parameter("{name: secret, in: path, required: true, schema: {type: string}}", path="/secrets/{secret}"),
    ),
    "whether there is a password": (_CREDENTIAL, parameter("{name: has_password, in: query, schema: {type: boolean}}")),
    "a kind of token": (_CREDENTIAL, parameter("{name: token, in: query, schema: {type: string, enum: [a, b]}}")),
    "a session": (_PERSONAL, parameter("{name: session, in: query, schema: {type: string}}")),
    "a number in the body": (
        _PERSONAL,
        operation("requestBody: {content: {a/b: {schema: {properties: {ssn: {type: string}}}}}}", method="post"),
    ),
    "a number in a cookie": (_PERSONAL, parameter("{name: ssn, in: cookie, schema: {type: string}}")),
}


@pytest.mark.parametrize(("code", "text", "message"), HITS.values(), ids=HITS)
def test_what_gives_a_credential_away_is_told(code: str, text: str, message: str) -> None:
    plain, expected = hit(text, message)
    assert told(code, plain) == expected


@pytest.mark.parametrize(("code", "text"), NO_OPS.values(), ids=NO_OPS)
def test_what_keeps_a_credential_is_left_alone(code: str, text: str) -> None:
    assert told(code, text) == []
