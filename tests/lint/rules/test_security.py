"""Requirements of malformed shape are told by the structure, and by nothing else."""

from __future__ import annotations

import pytest

from contractctl.core.findings import Severity
from tests.lint.cases import HEAD_2_0, findings, operation

CODES = ("security-scheme-unknown", "security-scope-unknown", "security-scopes-unexpected", "security-missing")
MALFORMED = {
    "requirements that are an object": operation("security: {token: []}"),
    "a requirement that is a word": operation("security: [token]"),
    "requirements that are nothing": operation("security: null"),
    "schemes that are a list": operation("security: []") + "components: {securitySchemes: [token]}\n",
    "flows that are a word": (
        operation("security: [{a: [b]}]") + "components: {securitySchemes: {a: {type: oauth2, flows: implicit}}}\n"
    ),
    "scopes that are a word": (
        operation("security: [{a: read}]")
        + "components: {securitySchemes: {a: {type: oauth2, flows: {implicit: {authorizationUrl: a, scopes: b}}}}}\n"
    ),
    "scopes that are numbers": (
        operation("security: [{a: [1]}]")
        + "components: {securitySchemes: {a: {type: oauth2, flows: {implicit: {authorizationUrl: a, scopes: {}}}}}}\n"
    ),
    "a scheme of HTTP that is a number": (
        operation("security: []") + "components: {securitySchemes: {a: {type: http, scheme: 1}}}\n"
    ),
    "definitions of 2.0 that are a word": HEAD_2_0 + operation("security: []") + "securityDefinitions: a\n",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_nothing_is_told_of_what_is_malformed(text: str) -> None:
    rules = dict.fromkeys(CODES[:-1], Severity.ERROR)
    assert findings(text, profiles=(), rules=rules) == []
