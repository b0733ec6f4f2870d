"""Rules about contact, license and URLs: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.core.profiles import Profile
from contractctl.lint.rules.info import RULES
from tests.lint.cases import HEAD_2_0, HEAD_3_0, findings, operation, pointed

_ALL = {rule.code: rule.severity for rule in RULES}
_DEFAULT = {rule.code: rule.severity for rule in RULES if rule.profile is not Profile.STRICT}


def _info(fields: str, *, version: str = "openapi: 3.1.0") -> str:
    return f'{version}\ninfo: {{title: Pets, version: "1", {fields}}}\npaths: {{}}\n'


def _scheme_2_0(url: str) -> str:
    scheme = f"{{type: oauth2, flow: implicit, authorizationUrl: {url}, scopes: {{}}}}"
    return f"{HEAD_2_0}paths: {{}}\nsecurityDefinitions: {{a: {scheme}}}\n"


_2_0 = 'swagger: "2.0"'
_3_0 = "openapi: 3.0.3"
_3_2 = "openapi: 3.2.0"
_PERSON = "contact: {name: Tom}"
_MIT = "license: {name: MIT, url: 'https://a/b'}"

HITS = {
    "an address with words around it": (
        _info("contact: {email: »Tom <tom@a.org>}"),
        "contact-email-invalid: `Tom <tom@a.org>` is not an e-mail address",
    ),
    "an address without a host": (
        _info("contact: {email: »tom}", version=_2_0),
        "contact-email-invalid: `tom` is not an e-mail address",
    ),
    "an empty address": (_info("contact: {email: »''}"), "contact-email-invalid: `` is not an e-mail address"),
    "the name of a license for its identifier": (
        _info("license: {name: a, identifier: »Apache 2.0}"),
        ("license-identifier-invalid: `Apache 2.0` is not an SPDX expression: `2.0` stands where `AND` or `OR` is due"),
    ),
    "a URL for the identifier of a license": (
        _info("license: {name: a, identifier: »'https://a/b'}", version=_3_2),
        (
            "license-identifier-invalid: `https://a/b` is not an SPDX expression: "
            "`https://a/b` stands where a license is due"
        ),
    ),
    "terms of service that are a sentence": (
        _info("termsOfService: »see there"),
        "url-invalid: `see there` is not a URL: a blank cannot stand in one",
    ),
    "a contact's URL with a template": (
        _info("contact: {url: »'https://a/{b}'}", version=_3_0),
        "url-invalid: `https://a/{b}` is not a URL: `{` cannot stand in one",
    ),
    "a license's URL with half an escape": (
        _info("license: {name: a, url: »'https://a/100%'}"),
        "url-invalid: `https://a/100%` is not a URL: `%` begins no escape such as `%20`",
    ),
    "documentation on a port that is no number": (
        operation("externalDocs: {url: »'https://a:b/'}"),
        "url-invalid: `https://a:b/` is not a URL: its delimiters are not where RFC 3986 has them",
    ),
    "documentation of a schema": (
        "paths: {}\ncomponents: {schemas: {A: {externalDocs: {url: »<a>}}}}",
        "url-invalid: `<a>` is not a URL: `<` cannot stand in one",
    ),
    "the URL of a flow": (
        (
            "paths: {}\ncomponents: {securitySchemes: {a: {type: oauth2, flows: {authorizationCode: "
            "{authorizationUrl: /a, tokenUrl: /b, refreshUrl: »'/a b', scopes: {}}}}}}"
        ),
        "url-invalid: `/a b` is not a URL: a blank cannot stand in one",
    ),
    "the URL of OpenID Connect": (
        "paths: {}\ncomponents: {securitySchemes: {a: {type: openIdConnect, openIdConnectUrl: »'^'}}}",
        "url-invalid: `^` is not a URL: `^` cannot stand in one",
    ),
    "a relative reference in Swagger 2.0": (
        _info("contact: {url: »/support}", version=_2_0),
        "url-invalid: `/support` is not a URL: it has no scheme",
    ),
    "a host for a URL": (
        _info("contact: {url: »www.acme.io}"),
        "url-incomplete: `www.acme.io` has no scheme",
    ),
    "a host with a port for a URL, which looks like a scheme": (
        _info("termsOfService: »'localhost:8080/terms'", version=_3_0),
        "url-incomplete: `localhost:8080/terms` has no scheme",
    ),
    "an e-mail address for a URL": (
        _info("contact: {url: »tom@acme.io}", version=_3_2),
        "url-incomplete: `tom@acme.io` has no scheme",
    ),
    "an empty URL": (_info("contact: {url: »''}"), "url-incomplete: `url` is empty"),
    "a relative URL of OAuth in Swagger 2.0, which should be none": (
        _scheme_2_0("»/login"),
        "url-incomplete: `/login` has no scheme",
    ),
}
STRICT_HITS = {
    "no description": (
        _info(f"{_PERSON}, {_MIT}").replace("info", "»info"),
        "info-description-missing: `info` has no `description`",
    ),
    "a description of blanks": (
        _info(f"description: ' ', {_PERSON}, {_MIT}").replace("info", "»info"),
        "info-description-missing: `info` has no `description`",
    ),
    "no contact": (
        _info(f"description: a, {_MIT}").replace("info", "»info"),
        "info-contact-missing: `info` has no `contact`",
    ),
    "a contact of extensions": (
        _info(f"description: a, »contact: {{x-team: a}}, {_MIT}"),
        "contact-incomplete: `contact` names nobody",
    ),
    "no license": (
        _info(f"description: a, {_PERSON}").replace("info", "»info"),
        "info-license-missing: `info` has no `license`",
    ),
    "a license with a name alone": (
        _info(f"description: a, {_PERSON}, »license: {{name: a}}"),
        "license-url-missing: `license` has neither `url` nor `identifier`",
    ),
    "a license with a name alone in OpenAPI 3.0": (
        _info(f"description: a, {_PERSON}, »license: {{name: a, identifier: MIT}}", version=_3_0),
        "license-url-missing: `license` has no `url`",
    ),
}
NO_OPS = {
    "an e-mail address": _info("contact: {email: shop+pets@mail.acme.io}"),
    "an e-mail address in other letters": _info("contact: {email: jürgen@müller.de}"),
    "an e-mail address that is no text is another fault": _info("contact: {email: 1}"),
    "two licenses to choose from": _info("license: {name: a, identifier: (MIT OR Apache-2.0) AND BSD-3-Clause}"),
    "a license with an exception": _info("license: {name: a, identifier: GPL-2.0+ WITH Classpath-exception-2.0}"),
    "a license of one's own": _info("license: {name: a, identifier: 'DocumentRef-a:LicenseRef-b.c'}"),
    "an identifier is no field of OpenAPI 3.0": _info("license: {name: a, identifier: a b}", version=_3_0),
    "a URL": _info("termsOfService: 'https://tom:1@a.b:8/c;d/%20?e=f&g#h'"),
    "a URL with an address of IPv6": _info("contact: {url: 'http://[::1]:80/'}"),
    "a URL that is mail": _info("contact: {url: 'mailto:tom@acme.io'}"),
    "a URL in other letters": _info("contact: {url: 'https://müller.de/über?ä'}"),
    "a relative reference": _info("termsOfService: ../terms.html", version=_3_0),
    "a relative reference in OpenAPI 3.2": _info("license: {name: a, url: LICENSE.md}", version=_3_2),
    "a fragment alone": _info("contact: {url: '#team'}"),
    "a relative URL of a flow in OpenAPI 3.0": (
        f"{HEAD_3_0}paths: {{}}\ncomponents: {{securitySchemes: {{a: {{type: oauth2, flows: "
        "{implicit: {authorizationUrl: /a, scopes: {}}}}}}"
    ),
    "terms of service are a text in Swagger 2.0": _info("termsOfService: see there", version=_2_0),
    "a URL of OAuth in Swagger 2.0": _scheme_2_0("'https://a/b'"),
    "a URL of OAuth that is none in Swagger 2.0, which forbids nothing": _scheme_2_0("'https://a/{b}'"),
    "example data has fields of these names": operation(
        "requestBody: {content: {application/json: {example: {externalDocs: {url: a b}, contact: {email: a}}}}}"
    ),
}
STRICT_NO_OPS = {
    "a license with a URL": _info(f"description: a, {_PERSON}, {_MIT}"),
    "a license with an identifier": _info(f"description: a, {_PERSON}, license: {{name: a, identifier: MIT}}"),
    "a license of Swagger 2.0": _info(f"description: a, {_PERSON}, {_MIT}", version=_2_0),
    "a contact with a URL alone": _info(f"description: a, contact: {{url: 'https://a/b'}}, {_MIT}"),
    "a contact with an e-mail address alone": _info(f"description: a, contact: {{email: a@b}}, {_MIT}"),
    "parts of the wrong type are another fault": _info("description: 1, contact: 2, license: []"),
    "info of the wrong type is another fault": "openapi: 3.1.0\ninfo: 1\npaths: {}\n",
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_DEFAULT) == [f"{position} {expected}"]


@pytest.mark.parametrize(("text", "expected"), STRICT_HITS.values(), ids=STRICT_HITS)
def test_what_a_strict_team_misses_is_told(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_ALL) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_DEFAULT) == []


@pytest.mark.parametrize("text", STRICT_NO_OPS.values(), ids=STRICT_NO_OPS)
def test_what_lacks_nothing_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_ALL) == []
