"""Rules about scopes, schemes of HTTP, and operations that say nothing of security."""

from __future__ import annotations

import pytest

from contractctl.core.findings import Severity
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, findings, operation, pointed

_OAUTH = (
    "components: {securitySchemes: {shop: {type: oauth2, flows: {clientCredentials: "
    "{tokenUrl: 'https://a/b', scopes: {read: Read, write: Write}}}}, token: {type: http, scheme: bearer}, "
    "id: {type: openIdConnect, openIdConnectUrl: 'https://a/b'}}}\n"
)
_OAUTH_2_0 = (
    "securityDefinitions: {shop: {type: oauth2, flow: application, tokenUrl: 'https://a/b', scopes: {read: Read}}, "
    "key: {type: apiKey, in: header, name: a}, user: {type: basic}}\n"
)
_RULES = dict.fromkeys(
    ("security-scheme-unknown", "security-scope-unknown", "security-scopes-unexpected", "http-scheme-unknown"),
    Severity.ERROR,
)
_STRICT = {**_RULES, "security-missing": Severity.WARNING}
_UNKNOWN = "is declared by no flow of the security scheme `shop`"

HITS = {
    "a scope that is misspelt": (
        operation("security: [{shop: [»raed]}]") + _OAUTH,
        f"security-scope-unknown: scope `raed` {_UNKNOWN}",
    ),
    "the second of two scopes, asked for by the description": (
        "security: [{shop: [read, »admin]}]\n" + operation("") + _OAUTH,
        f"security-scope-unknown: scope `admin` {_UNKNOWN}",
    ),
    "a scope of Swagger 2.0": (
        HEAD_2_0 + operation("security: [{shop: [»write]}]") + _OAUTH_2_0,
        f"security-scope-unknown: scope `write` {_UNKNOWN}",
    ),
    "a scope asked for by a callback": (
        operation("callbacks: {a: {b: {post: {security: [{shop: [»a]}], responses: {'200': {description: a}}}}}}")
        + _OAUTH,
        f"security-scope-unknown: scope `a` {_UNKNOWN}",
    ),
    "scopes of a token in OpenAPI 3.0": (
        HEAD_3_0 + operation("security: [{»token: [read]}]") + _OAUTH,
        "security-scopes-unexpected: the security scheme `token` has no scopes, for its type is `http`",
    ),
    "scopes of a key in Swagger 2.0": (
        HEAD_2_0 + operation("security: [{»key: [read]}]") + _OAUTH_2_0,
        "security-scopes-unexpected: the security scheme `key` has no scopes, for its type is `apiKey`",
    ),
    "scopes of a password in Swagger 2.0, which has another word for the type": (
        HEAD_2_0 + operation("security: [{»user: [read]}]") + _OAUTH_2_0,
        "security-scopes-unexpected: the security scheme `user` has no scopes, for its type is `basic`",
    ),
    "a scheme of HTTP that is misspelt": (
        "paths: {}\ncomponents: {securitySchemes: {a: {type: http, scheme: »bearrer}}}",
        "http-scheme-unknown: `bearrer` is not a registered authentication scheme of HTTP",
    ),
    "a header for a scheme": (
        "paths: {}\ncomponents: {securitySchemes: {a: {type: http, scheme: »X-API-Key}}}",
        "http-scheme-unknown: `X-API-Key` is not a registered authentication scheme of HTTP",
    ),
    "one operation says nothing, another does": (
        operation("").replace("get:", "»get:")
        + "  /a: {get: {operationId: a, security: [], responses: {'200': {description: a}}}}\n",
        "security-missing: nothing says which credentials `GET /pets` asks for",
    ),
}

NO_OPS = {
    "scopes of a scheme": operation("security: [{shop: [read, write]}]") + _OAUTH,
    "no scopes at all": operation("security: [{shop: []}]") + _OAUTH,
    "scopes of OpenID Connect, which its server knows": HEAD_3_0 + operation("security: [{id: [email]}]") + _OAUTH,
    "roles in OpenAPI 3.1": operation("security: [{token: [admin]}]") + _OAUTH,
    "roles in OpenAPI 3.2": HEAD_3_2 + operation("security: [{token: [admin]}]") + _OAUTH,
    "nothing in OpenAPI 3.0": HEAD_3_0 + operation("security: [{token: []}]") + _OAUTH,
    "nothing in Swagger 2.0": HEAD_2_0 + operation("security: [{key: [], user: [], shop: [read]}]") + _OAUTH_2_0,
    "a scheme of HTTP in capitals": (
        "paths: {}\ncomponents: {securitySchemes: {a: {type: http, scheme: BEARER}, b: {type: http, scheme: DPoP}}}"
    ),
    "a key in Authorization": (
        "paths: {}\ncomponents: {securitySchemes: {a: {type: apiKey, in: header, name: Authorization}}}"
    ),
    "an operation for everybody": operation("security: []"),
    "an operation for those with and without credentials": operation("security: [{}, {token: []}]") + _OAUTH,
    "a description for everybody": "security: []\n" + operation(""),
    "a description that asks for credentials": "security: [{token: []}]\n" + operation("") + _OAUTH,
    "no operation": "paths: {}",
    "a preflight, which has no credentials": operation("", method="options"),
    "a webhook": "webhooks: {a: {post: {responses: {'200': {description: a}}}}}",
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    rules = _STRICT if expected.startswith("security-missing") else _RULES
    assert findings(plain, profiles=(), rules=rules) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_STRICT) == []


def test_a_description_that_never_speaks_of_security_is_told_once() -> None:
    text = operation("") + "  /a: {get: {operationId: a, responses: {'200': {description: a}}}}\n"
    message = "neither the description nor an operation says which credentials are asked for"
    assert findings(text, profiles=(), rules=_STRICT) == [f"1:1 security-missing: {message}"]
